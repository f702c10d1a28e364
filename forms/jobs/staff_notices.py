"""Telling staff what is new of an hour or a day, and that no mail left."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from ..clock import Clock, database_now
from ..enums import NoticePace
from ..models import FormRecord, OutboxStatus
from ..notifications import notify_form_digest, notify_outbox_stopped
from .digests import due_window

DIGEST = "kommed_forms.digest"


def send_form_digests(*, now: Clock = database_now) -> int:
    """Queue the digests of the hour and of the day that are due, and return how many mails.

    What looks like a machine's is not counted.
    """
    queued = 0
    for pace in (NoticePace.HOURLY, NoticePace.DAILY):
        moment = now()
        window = due_window(DIGEST, pace, at=moment)
        if window is None:
            continue
        is_new = Q(
            submissions__submitted_at__gt=window.since,
            submissions__submitted_at__lte=window.until,
            submissions__suspicion="",
        )
        with transaction.atomic():
            records: Any = FormRecord.objects.filter(is_new).order_by("title", "pk")
            records = records.annotate(number=Count("submissions"))
            numbers = {record: record.number for record in records}
            if numbers:
                queued += notify_form_digest(numbers, pace=pace, until=window.until, at=moment)
            window.close()
    return queued


def admins_are_to_be_told() -> bool:
    """Return whether the outbox has stopped and nobody has been told; a cheap question."""
    return _stopped().exists()


def tell_of_stopped_outbox(*, now: Clock = database_now) -> int:
    """Queue a mail that no mail leaves, once for each stop, and return how many that were."""
    with transaction.atomic():
        status = _stopped().select_for_update(no_key=True).first()
        if status is None:
            return 0
        moment = now()
        queued = notify_outbox_stopped(status, at=moment)
        _stopped().update(staff_told_at=moment)
    return queued


def _stopped() -> QuerySet[OutboxStatus]:
    return OutboxStatus.objects.filter(stopped_at__isnull=False, staff_told_at__isnull=True)
