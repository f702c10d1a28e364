"""Moving a registration to another session, as staff of both sides."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View
from wagtail.admin import messages

from ..actions.move import move
from ..capacity import SeatCount
from ..enums import LIVE_STATES, Right, SeatPoolKind
from ..exceptions import (
    CapacityExceeded,
    EventBusy,
    EventSessionGone,
    SamePlace,
    TransitionNotAllowed,
)
from ..models import Registration, seat_pools_visible_to
from ..permissions import check_can_change
from .base import DeskMixin

NOTE_LENGTH = 1000


class MoveForm(forms.Form):
    """Where to, and what to say about it."""

    to = forms.UUIDField(label=gettext_lazy("To"))
    seen = forms.UUIDField()
    """The session the person deciding saw it at."""
    move_note = forms.CharField(
        label=gettext_lazy("A few words to the person"),
        help_text=gettext_lazy("Goes into the mail. It is not kept in the history."),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    move_override = forms.BooleanField(
        label=gettext_lazy("Move even if there is no seat left"),
        help_text=gettext_lazy("Noted in the history."),
        required=False,
    )


def move_targets(user: Any, registration: Registration) -> list[uuid.UUID]:
    """Return the open sessions to which ``user`` may move ``registration``."""
    if registration.state not in LIVE_STATES:
        return []
    pools = seat_pools_visible_to(user, Right.CHANGE).filter(
        event=registration.event,
        kind=SeatPoolKind.EVENT_SESSION,
        is_closed=False,
        closed_at__isnull=True,
    )
    keys = pools.values_list("event_session_key", flat=True)
    return [key for key in keys if key and key != registration.event_session_key]


def move_choices(
    user: Any, registration: Registration, count: SeatCount
) -> list[tuple[uuid.UUID, str, str]]:
    """Return key, name and "seats left" of each session to move to."""
    found = []
    for key in move_targets(user, registration):
        pool = count.pool(SeatPoolKind.EVENT_SESSION, key)
        seats = count.of_event_session(key)
        if pool is None or seats is None:
            continue
        found.append((key, pool.name, _left(seats.free)))
    return found


def _left(free: int | None) -> str:
    if free is None:
        return _("no limit")
    if not free:
        return _("no seat left")
    return ngettext("%(free)s seat left", "%(free)s seats left", free) % {"free": free}


class RegistrationMoveView(DeskMixin, View):
    """Moving: the rules are in ``actions.move``; this only passes on and reports."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Move it, or show again what was typed and say why not."""
        from .detail import RegistrationDetailView, visible_registration  # noqa: PLC0415 (a cycle)

        registration = visible_registration(request, kwargs)
        check_can_change(request.user, registration)
        form = MoveForm(request.POST)
        problem = _("Choose a session.")
        if form.is_valid():
            problem = self._move(registration, form.cleaned_data)
        if not problem:
            messages.success(request, _("Moved. The person is told by mail."))
            return redirect("kommed_events_desk:detail", kwargs["event_key"], registration.uuid)
        messages.error(request, problem)
        return RegistrationDetailView.show_again(request, move_form=form, **kwargs)

    def _move(self, registration: Registration, wanted: dict[str, Any]) -> str:
        """Return why it could not be done, or the empty string; 404 for what is not theirs."""
        get_object_or_404(
            seat_pools_visible_to(self.request.user, Right.CHANGE),
            event=registration.event,
            kind=SeatPoolKind.EVENT_SESSION,
            event_session_key=wanted["to"],
        )
        if registration.event_session_key != wanted["seen"]:
            return _("Somebody has moved this registration meanwhile. Look at it again.")
        try:
            move(
                registration=registration,
                to=wanted["to"],
                by=self.request.user,  # type: ignore[arg-type]
                note=wanted["move_note"],
                override=wanted["move_override"],
            )
        except (SamePlace, TransitionNotAllowed):
            return _("Somebody has moved this registration meanwhile. Look at it again.")
        except EventSessionGone:
            return _("That session takes nobody any more.")
        except CapacityExceeded:
            return _("There is no seat left there. Tick the box to move all the same.")
        except EventBusy:
            return _("Many are registering right now. Nothing was changed; please try again.")
        return ""
