"""Counting seats, with invented numbers."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from typing import Any

import pytest

from events.capacity import SeatCount, Seats
from events.models import EventRecord, SeatPool

AT = dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC)
TOWN, OTHER, POLITICIAN = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()


@pytest.mark.parametrize(
    ("seats", "free", "is_full", "has_no_seat"),
    [
        (Seats(None), None, False, False),
        (Seats(None, taken=9, waiting=1), None, True, False),
        (Seats(0), 0, True, True),
        (Seats(2, taken=1), 1, False, False),
        (Seats(2, taken=2), 0, True, True),
        (Seats(2, taken=5), 0, True, True),
        (Seats(2, taken=1, waiting=1), 1, True, False),
    ],
)
def test_free_full_and_taken(
    seats: Seats, free: int | None, is_full: bool, has_no_seat: bool
) -> None:
    assert (seats.free, seats.is_full, seats.has_no_seat) == (free, is_full, has_no_seat)


def count(
    *,
    event: int | None = None,
    town: int | None = None,
    politicians: int | None = None,
    rows: list[tuple[uuid.UUID, uuid.UUID | None, str, int]],
    holds: bool = False,
) -> SeatCount:
    """Return a count over three pools in one town and one pool in another."""
    return SeatCount(
        event=EventRecord(applications_hold_seat=holds, way_in="first_come"),
        pools=(
            SeatPool(pk=1, kind="event", capacity=event),
            SeatPool(pk=2, kind="event_session", event_session_key=TOWN, capacity=town),
            SeatPool(
                pk=3,
                kind="audience",
                event_session_key=TOWN,
                audience_key=POLITICIAN,
                capacity=politicians,
            ),
            SeatPool(pk=4, kind="event_session", event_session_key=OTHER),
        ),
        numbers=Counter({(session, audience, state): n for session, audience, state, n in rows}),
        at=AT,
    )


@pytest.mark.parametrize(
    ("limits", "rows", "politician", "anybody"),
    [
        ({"town": 2}, [(TOWN, None, "confirmed", 1)], True, True),
        ({"town": 2}, [(TOWN, POLITICIAN, "confirmed", 2)], False, False),
        ({"event": 2}, [(OTHER, None, "confirmed", 2)], False, False),
        ({"town": 2}, [(OTHER, None, "confirmed", 2)], True, True),
        ({"politicians": 1, "town": 5}, [(TOWN, POLITICIAN, "confirmed", 1)], False, True),
        ({"politicians": 1, "town": 5}, [(TOWN, None, "confirmed", 4)], True, True),
        ({"town": 1}, [(TOWN, None, "offered", 1)], False, False),
        ({"town": 1}, [(TOWN, None, "pending", 1)], True, True),
        ({"town": 1, "holds": True}, [(TOWN, None, "pending", 1)], False, False),
        ({"town": 1}, [(TOWN, None, "waiting", 1)], True, True),
    ],
)
def test_a_seat_is_one_in_every_pool_concerned(
    limits: dict[str, int],
    rows: list[tuple[uuid.UUID, uuid.UUID | None, str, int]],
    politician: bool,
    anybody: bool,
) -> None:
    seats = count(rows=rows, **limits)  # type: ignore[arg-type]

    assert seats.has_seat(TOWN, POLITICIAN) == politician
    assert seats.has_seat(TOWN, None) == anybody


def test_a_newcomer_waits_behind_those_who_wait_for_the_same_town() -> None:
    seats = count(town=5, rows=[(TOWN, None, "waiting", 1)])

    assert seats.newcomer_waits(TOWN, None)
    assert not seats.newcomer_waits(OTHER, None)


def test_a_town_has_no_more_seats_left_than_the_event() -> None:
    seats = count(event=3, town=10, rows=[(OTHER, None, "confirmed", 2)])

    left = seats.of_event_session(TOWN)
    assert left is not None
    assert left.free == 1
    assert seats.of_event_session(uuid.uuid4()) is None


# Kept seats, over two towns with an audience each


def with_kept(
    *,
    rows: list[tuple[uuid.UUID, uuid.UUID | None, str, int]],
    event: int | None = None,
    town: int | None = None,
    most: int | None = None,
    kept: int = 0,
    until: dt.datetime | None = None,
    town_closed_at: dt.datetime | None = None,
    way_in: str = "",
) -> SeatCount:
    """Return a count in which seats are kept for politicians in one of two towns."""
    cell: dict[str, Any] = {"kind": "audience", "audience_key": POLITICIAN}
    return SeatCount(
        event=EventRecord(way_in="first_come"),
        pools=(
            SeatPool(pk=1, kind="event", capacity=event),
            SeatPool(
                pk=2,
                kind="event_session",
                event_session_key=TOWN,
                capacity=town,
                closed_at=town_closed_at,
            ),
            SeatPool(
                pk=3,
                event_session_key=TOWN,
                capacity=most,
                kept=kept,
                kept_until=until,
                way_in=way_in,
                **cell,
            ),
            SeatPool(pk=4, kind="event_session", event_session_key=OTHER),
            SeatPool(pk=5, event_session_key=OTHER, **cell),
        ),
        numbers=Counter({(session, audience, state): n for session, audience, state, n in rows}),
        at=AT,
    )


@pytest.mark.parametrize(
    ("case", "rows", "politician", "anybody", "elsewhere"),
    [
        # Two of three seats are kept: one is anybody's.
        ({"town": 3, "kept": 2}, [], True, True, True),
        ({"town": 3, "kept": 2}, [(TOWN, None, "confirmed", 1)], True, False, True),
        ({"town": 3, "kept": 2}, [(TOWN, POLITICIAN, "confirmed", 2)], True, True, True),
        # Kept at the whole event too.
        ({"event": 2, "kept": 2}, [], True, False, False),
        # Until a moment, and no longer.
        ({"town": 2, "kept": 2, "until": AT + dt.timedelta(seconds=1)}, [], True, False, True),
        ({"town": 2, "kept": 2, "until": AT}, [], True, True, True),
        # What its town has no room for is not kept from those elsewhere.
        (
            {"event": 5, "town": 2, "kept": 2},
            [(TOWN, None, "confirmed", 2), (OTHER, None, "confirmed", 2)],
            False,
            False,
            True,
        ),
        # What the audience itself may not take is not kept.
        ({"town": 2, "kept": 2, "most": 0}, [], False, True, True),
        # In a town that takes nobody, nothing is kept.
        ({"event": 2, "kept": 2, "town_closed_at": AT}, [], True, False, True),
    ],
)
def test_kept_seats_are_out_of_reach_for_others_as_far_as_they_can_be_used(
    case: dict[str, Any],
    rows: list[tuple[uuid.UUID, uuid.UUID | None, str, int]],
    politician: bool,
    anybody: bool,
    elsewhere: bool,
) -> None:
    seats = with_kept(rows=rows, **case)

    assert seats.has_seat(TOWN, POLITICIAN) == politician
    if "town_closed_at" not in case:
        assert seats.has_seat(TOWN, None) == anybody
    assert seats.has_seat(OTHER, None) == elsewhere


def test_who_waits_to_be_chosen_holds_up_those_who_are_chosen_and_nobody_else() -> None:
    seats = with_kept(town=2, way_in="application", rows=[(TOWN, POLITICIAN, "waiting", 1)])

    assert seats.newcomer_waits(TOWN, POLITICIAN)
    assert not seats.newcomer_waits(TOWN, None)


@pytest.mark.parametrize(
    ("rows", "town", "event", "may"),
    [
        ([(TOWN, None, "confirmed", 2)], 2, None, False),
        # Nobody who waits can have a seat, in whichever town they would take one.
        ([(TOWN, None, "confirmed", 2), (TOWN, None, "waiting", 3)], 2, 2, False),
        ([(TOWN, None, "confirmed", 1), (TOWN, None, "waiting", 3)], 2, 2, True),
        # The other town has no limit, and they may be among those who would go there.
        ([(TOWN, None, "confirmed", 2), (TOWN, None, "waiting", 3)], 2, None, True),
        ([(TOWN, None, "confirmed", 2), (TOWN, None, "waiting", 0)], 2, None, False),
    ],
)
def test_nobody_moves_up_while_no_seat_is_within_reach(
    rows: list[tuple[uuid.UUID, uuid.UUID | None, str, int]],
    town: int,
    event: int | None,
    may: bool,
) -> None:
    assert count(event=event, town=town, rows=rows).somebody_may_move_up is may


def test_nobody_moves_up_by_themselves_where_staff_choose() -> None:
    rows = [(TOWN, POLITICIAN, "waiting", 1)]
    assert not with_kept(town=2, way_in="application", rows=rows).somebody_may_move_up
    assert with_kept(town=2, rows=rows).somebody_may_move_up
