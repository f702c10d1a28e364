"""What an editor says of each audience at each session: at most, aim for, kept until."""

from __future__ import annotations

import datetime as dt
import json
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CELL_FIELDS = ("most", "aim", "kept", "until")
LONGEST_MATRIX = 500_000
"""Characters of JSON; more is nothing that an editor's table would send."""

Typed = dict[tuple[str, str], dict[str, str]]
"""What was typed, as it was typed, by the ``row_key`` of session and audience."""


@dataclass(frozen=True)
class Cell:
    """One audience at one session. Numbers are seats; ``until`` is the last day they are kept."""

    most: int | None = None
    aim: int | None = None
    kept: int = 0
    until: dt.date | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said."""
        return self == Cell()

    def kept_until(self, zone: zoneinfo.ZoneInfo) -> dt.datetime | None:
        """Return the first moment at which the kept seats are anybody's; None for "always kept".

        The last day counts as a whole, in the event's zone.
        """
        if self.until is None:
            return None
        next_day = dt.datetime.combine(self.until + dt.timedelta(days=1), dt.time(), zone)
        return next_day.astimezone(dt.UTC)

    def as_json(self) -> dict[str, Any]:
        """Return it as the page's field holds it; what is not said is left out."""
        said: dict[str, Any] = {}
        for name in ("most", "aim"):
            if getattr(self, name) is not None:
                said[name] = getattr(self, name)
        if self.kept:
            said["kept"] = self.kept
        if self.until is not None:
            said["until"] = self.until.isoformat()
        return said


def cell_of(matrix: Any, session_row_key: Any, audience_row_key: Any) -> Cell:
    """Return what ``matrix``, the page's field, says of one cell. Rows are named by ``row_key``.

    What cannot be read counts as not said: the field's own form refuses it before it is saved.
    """
    rows = matrix if isinstance(matrix, Mapping) else {}
    row = rows.get(str(session_row_key))
    said = row.get(str(audience_row_key)) if isinstance(row, Mapping) else None
    if not isinstance(said, Mapping):
        return Cell()
    return Cell(
        most=_number(said.get("most")),
        aim=_number(said.get("aim")),
        kept=_number(said.get("kept")) or 0,
        until=_day(said.get("until")),
    )


def typed_cells(value: Any) -> Typed:
    """Return what ``value``, the page's field or the table as it was sent, says of each cell.

    Cells of which nothing is said are left out, and so is what is no cell. Raises ``ValueError``
    for text that is no table at all.
    """
    if isinstance(value, str):
        value = _table_in(value)
    cells: Typed = {}
    for session_key, row in (value or {}).items():
        for audience_key, said in row.items() if isinstance(row, Mapping) else ():
            texts = _texts(said) if isinstance(said, Mapping) else {}
            if texts:
                cells[str(session_key), str(audience_key)] = texts
    return cells


def _table_in(text: str) -> Mapping[str, Any]:
    if len(text) > LONGEST_MATRIX:
        raise ValueError("too long")
    try:
        value = json.loads(text) if text.strip() else {}
    except RecursionError as error:
        raise ValueError("too deep") from error
    if not isinstance(value, Mapping):
        raise ValueError("not a table")  # noqa: TRY004 (a bad value, not a bug)
    return value


def _texts(said: Mapping[str, Any]) -> dict[str, str]:
    texts = {
        name: str(said[name]).strip()
        for name in CELL_FIELDS
        if isinstance(said.get(name), str | int) and not isinstance(said.get(name), bool)
    }
    return {name: text for name, text in texts.items() if text}


def _number(value: Any) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and value >= 0 else None


def _day(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
