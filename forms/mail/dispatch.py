"""Sending what is due. A lease on the row makes a crash a retry; nothing is ever lost by one."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from ..enums import MessageState
from ..exceptions import UnknownMessageKind
from ..models import Message
from .errors import GIVE_UP_AFTER_ATTEMPTS, Verdict, describe, verdict_on, wait_after
from .kinds import get_kind
from .render import build_mail

LEASE = dt.timedelta(seconds=120)
"""How long an attempt may take. After that another worker tries, since this one must have died."""

logger = logging.getLogger(__name__)


@dataclass
class Dispatched:
    """What one run of the dispatcher did."""

    tried: int = 0
    sent: int = 0
    failed: int = 0
    aborted: int = 0
    retried: int = 0
    stopped: bool = False


def dispatch_due(*, limit: int | None = None) -> Dispatched:
    """Send what is due, one recipient at a time, until nothing is or ``limit`` has been tried.

    At least once: a worker killed between the mail server's "accepted" and our note of it sends a
    second copy with the same ``Message-ID``. A refused log-in stops the run, so that a wrong
    password does not use up the messages.
    """
    done = Dispatched()
    while not done.stopped and (limit is None or done.tried < limit):
        message = _claim(timezone.now())
        if message is None:
            break
        done.tried += 1
        _attempt(message, done)
    return done


def _claim(now: dt.datetime) -> Message | None:
    """Take the next message that is due, and commit that we have it before anything is sent."""
    due = Q(state=MessageState.QUEUED, next_attempt_at__lte=now) | Q(
        state=MessageState.SENDING, lease_until__lt=now
    )
    with transaction.atomic():
        rows = Message.objects.filter(due).order_by("priority", "next_attempt_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        message = rows.first()
        if message is None:
            return None
        message.state = MessageState.SENDING
        message.attempts += 1
        message.lease_until = now + LEASE
        message.save(update_fields=["state", "attempts", "lease_until"])
    return message


def _attempt(message: Message, done: Dispatched) -> None:
    try:
        if not get_kind(message.kind).still_wanted(message):
            _finish(message, MessageState.ABORTED)
            done.aborted += 1
            return
        build_mail(message).send()
    except UnknownMessageKind:
        _finish(message, MessageState.FAILED, error="UnknownMessageKind")
        done.failed += 1
    except Exception as error:  # noqa: BLE001 (whatever goes wrong with one mail, the next must leave)
        _note_failure(message, error, done)
    else:
        _finish(message, MessageState.SENT)
        done.sent += 1


def _note_failure(message: Message, error: Exception, done: Dispatched) -> None:
    verdict = verdict_on(error)
    logger.warning("Message %s was not sent: %s", message.uuid, describe(error))
    has_tried_enough = message.attempts >= GIVE_UP_AFTER_ATTEMPTS and verdict is Verdict.RETRY
    if verdict is Verdict.GIVE_UP or has_tried_enough:
        _finish(message, MessageState.FAILED, error=describe(error))
        done.failed += 1
        return
    wait = dt.timedelta(seconds=wait_after(error, attempts=message.attempts))
    # A refused log-in is our fault, not the message's: it does not count against it.
    attempts = message.attempts - (1 if verdict is Verdict.STOP else 0)
    _held_by_us(message).update(
        state=MessageState.QUEUED,
        attempts=attempts,
        lease_until=None,
        next_attempt_at=timezone.now() + wait,
        last_error=describe(error),
    )
    done.retried += 1
    done.stopped = verdict is Verdict.STOP


def _held_by_us(message: Message) -> QuerySet[Message]:
    """Only the holder of the lease writes the outcome; who was too slow must not."""
    return Message.objects.filter(
        pk=message.pk, state=MessageState.SENDING, lease_until=message.lease_until
    )


def _finish(message: Message, state: MessageState, *, error: str = "") -> None:
    _held_by_us(message).update(
        state=state,
        lease_until=None,
        last_error=error,
        sent_at=timezone.now() if state == MessageState.SENT else None,
    )
