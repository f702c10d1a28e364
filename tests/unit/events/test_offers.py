"""Until when an offered seat is held: not at night or in a weekend where there is room."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from events.offers import offer_ends

ZONE = zoneinfo.ZoneInfo("Europe/Copenhagen")
FAR = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)


def local(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=ZONE)  # type: ignore[misc,arg-type]


def ends(at: dt.datetime, hours: int, begins: dt.datetime | None) -> dt.datetime | None:
    found = offer_ends(at=at, hours=hours, zone=ZONE, starts_at=begins)
    return found and found.astimezone(ZONE)


@pytest.mark.parametrize(
    ("at", "hours", "expected"),
    [
        # Tuesday morning, a day later.
        (local(2026, 11, 24, 10), 24, local(2026, 11, 25, 10)),
        # In the evening and early in the morning: noon, of the next day or the same.
        (local(2026, 11, 24, 20), 24, local(2026, 11, 26, 12)),
        (local(2026, 11, 24, 5), 24, local(2026, 11, 25, 12)),
        # On the edges of the day.
        (local(2026, 11, 24, 9), 24, local(2026, 11, 25, 9)),
        (local(2026, 11, 24, 18), 24, local(2026, 11, 25, 18)),
        (local(2026, 11, 24, 18, 1), 24, local(2026, 11, 26, 12)),
        # Friday: the end would be on Saturday.
        (local(2026, 11, 27, 10), 24, local(2026, 11, 30, 12)),
        # The night in which clocks go back: a day is 24 hours that pass, so 9 o'clock by the clock.
        (local(2026, 10, 25, 10), 24, local(2026, 10, 26, 10)),
        (local(2026, 10, 24, 11), 48, local(2026, 10, 26, 10)),
        # It would end in the hour that is there twice, or in the one that is not: both on Sunday.
        (local(2026, 10, 24, 2, 30), 24, local(2026, 10, 26, 12)),
        (local(2027, 3, 27, 2, 30), 24, local(2027, 3, 29, 12)),
        # The night in which clocks go forward.
        (local(2027, 3, 27, 10), 48, local(2027, 3, 29, 11)),
    ],
)
def test_an_offer_ends_when_people_are_awake(
    at: dt.datetime, hours: int, expected: dt.datetime
) -> None:
    assert ends(at, hours, FAR) == expected
    assert ends(at, hours, None) == expected


@pytest.mark.parametrize(
    ("left", "held"),
    [
        (dt.timedelta(hours=40), dt.timedelta(hours=10)),
        (dt.timedelta(hours=4), dt.timedelta(hours=1)),
        # Half an hour at least.
        (dt.timedelta(minutes=60), dt.timedelta(minutes=30)),
        (dt.timedelta(minutes=30), dt.timedelta(minutes=30)),
        # Too late for an answer.
        (dt.timedelta(minutes=29), None),
        (dt.timedelta(0), None),
        (dt.timedelta(hours=-1), None),
    ],
)
def test_near_the_event_an_offer_is_short(left: dt.timedelta, held: dt.timedelta | None) -> None:
    at = local(2026, 11, 24, 23)

    assert ends(at, 24, at + left) == (held and at + held)


@pytest.mark.parametrize(
    ("at", "hours", "begins", "expected"),
    [
        # A quarter would end in the night or the weekend: on the next day there is room, but no
        # longer than without the event being near ...
        (local(2026, 9, 30, 10), 24, local(2026, 10, 3, 13), local(2026, 10, 1, 10)),
        (local(2026, 9, 30, 10), 48, local(2026, 10, 3, 13), local(2026, 10, 1, 12)),
        (local(2026, 9, 30, 10), 72, local(2026, 10, 11, 13), local(2026, 10, 5, 12)),
        # ... and only if half of the time is left then. Noon is too late, the morning is not.
        (local(2026, 9, 30, 17), 48, local(2026, 10, 2, 4), local(2026, 10, 1, 10, 30)),
        # The next day is too late: back to the end of the same one, or of Friday.
        (local(2026, 10, 1, 15), 24, local(2026, 10, 2, 13), local(2026, 10, 1, 18)),
        (local(2026, 10, 2, 10), 24, local(2026, 10, 5, 9), local(2026, 10, 2, 18)),
        # Two hours at least: at four there is time for that, and a minute later there is not.
        (local(2026, 10, 1, 16), 24, local(2026, 10, 2, 13), local(2026, 10, 1, 18)),
        (local(2026, 10, 1, 16, 1), 24, local(2026, 10, 2, 13, 1), local(2026, 10, 1, 21, 16)),
        # In the weekend before, there is no such moment at all.
        (local(2026, 10, 3, 12), 24, local(2026, 10, 4, 12), local(2026, 10, 3, 18)),
    ],
)
def test_near_the_event_too_it_ends_by_day_where_there_is_room(
    at: dt.datetime, hours: int, begins: dt.datetime, expected: dt.datetime
) -> None:
    assert ends(at, hours, begins) == expected


def is_by_day(moment: dt.datetime) -> bool:
    local_time = moment.astimezone(ZONE)
    return local_time.weekday() < 5 and dt.time(9) <= local_time.time() <= dt.time(18)


MINUTES = 2 * 365 * 24 * 60
MOMENTS = st.integers(0, MINUTES).map(
    lambda minutes: dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
)


@given(at=MOMENTS, hours=st.integers(1, 24 * 14), left=st.integers(-60, 90 * 24 * 60))
@example(at=dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC), hours=1, left=90 * 24 * 60)
@example(at=dt.datetime(2026, 10, 24, 0, 30, tzinfo=dt.UTC), hours=24, left=90 * 24 * 60)
@example(at=dt.datetime(2027, 3, 27, 1, 30, tzinfo=dt.UTC), hours=24, left=90 * 24 * 60)
def test_whenever_it_is_made(at: dt.datetime, hours: int, left: int) -> None:
    begins = at + dt.timedelta(minutes=left)

    found = ends(at, hours, begins)

    if found is None:
        assert left < 30
        return
    assert at + dt.timedelta(minutes=29) < found <= begins
    near = max(dt.timedelta(minutes=30), (begins - at) / 4)
    moved_back = dt.timedelta(hours=2)
    if not is_by_day(found):
        # Only as there is no moment by day until half of the time is over.
        assert found == at + near
        steps = range(0, int(((begins - at) / 2 - moved_back).total_seconds()) + 1, 600)
        assert not any(is_by_day(at + moved_back + dt.timedelta(seconds=step)) for step in steps)
    # Not shorter than was promised, unless the event is near; and no longer than over a weekend.
    promised = min(dt.timedelta(hours=hours), near)
    assert found - at >= promised or (is_by_day(found) and found - at >= moved_back)
    assert found - at <= dt.timedelta(hours=hours + 24 * 3)
    assert found - at <= max(dt.timedelta(minutes=30), (begins - at) / 2)
