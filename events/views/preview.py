"""How the page will look: open, not yet open, closed, full, checking, and the receipt."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from forms.views.steps import unanswered

from ..capacity import Seats
from ..enums import EventStatus, Outlook, WayIn
from ..models import EventPageMixin
from ..queries.form import event_form, question_specs
from ..queries.invitation import InvitationView, SessionView, content_language, invitation_view
from .drawing import render_check, render_page
from .receipt import render_receipt

STATUS_OF_MODE = {
    "not_yet_open": EventStatus.NOT_YET_OPEN,
    "closed": EventStatus.CLOSED,
}


def preview_event_page(request: HttpRequest, page: EventPageMixin, mode_name: str) -> HttpResponse:
    """Render a draft as it will look in ``mode_name``. Nothing of the ledger is read or written."""
    with translation.override(content_language(page)), timezone.override(page.zone):
        invitation = _in_mode(invitation_view(page, count=None, now=timezone.now()), mode_name)
        if mode_name == "receipt":
            return _preview_receipt(request, page, invitation)
        if mode_name == "check":
            empty = unanswered(event_form(page).form_class())
            return render_check(request, page, invitation, form=empty)
        form = event_form(page).form_class()() if invitation.is_open else None
        return render_page(request, page, invitation, form=form)


def _in_mode(invitation: InvitationView, mode_name: str) -> InvitationView:
    status = STATUS_OF_MODE.get(mode_name, EventStatus.OPEN)
    sessions = invitation.sessions
    if mode_name == "full":
        sessions = [_full(session) for session in sessions]
    opens_at = invitation.opens_at
    if mode_name == "not_yet_open" and opens_at is None:
        opens_at = timezone.now() + dt.timedelta(days=7)
    return dataclasses.replace(invitation, status=status, sessions=sessions, opens_at=opens_at)


def _full(session: SessionView) -> SessionView:
    capacity = (session.seats.capacity if session.seats else None) or 1
    return dataclasses.replace(session, seats=Seats(capacity=capacity, taken=capacity, waiting=2))


def _preview_receipt(
    request: HttpRequest, page: EventPageMixin, invitation: InvitationView
) -> HttpResponse:
    session = next(iter(invitation.sessions), None)
    outlook = Outlook.APPLICATION if page.way_in == WayIn.APPLICATION else Outlook.ROOM
    return render_receipt(
        request,
        page,
        invitation,
        outlook=outlook,
        session_key=session.key if session else None,
        audience_key=None,
        specs=question_specs(page),
    )
