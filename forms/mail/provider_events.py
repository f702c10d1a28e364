"""What providers tell us of mails: written down first, then made something of."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.db import transaction

from ..clock import Clock, database_now
from ..enums import Delivery, MessageState
from ..models import DeliveryEvent, Message
from .deliveries import note_delivery

OUTBOX_ID = "outbox_id"
"""Under which the message's ``uuid`` goes along with a mail, where a provider takes that."""
EVENT_ID_LENGTH = 255
WORDS = {value for name, value in vars(RejectReason).items() if name.isupper()}
DELIVERY_OF: dict[str, Delivery] = {
    EventType.DEFERRED: Delivery.DEFERRED,
    EventType.DELIVERED: Delivery.DELIVERED,
    EventType.BOUNCED: Delivery.BOUNCED,
    EventType.REJECTED: Delivery.BOUNCED,
    EventType.FAILED: Delivery.BOUNCED,
    EventType.COMPLAINED: Delivery.COMPLAINED,
}
"""What becomes of a mail by each event that we act on; the others are only written down."""
SOFT: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    # Also what an absence notice looks like to Amazon.
    "amazon_ses": lambda told: told.get("bounce", {}).get("bounceType") == "Transient",
    "brevo": lambda told: told.get("event") == "soft_bounce",
    "mailersend": lambda told: told.get("data", {}).get("type") == "soft_bounced",
    "mandrill": lambda told: told.get("event") == "soft_bounce",
    "postmark": lambda told: told.get("Type") == "SoftBounce",
}
"""Bounces that say nothing against the address, where anymail makes no difference."""


class ToldTooEarly(Exception):
    """A provider tells of a mail of which we have not yet noted that it has left."""


def take_event(*, provider: str, event: AnymailTrackingEvent, now: Clock = database_now) -> bool:
    """Take in one thing that ``provider`` tells, and return whether it is news of a mail of ours.

    It is written down before anything is made of it, in one transaction: told again, it is known;
    if anything goes wrong, nothing was written, and the provider has to tell it again. It counts
    for the mail that the provider calls so, went to that recipient and, where that went along, has
    that identifier; what fits none is kept without one and has no effect. Nothing of a registration
    is ever changed. Raises ``ToldTooEarly`` for a mail that is still being sent.
    """
    with transaction.atomic():
        message = _message_of(event)
        told_at = now()
        row, is_new = DeliveryEvent.objects.get_or_create(
            provider=provider,
            event_id=_identity(event),
            defaults={
                "kind": str(event.event_type)[:32],
                "reason": event.reject_reason if event.reject_reason in WORDS else "",
                "happened_at": _moment(event.timestamp, told_at),
                "received_at": told_at,
                "message": message,
            },
        )
        delivery = _delivery_of(provider, event)
        if not is_new or message is None or delivery is None:
            return False
        return note_delivery(
            message=message,
            delivery=delivery,
            happened_at=row.happened_at,
            reason=row.reason,
            now=lambda: told_at,
        )


def _message_of(event: AnymailTrackingEvent) -> Message | None:
    if not event.recipient:
        return None
    outbox_id = _outbox_id(event)
    if outbox_id is False:
        return None
    found = Message.objects.filter(to__iexact=event.recipient)
    if isinstance(outbox_id, uuid.UUID):
        found = found.filter(uuid=outbox_id)
        # The answer to our request may still be on its way to us.
        if found.filter(state=MessageState.SENDING).exists():
            raise ToldTooEarly
    if not event.message_id:
        return None
    return found.filter(provider_id=event.message_id).first()


def _outbox_id(event: AnymailTrackingEvent) -> uuid.UUID | bool | None:
    """Return the identifier that went along; None without one, False for one that is none."""
    metadata = event.metadata if isinstance(event.metadata, Mapping) else {}
    told = metadata.get(OUTBOX_ID)
    if told is None:
        return None
    try:
        return uuid.UUID(str(told))
    except ValueError:
        return False


def _delivery_of(provider: str, event: AnymailTrackingEvent) -> Delivery | None:
    delivery = DELIVERY_OF.get(event.event_type)
    is_soft = SOFT.get(provider)
    if event.event_type == EventType.BOUNCED and is_soft and is_soft(event.esp_event):
        return Delivery.DEFERRED
    return delivery


def _identity(event: AnymailTrackingEvent) -> str:
    """Return what the provider calls the event, or a digest of what it told."""
    own = str(event.event_id or "")
    if own and len(own) <= EVENT_ID_LENGTH and "@" not in own:
        return own
    told = json.dumps(event.esp_event, sort_keys=True, default=str)
    return "sha256:" + hashlib.sha256(told.encode()).hexdigest()


def _moment(told: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    if told is None:
        return now
    return told if told.tzinfo is not None else told.replace(tzinfo=dt.UTC)
