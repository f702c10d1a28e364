"""Calendar files for everyone: of one event, and of all that are to come. No personal data."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from wagtail.views import serve as serve_page

from ..calendar import CalendarEntry, calendar_file
from ..enums import SeatPoolKind
from ..models import EventPageMixin, EventRecord, SeatPool
from ..models.event_page import CALENDAR_PATH
from ..queries.invitation import InvitationView
from ..queries.pages import source_pages_of

CALENDAR_TYPE = "text/calendar; charset=utf-8"


def event_calendar(page: EventPageMixin, invitation: InvitationView) -> HttpResponse:
    """Return one event's sessions as a calendar file."""
    entries = []
    for session in invitation.sessions:
        if session.starts_at is None:
            continue
        venue = session.row.venue
        entries.append(
            CalendarEntry(
                uid=f"{session.key}@kommed",
                summary=f"{page.title} ({session.row.name})",
                starts_at=session.starts_at.isoformat(),
                ends_at=(session.ends_at or session.starts_at).isoformat(),
                zone=page.zone.key,
                location=f"{venue.name}, {venue.address}" if venue else session.row.name,
                url=page.full_url or "",
            )
        )
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
    """Return every published event that is not over, one entry a session."""
    events = EventRecord.objects.filter(is_live=True, ends_at__gte=timezone.now())
    events = events.prefetch_related("seat_pools")
    pages = source_pages_of(events)
    entries = [
        _entry(event, pool, pages[event.key])
        for event in events
        if event.key in pages
        for pool in event.seat_pools.all()
        if pool.kind == SeatPoolKind.EVENT_SESSION and pool.starts_at and not pool.is_closed
    ]
    return HttpResponse(calendar_file(entries), content_type=CALENDAR_TYPE)


def _entry(event: EventRecord, pool: SeatPool, page: EventPageMixin) -> CalendarEntry:
    starts_at = pool.starts_at or timezone.now()
    return CalendarEntry(
        uid=f"{pool.event_session_key}@kommed",
        summary=f"{event.title} ({pool.name})",
        starts_at=starts_at.isoformat(),
        ends_at=(pool.ends_at or starts_at).isoformat(),
        zone=event.zone.key,
        location=pool.name,
        url=page.full_url or "",
    )
