"""Putting a mail in the outbox."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..enums import MessagePriority
from ..models import Message
from ..prepared_insert import NewRows, PreparedInsert
from .kinds import get_kind

_NEW = PreparedInsert(Message, unique="dedupe_key")


def queue_message(
    *,
    kind: str,
    to: str,
    language: str,
    context: Mapping[str, Any],
    scope_key: uuid.UUID,
    at: dt.datetime,
    subject_key: uuid.UUID | None = None,
    reply_to: str = "",
    dedupe_key: str | None = None,
    not_before: dt.datetime | None = None,
    rows: NewRows | None = None,
) -> Message | None:
    """Write one mail to the outbox, in the caller's transaction; it leaves after the commit.

    ``context`` is what the templates are rendered with, frozen now. Returns None, and writes
    nothing, when a mail with the same ``dedupe_key`` is there already. ``not_before`` is for a mail
    that has to wait. Among ``rows`` it is written with them.
    """
    return (rows or NewRows()).add(
        _NEW,
        kind=kind,
        to=to,
        reply_to=reply_to,
        language=language,
        context=dict(context),
        scope_key=scope_key,
        subject_key=subject_key,
        dedupe_key=dedupe_key,
        priority=get_kind(kind).priority,
        next_attempt_at=not_before or at,
        created_at=at,
    )


@dataclass(frozen=True)
class Letter:
    """One of many mails that are put in the outbox together; see ``queue_message``."""

    to: str
    language: str
    context: Mapping[str, Any]
    subject_key: uuid.UUID | None
    dedupe_key: str
    reply_to: str = ""
    scope_key: uuid.UUID | None = None
    """What it belongs to, where that is not the same for all."""


MANY = 200
"""How many mails are written at once."""


def queue_messages(
    *,
    kind: str,
    letters: Iterable[Letter],
    scope_key: uuid.UUID,
    at: dt.datetime,
    batch_key: uuid.UUID | None = None,
    priority: MessagePriority | None = None,
) -> int:
    """Write many mails of one kind, in few queries, and return how many.

    Those whose ``dedupe_key`` is there already are left out, as by ``queue_message``. ``priority``
    is the kind's, unless it is given.
    """
    if priority is None:
        priority = get_kind(kind).priority
    waiting = {letter.dedupe_key: letter for letter in letters}
    keys = list(waiting)
    for start in range(0, len(keys), MANY):
        some = keys[start : start + MANY]
        known = Message.objects.filter(dedupe_key__in=some).values_list("dedupe_key", flat=True)
        for key in known:
            del waiting[str(key)]
    Message.objects.bulk_create(
        [
            Message(
                kind=kind,
                to=letter.to,
                reply_to=letter.reply_to,
                language=letter.language,
                context=dict(letter.context),
                scope_key=letter.scope_key or scope_key,
                subject_key=letter.subject_key,
                dedupe_key=letter.dedupe_key,
                batch_key=batch_key,
                priority=priority,
                next_attempt_at=at,
                created_at=at,
            )
            for letter in waiting.values()
        ],
        batch_size=MANY,
    )
    return len(waiting)
