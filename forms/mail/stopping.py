"""Stopping the outbox for every process, and trying again; ``status`` says whether it stands still.

A mail server that has refused our log-in is left in peace by all of them, since it locks accounts
that are refused too often; now and then one of them tries again with a single mail.
"""

from __future__ import annotations

import datetime as dt
import random

from django.db.models import Q

from ..models import OutboxStatus

ROW = 1
TRY_AGAIN_AFTER = dt.timedelta(minutes=5)


def stop_outbox(error: str, *, at: dt.datetime) -> None:
    """Tell every process that no mail leaves, since ``at``, and why: the name of an error."""
    row, is_new = OutboxStatus.objects.get_or_create(
        pk=ROW,
        defaults={"stopped_at": at, "last_error": error, "try_again_at": next_try(at)},
    )
    if not is_new:
        OutboxStatus.objects.filter(pk=ROW).update(
            stopped_at=row.stopped_at or at, last_error=error, try_again_at=next_try(at)
        )


def may_try_again(*, at: dt.datetime) -> bool:
    """Return whether it is for us to try, and not yet for anybody else until a while from ``at``.

    A stop without a time to try again stays until somebody starts the outbox again.
    """
    stopped = OutboxStatus.objects.filter(Q(try_again_at__lte=at), pk=ROW, stopped_at__isnull=False)
    return stopped.update(try_again_at=next_try(at)) == 1


def note_that_mail_leaves() -> None:
    """Take back the stop: a mail has been accepted."""
    OutboxStatus.objects.filter(pk=ROW).update(
        stopped_at=None, last_error="", try_again_at=None, staff_told_at=None
    )


def next_try(at: dt.datetime) -> dt.datetime:
    """Return when a stopped outbox tries again: a few minutes on, not all sites at once."""
    return at + TRY_AGAIN_AFTER * random.uniform(1.0, 1.2)  # noqa: S311 (spreading load)
