"""Sending what is due. A lease on the row makes a crash a retry; nothing is ever lost by one."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from django.core.mail import EmailMessage
from django.db import DEFAULT_DB_ALIAS
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
from .line import Line
from .lookups import look_up
from .render import build_mail
from .status import outbox_status
from .stopping import may_try_again, note_that_mail_leaves, stop_outbox

logger = logging.getLogger(__name__)

FRESH_SECONDS = 2.0
"""How old may be what was looked up for a mail when it is sent. One that has lain ready for longer,
while another was being sent, is written anew."""


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
        run.line.close()
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
        run.work_through([message])
    finally:
        run.line.close()
        run.mailer.close()
    return run.done


@dataclass
class _Ready:
    """A message that is ours, and the mail it has become; or why it has not."""

    message: Message
    words: dict[str, str] | None
    """Those the message had been given before it was made ready."""
    mail: EmailMessage | None = None
    trouble: Exception | None = None


class _Run:
    """One run of the dispatcher.

    While a mail is on the line the next one is looked up and written. At most one is on the line,
    and its outcome is noted before another follows: whenever the process is killed, no more than
    that one can have left without our knowing.
    """

    def __init__(
        self, *, limit: int | None, mailer: Mailer, should_end: Callable[[], bool]
    ) -> None:
        self.limit, self.mailer, self.should_end = limit, mailer, should_end
        self.line = Line(mailer)
        self.done = Dispatched()
        self.was_stopped = False
        self.looked_up_at = float("-inf")

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
            self.work_through(claimed)

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

    def work_through(self, claimed: Sequence[Message]) -> None:
        """Send the messages, which are ours, one after the other; give back what is not tried."""
        waiting = deque(claimed)
        self.looked_up_at = float("-inf")
        on_its_way: tuple[Message, Future[str]] | None = None
        while waiting or on_its_way:
            lay_ready = on_its_way is not None
            try:
                ready = self._next(waiting)
            finally:  # a database that fails now must not keep what has left from being noted
                if on_its_way:
                    self._take_outcome(*on_its_way)
                on_its_way = None
            if ready is None:
                continue
            if self._has_to_end():
                give_back([ready.message, *waiting])
                return
            if lay_ready and self._is_out_of_date():
                waiting.appendleft(_as_claimed(ready))
                continue
            on_its_way = self._send(ready)

    def _is_out_of_date(self) -> bool:
        """Return whether what was looked up last may have changed meanwhile."""
        return time.monotonic() - self.looked_up_at > FRESH_SECONDS

    def _has_to_end(self) -> bool:
        return self.done.is_over or self.should_end()

    def _next(self, waiting: deque[Message]) -> _Ready | None:
        """Take the next message off ``waiting`` and make it ready, if it is still ours."""
        kept = renew(waiting, now=timezone.now())
        waiting.clear()
        waiting.extend(kept)
        if not waiting:
            return None
        if self._is_out_of_date():
            self.looked_up_at = time.monotonic()
            look_up(waiting)
        return _make_ready(waiting.popleft(), with_bytes=self.mailer.sends_as_it_is)

    def _send(self, ready: _Ready) -> tuple[Message, Future[str]] | None:
        """Put the mail on the line; what has become no mail is written down at once."""
        message = ready.message
        self.done.tried += 1
        if ready.mail is not None:
            return message, self.line.put(ready.mail, outbox_id=str(message.uuid))
        if ready.trouble is not None:
            self._note_trouble(message, ready.trouble)
        else:
            self._finish(message, MessageState.ABORTED)
            self.done.aborted += 1
        return None

    def _take_outcome(self, message: Message, outcome: Future[str]) -> None:
        """Wait until the mail has left or cannot, and write it down."""
        try:
            provider_id = outcome.result()
        except Exception as error:  # noqa: BLE001 (whatever goes wrong with one mail, the next must leave)
            self._note_trouble(message, error)
        else:
            self._note_success(message, provider_id)

    def _note_trouble(self, message: Message, error: Exception) -> None:
        if isinstance(error, UnknownMessageKind):
            self._finish(message, MessageState.FAILED, error="UnknownMessageKind")
            self.done.failed += 1
        else:
            self._note_failure(message, error)

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


def _make_ready(message: Message, *, with_bytes: bool) -> _Ready:
    """Return the mail that ``message`` becomes, none if it is not wanted any more, or the trouble.

    Nothing is raised: another mail may be on the line, whose outcome has to be noted first.
    """
    words = message.words
    try:
        if not get_kind(message.kind).still_wanted(message):
            return _Ready(message, words)
        check_one_recipient(message.to)
        mail = build_mail(message)
        if with_bytes:
            mail.make_bytes()
        return _Ready(message, words, mail=mail)
    except Exception as error:  # noqa: BLE001 (whatever goes wrong with one mail, the next must leave)
        return _Ready(message, words, trouble=error)


def _as_claimed(ready: _Ready) -> Message:
    """Return the message as its row says, without what was looked up to make it ready."""
    row = {
        each.attname: getattr(ready.message, each.attname) for each in Message._meta.concrete_fields
    }
    row["words"] = ready.words
    return Message.from_db(DEFAULT_DB_ALIAS, list(row), list(row.values()))
