"""A mail that is sent to see whether mail leaves."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..models import Message
from .kinds import MessageKind, register_kind
from .queue import queue_message

TEST_MAIL = "test_mail"
NOWHERE = uuid.UUID(int=0)
"""What a message belongs to that belongs to no form or event."""


def register_test_mail() -> None:
    """Tell the outbox of the kind; called once, when the app is ready."""
    register_kind(
        MessageKind(
            name=TEST_MAIL,
            template=f"kommed_forms/mail/{TEST_MAIL}",
            label=_("Test mail"),
            sample=_sample,
        )
    )


def queue_test_mail(*, to: str, language: str, at: dt.datetime) -> Message:
    """Write a test mail to the outbox, in the caller's transaction, and return it."""
    message = queue_message(
        kind=TEST_MAIL, to=to, language=language, context={}, scope_key=NOWHERE, at=at
    )
    assert message is not None  # noqa: S101 (only a dedupe_key could make it so)
    return message


def _sample(language: str) -> dict[str, Any]:
    return {}
