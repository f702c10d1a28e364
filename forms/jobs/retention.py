"""Removing the words of mails that have been sent, or given up, long enough ago.

An outbox is no archive: what it says is personal, and what became of it is what stays.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from ..clock import Clock, database_now
from ..enums import MessageState
from ..models import Message

RETENTION_DAYS = 14
BATCH = 500

_lasting: set[str] = set()


def keep_when_words_go(*names: str) -> None:
    """Have those parts of a mail's context stay that are facts about no person.

    Such as when and where it said an event was, by which is known who has heard of a change.
    """
    _lasting.update(names)


def clear_old_words(*, now: Clock = database_now) -> int:
    """Remove what mails said that are over since ``KOMMED_MAIL_RETENTION_DAYS``; return how many.

    What waits to be sent keeps its words however old it is. Each batch is a transaction, and what
    is cleared is not looked at again. A mail that somebody is at is left for the next time.
    """
    moment = now()
    days = int(getattr(settings, "KOMMED_MAIL_RETENTION_DAYS", RETENTION_DAYS))
    cleared = 0
    while number := _clear_some(_over_since(moment - dt.timedelta(days=days)), at=moment):
        cleared += number
    return cleared


def _over_since(before: dt.datetime) -> QuerySet[Message]:
    was_sent = Q(state=MessageState.SENT, sent_at__lt=before)
    # Of those it is kept when the last attempt was.
    was_given_up = Q(
        state__in=[MessageState.FAILED, MessageState.ABORTED], next_attempt_at__lt=before
    )
    return Message.objects.filter(was_sent | was_given_up, cleared_at=None).order_by("pk")


@transaction.atomic
def _clear_some(rows: QuerySet[Message], *, at: dt.datetime) -> int:
    # Never waiting for a row: whoever has it may wait for one of ours.
    rows = rows.select_for_update(of=("self",), skip_locked=True, no_key=True)
    some = list(rows.only("pk", "context")[:BATCH])
    for message in some:
        message.context = {name: said for name, said in message.context.items() if name in _lasting}
        message.words = None
        message.cleared_at = at
    Message.objects.bulk_update(some, ["context", "words", "cleared_at"])
    return len(some)
