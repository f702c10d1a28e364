"""Places that the ledger has to follow: venues whose events were busy when they were corrected."""

from __future__ import annotations

import logging

from ..actions.publish import follow_venue, place_fields
from ..clock import Clock, database_now
from ..enums import SeatPoolKind
from ..exceptions import EventBusy
from ..models import EventRecord, EventSession, SeatPool, Venue

logger = logging.getLogger(__name__)


def follow_venues(*, now: Clock = database_now) -> int:
    """Let the ledger say where published sessions to come are held; return how many it did not.

    An event whose seats cannot be locked is left for the next round.
    """
    followed = 0
    for event, venue in _left_behind(now=now):
        try:
            follow_venue(event=event, venue=venue)
        except EventBusy:
            logger.warning("The seats of event %s are busy; trying again.", event.key)
        else:
            followed += 1
    return followed


def _left_behind(*, now: Clock) -> list[tuple[EventRecord, Venue]]:
    """Return the events to come whose ledger says another place than the page that steers it."""
    pools = SeatPool.objects.filter(
        kind=SeatPoolKind.EVENT_SESSION, is_closed=False, event__is_live=True
    ).exclude(event__ends_at__lte=now())
    by_key = {
        (pool.event.key, pool.event.source_locale, pool.event_session_key): pool
        for pool in pools.select_related("event")
    }
    rows = EventSession.objects.filter(
        page__live=True,
        page__alias_of__isnull=True,
        page__translation_key__in={key for key, _language, _session in by_key},
        venue__isnull=False,
    )
    found: dict[tuple[int, int], tuple[EventRecord, Venue]] = {}
    for row in rows.select_related("venue", "page__locale").order_by("pk"):
        page = row.page
        key = (page.translation_key, page.locale.language_code, row.translation_key)
        pool = by_key.get(key)
        if pool is not None and not place_fields(venue=row.venue).items() <= vars(pool).items():
            found[pool.event_id, row.venue_id] = pool.event, row.venue
    return list(found.values())
