"""The event page for visitors: which part of it is asked for."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

from ..models import EventPageMixin
from ..models.event_page import CALENDAR_PATH, GROUP_PATH, PLACES_PATH, RECEIPT_PATH
from ..queries.form import event_form
from ..queries.invitation import content_language
from .calendar import event_calendar
from .drawing import render_page
from .group import answer_group
from .notices import unpublished
from .places import serve_places
from .receipt import serve_receipt
from .send import answer_post
from .visit import Visit, visit_of, visit_to_read, visit_to_send


def serve_event_page(
    request: HttpRequest, page: EventPageMixin, *, part: str | None
) -> HttpResponse:
    """Answer a visitor, in the page's language and the event's time zone."""
    if page.alias_of_id is not None:
        page = page.alias_of.specific
    language = content_language(page)
    with translation.override(language), timezone.override(page.zone):
        return _answer(_visit(part, request.method)(request, page, language), part)


def _visit(
    part: str | None, method: str | None
) -> Callable[[HttpRequest, EventPageMixin, str], Visit]:
    """Return what looks up what the answer needs."""
    if part is not None:
        return visit_of
    return visit_to_send if method == "POST" else visit_to_read


def _answer(visit: Visit, part: str | None) -> HttpResponse:
    if part == "unpublished":
        return unpublished(visit)
    answers = ANSWERS[part]
    method = "GET" if visit.request.method == "HEAD" else visit.request.method
    if method not in answers:
        allowed = [name for name in ("GET", "HEAD", "POST") if name in answers or name == "HEAD"]
        return HttpResponseNotAllowed(allowed)
    return answers[method](visit)


def _read(visit: Visit) -> HttpResponse:
    invitation = visit.invitation()
    form = event_form(visit.rows).form_class()() if invitation.is_open else None
    return render_page(visit.request, visit.page, invitation, form=form)


def _calendar(visit: Visit) -> HttpResponse:
    return event_calendar(visit.page, visit.invitation())


ANSWERS: dict[str | None, dict[str, Callable[[Visit], HttpResponse]]] = {
    None: {"GET": _read, "POST": answer_post},
    RECEIPT_PATH: {"GET": serve_receipt},
    CALENDAR_PATH: {"GET": _calendar},
    PLACES_PATH: {"GET": serve_places},
    GROUP_PATH: {"GET": answer_group, "POST": answer_group},
}
"""What answers each part of the page, by method; ``HEAD`` is answered as ``GET`` is."""


def redirect_to_desk(page: EventPageMixin) -> HttpResponse:
    """Lead staff to the registrations of ``page``."""
    return redirect(reverse("kommed_events_desk:registrations", args=[page.event_key]))
