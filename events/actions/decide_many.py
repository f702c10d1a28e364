"""Deciding on many applications at once: all of it, or nothing with a reason for each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ..capacity import SeatCount, count_seats
from ..clock import Clock, database_now
from ..enums import RegistrationAction, RegistrationState
from ..exceptions import EventsError
from ..models import EventRecord, Registration
from ..notifications import details_of, notify_registration
from ..transitions import TRANSITIONS, message_for
from .change_state import is_as_it_was
from .locking import seats_locked
from .transition import apply_transition
from .waiting_list import promote_waiting

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

DECIDABLE_STATES = (RegistrationState.PENDING, RegistrationState.WAITING)
"""Of those who stand in one of these it is decided in bulk."""
BULK_ACTIONS = frozenset(
    {RegistrationAction.CONFIRM, RegistrationAction.DECLINE, RegistrationAction.WAIT}
)


class Hindrance(StrEnum):
    """Why one of many could not be decided."""

    CHANGED = "changed"
    """It is not any more as it was when it was looked at, or it is gone."""
    NOT_ALLOWED = "not_allowed"
    """What was wanted cannot be done from its state."""
    NO_SEAT = "no_seat"
    """There is no seat left for it, those before it counted."""


@dataclass(frozen=True)
class Wanted:
    """What is to be done to a registration, which is as it was when it was looked at."""

    registration: Registration
    action: RegistrationAction
    note: str = ""
    """The person's to read, in the mail."""


@dataclass(frozen=True)
class Hindered:
    """One that could not be decided, and why."""

    registration: Registration
    why: Hindrance


class NotAllDecided(EventsError):
    """Some of many could not be decided, so nothing was."""

    def __init__(self, hindered: Sequence[Hindered]) -> None:
        super().__init__()
        self.hindered = list(hindered)
        """Each that could not be, and why."""


def decide_many(
    *,
    event: EventRecord,
    wanted: Sequence[Wanted],
    by: AbstractBaseUser | None,
    override: bool = False,
    now: Clock = database_now,
) -> list[Registration]:
    """Do all that is ``wanted`` at ``event`` in one transaction, and return those it was done to.

    Under one lock of the event's seats; each registration has its own audit entry and its own mail.
    Those who lose their place go first, so that a seat that becomes free can be taken. Seats that
    are not there are given with ``override`` alone, and marked in the audit entry.

    Raises ``NotAllDecided``, which says of each that stood in the way why, or ``EventBusy``;
    nothing is written then.
    """
    # What mails are made of is read before the lock: others wait for it.
    prepared = {each.registration.pk: details_of(each.registration) for each in wanted}
    with seats_locked(event) as locked:
        moment = now()
        current = _read_again(locked, wanted)
        count = count_seats(locked, at=moment)
        plan, hindered = _plan(count, current, wanted, override=override)
        if hindered:
            raise NotAllDecided(hindered)
        for registration, each, over in plan:
            details = prepared[registration.pk]
            _decide(registration, each, by=by, over=over, details=details, at=moment)
        promote_waiting(event=locked, at=moment)
    return [registration for registration, _each, _over in plan]


def _read_again(event: EventRecord, wanted: Sequence[Wanted]) -> dict[int, Registration]:
    """Return the registrations as they are under the lock, by primary key."""
    rows = Registration.objects.filter(
        event=event, pk__in=[each.registration.pk for each in wanted]
    ).select_related("submission__form_version")
    found = {}
    for registration in rows:
        registration.event = event
        found[registration.pk] = registration
    return found


def _plan(
    count: SeatCount,
    current: dict[int, Registration],
    wanted: Iterable[Wanted],
    *,
    override: bool,
) -> tuple[list[tuple[Registration, Wanted, bool]], list[Hindered]]:
    """Return what to do in which order, each with whether it is over, and what stands in the way.

    ``count`` is changed to what will be.
    """
    plan: list[tuple[Registration, Wanted, bool]] = []
    hindered: list[Hindered] = []
    for each in sorted(wanted, key=lambda each: each.action == RegistrationAction.CONFIRM):
        registration = current.pop(each.registration.pk, None)
        if registration is None or not is_as_it_was(registration, each.registration):
            hindered.append(Hindered(each.registration, Hindrance.CHANGED))
            continue
        before = RegistrationState(registration.state)
        after = TRANSITIONS.get((before, each.action))
        if before not in DECIDABLE_STATES or each.action not in BULK_ACTIONS or after is None:
            hindered.append(Hindered(registration, Hindrance.NOT_ALLOWED))
            continue
        cell = (registration.event_session_key, registration.audience_key)
        seat_states = count.event.seat_states
        takes_one = after in seat_states and before not in seat_states
        over = takes_one and not count.has_seat(*cell)
        if over and not override:
            hindered.append(Hindered(registration, Hindrance.NO_SEAT))
            continue
        count.move(before=(cell, before), after=(cell, after))
        plan.append((registration, each, over))
    return plan, hindered


def _decide(
    registration: Registration,
    each: Wanted,
    *,
    by: AbstractBaseUser | None,
    over: bool,
    details: dict[str, Any],
    at: dt.datetime,
) -> None:
    session = registration.event_session_key
    apply_transition(registration, each.action, by=by, over=over, at=at, tell=False)
    is_elsewhere = registration.event_session_key != session
    notify_registration(
        registration,
        at=at,
        note=each.note,
        details=None if is_elsewhere else details,
        kind=message_for(RegistrationState(registration.state), each.action),
    )
