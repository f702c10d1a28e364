"""What an editor may say of seats: in the table of audiences, and beside what is taken already."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..enums import SeatPoolKind
from ..seat_matrix import Cell, Typed
from .ledger import MAX_CAPACITY, EventRecord
from .registration import Registration

NUMBERS = ("most", "aim", "kept")
DIGITS = 9
"""Numbers with more are absurd anyway, and Python refuses to read the longest at all."""


@dataclass(frozen=True)
class Gathering:
    """A session as it stands in the form."""

    row_key: str
    name: str
    capacity: int | None
    day: dt.date | None
    """The day it is held, in the event's zone."""


@dataclass(frozen=True)
class Group:
    """An audience that people choose, as it stands in the form."""

    row_key: str
    name: str


@dataclass
class ReadMatrix:
    """What was typed into the table, understood, and what is wrong with it."""

    sessions: list[Gathering]
    audiences: list[Group]
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """The inputs that have an error: session, audience and field, with a colon between."""

    def places(self) -> Iterator[tuple[Gathering, Group]]:
        """Yield each session with each audience, in the order of the table."""
        for gathering in self.sessions:
            for group in self.audiences:
                yield gathering, group

    def refuse(self, gathering: Gathering, group: Group, name: str, message: str) -> None:
        """Note what is wrong at a cell."""
        self.messages.append(message)
        self.wrong.append(f"{gathering.row_key}:{group.row_key}:{name}")

    def refuse_kept(self, message: str, gathering: Gathering | None = None) -> None:
        """Note that more seats are kept together, at a session or in all, than there are."""
        self.messages.append(message)
        self.wrong += [
            f"{session_key}:{audience_key}:kept"
            for (session_key, audience_key), cell in self.cells.items()
            if cell.kept and (gathering is None or session_key == gathering.row_key)
        ]

    def as_json(self) -> dict[str, dict[str, Any]]:
        """Return it as the page's field holds it; rows that are gone are not there any more."""
        said: dict[str, dict[str, Any]] = {}
        for (session_key, audience_key), cell in self.cells.items():
            if not cell.is_empty:
                said.setdefault(session_key, {})[audience_key] = cell.as_json()
        return said


def read_matrix(
    typed: Typed, *, sessions: list[Gathering], audiences: list[Group], capacity: int | None
) -> ReadMatrix:
    """Understand what was ``typed``; ``capacity`` is that of the whole event."""
    matrix = ReadMatrix(sessions, audiences)
    for gathering, group in matrix.places():
        said = typed.get((gathering.row_key, group.row_key))
        if said:
            cell = _read_cell(matrix, gathering, group, said)
            matrix.cells[gathering.row_key, group.row_key] = cell
            _check_cell(matrix, gathering, group, cell)
    for gathering in sessions:
        _check_session(matrix, gathering)
    kept = sum(cell.kept for cell in matrix.cells.values())
    if capacity is not None and kept > capacity:
        matrix.refuse_kept(
            _("%(kept)d seats are kept in all, but the whole event has %(seats)d.")
            % {"kept": kept, "seats": capacity}
        )
    return matrix


def cell_name(gathering: Gathering, group: Group) -> str:
    """Return what a cell is called in a message."""
    return _("%(session)s, %(audience)s") % {"session": gathering.name, "audience": group.name}


def _read_cell(
    matrix: ReadMatrix, gathering: Gathering, group: Group, said: Mapping[str, str]
) -> Cell:
    values: dict[str, Any] = {}
    words = {"cell": cell_name(gathering, group), "most": MAX_CAPACITY}
    for name in NUMBERS:
        text = said.get(name, "")
        if not text:
            continue
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else None
        if number is None or number > MAX_CAPACITY:
            message = _("%(cell)s: “%(typed)s” is not a number of seats from 0 to %(most)d.")
            matrix.refuse(gathering, group, name, message % {**words, "typed": text[:40]})
        else:
            values[name] = number
    if said.get("until"):
        try:
            values["until"] = dt.date.fromisoformat(said["until"])
        except ValueError:
            message = _("%(cell)s: “%(typed)s” is not a date.")
            typed = said["until"][:40]
            matrix.refuse(gathering, group, "until", message % {**words, "typed": typed})
    return Cell(**values)


