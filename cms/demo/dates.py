"""When the demo event is held: always some weeks from now."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from events.models import EventPage
from events.models.event_page import DEFAULT_TIME_ZONE

from .texts_da import EVENT

ZONE = zoneinfo.ZoneInfo(DEFAULT_TIME_ZONE)
WEEKS_AHEAD = dt.timedelta(weeks=6)
BEFORE_IT_CLOSES = dt.timedelta(days=12)
SEATS_ARE_OPEN = dt.timedelta(days=14)
"""So long before the last day to register, seats that are kept for an audience become anybody's."""
WEDNESDAY = 2
STARTS, ENDS = dt.time(13), dt.time(16)
HOLIDAYS = ((12, 21), (1, 2))
"""Nobody holds workshops, or decides to come to one, between these days."""


@dataclass(frozen=True)
class EventDates:
    """The event's day, the last day to register, and until when seats are kept."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    registration_closes_on: dt.date

    @property
    def seats_kept_until(self) -> dt.date:
        """The last day on which seats are kept for an audience."""
        return self.registration_closes_on - SEATS_ARE_OPEN

    def put_on(self, page: Any) -> None:
        """Write the dates on ``page``, without saving it."""
        page.starts_at = self.starts_at
        page.ends_at = self.ends_at
        page.registration_closes_on = self.registration_closes_on
        for row in page.seat_matrix.values():
            for cell in row.values():
                if "until" in cell:
                    cell["until"] = self.seats_kept_until.isoformat()


def event_dates(today: dt.date) -> EventDates:
    """Return the dates of an event that is prepared on ``today``: a Wednesday afternoon."""
    day = today + WEEKS_AHEAD
    day += dt.timedelta(days=(WEDNESDAY - day.weekday()) % 7)
    while _is_holiday(day):
        day += dt.timedelta(weeks=1)
    last_day = day - BEFORE_IT_CLOSES
    while _is_holiday(last_day):
        last_day -= dt.timedelta(weeks=1)
    return EventDates(
        starts_at=dt.datetime.combine(day, STARTS, ZONE).astimezone(dt.UTC),
        ends_at=dt.datetime.combine(day, ENDS, ZONE).astimezone(dt.UTC),
        registration_closes_on=last_day,
    )


def _is_holiday(day: dt.date) -> bool:
    return (day.month, day.day) >= HOLIDAYS[0] or (day.month, day.day) <= HOLIDAYS[1]


def move_dates_on(*, now: dt.datetime | None = None) -> bool:
    """Move the demo event's dates on if its deadline has passed; return whether it had.

    In both languages, on the published page and on the draft that an editor may have begun. The
    ledger follows, because the page is saved whole.
    """
    now = now or timezone.now()
    found = EventPage.objects.filter(slug=EVENT.slug, live=True, alias_of__isnull=True)
    source = found.order_by("-pk").first()
    closes_at = source.registration_closes_at if source is not None else None
    if source is None or closes_at is None or closes_at > now:
        return False
    dates = event_dates(now.astimezone(ZONE).date())
    with transaction.atomic():
        for page in (source, *source.get_translations()):
            _move(page, dates)
    return True


def _move(page: Any, dates: EventDates) -> None:
    has_draft = page.has_unpublished_changes
    if page.live and has_draft:
        dates.put_on(page)
        page.save()
    latest = page.get_latest_revision_as_object()
    dates.put_on(latest)
    revision = latest.save_revision()
    if page.live and not has_draft:
        revision.publish()
