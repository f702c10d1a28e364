"""Calendar files as such: times over the nights in which clocks are changed, and round trips."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

import icalendar
import pytest

from events.calendar import CANCEL, CANCELLED, CalendarEntry, calendar_file

COPENHAGEN = zoneinfo.ZoneInfo("Europe/Copenhagen")


def entry(starts_at: dt.datetime, **fields: Any) -> CalendarEntry:
    return CalendarEntry(
        uid="a@kommed",
        summary="Åbne værksteder, del 1; “Hvad nu?”",
        starts_at=starts_at.isoformat(),
        ends_at=(starts_at + dt.timedelta(hours=3)).isoformat(),
        zone="Europe/Copenhagen",
        **fields,
    )


def offset_by_file(content: bytes, local: dt.datetime) -> dt.timedelta:
    """Return the offset from UTC that the file's own time zone gives to a local time."""
    calendar = icalendar.Calendar.from_ical(content)
    (zone,) = calendar.walk("VTIMEZONE")
    found = zone.to_tz(lookup_tzid=False).utcoffset(local)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("2026-10-24T20:00", 2),
        ("2026-10-25T01:30", 2),
        ("2026-10-25T04:00", 1),
        ("2027-03-28T01:30", 1),
        ("2027-03-28T04:00", 2),
        ("2027-01-01T00:30", 1),
    ],
)
def test_the_zone_in_the_file_knows_when_clocks_are_changed(text: str, hours: int) -> None:
    local = dt.datetime.fromisoformat(text)
    starts_at = local.replace(tzinfo=COPENHAGEN)

    content = calendar_file([entry(starts_at)])

    assert offset_by_file(content, local) == dt.timedelta(hours=hours)
    (read,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert read["DTSTART"].dt.astimezone(dt.UTC) == starts_at.astimezone(dt.UTC)
    assert read["DTSTART"].dt.replace(tzinfo=None) == local


def test_an_entry_that_ends_in_the_hour_that_is_there_twice_lasts_as_long_as_it_lasts() -> None:
    starts_at = dt.datetime(2026, 10, 25, 0, 30, tzinfo=COPENHAGEN).astimezone(dt.UTC)

    (read,) = icalendar.Calendar.from_ical(calendar_file([entry(starts_at)])).walk("VEVENT")

    lasts = read["DTEND"].dt.astimezone(dt.UTC) - read["DTSTART"].dt.astimezone(dt.UTC)
    assert lasts == dt.timedelta(hours=3)


def test_what_is_written_can_be_read_again() -> None:
    given = entry(
        dt.datetime(2026, 10, 3, 11, tzinfo=dt.UTC),
        status=CANCELLED,
        sequence=7,
        changed_at="2026-09-01T10:00:00+00:00",
        organizer="postkasse@example.dk",
        location="Rådhuset, Rådhuspladsen 1, 1599 København",
    )

    first, second = calendar_file([given], method=CANCEL), calendar_file([given], method=CANCEL)

    assert first == second  # the same on every attempt to send it
    calendar = icalendar.Calendar.from_ical(first)
    (read,) = calendar.walk("VEVENT")
    assert (str(calendar["METHOD"]), str(read["STATUS"]), read["SEQUENCE"]) == (
        "CANCEL",
        "CANCELLED",
        7,
    )
    assert str(read["SUMMARY"]) == given.summary
    assert str(read["LOCATION"]) == given.location
    assert str(read["ORGANIZER"]) == "mailto:postkasse@example.dk"
    assert "ATTENDEE" not in read
    assert (
        read["DTSTAMP"].dt == read["LAST-MODIFIED"].dt == dt.datetime(2026, 9, 1, 10, tzinfo=dt.UTC)
    )
    assert max(len(line) for line in first.split(b"\r\n")) <= 75
