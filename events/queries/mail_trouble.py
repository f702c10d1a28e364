"""Who was not reached by the mails about their registration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField, Case, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from forms.enums import DELIVERY_TROUBLE, Delivery, MessageState
from forms.models import Message

TROUBLE = Q(state=MessageState.FAILED) | Q(delivery__in=DELIVERY_TROUBLE)
ARRIVED = Q(delivery=Delivery.DELIVERED)


def with_mail_trouble(registrations: QuerySet[Any]) -> QuerySet[Any]:
    """Return ``registrations``, each with ``mail_trouble``, at the cost of no further query.

    That is whether, of the mails to the address the registration has now, the last one of which
    anything is known did not arrive. Mails to an earlier address, and notices to staff, are not
    about it.
    """
    known = (
        Message.objects.filter(
            TROUBLE | ARRIVED, subject_key=OuterRef("uuid"), to=OuterRef("email")
        )
        .order_by("-id")
        .annotate(
            is_trouble=Case(
                When(TROUBLE, then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            )
        )
    )
    last = Subquery(known.values("is_trouble")[:1])
    rows: QuerySet[Any] = registrations.annotate(mail_trouble=Coalesce(last, Value(False)))
    return rows


def mail_in_trouble(mails: Sequence[Message]) -> Message | None:
    """Return the mail for which ``mail_trouble`` would be true, of one person's, oldest first."""
    for message in reversed(mails):
        if message.state == MessageState.FAILED or message.delivery in DELIVERY_TROUBLE:
            return message
        if message.delivery == Delivery.DELIVERED:
            return None
    return None
