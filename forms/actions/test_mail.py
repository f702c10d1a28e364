"""Sending one mail at once, to see whether mail leaves."""

from __future__ import annotations

from django.core.validators import validate_email
from django.db import transaction

from ..clock import Clock, database_now
from ..mail.claims import claim_one
from ..mail.dispatch import dispatch_claimed
from ..mail.status import may_be_aborted
from ..mail.trial import queue_test_mail
from ..models import Message
from .outbox import abort_message


def send_test_mail(*, to: str, language: str, now: Clock = database_now) -> Message:
    """Send a test mail to ``to`` as every mail is sent, only at once, and return the message.

    It goes before everything that is due, and also while the outbox is stopped: if it leaves, so
    does the rest. It is tried once: what failed is not tried again later, when nobody waits for it
    any more. ``state``, ``last_error`` and ``provider_id`` say what became of it. Raises
    ``ValidationError`` when ``to`` is no address.
    """
    validate_email(to)
    with transaction.atomic():
        at = now()
        # Claimed as it is written, so that no worker takes it from us.
        message = claim_one(queue_test_mail(to=to, language=language, at=at), now=at)
    dispatch_claimed(message)
    message.refresh_from_db()
    if may_be_aborted(message):
        message = abort_message(message=message, by=None, now=now)
    return message
