"""What staff do with a mail in the outbox: send it once more, or let it be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from wagtail.log_actions import log

from ..clock import Clock, database_now
from ..enums import MessageState
from ..exceptions import MessageStateNotAllowed, MessageWordsGone
from ..mail.deliveries import forget_delivery
from ..mail.status import may_be_aborted, waits_or_failed
from ..models import Message, OutboxStatus

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

LOG_RETRY = "kommed_forms.message.retry"
LOG_ABORT = "kommed_forms.message.abort"
LOG_RESTART = "kommed_forms.outbox.restart"


def retry_message(
    *, message: Message, by: AbstractBaseUser | None, now: Clock = database_now
) -> Message:
    """Have ``message`` sent at once, with as many attempts before it as a new one has.

    What became of it earlier is forgotten, so that what becomes of it now is seen; the events that
    were told of it stay. Before it leaves it is asked, as ever, whether it is still wanted.

    Raises ``MessageStateNotAllowed`` unless it has failed or waits for another attempt, and
    ``MessageWordsGone`` when its words have been removed.
    """
    with transaction.atomic():
        message = _locked(message)
        if not waits_or_failed(message):
            raise MessageStateNotAllowed(message.state)
        if message.cleared_at is not None:
            raise MessageWordsGone
        at = now()
        before = message.state
        message.state = MessageState.QUEUED
        message.attempts = 0
        message.next_attempt_at = at
        message.lease_until = None
        message.last_error = ""
        forget_delivery(message)
        message.save(update_fields=[*CHANGED, "delivery", "delivery_at"])
        _log(message, LOG_RETRY, before=before, by=by, at=at)
    return message


def abort_message(
    *, message: Message, by: AbstractBaseUser | None, now: Clock = database_now
) -> Message:
    """Let ``message`` be: it is not sent, and nobody is reminded of it any more.

    Raises ``MessageStateNotAllowed`` unless it waits or has failed.
    """
    with transaction.atomic():
        message = _locked(message)
        if not may_be_aborted(message):
            raise MessageStateNotAllowed(message.state)
        before = message.state
        message.state = MessageState.ABORTED
        message.lease_until = None
        message.save(update_fields=CHANGED)
        _log(message, LOG_ABORT, before=before, by=by, at=now())
    return message


def restart_outbox(*, by: AbstractBaseUser | None, now: Clock = database_now) -> bool:
    """Have the mail server tried again at once, and return whether it was left in peace till now.

    That mail leaves again is noted by the dispatcher, when one has.
    """
    with transaction.atomic():
        at = now()
        stopped = OutboxStatus.objects.select_for_update().filter(stopped_at__isnull=False).first()
        if stopped is None:
            return False
        stopped.try_again_at = at
        stopped.save(update_fields=["try_again_at"])
        log(instance=stopped, action=LOG_RESTART, user=by, data={}, timestamp=at)
    return True


CHANGED = ["state", "attempts", "next_attempt_at", "lease_until", "last_error"]


def _locked(message: Message) -> Message:
    # Like the dispatcher, which skips rows that are held.
    return Message.objects.select_for_update(no_key=True).get(pk=message.pk)


def _log(message: Message, action: str, *, before: str, by: Any, at: Any) -> None:
    data = {"kind": message.kind, "before": str(before)}
    log(instance=message, action=action, user=by, data=data, timestamp=at)
