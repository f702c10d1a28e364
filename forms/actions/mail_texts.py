"""Sending an editor the mail whose text they are writing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ..clock import database_now
from ..mail.kinds import SAMPLE, get_kind
from ..mail.queue import queue_message
from ..mail.scopes import NOWHERE, sample_context
from ..models import Message, MessageTemplate


@transaction.atomic
def send_sample(
    *,
    text: MessageTemplate,
    by: Any,
    now: Callable[[], dt.datetime] = database_now,
) -> Message:
    """Queue the mail with ``text``, saved or not, to the address of ``by`` and to nobody else.

    It is about somebody made up, and its subject says that it is a sample. Nothing is logged: it
    changes nothing and tells nobody anything. Raises ``UnknownMessageKind``.
    """
    kind = get_kind(text.kind)
    message = queue_message(
        kind=SAMPLE,
        to=by.email,
        language=text.language,
        context={
            **sample_context(kind, text.language, text.scope_key),
            "sample_of": kind.name,
        },
        scope_key=text.scope_key or NOWHERE,
        at=now(),
    )
    assert message is not None  # noqa: S101 (it has no dedupe_key)
    with translation.override(text.language):
        message.words = {"subject": f"[{_('Sample')}] {text.subject}", "text": text.text}
    message.save(update_fields=["words"])
    return message
