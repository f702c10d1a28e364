"""Reminders to those who were invited and have said nothing, as closing comes near."""

from __future__ import annotations

import datetime as dt
import logging

from ..actions.invite import remind_silent
from ..clock import Clock, database_now
from ..enums import InvitationState
from ..exceptions import EventBusy
from ..models import EventRecord
from ..queries.invitations import remindable

DAYS_BEFORE_CLOSING = (7, 2)
"""When the silent are reminded by themselves, once each."""
WAKING_HOURS = range(8, 20)
"""Local hours of the event in which such a mail leaves."""

logger = logging.getLogger(__name__)


def remind_the_invited(*, now: Clock = database_now) -> int:
    """Remind, at all events, those who have not answered, and return how many were.

    Once for each of ``DAYS_BEFORE_CLOSING``: who was invited or reminded since that moment is left
    in peace. What was missed while the worker stood still is made good, once. An event whose seats
    cannot be locked is left for the next round.
    """
    moment = now()
    events = EventRecord.objects.filter(
        is_live=True,
        cancelled_at__isnull=True,
        closes_at__gt=moment,
        closes_at__lte=moment + dt.timedelta(days=max(DAYS_BEFORE_CLOSING)),
        invitations__state=InvitationState.SILENT,
    ).distinct()
    reminded = 0
    for event in events.order_by("id"):
        if moment.astimezone(event.zone).hour not in WAKING_HOURS:
            continue
        try:
            reminded += _remind(event, moment, now)
        except EventBusy:
            logger.warning("The seats of event %s are busy; trying again.", event.key)
    return reminded


def _remind(event: EventRecord, moment: dt.datetime, now: Clock) -> int:
    if event.closes_at is None:
        return 0
    stages = (event.closes_at - dt.timedelta(days=days) for days in DAYS_BEFORE_CLOSING)
    since = max(stage for stage in stages if stage <= moment)
    due = remindable(event, at=moment).filter(invited_at__lt=since)
    due = due.exclude(reminded_at__gte=since)
    only = list(due.values_list("pk", flat=True))
    return remind_silent(event=event, only=only, now=now) if only else 0
