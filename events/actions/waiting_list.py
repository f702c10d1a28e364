"""The waiting list: a free seat goes to the next in line, as an offer or at once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from ..capacity import SeatCount, count_seats
from ..enums import RegistrationAction, RegistrationState, SeatPoolKind, WaitingListMode, WayIn
from ..models import EventRecord, Registration
from ..offers import offer_ends
from .placing import Wish, choices_of, way_in_of
from .transition import apply_transition


def wish_of(registration: Registration) -> Wish:
    """Return what the person of ``registration`` asks for."""
    return Wish(
        event_session_key=registration.event_session_key,
        audience_key=registration.audience_key,
        second_choice_key=registration.second_choice_key,
        takes_any_session=registration.takes_any_session,
    )


def promote_waiting(*, event: EventRecord, at: dt.datetime) -> list[Registration]:
    """Give free seats to those who wait, strictly in order. Call it while the seats are locked.

    Someone whose session is full does not hold up those behind them who wait for another one. Where
    staff choose, nobody moves up by themselves: a free seat waits for staff's decision. At an event
    whose offers go by mix, the audience furthest below its aim comes first, and then the order.
    Nobody moves up at an event that was cancelled, or at a session that has begun.
    """
    if event.is_cancelled:
        return []
    waiting = list(Registration.objects.waiting().filter(event=event))
    if not waiting:
        return []
    count = count_seats(event, at=at)
    promoted: list[Registration] = []
    while True:
        found = next_in_line(count=count, waiting=waiting, at=at)
        if found is None:
            return promoted
        registration, session_key = found
        waiting.remove(registration)
        registration.event = event
        _give_seat(registration, session_key, count=count, at=at)
        promoted.append(registration)


def left_by_those_who_wait(*, count: SeatCount) -> SeatCount:
    """Give those who wait what became free by the clock alone, and return what a newcomer finds.

    Call it while the seats are locked. Where nobody moves up it is ``count`` itself.
    """
    if count.somebody_may_move_up and promote_waiting(event=count.event, at=count.at):
        return count_seats(count.event, at=count.at)
    return count


def next_in_line(
    *, count: SeatCount, waiting: Sequence[Registration], at: dt.datetime
) -> tuple[Registration, uuid.UUID] | None:
    """Return who of ``waiting`` comes next, and to which session; None when nobody can have a seat.

    ``waiting`` is the event's waiting list in its order. Where staff choose, nobody comes next, and
    nobody does to a session that has begun ``at`` that moment.
    """
    found: list[tuple[float, int, Registration, uuid.UUID]] = []
    for number, registration in enumerate(waiting):
        wish = wish_of(registration)
        if way_in_of(count, wish) == WayIn.APPLICATION:
            continue
        for key in choices_of(count, wish, at=at):
            if count.has_seat(key, registration.audience_key):
                if not count.event.offers_by_mix:
                    return registration, key
                short = count.short_of_aim(key, registration.audience_key)
                found.append((-short, number, registration, key))
                break
    if not found:
        return None
    _short, _number, registration, key = min(found, key=lambda item: item[:2])
    return registration, key


def _give_seat(
    registration: Registration, session_key: uuid.UUID, *, count: SeatCount, at: dt.datetime
) -> None:
    event = count.event
    before = (registration.event_session_key, registration.audience_key)
    if session_key != registration.event_session_key:
        registration.first_choice_key = registration.event_session_key
        registration.event_session_key = session_key
    ends = None
    if event.waiting_list_mode == WaitingListMode.OFFER:
        pool = count.pool(SeatPoolKind.EVENT_SESSION, session_key)
        starts_at = pool.begins_at if pool is not None else None
        ends = offer_ends(at=at, hours=event.offer_hours, zone=event.zone, starts_at=starts_at)
    # So near the session that an offer could not be answered, the seat is theirs at once.
    action = RegistrationAction.OFFER if ends is not None else RegistrationAction.PROMOTE
    apply_transition(registration, action, by=None, at=at, offer_expires_at=ends)
    count.move(
        before=(before, RegistrationState.WAITING),
        after=((session_key, registration.audience_key), registration.state),
    )
