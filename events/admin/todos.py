"""Ticking off what staff had to look at."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import View

from ..models import todos_visible_to
from .base import DeskMixin


class TodoDoneView(DeskMixin, View):
    """Mark one to-do as done."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Mark it, and go back to the event's list."""
        todo = get_object_or_404(todos_visible_to(request.user), uuid=kwargs["todo_uuid"])
        todo.done_at = timezone.now()
        todo.save(update_fields=["done_at"])
        return redirect("kommed_events_desk:registrations", todo.event.key)
