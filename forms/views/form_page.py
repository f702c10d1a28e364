"""A form page for visitors: reading it, sending it, and the receipt."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse


def serve_form_page(request: HttpRequest, page: Any, *, part: str | None) -> HttpResponse:
    """Answer a visitor."""
    raise NotImplementedError


def preview_form_page(request: HttpRequest, page: Any, mode_name: str) -> HttpResponse:
    """Show an editor how the page looks."""
    raise NotImplementedError


def redirect_to_desk(page: Any) -> HttpResponse:
    """Lead staff to what was sent."""
    raise NotImplementedError
