"""Until when an offered seat is held."""

from __future__ import annotations

import datetime as dt
import zoneinfo

DAY_BEGINS, DAY_ENDS = dt.time(9), dt.time(18)
"""Between these times of a weekday an offer may end: people are awake, and can ask somebody."""
MOVED_TO = dt.time(12)
"""The time of the next weekday to which an end is moved that lies at night or in a weekend."""
WEEKDAYS = 5
SHARE_OF_WHAT_IS_LEFT = 4
"""Near the event an offer is held for a quarter of the time that is left at most."""
LEAST = dt.timedelta(minutes=30)


def offer_ends(
    *,
    at: dt.datetime,
    hours: int,
    zone: zoneinfo.ZoneInfo,
    event_starts_at: dt.datetime | None,
) -> dt.datetime | None:
    """Return until when a seat that is offered ``at`` is held; None when it is too late for it.

    ``hours`` after the offer, but not at night or in a weekend of ``zone``: such an end is moved on
    to noon of the next weekday. Near the event that would be too long: then it is a quarter of the
    time until ``event_starts_at``, whenever that ends. Hours are those that pass, so an offer over
    a night in which clocks are changed is not longer or shorter.
    """
    # Two times of one zone would be reckoned by the clock on the wall.
    at = at.astimezone(dt.UTC)
    wanted = _out_of_the_night(at + dt.timedelta(hours=hours), zone)
    if event_starts_at is None:
        return wanted
    left = event_starts_at.astimezone(dt.UTC) - at
    if left < LEAST:
        return None
    latest = at + max(LEAST, left / SHARE_OF_WHAT_IS_LEFT)
    return min(wanted, latest)


def _out_of_the_night(moment: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    local = moment.astimezone(zone)
    is_weekday = local.weekday() < WEEKDAYS
    if is_weekday and DAY_BEGINS <= local.time() <= DAY_ENDS:
        return moment
    day = local.date()
    if not (is_weekday and local.time() < DAY_BEGINS):
        day += dt.timedelta(days=1)
    while day.weekday() >= WEEKDAYS:
        day += dt.timedelta(days=1)
    return dt.datetime.combine(day, MOVED_TO, zone).astimezone(dt.UTC)
