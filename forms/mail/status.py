"""How the outbox as a whole is doing: whether mail leaves, and what is wrong where it does not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from ..enums import MessageState
from ..models import Message, OutboxStatus, WorkerHeartbeat
from ..models.heartbeat import ALIVE_WITHIN
from .explain import Explanation, explain

LATE_AFTER = dt.timedelta(minutes=10)
"""How long a mail may be due before something must be wrong."""
FAILED_WITHIN = dt.timedelta(days=1)


def outbox_status() -> OutboxStatus:
    """Return whether mail leaves: the row, or one that says nothing is stopped."""
    return OutboxStatus.objects.filter(id=1).first() or OutboxStatus()


def is_stopped() -> bool:
    """Return whether the mail server has refused our log-in, so that nothing leaves."""
    return OutboxStatus.objects.filter(stopped_at__isnull=False).exists()


@dataclass(frozen=True)
class OutboxHealth:
    """What is wrong with the outbox; false when nothing is."""

    stopped_at: dt.datetime | None = None
    explanation: Explanation | None = None
    try_again_at: dt.datetime | None = None
    is_worker_away: bool = False
    worker_seen_at: dt.datetime | None = None
    """When it was last seen; None if never."""
    late_since: dt.datetime | None = None
    """When the oldest mail was due that should have left long ago."""
    late: int = 0
    failed: int = 0
    """How many mails failed in the last day, of those that whoever looks may see."""

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.stopped_at or self.is_worker_away or self.late_since or self.failed)

    @property
    def is_grave(self) -> bool:
        """Whether no mail leaves, or some should have long ago."""
        return bool(self.stopped_at or self.is_worker_away or self.late_since)


def outbox_health(visible: QuerySet[Message]) -> OutboxHealth:
    """Return what is wrong, in three queries. Failed mails are counted among ``visible`` only."""
    now = timezone.now()
    status = outbox_status()
    seen_at = WorkerHeartbeat.objects.filter(id=1).values_list("beat_at", flat=True).first()
    counted = _counts(visible, now)
    return OutboxHealth(
        stopped_at=status.stopped_at,
        explanation=explain(status.last_error) if status.stopped_at else None,
        try_again_at=status.try_again_at if status.stopped_at else None,
        is_worker_away=seen_at is None or seen_at < now - ALIVE_WITHIN,
        worker_seen_at=seen_at,
        late_since=counted["late_since"],
        late=counted["late"],
        failed=counted["failed"],
    )


def _counts(visible: QuerySet[Message], now: dt.datetime) -> dict[str, Any]:
    """Count what is late, and what has failed: an attempt falls on its ``next_attempt_at``."""
    is_late = Q(state=MessageState.QUEUED, next_attempt_at__lt=now - LATE_AFTER) | Q(
        state=MessageState.SENDING, lease_until__lt=now - LATE_AFTER
    )
    has_failed = Q(state=MessageState.FAILED, next_attempt_at__gte=now - FAILED_WITHIN)
    return Message.objects.filter(is_late | has_failed).aggregate(
        late_since=Min("next_attempt_at", filter=is_late),
        late=Count("pk", filter=is_late),
        failed=Count("pk", filter=has_failed & Q(pk__in=visible.order_by().values("pk"))),
    )


def waits_or_failed(message: Message) -> bool:
    """Return whether ``message`` has failed for good, or waits for another attempt.

    What waits for its first attempt waits for a reason.
    """
    waits_again = message.state == MessageState.QUEUED and bool(message.attempts)
    return message.state == MessageState.FAILED or waits_again


def may_be_retried(message: Message) -> bool:
    """Return whether ``message`` can be sent once more: its state is such, and it has its words."""
    return message.cleared_at is None and waits_or_failed(message)


def may_be_aborted(message: Message) -> bool:
    """Return whether ``message`` can be let be: it is not out, and nobody is sending it now."""
    return message.state in (MessageState.QUEUED, MessageState.FAILED)
