"""Telling staff of what is new: of each registration at once, or of all of an hour or a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet

from forms.enums import NoticePace
from forms.jobs.digests import due_window

from ..clock import Clock, database_now
from ..enums import SeatPoolKind
from ..models import Registration, SeatPool
from ..notifications.staff import Cell, notify_at_once, notify_digest

BATCH = 200
"""How many registrations are told of in one transaction."""
DIGEST = "kommed_events.digest"


def _untold() -> QuerySet[Registration]:
    rows: QuerySet[Registration] = Registration.objects.filter(staff_told_at__isnull=True)
    return rows.order_by("id")


def staff_are_to_be_told() -> bool:
    """Return whether there is a registration that nobody has been told of; a cheap question."""
    return _untold().exists()


def tell_staff(*, now: Clock = database_now) -> int:
    """Tell those who hear of each registration at once, and return how many mails that were.

    A registration that somebody is working on is left for the next round.
    """
    told = 0
    while True:
        with transaction.atomic():
            # Never waiting for a row: whoever has it may wait for one of ours.
            rows = _untold().select_for_update(of=("self",), skip_locked=True, no_key=True)
            batch = list(rows.select_related("event")[:BATCH])
            if not batch:
                return told
            moment = now()
            told += notify_at_once(batch, at=moment)
            keys = [registration.pk for registration in batch]
            Registration.objects.filter(pk__in=keys).update(staff_told_at=moment)


def send_digests(*, now: Clock = database_now) -> int:
    """Queue the digests of the hour and of the day that are due, and return how many mails."""
    queued = 0
    for pace in (NoticePace.HOURLY, NoticePace.DAILY):
        moment = now()
        window = due_window(DIGEST, pace, at=moment)
        if window is None:
            continue
        with transaction.atomic():
            cells = _cells(window.since, window.until)
            if cells:
                queued += notify_digest(cells, pace=pace, until=window.until, at=moment)
            window.close()
    return queued


def _cells(since: dt.datetime, until: dt.datetime) -> list[Cell]:
    rows: Any = Registration.objects.filter(created_at__gt=since, created_at__lte=until)
    rows = rows.values_list("event__key", "event__title", "event_session_key")
    counted = list(rows.annotate(number=Count("id")).order_by("event__title", "event__key"))
    if not counted:
        return []
    pools = SeatPool.objects.filter(
        event__key__in={row[0] for row in counted}, kind=SeatPoolKind.EVENT_SESSION
    )
    names = dict(pools.values_list("event_session_key", "name"))
    return [
        Cell(event, title, session, names.get(session, ""), number)
        for event, title, session, number in counted
    ]
