"""What an editor says of each audience at each session: at most, aim for, kept until."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


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


def _number(value: Any) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and value >= 0 else None


def _day(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
