"""Deciding: the only code besides ``register`` that writes a registration's state."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from wagtail.log_actions import log

from forms.exceptions import ChoiceFull

from ..capacity import count_seats
from ..clock import Clock, database_now
from ..enums import LIVE_STATES, RegistrationAction, RegistrationState, WayIn
from ..exceptions import AlreadyRegistered, CapacityExceeded, TransitionNotAllowed
from ..models import EventRecord, Registration
from ..notifications import notify_registration
from ..signals import registration_state_changed
from ..transitions import LOG_ACTION, TRANSITIONS
from .choice_places import check_choice_places
from .locking import seats_locked

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
    """Do ``action`` to ``registration`` and return it as it now is.

    In one transaction, under the lock of the event's seats: the new state, the audit entry, the
    mail that tells of it (with ``note``, which is the person's to read and is not kept in the audit
    entry), and whoever moves up to a seat that became free. Taking more seats than there are needs
    ``override`` and is marked in the audit entry.

    Raises ``TransitionNotAllowed``, ``AlreadyRegistered``, ``CapacityExceeded`` or ``EventBusy``;
    nothing is written then.
    """
    with seats_locked(registration.event) as event:
        current: Registration = Registration.objects.select_related("submission__form_version").get(
            pk=registration.pk
        )
        current.event = event
        moment = now()
        over = _check(current, action, override=override)
        _apply(current, action, by=by, note=note, over=over, at=moment)
        promote_waiting(event=event, at=moment)
    current.refresh_from_db()
    return current


def promote_waiting(*, event: EventRecord, at: dt.datetime) -> list[Registration]:
    """Give free seats to those who wait, strictly in order. Call it while the seats are locked.

    Someone whose session is full does not hold up those behind them who wait for another one. At an
    event where staff choose, nobody moves up by themselves: a free seat waits for staff's decision,
    and newcomers go behind those who wait.
    """
    if event.way_in == WayIn.APPLICATION:
        return []
    promoted: list[Registration] = []
    count = count_seats(event)
    for registration in Registration.objects.waiting().filter(event=event):
        if count.of(count.root).has_no_seat:
            break
        if count.has_seat(registration.event_session_key, registration.audience_key):
            registration.event = event
            _apply(registration, RegistrationAction.PROMOTE, by=None, note="", over=False, at=at)
            promoted.append(registration)
            count = count_seats(event)
    return promoted


def _check(registration: Registration, action: RegistrationAction, *, override: bool) -> bool:
    """Raise if the action cannot be done; return whether it takes a seat that is not there."""
    before = RegistrationState(registration.state)
    target = TRANSITIONS.get((before, action))
    if target is None:
        raise TransitionNotAllowed
    comes_back = before not in LIVE_STATES and target in LIVE_STATES
    if comes_back:
        _check_no_other(registration)
    if _has_room(registration, before, target, comes_back=comes_back):
        return False
    if not override:
        raise CapacityExceeded
    return True


def _has_room(
    registration: Registration,
    before: RegistrationState,
    target: RegistrationState,
    *,
    comes_back: bool,
) -> bool:
    """Return whether there is a seat, where one is taken, and a place at each limited choice."""
    if comes_back:
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
    seat_states = registration.event.seat_states
    if before in seat_states or target not in seat_states:
        return True
    count = count_seats(registration.event)
    return count.has_seat(registration.event_session_key, registration.audience_key)


def _check_no_other(registration: Registration) -> None:
    others = Registration.objects.live().filter(
        event=registration.event, identity_key=registration.identity_key
    )
    if others.exclude(pk=registration.pk).exists():
        raise AlreadyRegistered


def _apply(
    registration: Registration,
    action: RegistrationAction,
    *,
    by: AbstractBaseUser | None,
    note: str,
    over: bool,
    at: dt.datetime,
) -> None:
    before = RegistrationState(registration.state)
    registration.state = TRANSITIONS[before, action]
    registration.waiting_since = at if registration.state == RegistrationState.WAITING else None
    registration.state_changed_at = at
    registration.calendar_sequence += 1
    registration.save(
        update_fields=["state", "waiting_since", "state_changed_at", "calendar_sequence"]
    )
    log(
        instance=registration,
        action=LOG_ACTION[action],
        user=by,
        data={"before": before.value, "after": registration.state, "over_capacity": over},
        timestamp=at,
    )
    notify_registration(registration, at=at, note=note)
    registration_state_changed.send(
        sender=Registration, registration=registration, action=action, before=before
    )
