"""Putting mailings in the outbox, in batches: safe to run twice, and to kill in between."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from forms.enums import UNFINISHED_MESSAGE_STATES
from forms.mail.queue import MANY
from forms.models import Message

from ..actions.mailings import stop_mailing
from ..clock import Clock, database_now
from ..enums import MailingState
from ..models import Mailing, Registration
from ..notifications.event_changes import DetailsOfMany
from ..notifications.mailings import queue_mailing
from ..permissions import can_write
from ..queries.mailing_recipients import (
    MailingFilter,
    find_recipients,
    needs_sensitive,
    next_people,
)

LEASE = dt.timedelta(seconds=60)
"""How long a batch may take. After that its runner is held to be dead, and another goes on."""
BATCH = MANY
BATCHES_A_RUN = 10
"""After so many the other work of the worker has its turn."""

logger = logging.getLogger(__name__)


def send_due_mailings(*, now: Clock = database_now) -> int:
    """Put the mailings whose time has come in the outbox, and return how many mails that were.

    Each batch is a transaction of its own, so that who kills it in between loses nothing: the next
    run goes on after the last one that is there. A mailing whose writer may write to nobody any
    more is stopped. One that cannot be read holds up no other.
    """
    queued = 0
    for pk in list(_due(now()).values_list("pk", flat=True)):
        try:
            queued += _work_on(pk, now)
        except DatabaseError:
            raise
        except Exception as error:  # noqa: BLE001 (what one says must not hold up the others)
            logger.error("Mailing %s: %s", pk, type(error).__qualname__)  # noqa: TRY400
    _close_finished()
    return queued


def mailings_call_for_work() -> bool:
    """Return whether there is any mailing that waits for its time or is on its way."""
    return bool(
        Mailing.objects.filter(state__in=[MailingState.SCHEDULED, MailingState.SENDING]).exists()
    )


def _due(moment: dt.datetime) -> QuerySet[Mailing]:
    is_free = Q(lease_until=None) | Q(lease_until__lt=moment)
    has_begun = Q(state=MailingState.SENDING, finished_at=None)
    may_begin = Q(state=MailingState.SCHEDULED) & (Q(send_at=None) | Q(send_at__lte=moment))
    return Mailing.objects.filter(is_free, has_begun | may_begin).order_by("id")


def _work_on(pk: int, now: Clock) -> int:
    mailing = _claim(pk, now())
    if mailing is None:
        return 0
    details = DetailsOfMany(mailing.event)
    wanted = MailingFilter.from_document(mailing.filters)
    sensitive = needs_sensitive(mailing.event, wanted)
    after: int | None = _last_queued(mailing)
    queued = 0
    for _number in range(BATCHES_A_RUN):
        number, after = _queue_batch(mailing, after or 0, details, sensitive=sensitive, now=now)
        queued += number
        if after is None:
            return queued
    Mailing.objects.filter(pk=pk, lease_until=mailing.lease_until).update(lease_until=None)
    return queued


@transaction.atomic
def _claim(pk: int, moment: dt.datetime) -> Mailing | None:
    """Take the mailing, and commit that we have it; None when somebody else has, or it is over."""
    mailing: Mailing | None = (
        _due(moment)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("event", "created_by")
        .filter(pk=pk)
        .first()
    )
    if mailing is None:
        return None
    writer = mailing.created_by
    if writer is None or not can_write(writer, mailing.event):
        stop_mailing(mailing=mailing, by=None, now=lambda: moment)
        return None
    if mailing.state == MailingState.SCHEDULED:
        wanted = MailingFilter.from_document(mailing.filters)
        found = find_recipients(event=mailing.event, wanted=wanted, writer=writer)
        mailing.total = found.number
        mailing.started_at = moment
        mailing.state = MailingState.SENDING
    mailing.lease_until = moment + LEASE
    mailing.save(update_fields=["total", "started_at", "state", "lease_until"])
    return mailing


def _last_queued(mailing: Mailing) -> int:
    """Return the primary key of the last registration whose mail is in the outbox, or 0."""
    written = Message.objects.filter(batch_key=mailing.uuid).values("subject_key")
    rows = Registration.objects.filter(event=mailing.event, uuid__in=written)
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 0


@transaction.atomic
def _queue_batch(
    mailing: Mailing, after: int, details: DetailsOfMany, *, sensitive: bool, now: Clock
) -> tuple[int, int | None]:
    """Write the next batch, and return how many mails that are and where to go on, if anywhere.

    Only the holder of the lease writes: who was too slow, or whose mailing was stopped, does not.
    """
    held = Mailing.objects.select_for_update().filter(
        pk=mailing.pk, state=MailingState.SENDING, lease_until=mailing.lease_until
    )
    if held.first() is None:
        return 0, None
    people, last = next_people(mailing, after=after, limit=BATCH, sensitive=sensitive)
    moment = now()
    number = queue_mailing(mailing, people, details=details, at=moment)
    mailing.lease_until = moment + LEASE
    if last is None:
        mailing.finished_at = moment
        mailing.lease_until = None
        mailing.total = Message.objects.filter(batch_key=mailing.uuid).count()
    mailing.save(update_fields=["finished_at", "lease_until", "total"])
    return number, last


def _close_finished() -> None:
    """Say of mailings that they are sent once nothing of them is under way any more."""
    under_way = Message.objects.filter(
        batch_key=OuterRef("uuid"), state__in=UNFINISHED_MESSAGE_STATES
    )
    Mailing.objects.filter(
        ~Exists(under_way), state=MailingState.SENDING, finished_at__isnull=False
    ).update(state=MailingState.DONE)
