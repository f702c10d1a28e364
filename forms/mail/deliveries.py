"""What became of a mail after it left us. Nothing else writes ``Message.delivery``."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from ..clock import Clock, database_now
from ..enums import Delivery
from ..models import Message
from ..signals import message_delivery_changed

RANK: dict[str, int] = {
    "": 0,
    Delivery.DEFERRED: 1,
    Delivery.DELIVERED: 2,
    Delivery.BOUNCED: 3,
    Delivery.COMPLAINED: 3,
}
"""How far along each is. A mail server may accept a mail and send it back hours later."""


def note_delivery(
    *,
    message: Message,
    delivery: Delivery,
    happened_at: dt.datetime,
    reason: str = "",
    now: Clock = database_now,
) -> bool:
    """Note what became of ``message``, if that is news, and return whether it is.

    Providers tell out of order and more than once. What is furthest along stands; of two that are
    equally far, the later: so the order in which we hear of them does not matter. ``happened_at``
    is the provider's; a time that is still to come is taken as now. ``reason`` is a word, never an
    address; it is told to the receivers of ``message_delivery_changed``, in the transaction. Their
    errors come out of here, and leave everything as it was.
    """
    with transaction.atomic():
        held = Message.objects.select_for_update(no_key=True).filter(pk=message.pk).first()
        if held is None:
            return False  # purged meanwhile
        before = held.delivery
        at = min(happened_at, now())
        if before == delivery or not _is_further(held, delivery, at):
            return False
        held.delivery, held.delivery_at = delivery, at
        held.save(update_fields=["delivery", "delivery_at"])
        message.delivery, message.delivery_at = held.delivery, held.delivery_at
        message_delivery_changed.send(sender=Message, message=held, before=before, reason=reason)
    return True


def forget_delivery(message: Message) -> None:
    """Begin anew for a mail that staff send once more: what it came to before is past.

    The caller holds the row. Nobody is told; what staff were asked to do about it stays.
    """
    message.delivery, message.delivery_at = "", None
    message.save(update_fields=["delivery", "delivery_at"])


def _is_further(held: Message, delivery: Delivery, at: dt.datetime) -> bool:
    rank, rank_before = RANK[delivery], RANK[held.delivery]
    if rank != rank_before:
        return rank > rank_before
    return held.delivery_at is not None and at > held.delivery_at
