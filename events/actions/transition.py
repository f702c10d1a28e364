"""Writing a registration's new state: with its audit entry, its mail and its signal."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from wagtail.log_actions import log

from ..enums import RegistrationAction, RegistrationState
from ..exceptions import TransitionNotAllowed
from ..models import Registration
from ..notifications import notify_registration
from ..signals import registration_state_changed
from ..transitions import LOG_ACTION, TRANSITIONS, message_for

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

STATE_FIELDS = [
    "state",
    "event_session_key",
    "first_choice_key",
    "waiting_since",
    "offer_expires_at",
    "is_over_capacity",
    "state_changed_at",
    "calendar_sequence",
]


def target_of(registration: Registration, action: RegistrationAction) -> RegistrationState:
    """Return the state that ``action`` leads to, or raise ``TransitionNotAllowed``."""
    target = TRANSITIONS.get((RegistrationState(registration.state), action))
    if target is None:
        raise TransitionNotAllowed
    return target


def apply_transition(
    registration: Registration,
    action: RegistrationAction,
    *,
    by: AbstractBaseUser | None,
    at: dt.datetime,
    note: str = "",
    over: bool = False,
    offer_expires_at: dt.datetime | None = None,
    waiting_since: dt.datetime | None = None,
    tell: bool = True,
    data: dict[str, Any] | None = None,
) -> None:
    """Do ``action`` to ``registration``, whatever seats there are; callers have looked at those.

    Call it while the seats are locked. Who comes to the line stands at its end, or where those do
    who wait since ``waiting_since``. ``tell`` off sends no mail, for those who are told in
    another way. ``data`` is added to the audit entry and must hold nothing personal.
    """
    before = RegistrationState(registration.state)
    after = target_of(registration, action)
    registration.state = after
    registration.waiting_since = None
    if after == RegistrationState.WAITING:
        _stand_in_line(registration, since=waiting_since or at)
    registration.offer_expires_at = offer_expires_at if after == RegistrationState.OFFERED else None
    registration.is_over_capacity = over
    registration.state_changed_at = at
    registration.calendar_sequence += 1
    registration.save(update_fields=STATE_FIELDS)
    log(
        instance=registration,
        action=LOG_ACTION[action],
        user=by,
        data={
            "before": before.value,
            "after": after.value,
            "over_capacity": over,
            "event_session": str(registration.event_session_key),
            **(data or {}),
        },
        timestamp=at,
    )
    if tell:
        kind = message_for(after, action)
        notify_registration(registration, at=at, note=note, kind=kind)
    registration_state_changed.send(
        sender=Registration, registration=registration, action=action, before=before
    )


def _stand_in_line(registration: Registration, *, since: dt.datetime) -> None:
    """Let it wait; whoever comes back from a second choice waits for the first again."""
    if registration.first_choice_key is not None:
        registration.event_session_key = registration.first_choice_key
        registration.first_choice_key = None
    registration.waiting_since = since
