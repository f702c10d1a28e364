"""How many seats are left, in words: for the page as it comes and for its script to refresh."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..capacity import SeatCount, Seats, count_seats
from ..enums import EventStatus, SeatPoolKind, WayIn
from ..models import EventPageMixin, EventRecord
from ..models.event_questions import audience_choices

FEW_SEATS = 5
"""From this number of seats on the page says "few" and how many."""
SEATS, FEW, FULL, CLOSED, ALL, UNLIMITED = "seats", "few", "full", "closed", "all", "unlimited"
"""What is said of a session: how many are left, few, none, that it takes nobody, how many there are
where applications take none, or nothing."""


@dataclass(frozen=True)
class SeatsLine:
    """What is said of the seats of one session, and what kind of thing that is."""

    state: str
    text: str = ""
    free: int | None = None
    """How many are left, where that is said."""


def seats_line(
    seats: Seats | None, *, is_closed: bool = False, takes_no_seat: bool = False
) -> SeatsLine:
    """Say how many seats are left. ``takes_no_seat``: who applies does not take one yet."""
    if is_closed:
        return SeatsLine(CLOSED, _("Closed – please choose another"))
    if seats is None or seats.capacity is None:
        return SeatsLine(UNLIMITED)
    if takes_no_seat:
        text = ngettext("%(number)s seat", "%(number)s seats", seats.capacity)
        return SeatsLine(ALL, text % {"number": seats.capacity})
    if seats.is_full or seats.free is None:
        return SeatsLine(FULL, _("Full – you go on the waiting list"))
    text = _("%(free)s of %(capacity)s seats left")
    words = text % {"free": seats.free, "capacity": seats.capacity}
    return _left(seats.free, words)


def audience_line(
    count: SeatCount, session_key: uuid.UUID, audience_key: uuid.UUID, *, whole: SeatsLine
) -> SeatsLine:
    """Say what holds for one audience at a session; ``whole`` is what is said of the session."""
    if whole.state == CLOSED:
        return whole
    way_in = count.way_in(session_key, audience_key)
    if way_in == WayIn.INVITATION and count.event.way_in != way_in:
        return SeatsLine(ALL, _("By invitation only"))
    if way_in == WayIn.APPLICATION and not count.event.applications_hold_seat:
        is_usual = count.event.way_in == way_in
        return whole if is_usual else SeatsLine(ALL, _("You apply, and the organiser chooses"))
    return _line_for(count, session_key, audience_key)


def _line_for(count: SeatCount, session_key: uuid.UUID, audience_key: uuid.UUID) -> SeatsLine:
    """Say what is within reach of an audience whose seats are first come, first served."""
    if count.newcomer_waits(session_key, audience_key):
        return SeatsLine(FULL, _("Full – you go on the waiting list"))
    free = count.free_for(session_key, audience_key)
    if free is None:
        return SeatsLine(UNLIMITED)
    text = ngettext("%(free)s seat left", "%(free)s seats left", free)
    return _left(free, text % {"free": free})


def _left(free: int, words: str) -> SeatsLine:
    if free > FEW_SEATS:
        return SeatsLine(SEATS, words, free)
    text = ngettext("The last seat", "The last %(number)s seats", free)
    return SeatsLine(FEW, text % {"number": free}, free)


def takes_no_seat(event: EventRecord) -> bool:
    """Return whether those who register take no seat yet, because staff choose among them."""
    return event.way_in == WayIn.APPLICATION and not event.applications_hold_seat


def live_seats(page: EventPageMixin, event: EventRecord, *, status: EventStatus) -> dict[str, Any]:
    """Return what the page's script reads: each session's seats, and the audiences that differ.

    In the active language; nothing about anybody. The number of queries does not depend on the
    number of sessions or audiences.
    """
    count = count_seats(event)
    audiences = audience_choices(page.audiences.all())
    return {
        "status": status,
        "sessions": [
            _session_now(count, row.translation_key, audiences) for row in page.event_sessions.all()
        ],
    }


def _session_now(count: SeatCount, key: uuid.UUID, audiences: list[Any]) -> dict[str, Any]:
    pool = count.pool(SeatPoolKind.EVENT_SESSION, key)
    seats = count.of_event_session(key)
    line = seats_line(
        seats,
        is_closed=pool is None or pool.takes_nobody or pool.has_begun(count.at),
        takes_no_seat=takes_no_seat(count.event),
    )
    lines = {
        str(row.translation_key): audience_line(count, key, row.translation_key, whole=line)
        for row in audiences
    }
    return {
        "key": str(key),
        "state": line.state,
        "text": line.text,
        "taken": seats.taken if seats else 0,
        "capacity": seats.capacity if seats else None,
        "audiences": {
            name: {"state": said.state, "text": said.text}
            for name, said in lines.items()
            if _differs(said, line)
        },
    }


def _differs(said: SeatsLine, whole: SeatsLine) -> bool:
    if said.state == whole.state == SEATS:
        return said.free != whole.free
    return said != whole


def status_of(event: EventRecord, now: dt.datetime) -> EventStatus:
    """Return whether one can register for ``event`` at ``now``."""
    if event.is_cancelled:
        return EventStatus.CANCELLED
    if event.opens_at is not None and now < event.opens_at:
        return EventStatus.NOT_YET_OPEN
    if not event.is_live or (event.closes_at is not None and now >= event.closes_at):
        return EventStatus.CLOSED
    return EventStatus.OPEN
