"""Who gets a seat and who moves up, as the page says it, in other words than the product's."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from events.models import EventPage

ZONE = zoneinfo.ZoneInfo("Europe/Copenhagen")
Row = dict[str, Any]
Move = tuple[int, Any]
"""Whose registration gets a seat, and at which session."""


class Rules:
    """How many seats there are and who gets them, as the page says it."""

    def __init__(self, page: EventPage, sessions: list[Any], audiences: list[Any]) -> None:
        self.event_seats = page.capacity
        self.seats = {row.translation_key: row.capacity for row in sessions}
        self.is_offering = page.waiting_list_mode == "offer"
        self.by_mix = page.offers_by_mix
        self.begins = page.starts_at
        self.seated = {"confirmed", "offered"} | (
            {"pending"} if page.applications_hold_seat else set()
        )
        self.ways = {None: page.way_in} | {
            row.translation_key: row.way_in or page.way_in for row in audiences
        }
        self.cells: dict[tuple[Any, Any], dict[str, Any]] = {
            (session.translation_key, audience.translation_key): page.seat_matrix.get(
                str(session.row_key), {}
            ).get(str(audience.row_key), {})
            for session in sessions
            for audience in audiences
        }

    def taken(self, rows: Iterable[Row], session: Any = None, audience: Any = None) -> int:
        """How many seats are taken at the event, at a session, or by an audience there."""
        return sum(
            row["state"] in self.seated
            and session in (None, row["event_session_key"])
            and audience in (None, row["audience_key"])
            for row in rows
        )

    def kept(self, rows: list[Row], session: Any, audience: Any, at: dt.datetime) -> int:
        """How many seats are kept that the audience has not taken and still could take."""
        cell = self.cells[session, audience]
        if "until" in cell:
            day = dt.date.fromisoformat(cell["until"]) + dt.timedelta(days=1)
            if at >= dt.datetime.combine(day, dt.time(), ZONE):
                return 0
        taken = self.taken(rows, session, audience)
        return max(0, min(cell.get("kept", 0), cell.get("most", 10**6)) - taken)

    def kept_from(self, rows: list[Row], session: Any, audience: Any, at: dt.datetime) -> int:
        """How many seats at a session are kept from an audience."""
        others = [a for s, a in self.cells if s == session and a != audience]
        return sum(self.kept(rows, session, other, at) for other in others)

    def is_room(self, rows: list[Row], session: Any, audience: Any, at: dt.datetime) -> bool:
        """Whether somebody more could have a seat."""
        if session not in self.seats:
            return False
        most = self.cells[session, audience].get("most") if audience else None
        if most is not None and self.taken(rows, session, audience) >= most:
            return False
        seats = self.seats[session]
        if seats is not None:
            left = seats - self.taken(rows, session)
            if left - self.kept_from(rows, session, audience, at) < 1:
                return False
        if self.event_seats is None:
            return True
        left = self.event_seats - self.taken(rows)
        for other, capacity in self.seats.items():
            kept = self.kept_from(rows, other, audience if other == session else None, at)
            if capacity is not None:
                kept = min(kept, max(0, capacity - self.taken(rows, other)))
            left -= kept
        return left >= 1

    def limits(self) -> list[tuple[Any, Any, int]]:
        """Every limit: session, audience, seats."""
        found = [(None, None, self.event_seats)]
        found += [(session, None, seats) for session, seats in self.seats.items()]
        found += [(*keys, cell.get("most")) for keys, cell in self.cells.items()]
        return [(s, a, seats) for s, a, seats in found if seats is not None]

    def wishes(self, row: Row) -> list[Any]:
        """The sessions somebody who waits would take."""
        wanted = [row["event_session_key"], row["second_choice_key"]]
        wanted += list(self.seats) if row["takes_any_session"] else []
        return [key for key in wanted if key in self.seats]

    def lacks(self, rows: list[Row], session: Any, audience: Any) -> Fraction:
        """Which part of its aim an audience lacks at a session."""
        aim = self.cells[session, audience].get("aim", 0) if audience else 0
        missing = aim - self.taken(rows, session, audience)
        return Fraction(max(0, missing), aim) if aim else Fraction(0)

    def first_wish_with_room(self, rows: list[Row], row: Row, at: dt.datetime) -> Any:
        """The session at which somebody who waits could have a seat; none where staff choose."""
        if self.ways[row["audience_key"]] == "application":
            return None
        there = (s for s in self.wishes(row) if self.is_room(rows, s, row["audience_key"], at))
        return next(there, None)

    def moving_up(self, rows: list[Row], at: dt.datetime) -> list[Move]:
        """Who of those who wait gets a seat, one after the other, and where."""
        rows = [dict(row) for row in rows]
        moved: list[Move] = []
        while True:
            waiting = [row for row in rows if row["state"] == "waiting"]
            could = [(row, self.first_wish_with_room(rows, row, at)) for row in in_line(waiting)]
            could = [(row, session) for row, session in could if session]
            if not could:
                return moved
            if self.by_mix:
                # The first of those who lack the same stands first, for a sort keeps their order.
                could.sort(key=lambda each: -self.lacks(rows, each[1], each[0]["audience_key"]))
            row, session = could[0]
            row |= {"state": "offered", "event_session_key": session}
            moved.append((row["id"], session))


def in_line(rows: Iterable[Row]) -> list[Row]:
    """Return those who wait in their order."""
    return sorted(rows, key=lambda row: (row["waiting_since"], row["id"]))


def out_of_line(before: list[Row], after: list[Row], given: int | None) -> dict[int, Row]:
    """Return those who were moved up, as they stood in the line just before, by their id.

    That is whoever came to a seat in this step, but for new people and for whom the seat was
    ``given``. Who did not wait before had been sent back to the line in the same step.
    """
    was = {row["id"]: row for row in before}
    found = {}
    for row in after:
        earlier = was.get(row["id"])
        if earlier is None or row["id"] == given or row["state"] not in ("confirmed", "offered"):
            continue
        if earlier["state_changed_at"] == row["state_changed_at"]:
            continue
        found[row["id"]] = row | {
            "state": "waiting",
            "event_session_key": row["first_choice_key"] or row["event_session_key"],
            "waiting_since": earlier["waiting_since"] or row["state_changed_at"],
        }
    return found


def breaks_limits(
    rules: Rules, before: list[Row], after: list[Row], *, override: bool
) -> list[tuple[Any, Any, int]]:
    """Return the limits that were passed further, though nobody gave seats knowingly."""
    allowed_more = 1 if override else 0
    return [
        (session, audience, seats)
        for session, audience, seats in rules.limits()
        if rules.taken(after, session, audience)
        > max(seats, rules.taken(before, session, audience)) + allowed_more
    ]
