"""Waiting lists that the clock moves: offers that lapse, and kept seats that become anybody's."""

from __future__ import annotations

import logging

from django.db.models import F, Q

from ..actions.offers import OFFER_GRACE, settle_waiting_list
from ..clock import Clock, database_now
from ..enums import RegistrationState
from ..exceptions import EventBusy
from ..models import EventRecord

logger = logging.getLogger(__name__)


def settle_waiting_lists(*, now: Clock = database_now) -> int:
    """Let offers lapse that have ended, at all events, and return how many did.

    Seats that were kept until a moment that has come go to those who wait. An event whose seats
    cannot be locked is left for the next round.
    """
    moment = now()
    has_ended_offers = Q(
        registrations__state=RegistrationState.OFFERED,
        registrations__offer_expires_at__lte=moment - OFFER_GRACE,
    )
    has_freed_seats = Q(
        registrations__state=RegistrationState.WAITING,
        seat_pools__kept__gt=0,
        seat_pools__kept_until__lte=moment,
        registrations__waiting_since__lt=F("seat_pools__kept_until"),
    )
    events = EventRecord.objects.filter(
        has_ended_offers | has_freed_seats, cancelled_at=None
    ).distinct()
    lapsed = 0
    for event in events.order_by("id"):
        try:
            lapsed += settle_waiting_list(event=event, now=now)
        except EventBusy:
            logger.warning("The seats of event %s are busy; trying again.", event.key)
    return lapsed
