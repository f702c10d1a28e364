"""Asking first, in words, before a page with live registrations is deleted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from ..models import EventRecord, Registration
from ..permissions import can_use_desk
from ..queries.pages import event_page_models

ACKNOWLEDGED = "kommed_delete_acknowledged"


def events_with_registrations(pages: Iterable[Any]) -> list[tuple[EventRecord, int]]:
    """Return the events below ``pages`` that have live registrations, with their number."""
    keys: set[Any] = set()
    for page in pages:
        for model in event_page_models():
            below = model._default_manager.filter(path__startswith=page.path)
            keys.update(below.values_list("translation_key", flat=True))
    events = EventRecord.objects.filter(key__in=keys)
    counted = [(e, Registration.objects.live().filter(event=e).count()) for e in events]
    return [(event, number) for event, number in counted if number]


def ask_before_deletion(request: HttpRequest, pages: list[Any]) -> HttpResponse | None:
    """Return a page that asks, or None when there is nothing to ask or it was answered.

    The answer leads on to Wagtail's own question, which knows how many pages are below and where
    they are used. It is kept in the session, for these pages, until they are deleted.
    """
    asked_about = ",".join(str(page.pk) for page in pages)
    if request.method == "POST" and ACKNOWLEDGED in request.POST:
        request.session[ACKNOWLEDGED] = asked_about
        return redirect(request.get_full_path())
    if request.session.get(ACKNOWLEDGED) == asked_about:
        if request.method == "POST":
            del request.session[ACKNOWLEDGED]
        return None
    events = events_with_registrations(pages)
    if not events:
        return None
    context = {
        "events": events,
        "pages": pages,
        "acknowledged": ACKNOWLEDGED,
        "action_url": request.get_full_path(),
        "back_url": reverse("wagtailadmin_explore", args=[pages[0].get_parent().pk]),
        "can_use_desk": can_use_desk(request.user),
    }
    return render(request, "kommed_events/admin/confirm_deletion.html", context)
