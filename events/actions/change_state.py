"""Deciding: how staff and the person themselves change a registration's state."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from forms.exceptions import ChoiceFull

from ..capacity import count_seats
from ..clock import Clock, database_now
from ..enums import LIVE_STATES, STAFF_ACTIONS, RegistrationAction, RegistrationState
from ..exceptions import AlreadyRegistered, CapacityExceeded, TransitionNotAllowed
from ..models import Registration
from ..queries.live_registration import identity_of, live_registration
from .choice_places import check_choice_places
from .locking import seats_locked
from .transition import apply_transition, target_of
from .waiting_list import promote_waiting

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


def change_state(
    *,
    registration: Registration,
    action: RegistrationAction,
    by: AbstractBaseUser | None,
    note: str = "",
    override: bool = False,
    now: Clock = database_now,
) -> Registration:
    """Do ``action`` to ``registration``, as it was when it was read, and return it as it now is.

    In one transaction, under the lock of the event's seats: the new state, the audit entry, the
    mail that tells of it (with ``note``, which is the person's to read and is not kept in the audit
    entry), and whoever moves up to a seat that became free. Taking more seats than there are needs
    ``override`` and is marked in the audit entry.

    Raises ``TransitionNotAllowed``, ``AlreadyRegistered``, ``CapacityExceeded`` or ``EventBusy``;
    nothing is written then.
    """
    if action not in STAFF_ACTIONS:
        raise TransitionNotAllowed  # offers are made and answered in actions of their own
    with seats_locked(registration.event) as event:
        current: Registration = Registration.objects.select_related("submission__form_version").get(
            pk=registration.pk
        )
        current.event = event
        if not is_as_it_was(current, registration):
            raise TransitionNotAllowed  # decided on something that does not hold any more
        moment = now()
        over = _check(current, action, override=override, at=moment)
        apply_transition(current, action, by=by, note=note, over=over, at=moment)
        promote_waiting(event=event, at=moment)
    current.refresh_from_db()
    return current


def is_as_it_was(current: Registration, seen: Registration) -> bool:
    """Return whether ``current``, read under the lock, is where it was when it was decided on.

    Its session counts too: who may decide on it hangs on that.
    """
    return current.state == seen.state and current.event_session_key == seen.event_session_key


def _check(
    registration: Registration, action: RegistrationAction, *, override: bool, at: dt.datetime
) -> bool:
    """Raise if the action cannot be done; return whether it has a seat that is not there."""
    before = RegistrationState(registration.state)
    target = target_of(registration, action)
    comes_back = before not in LIVE_STATES and target in LIVE_STATES
    if comes_back:
        _check_no_other(registration)
    seat_states = registration.event.seat_states
    if before in seat_states and target in seat_states:
        return registration.is_over_capacity  # the seat they have, be it there or not
    if (not comes_back or _has_choices(registration)) and (
        target not in seat_states or _has_seat(registration, at)
    ):
        return False
    if not override:
        raise CapacityExceeded
    return True


def _has_choices(registration: Registration) -> bool:
    """Return whether there is a place at each limited choice that was made."""
    submission = registration.submission
    try:
        check_choice_places(
            event=registration.event,
            form_version=submission.form_version,
            answers=submission.answers,
            exclude=submission,
        )
    except ChoiceFull:
        return False
    return True


def _has_seat(registration: Registration, at: dt.datetime) -> bool:
    count = count_seats(registration.event, at=at)
    return count.has_seat(registration.event_session_key, registration.audience_key)


def _check_no_other(registration: Registration) -> None:
    if live_registration(registration.event, identity_of(registration), besides=registration):
        raise AlreadyRegistered
