"""Moving a registration to another session: one seat is freed and one taken, or neither."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from wagtail.log_actions import log

from ..capacity import count_seats
from ..clock import Clock, database_now
from ..enums import LIVE_STATES, SeatPoolKind
from ..exceptions import CapacityExceeded, EventSessionGone, SamePlace, TransitionNotAllowed
from ..models import Registration, SeatPool
from ..notifications import notify_registration
from .locking import seats_locked
from .offers import last_end
from .waiting_list import promote_waiting

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

LOG_MOVE = "kommed_events.registration.move"
MOVED = "moved"
MOVE_FIELDS = [
    "event_session_key",
    "first_choice_key",
    "offer_expires_at",
    "is_over_capacity",
    "calendar_sequence",
]


def move(
    *,
    registration: Registration,
    to: uuid.UUID,
    by: AbstractBaseUser | None,
    note: str = "",
    override: bool = False,
    now: Clock = database_now,
) -> Registration:
    """Move ``registration`` to the session ``to`` and return it as it now is.

    The state stays: who holds a seat needs one there, and gives the old one to the next in line;
    who waits, waits there, with the place in the line they had; who is offered a seat is offered it
    there, until it begins at the latest. One transaction, both sides. Staff may take a seat that is
    not there with ``override``, which is marked in the audit entry.

    Raises ``SamePlace``, ``EventSessionGone``, ``TransitionNotAllowed`` when the registration is
    not live or was moved meanwhile, ``CapacityExceeded`` or ``EventBusy``; nothing is written then.
    """
    with seats_locked(registration.event) as event:
        current: Registration = Registration.objects.get(pk=registration.pk)
        current.event = event
        moment = now()
        if current.event_session_key not in (registration.event_session_key, to):
            raise TransitionNotAllowed  # somebody was quicker; rights hang on where it is
        over = _check(current, to, by=by, override=override, at=moment)
        before = current.event_session_key
        current.event_session_key = to
        current.first_choice_key = None
        current.is_over_capacity = over
        current.offer_expires_at = _offer_end(current, at=moment)
        current.calendar_sequence += 1
        current.save(update_fields=MOVE_FIELDS)
        log(
            instance=current,
            action=LOG_MOVE,
            user=by,
            data={"before": str(before), "after": str(to), "over_capacity": over},
            timestamp=moment,
        )
        notify_registration(current, at=moment, note=note, kind=MOVED)
        promote_waiting(event=event, at=moment)
    current.refresh_from_db()
    return current


def _offer_end(registration: Registration, *, at: dt.datetime) -> dt.datetime | None:
    """Return until when the offer of somebody lasts who is at another session now."""
    ends: dt.datetime | None = registration.offer_expires_at
    if ends is None:
        return None
    pool = SeatPool.objects.get(
        event=registration.event,
        kind=SeatPoolKind.EVENT_SESSION,
        event_session_key=registration.event_session_key,
    )
    pool.event = registration.event
    starts_at = pool.begins_at
    if starts_at is None or ends <= starts_at:
        return ends
    return last_end(event=registration.event, starts_at=starts_at, at=at)


def _check(
    registration: Registration,
    to: uuid.UUID,
    *,
    by: AbstractBaseUser | None,
    override: bool,
    at: dt.datetime,
) -> bool:
    """Raise if the move cannot be made; return whether it takes a seat that is not there."""
    if registration.state not in LIVE_STATES:
        raise TransitionNotAllowed
    if registration.event_session_key == to:
        raise SamePlace
    count = count_seats(registration.event, at=at)
    pool = count.pool(SeatPoolKind.EVENT_SESSION, to)
    if pool is None or pool.takes_nobody or (by is None and pool.has_begun(at)):
        raise EventSessionGone
    if by is None and count.takes_none_of(to, registration.audience_key):
        raise CapacityExceeded
    if registration.state not in registration.event.seat_states:
        return False
    here = (registration.event_session_key, registration.audience_key)
    count.move(before=(here, registration.state))  # their own seat is free for the event's pool
    # Staff may pass by those who wait; the person themselves gets in line like everyone.
    if by is None:
        over = count.newcomer_waits(to, registration.audience_key)
    else:
        over = not count.has_seat(to, registration.audience_key)
    if over and not override:
        raise CapacityExceeded
    return over
