"""Sending what is due. A lease on the row makes a crash a retry; nothing is ever lost by one."""

from __future__ import annotations

import datetime as dt
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from ..enums import Delivery, MessageState
from ..exceptions import UnknownMessageKind
from ..models import Message
from . import claims
from .claims import anything_due, claim_due, give_back, note_outcome, renew
from .connections import Mailer
from .deliveries import note_delivery
from .errors import (
    Verdict,
    asked_to_wait,
    check_one_recipient,
    describe,
    has_tried_enough,
    is_recipients_fault,
    verdict_on,
    wait_after,
)
from .kinds import get_kind
from .render import build_mail
from .status import outbox_status
from .stopping import may_try_again, note_that_mail_leaves, stop_outbox

logger = logging.getLogger(__name__)


@dataclass
class Dispatched:
    """What one run of the dispatcher did, and why it ended before everything had been tried.

    ``stopped``: our log-in is refused. ``resting``: the mail server is away, or has asked us to
    come again later.
    """

    tried: int = 0
    sent: int = 0
    failed: int = 0
    aborted: int = 0
    retried: int = 0
    stopped: bool = False
    resting: bool = False

    @property
    def is_over(self) -> bool:
        """Whether there is nothing to be had by going on."""
        return self.stopped or self.resting


def _never() -> bool:
    return False


def dispatch_due(
    *,
    limit: int | None = None,
    mailer: Mailer | None = None,
    should_end: Callable[[], bool] = _never,
) -> Dispatched:
    """Send what is due, one recipient at a time, until nothing is or ``limit`` has been tried.

    At least once: a worker killed between the mail server's "accepted" and our note of it sends a
    second copy with the same ``Message-ID``. A refused log-in stops all runs for a while, so that a
    wrong password does not use up the messages. ``mailer`` is the caller's, who keeps it open for
    the next run. Once ``should_end`` says so, the mail in hand is finished, and what else was
    claimed is given back.
    """
    run = _Run(limit=limit, mailer=mailer or Mailer(), should_end=should_end)
    try:
        run.go()
    finally:
        if mailer is None:
            run.mailer.close()
    return run.done


def dispatch_claimed(message: Message) -> Dispatched:
    """Send one mail that the caller has claimed, whatever else is due or stands still.

    When it leaves though the outbox was stopped, mail leaves again.
    """
    run = _Run(limit=1, mailer=Mailer(), should_end=_never)
    run.was_stopped = outbox_status().stopped_at is not None
    try:
        run.attempt(message)
    finally:
        run.mailer.close()
    return run.done


class _Run:
    """One run of the dispatcher."""

    def __init__(
        self, *, limit: int | None, mailer: Mailer, should_end: Callable[[], bool]
    ) -> None:
        self.limit, self.mailer, self.should_end = limit, mailer, should_end
        self.done = Dispatched()
        self.was_stopped = False

    def go(self) -> None:
        """Claim and send until there is no more, or no use."""
        self.done.resting = self.mailer.is_resting
        if self.done.resting or not self._may_begin():
            return
        while not self.done.is_over and not self.should_end():
            at_most = self._how_many()
            claimed = claim_due(timezone.now(), at_most=at_most) if at_most else []
            if not claimed:
                return
            self._work_through(deque(claimed))

    def _may_begin(self) -> bool:
        """Return whether mail leaves; while it is stopped, whether it is for us to try again."""
        self.was_stopped = outbox_status().stopped_at is not None
        if self.was_stopped:
            now = timezone.now()
            self.done.stopped = not (anything_due(now) and may_try_again(at=now))
        return not self.done.stopped

    def _how_many(self) -> int:
        most = 1 if self.was_stopped else claims.MANY
        return most if self.limit is None else min(most, self.limit - self.done.tried)

    def _work_through(self, waiting: deque[Message]) -> None:
        while waiting:
            if self.done.is_over or self.should_end():
                give_back(waiting)
                return
            waiting = deque(renew(waiting, now=timezone.now()))
            if waiting:
                self.attempt(waiting.popleft())

    def attempt(self, message: Message) -> None:
        """Send one message that is ours, and write down what became of it."""
        self.done.tried += 1
        try:
            kind = get_kind(message.kind)
            if not kind.still_wanted(message):
                self._finish(message, MessageState.ABORTED)
                self.done.aborted += 1
                return
            check_one_recipient(message.to)
            provider_id = self.mailer.send(build_mail(message), outbox_id=str(message.uuid))
        except UnknownMessageKind:
            self._finish(message, MessageState.FAILED, error="UnknownMessageKind")
            self.done.failed += 1
        except Exception as error:  # noqa: BLE001 (whatever goes wrong with one mail, the next must leave)
            self._note_failure(message, error)
        else:
            self._note_success(message, provider_id)

    def _note_success(self, message: Message, provider_id: str) -> None:
        self._finish(
            message,
            MessageState.SENT,
            sent_at=timezone.now(),
            provider_id=provider_id,
            words=message.words,
        )
        self.done.sent += 1
        if self.was_stopped:
            note_that_mail_leaves()
            self.was_stopped = False

    def _note_failure(self, message: Message, error: Exception) -> None:
        verdict, now = verdict_on(error), timezone.now()
        logger.warning("Message %s was not sent: %s", message.uuid, describe(error))
        if verdict is Verdict.STOP:
            self.done.stopped = True
            stop_outbox(describe(error), at=now)
        if verdict is Verdict.REST:
            self.done.resting = True
            self.mailer.rest(asked_to_wait(error))
        # A refused log-in is not the message's fault and does not count against it, unless others
        # have just left: then it is this one that is refused, and some time it has to end.
        is_innocent = verdict is Verdict.STOP and not self.done.sent
        is_enough = has_tried_enough(attempts=message.attempts, age=now - message.created_at)
        if verdict is Verdict.GIVE_UP or (is_enough and not is_innocent):
            self._give_up(message, error)
            return
        wait = dt.timedelta(seconds=wait_after(error, attempts=message.attempts))
        note_outcome(
            message,
            state=MessageState.QUEUED,
            attempts=message.attempts - (1 if is_innocent else 0),
            next_attempt_at=now + wait,
            last_error=describe(error),
        )
        self.done.retried += 1

    def _give_up(self, message: Message, error: Exception) -> None:
        is_ours = self._finish(message, MessageState.FAILED, error=describe(error))
        self.done.failed += 1
        if not (is_ours and is_recipients_fault(error)):
            return
        try:
            note_delivery(
                message=message,
                delivery=Delivery.BOUNCED,
                happened_at=timezone.now(),
                reason="refused",
            )
        except Exception as trouble:  # noqa: BLE001 (whoever listens must not keep back other mail)
            name = type(trouble).__name__
            # The name alone: the text, or where it happened, may hold the address.
            logger.error("That message %s was refused is not noted: %s", message.uuid, name)  # noqa: TRY400

    @staticmethod
    def _finish(message: Message, state: MessageState, *, error: str = "", **more: Any) -> bool:
        if state != MessageState.SENT:
            # When it was given up: it may have waited for weeks while no worker ran.
            more["next_attempt_at"] = timezone.now()
        return note_outcome(message, state=state, last_error=error, **more)
