"""Putting a mail in the outbox."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from ..models import Message
from .kinds import get_kind


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
) -> Message | None:
    """Write one mail to the outbox, in the caller's transaction; it leaves after the commit.

    ``context`` is what the templates are rendered with, frozen now. Returns None, and writes
    nothing, when a mail with the same ``dedupe_key`` is there already. The caller holds a lock that
    keeps two of the same key apart; the unique constraint is the last line. ``not_before`` is for a
    mail that has to wait.
    """
    get_kind(kind)
    if dedupe_key is not None and Message.objects.filter(dedupe_key=dedupe_key).exists():
        return None
    return Message.objects.create(
        kind=kind,
        to=to,
        reply_to=reply_to,
        language=language,
        context=dict(context),
        scope_key=scope_key,
        subject_key=subject_key,
        dedupe_key=dedupe_key,
        next_attempt_at=not_before or at,
        created_at=at,
    )
