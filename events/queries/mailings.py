"""The mailings of an event, how far they are, and what became of each mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet

from forms.enums import DELIVERY_TROUBLE, UNFINISHED_MESSAGE_STATES, MessageState
from forms.models import Message

from ..enums import MailingState
from ..models import EventRecord, Mailing

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

    User = AbstractBaseUser | AnonymousUser

OPEN_STATES = frozenset({MailingState.DRAFT, MailingState.SCHEDULED, MailingState.SENDING})
"""States in which a mailing can still be stopped."""


@dataclass(frozen=True)
class Progress:
    """How many of a mailing's mails are where."""

    total: int
    """How many it goes to; while it is put in the outbox, how many it was to go to."""
    waiting: int
    sent: int
    failed: int
    aborted: int
    trouble: int
    """How many of those that were sent did not arrive, or were called spam."""

    @property
    def done(self) -> int:
        """How many are through, whatever became of them."""
        return self.sent + self.failed + self.aborted

    @property
    def percent(self) -> int:
        """The same of a hundred."""
        return 100 * self.done // self.total if self.total else 0


def mailings_visible_to(user: User, event: EventRecord, *, is_whole: bool) -> QuerySet[Mailing]:
    """Return the mailings of ``event`` that ``user`` may see.

    Their own; who may write to the whole event (``is_whole``) sees those of the others too.
    """
    rows = Mailing.objects.filter(event=event).select_related("created_by", "event")
    return rows if is_whole else rows.filter(created_by=user.pk)


def progress_of(mailings: list[Mailing]) -> dict[int, Progress]:
    """Return by primary key how far each of ``mailings`` is, in one query."""
    numbers = {
        row["batch_key"]: row
        for row in Message.objects.filter(batch_key__in=[m.uuid for m in mailings])
        .values("batch_key")
        .annotate(
            all=Count("id"),
            waiting=Count("id", filter=Q(state__in=UNFINISHED_MESSAGE_STATES)),
            sent=Count("id", filter=Q(state=MessageState.SENT)),
            failed=Count("id", filter=Q(state=MessageState.FAILED)),
            aborted=Count("id", filter=Q(state=MessageState.ABORTED)),
            trouble=Count("id", filter=Q(state=MessageState.SENT, delivery__in=DELIVERY_TROUBLE)),
        )
        .order_by()
    }
    return {mailing.pk: _progress(mailing, numbers.get(mailing.uuid, {})) for mailing in mailings}


def _progress(mailing: Mailing, row: Mapping[str, Any]) -> Progress:
    names = ("waiting", "sent", "failed", "aborted", "trouble")
    in_outbox = row.get("all", 0)
    total = max(mailing.total or 0, in_outbox)
    if mailing.state == MailingState.CANCELLED:
        total = in_outbox
    return Progress(total=total, **{name: row.get(name, 0) for name in names})


def mails_in_trouble(mailing: Mailing) -> QuerySet[Message]:
    """Return the mails of ``mailing`` that failed, bounced or were called spam, oldest first."""
    rows = Message.objects.filter(batch_key=mailing.uuid)
    return rows.filter(Q(state=MessageState.FAILED) | Q(delivery__in=DELIVERY_TROUBLE)).order_by(
        "id"
    )
