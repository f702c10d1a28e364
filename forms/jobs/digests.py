"""Since when, and until when, a digest tells of what is new: by the hour, or from day to day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from ..enums import NoticePace
from ..models import DueJob

MORNING = dt.time(7)
"""When a day's digest ends and the next begins, in the local time of the site."""
WAKING_HOURS = range(7, 20)
"""Local hours in which the digest of a day is written, where it is late."""
SETTLING = dt.timedelta(minutes=1)
"""What was written just before the end may be committed a little after it."""
LENGTH = {NoticePace.HOURLY: dt.timedelta(hours=1), NoticePace.DAILY: dt.timedelta(days=1)}


@dataclass(frozen=True)
class Window:
    """What a digest tells of: what is later than ``since``, and not later than ``until``."""

    name: str
    since: dt.datetime
    until: dt.datetime

    def close(self) -> None:
        """Note that it has been told of, in the transaction that writes the mails."""
        DueJob.objects.update_or_create(name=self.name, defaults={"finished_at": self.until})


def due_window(name: str, pace: NoticePace, *, at: dt.datetime) -> Window | None:
    """Return what the digest ``name`` of ``pace`` has to tell of at ``at``; None if nothing.

    It begins where the last one ended, so that after a while without a worker one digest tells of
    all that time. The first begins one hour, or one day, before its end.
    """
    name = f"{name}.{pace.value}"
    until = _last_end(pace, at)
    if pace == NoticePace.DAILY and timezone.localtime(at).hour not in WAKING_HOURS:
        return None
    told_until = DueJob.objects.filter(name=name).values_list("finished_at", flat=True).first()
    since = told_until or until - LENGTH[pace]
    return Window(name, since, until) if since < until else None


def _last_end(pace: NoticePace, at: dt.datetime) -> dt.datetime:
    settled = at - SETTLING
    if pace == NoticePace.HOURLY:
        return settled.replace(minute=0, second=0, microsecond=0)
    local = timezone.localtime(settled)
    zone = timezone.get_current_timezone()
    end = dt.datetime.combine(local.date(), MORNING, tzinfo=zone)
    if end > settled:
        end = dt.datetime.combine(local.date() - dt.timedelta(days=1), MORNING, tzinfo=zone)
    return end.astimezone(dt.UTC)
