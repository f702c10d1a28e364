"""Calendar files: of a registration for its holder, of an event for everyone."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

import icalendar
from django.utils import timezone

PRODUCT = "-//Kom med//kommed//DA"
PUBLISH, CANCEL = "PUBLISH", "CANCEL"
"""What a calendar file is for: an entry to keep up to date, or one to take out."""
CONFIRMED, TENTATIVE, CANCELLED = "CONFIRMED", "TENTATIVE", "CANCELLED"
"""What an entry says of itself."""

END = b"END:VCALENDAR\r\n"
START_OF_ENTRY = b"BEGIN:VEVENT\r\n"


@dataclass(frozen=True)
class CalendarEntry:
    """One entry in somebody's calendar. Times are ISO 8601 with offset; ``zone`` names theirs.

    Of two entries with one ``uid`` the one with the greater ``sequence`` is true. ``changed_at`` is
    when what the entry says was last changed, ISO 8601; now where it is empty. ``organizer`` is an
    address that everybody may know.
    """

    uid: str
    summary: str
    starts_at: str
    ends_at: str
    zone: str
    location: str = ""
    url: str = ""
    description: str = ""
    status: str = CONFIRMED
    sequence: int = 0
    changed_at: str = ""
    organizer: str = ""

    def as_document(self) -> dict[str, Any]:
        """Return the entry as a message's context keeps it."""
        return asdict(self)


def session_uid(key: Any) -> str:
    """Return the ``UID`` of a session's entry in the calendars that everybody may read."""
    return f"{key}@kommed"


def registration_uid(key: Any) -> str:
    """Return the ``UID`` of the entry of one registration: the same as long as it lives."""
    return f"{key}@kommed"


def calendar_file(entries: list[CalendarEntry], *, method: str = PUBLISH) -> bytes:
    """Return an iCalendar file with its time zones, as RFC 5545 asks for."""
    before, end = _empty_calendar(method)
    if not entries:
        return before + end
    moments = [moment for entry in entries for moment in (entry.starts_at, entry.ends_at)]
    years = [dt.datetime.fromisoformat(moment).year for moment in moments]
    written = [_written(entry) for entry in entries]
    names = frozenset().union(*(zones for zones, _lines in written))
    zones = _time_zones(names, min(years), max(years))
    return before + zones + b"".join(lines for _zones, lines in written) + end


@lru_cache
def _empty_calendar(method: str) -> tuple[bytes, bytes]:
    """Return what comes before and after all that is in a calendar."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    written = bytes(calendar.to_ical())
    return written[: -len(END)], written[-len(END) :]


@lru_cache(maxsize=64)
def _time_zones(names: frozenset[str], first_year: int, last_year: int) -> bytes:
    """Return what a file says of its time zones: the same in thousands of them, and half the work.

    Only the years that are spoken of; by default the library writes out seventy. From the year
    before, so that what holds on New Year's Day is there too.
    """
    return b"".join(
        icalendar.Timezone.from_tzid(
            name,
            first_date=dt.date(first_year - 1, 1, 1),
            last_date=dt.date(last_year + 1, 12, 31),
        ).to_ical()
        for name in sorted(names)
    )


def _written(entry: CalendarEntry) -> tuple[frozenset[str], bytes]:
    """Return the time zones that ``entry`` names, and its lines.

    What is the same for everybody at a session is written once; a reminder goes to thousands.
    """
    zones, shared = _shared_lines(replace(entry, uid="", changed_at="", sequence=0))
    changed = dt.datetime.fromisoformat(entry.changed_at) if entry.changed_at else timezone.now()
    moment = f"{changed.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    own = [
        *(f"UID:{entry.uid}", f"SEQUENCE:{entry.sequence}"),
        *(f"DTSTAMP:{moment}", f"LAST-MODIFIED:{moment}"),
    ]
    # All of them short, and without anything that would have to be escaped.
    return zones, START_OF_ENTRY + "".join(f"{line}\r\n" for line in own).encode() + shared


@lru_cache(maxsize=256)
def _shared_lines(entry: CalendarEntry) -> tuple[frozenset[str], bytes]:
    """Return the time zones, and the lines from after the entry's own up to and with its end."""
    zone = zoneinfo.ZoneInfo(entry.zone)
    component = icalendar.Event()
    component.add("summary", entry.summary)
    component.add("dtstart", _sayable(entry.starts_at, zone))
    component.add("dtend", _sayable(entry.ends_at, zone))
    component.add("status", entry.status)
    for name in ("location", "url", "description"):
        if value := getattr(entry, name):
            component.add(name, value)
    if entry.organizer:
        component.add("organizer", f"mailto:{entry.organizer}")
    calendar = icalendar.Calendar()
    calendar.add_component(component)
    zones = frozenset(calendar.get_missing_tzids())
    return zones, bytes(component.to_ical())[len(START_OF_ENTRY) :]


def _sayable(moment: str, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Return ``moment`` in ``zone``, or in UTC in the hour that the clocks go through again.

    In a calendar file a local time that is there twice means the first of the two.
    """
    local = dt.datetime.fromisoformat(moment).astimezone(zone)
    return local.astimezone(dt.UTC) if local.fold else local
