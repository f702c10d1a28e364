"""Calendar files: of a registration for its holder, of an event for everyone."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import icalendar
from django.utils import timezone

PRODUCT = "-//Kom med//kommed//DA"
PUBLISH, CANCEL = "PUBLISH", "CANCEL"
"""What a calendar file is for: an entry to keep up to date, or one to take out."""
CONFIRMED, TENTATIVE, CANCELLED = "CONFIRMED", "TENTATIVE", "CANCELLED"
"""What an entry says of itself."""


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
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for entry in entries:
        calendar.add_component(_component(entry))
    if not entries:
        return bytes(calendar.to_ical())
    years = [dt.datetime.fromisoformat(entry.starts_at).year for entry in entries]
    years += [dt.datetime.fromisoformat(entry.ends_at).year for entry in entries]
    zones = _time_zones(frozenset(calendar.get_missing_tzids()), min(years), max(years))
    before, first_entry, rest = bytes(calendar.to_ical()).partition(b"BEGIN:VEVENT")
    return before + zones + first_entry + rest


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


def _component(entry: CalendarEntry) -> icalendar.Event:
    zone = zoneinfo.ZoneInfo(entry.zone)
    changed = dt.datetime.fromisoformat(entry.changed_at) if entry.changed_at else timezone.now()
    component = icalendar.Event()
    component.add("uid", entry.uid)
    component.add("dtstamp", changed.astimezone(dt.UTC))
    component.add("last-modified", changed.astimezone(dt.UTC))
    component.add("summary", entry.summary)
    component.add("dtstart", _sayable(entry.starts_at, zone))
    component.add("dtend", _sayable(entry.ends_at, zone))
    component.add("status", entry.status)
    component.add("sequence", entry.sequence)
    for name in ("location", "url", "description"):
        if value := getattr(entry, name):
            component.add(name, value)
    if entry.organizer:
        component.add("organizer", f"mailto:{entry.organizer}")
    return component


def _sayable(moment: str, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Return ``moment`` in ``zone``, or in UTC in the hour that the clocks go through again.

    In a calendar file a local time that is there twice means the first of the two.
    """
    local = dt.datetime.fromisoformat(moment).astimezone(zone)
    return local.astimezone(dt.UTC) if local.fold else local