def _check_cell(matrix: ReadMatrix, gathering: Gathering, group: Group, cell: Cell) -> None:
    words: dict[str, Any] = {"cell": cell_name(gathering, group), **cell.as_json()}
    if cell.most is not None and cell.kept > cell.most:
        message = _("%(cell)s: %(kept)d seats are kept, but at most %(most)d can be taken.")
        matrix.refuse(gathering, group, "kept", message % words)
    if cell.most is not None and cell.aim is not None and cell.aim > cell.most:
        message = _("%(cell)s: you aim for %(aim)d, but at most %(most)d seats can be taken.")
        matrix.refuse(gathering, group, "aim", message % words)
    if cell.until is None:
        return
    is_unread = f"{gathering.row_key}:{group.row_key}:kept" in matrix.wrong
    if not cell.kept and not is_unread:
        message = _("%(cell)s: there is a date, but no number of seats that are kept until then.")
        matrix.refuse(gathering, group, "until", message % words)
    if gathering.day is not None and cell.until > gathering.day:
        message = _("%(cell)s: seats cannot be kept longer than until the day itself, %(day)s.")
        day = date_format(gathering.day, "DATE_FORMAT")
        matrix.refuse(gathering, group, "until", message % {**words, "day": day})


def _check_session(matrix: ReadMatrix, gathering: Gathering) -> None:
    kept = sum(
        matrix.cells.get((gathering.row_key, group.row_key), Cell()).kept
        for group in matrix.audiences
    )
    if gathering.capacity is None or kept <= gathering.capacity:
        return
    message = _("%(session)s: %(kept)d seats are kept in all, but there are %(seats)d.") % {
        "session": gathering.name,
        "kept": kept,
        "seats": gathering.capacity,
    }
    matrix.refuse_kept(message, gathering)


# What is taken


@dataclass(frozen=True)
class TakenSeats:
    """How many seats of an event are taken, and how many there were when it was last published."""

    numbers: Counter[tuple[uuid.UUID, uuid.UUID | None]]
    capacities: dict[tuple[uuid.UUID | None, uuid.UUID | None], int | None]

    def too_few(
        self,
        capacity: int | None,
        session_key: uuid.UUID | None = None,
        audience_key: uuid.UUID | None = None,
    ) -> str:
        """Return what is wrong with a new ``capacity``, of the event without keys, or nothing.

        Only a limit that is lowered can be wrong: staff may have let in more on purpose.
        """
        taken = sum(
            number
            for (session, audience), number in self.numbers.items()
            if session_key in (None, session) and audience_key in (None, audience)
        )
        before = self.capacities.get((session_key, audience_key))
        if capacity is None or capacity >= taken or (before is not None and capacity >= before):
            return ""
        return ngettext(
            "%(count)d seat is taken. Nobody loses a seat: it cannot be fewer.",
            "%(count)d seats are taken. Nobody loses a seat: it cannot be fewer.",
            taken,
        ) % {"count": taken}


def taken_seats(event_key: uuid.UUID) -> TakenSeats | None:
    """Return what is taken of the event, in three queries; None if it was never published."""
    event = EventRecord.objects.filter(key=event_key).first()
    if event is None:
        return None
    numbers: Counter[tuple[uuid.UUID, uuid.UUID | None]] = Counter()
    rows = Registration.objects.filter(event=event, state__in=event.seat_states)
    for session_key, audience_key in rows.values_list("event_session_key", "audience_key"):
        numbers[session_key, audience_key] += 1
    pools = event.seat_pools.exclude(kind=SeatPoolKind.AUDIENCE, is_closed=True)
    return TakenSeats(
        numbers=numbers,
        capacities={(pool.event_session_key, pool.audience_key): pool.capacity for pool in pools},
    )
