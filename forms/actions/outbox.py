"""What staff do with a mail in the outbox: send it once more, or let it be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from wagtail.log_actions import log

from ..clock import Clock, database_now
from ..enums import MessageState
from ..exceptions import MessageStateNotAllowed, MessageWordsGone
from ..mail.deliveries import forget_delivery
from ..models import Message, OutboxStatus

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

LOG_RETRY = "kommed_forms.message.retry"
LOG_ABORT = "kommed_forms.message.abort"
LOG_RESTART = "kommed_forms.outbox.restart"


def may_be_retried(message: Message) -> bool:
    """Return whether ``message`` is in a state to be sent once more, and has its words.

    It has failed for good, or has been tried and waits for the next attempt. What waits for its
    first attempt waits for a reason.
    """
    return message.cleared_at is None and _is_to_be_retried(message)


def may_be_aborted(message: Message) -> bool:
    """Return whether ``message`` can be let be: it is not out, and nobody is sending it now."""
    return message.state in (MessageState.QUEUED, MessageState.FAILED)


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
        held = _locked(message)
        if not _is_to_be_retried(held):
            raise MessageStateNotAllowed(held.state)
        if held.cleared_at is not None:
            raise MessageWordsGone
        at = now()
        before = held.state
        held.state = MessageState.QUEUED
        held.attempts = 0
        held.next_attempt_at = at
        held.lease_until = None
        held.last_error = ""
        forget_delivery(held)
        held.save(update_fields=[*CHANGED, "delivery", "delivery_at"])
        _log(held, LOG_RETRY, before=before, by=by, at=at)
    return held


def abort_message(
    *, message: Message, by: AbstractBaseUser | None, now: Clock = database_now
) -> Message:
    """Let ``message`` be: it is not sent, and nobody is reminded of it any more.

    Raises ``MessageStateNotAllowed`` unless it waits or has failed.
    """
    with transaction.atomic():
        held = _locked(message)
        if not may_be_aborted(held):
            raise MessageStateNotAllowed(held.state)
        before = held.state
        held.state = MessageState.ABORTED
        held.lease_until = None
        held.save(update_fields=CHANGED)
        _log(held, LOG_ABORT, before=before, by=by, at=now())
    return held


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


def _is_to_be_retried(message: Message) -> bool:
    waits_again = message.state == MessageState.QUEUED and bool(message.attempts)
    return message.state == MessageState.FAILED or waits_again


def _locked(message: Message) -> Message:
    # Like the dispatcher, which skips rows that are held.
    return Message.objects.select_for_update(no_key=True).get(pk=message.pk)


def _log(message: Message, action: str, *, before: str, by: Any, at: Any) -> None:
    data = {"kind": message.kind, "before": str(before)}
    log(instance=message, action=action, user=by, data=data, timestamp=at)
