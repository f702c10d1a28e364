"""Calendar files for everyone: of one event, and of all that are to come. No personal data."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from wagtail.views import serve as serve_page

from ..calendar import CANCELLED, CONFIRMED, CalendarEntry, calendar_file, session_uid
from ..enums import SeatPoolKind
from ..models import EventPageMixin, EventRecord, SeatPool
from ..models.event_page import CALENDAR_PATH
from ..queries.invitation import InvitationView
from ..queries.pages import source_pages_of

CALENDAR_TYPE = "text/calendar; charset=utf-8"


def event_calendar(page: EventPageMixin, invitation: InvitationView) -> HttpResponse:
    """Return one event's sessions as a calendar file, in the words of ``page``."""
    event = EventRecord.objects.filter(key=page.event_key).prefetch_related("seat_pools").first()
    pools = {pool.event_session_key: pool for pool in _session_pools(event)}
    entries = []
    for session in invitation.sessions:
        pool = pools.get(session.key)
        if event is None or pool is None:
            continue
        venue = session.row.venue
        entry = _entry(
            event,
            pool,
            summary=f"{page.title} ({session.row.name})",
            location=f"{venue.name}, {venue.address}" if venue else session.row.name,
            url=page.full_url or "",
        )
        entries += [entry] if entry else []
    response = HttpResponse(calendar_file(entries), content_type=CALENDAR_TYPE)
    response["Content-Disposition"] = 'attachment; filename="event.ics"'
    return response


@require_safe
def page_calendar(request: HttpRequest, path: str) -> HttpResponse:
    """Hand ``<event>/calendar.ics`` to the page; Wagtail's own pattern knows no dots.

    Through Wagtail's view, so that the page's view restrictions hold.
    """
    response: HttpResponse = serve_page(request, f"{path}{CALENDAR_PATH}")
    return response


@require_safe
def site_calendar(request: HttpRequest) -> HttpResponse:
    """Return every published event that is not over, one entry a session.

    What was called off stays in it as cancelled, so that it disappears from calendars that have it.
    """
    events = EventRecord.objects.filter(is_live=True, ends_at__gte=timezone.now())
    events = events.prefetch_related("seat_pools")
    pages = source_pages_of(events)
    entries = [
        _entry(
            event,
            pool,
            summary=f"{event.title} ({pool.name})",
            location=_place(pool),
            url=pages[event.key].full_url or "",
        )
        for event in events
        if event.key in pages
        for pool in _session_pools(event)
        if not pool.is_closed
    ]
    return HttpResponse(
        calendar_file([entry for entry in entries if entry]), content_type=CALENDAR_TYPE
    )


def _session_pools(event: EventRecord | None) -> list[SeatPool]:
    pools = event.seat_pools.all() if event is not None else []
    return [pool for pool in pools if pool.kind == SeatPoolKind.EVENT_SESSION]


def _place(pool: SeatPool) -> str:
    return ", ".join(part for part in (pool.venue_name, pool.venue_address) if part) or pool.name


def _entry(
    event: EventRecord, pool: SeatPool, *, summary: str, location: str, url: str
) -> CalendarEntry | None:
    """Return the entry of a session, or None while its time is unknown."""
    if pool.starts_at is None:
        return None
    return CalendarEntry(
        uid=session_uid(pool.event_session_key),
        summary=summary,
        starts_at=pool.starts_at.isoformat(),
        ends_at=(pool.ends_at or pool.starts_at).isoformat(),
        zone=event.zone.key,
        location=location,
        url=url,
        status=CANCELLED if event.is_cancelled or pool.takes_nobody else CONFIRMED,
        sequence=pool.calendar_sequence,
        changed_at=event.updated_at.isoformat(),
    )
