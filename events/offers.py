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
"""Near the session an offer is held for a quarter of the time that is left."""
LONGEST_SHARE = 2
"""No end is moved on to where less than half of the time would be left for the next in line."""
LEAST = dt.timedelta(minutes=30)
LEAST_MOVED_BACK = dt.timedelta(hours=2)
"""An end is not moved back to where an offer would be held for less than this."""


def offer_ends(
    *,
    at: dt.datetime,
    hours: int,
    zone: zoneinfo.ZoneInfo,
    starts_at: dt.datetime | None,
) -> dt.datetime | None:
    """Return until when a seat that is offered ``at`` is held; None when it is too late for it.

    ``hours`` after the offer, or near the session, which ``starts_at``, a quarter of the time that
    is left. An end at night or in a weekend of ``zone`` is moved on to noon of the next weekday;
    where that would be later than half of the time that is left, back to the last daytime of a
    weekday before. Only where an offer would be too short then it ends after the quarter, whatever
    the hour. Hours are those that pass, so an offer over a night in which clocks are changed is not
    longer or shorter.
    """
    # Two times of one zone would be reckoned by the clock on the wall.
    at = at.astimezone(dt.UTC)
    wanted = _moved_on(at + dt.timedelta(hours=hours), zone)
    if starts_at is None:
        return wanted
    left = starts_at.astimezone(dt.UTC) - at
    if left < LEAST:
        return None
    short = at + max(LEAST, left / SHARE_OF_WHAT_IS_LEFT)
    latest = at + max(LEAST, left / LONGEST_SHARE)
    ends = min(wanted, _moved_on(short, zone))
    if ends <= latest:
        return ends
    earlier = _moved_back(latest, zone)
    return earlier if earlier >= at + LEAST_MOVED_BACK else short


def _moved_on(moment: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Return ``moment``, or noon of the next weekday when it is at night or in a weekend."""
    local = moment.astimezone(zone)
    if _is_daytime(local):
        return moment
    day = local.date()
    if not (local.weekday() < WEEKDAYS and local.time() < DAY_BEGINS):
        day += dt.timedelta(days=1)
    while day.weekday() >= WEEKDAYS:
        day += dt.timedelta(days=1)
    return dt.datetime.combine(day, MOVED_TO, zone).astimezone(dt.UTC)


def _moved_back(moment: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Return ``moment``, or the end of the last weekday's daytime before it."""
    local = moment.astimezone(zone)
    if _is_daytime(local):
        return moment
    day = local.date()
    if local.time() < DAY_BEGINS:
        day -= dt.timedelta(days=1)
    while day.weekday() >= WEEKDAYS:
        day -= dt.timedelta(days=1)
    return dt.datetime.combine(day, DAY_ENDS, zone).astimezone(dt.UTC)


def _is_daytime(local: dt.datetime) -> bool:
    return local.weekday() < WEEKDAYS and DAY_BEGINS <= local.time() <= DAY_ENDS
