"""Sending the link to one's own page again, to whoever asks with the address it belongs to."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from wagtail.log_actions import log

from ..clock import Clock, database_now
from ..models import Registration
from ..notifications.own_page import notify_link
from ..queries.own_page import is_expired

LOG_SEND_LINK = "kommed_events.registration.send_link"
AGAIN_AFTER = dt.timedelta(days=1)
"""How long after a link was sent on request it is sent on request again."""


def send_links(*, email: str, now: Clock = database_now) -> int:
    """Queue a mail with the link for each live registration of ``email``, and return how many.

    Callers answer the same whatever the number is. A registration whose link was sent on request
    less than ``AGAIN_AFTER`` ago is left out: nobody's mailbox is filled by somebody else.
    """
    moment = now()
    found = (
        Registration.objects.live()
        .filter(email__iexact=email.strip())
        .select_related("event", "submission__form_version")
        .order_by("id")
    )
    return sum(_send_link(each, at=moment) for each in found if not is_expired(each, moment))


def _send_link(registration: Registration, *, at: dt.datetime) -> bool:
    """Queue the mail unless one was sent lately; of two at once only one sends it."""
    with transaction.atomic():
        due = Registration.objects.filter(
            Q(link_sent_at__isnull=True) | Q(link_sent_at__lte=at - AGAIN_AFTER),
            pk=registration.pk,
        )
        if not due.update(link_sent_at=at):
            return False
        log(instance=registration, action=LOG_SEND_LINK, data={}, timestamp=at)
        notify_link(registration, at=at)
        return True
