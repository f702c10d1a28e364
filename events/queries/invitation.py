"""What a visitor sees of an event: the page's words joined with the ledger's seats."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from ..capacity import SeatCount, Seats
from ..enums import EventStatus, SeatPoolKind, WayIn
from ..models import EventAudience, EventContact, EventHost, EventPageMixin, EventSession, Host
from .live_seats import FEW_SEATS, SeatsLine, seats_line
from .seat_rules import SeatRules, seat_rules


@dataclass(frozen=True)
class SessionView:
    """One session as the page shows it. Times are aware and in the event's zone."""

    row: EventSession
    key: uuid.UUID
    starts_at: dt.datetime | None
    ends_at: dt.datetime | None
    has_own_time: bool
    co_hosts: list[Host]
    contacts: list[Any]
    seats: Seats | None
    is_closed: bool = False
    """Whether the session takes nobody, because staff closed it or it has begun."""

    @property
    def is_full(self) -> bool:
        """Whether one would go on the waiting list."""
        return self.seats is not None and self.seats.is_full

    @property
    def has_few(self) -> bool:
        """Whether the last seats are going."""
        free = self.seats.free if self.seats is not None else None
        return free is not None and not self.is_full and free <= FEW_SEATS


@dataclass(frozen=True)
class InvitationView:
    """The whole event as the page shows it."""

    page: EventPageMixin
    status: EventStatus
    opens_at: dt.datetime | None
    closes_at: dt.datetime | None
    last_day: dt.date | None
    starts_at: dt.datetime | None
    ends_at: dt.datetime | None
    sessions: list[SessionView]
    audiences: list[EventAudience]
    hosts: list[EventHost]
    contacts: list[EventContact]
    rules: SeatRules

    @property
    def is_open(self) -> bool:
        """Whether one can register now."""
        return self.status == EventStatus.OPEN

    @property
    def closes_within_a_day(self) -> bool:
        """Whether registration closes at a time that has to be said, not with the end of a day."""
        return self.closes_at is not None and self.closes_at.time() != dt.time()

    @property
    def is_application(self) -> bool:
        """Whether staff choose among those who register."""
        return self.page.way_in == WayIn.APPLICATION

    @property
    def is_cancelled(self) -> bool:
        """Whether the event does not take place."""
        return self.status == EventStatus.CANCELLED

    @property
    def takes_no_seat(self) -> bool:
        """Whether those who register take no seat yet, because staff choose among them."""
        return self.is_application and not self.page.applications_hold_seat

    def line_of(self, session: SessionView) -> SeatsLine:
        """Return what is said of the seats of ``session``."""
        return seats_line(
            session.seats, is_closed=session.is_closed, takes_no_seat=self.takes_no_seat
        )

    @property
    def with_seats(self) -> list[SessionView]:
        """The sessions at which one would have a seat."""
        return [item for item in self.sessions if not item.is_full and not item.is_closed]

    @property
    def criteria(self) -> list[EventAudience]:
        """The audiences that are a point in "you are welcome if"."""
        return [audience for audience in self.audiences if audience.criterion]

    @property
    def is_full(self) -> bool:
        """Whether every session has a waiting list."""
        return bool(self.sessions) and all(session.is_full for session in self.sessions)


def status_at(
    now: dt.datetime, *, opens_at: dt.datetime | None, closes_at: dt.datetime | None
) -> EventStatus:
    """Return whether registration is open at ``now``."""
    if opens_at is not None and now < opens_at:
        return EventStatus.NOT_YET_OPEN
    if closes_at is not None and now >= closes_at:
        return EventStatus.CLOSED
    return EventStatus.OPEN


def _co_hosts(rows: list[EventSession]) -> dict[int, Host]:
    """Return the co-hosts of all sessions by primary key, in one query."""
    keys = {item["value"] for row in rows for item in row.co_hosts.raw_data}
    return Host.objects.select_related("logo").in_bulk([key for key in keys if key])


def _session_view(
    page: EventPageMixin, row: EventSession, hosts: dict[int, Host], count: SeatCount | None
) -> SessionView:
    zone = page.zone
    starts_at, ends_at = row.starts_at or page.starts_at, row.ends_at or page.ends_at
    pool = count.pool(SeatPoolKind.EVENT_SESSION, row.translation_key) if count else None
    if count is not None:
        seats = count.of_event_session(row.translation_key)
    else:
        seats = Seats(capacity=row.capacity) if row.capacity is not None else None
    keys = [item["value"] for item in row.co_hosts.raw_data]
    return SessionView(
        row=row,
        key=row.translation_key,
        starts_at=starts_at and starts_at.astimezone(zone),
        ends_at=ends_at and ends_at.astimezone(zone),
        has_own_time=bool(row.starts_at or row.ends_at),
        co_hosts=[hosts[key] for key in keys if key in hosts],
        contacts=[block.value for block in row.contacts],
        seats=seats,
        is_closed=count is not None
        and pool is not None
        and (pool.takes_nobody or pool.has_begun(count.at)),
    )


def invitation_view(
    page: EventPageMixin, *, count: SeatCount | None, now: dt.datetime
) -> InvitationView:
    """Join ``page`` with the seats of its event.

    ``count`` is None in a preview of a page that was never published; the seats then are those of
    the draft, all free. The number of queries does not depend on the number of rows.
    """
    rows = list(page.event_sessions.select_related("venue", "image"))
    hosts = _co_hosts(rows)
    event = count.event if count is not None else None
    opens_at = event.opens_at if event else page.registration_opens_at
    closes_at = event.closes_at if event else page.registration_closes_at
    starts_at = event.starts_at if event else page.starts_at
    ends_at = event.ends_at if event else page.ends_at
    zone = page.zone
    audiences = list(page.audiences.all())
    closing_moment = closes_at - dt.timedelta(seconds=1) if closes_at else None
    return InvitationView(
        page=page,
        status=EventStatus.CANCELLED
        if event is not None and event.is_cancelled
        else status_at(now, opens_at=opens_at, closes_at=closes_at),
        opens_at=opens_at and opens_at.astimezone(zone),
        closes_at=closes_at and closes_at.astimezone(zone),
        last_day=closing_moment and closing_moment.astimezone(zone).date(),
        starts_at=starts_at and starts_at.astimezone(zone),
        ends_at=ends_at and ends_at.astimezone(zone),
        sessions=[_session_view(page, row, hosts, count) for row in rows],
        audiences=audiences,
        hosts=list(page.hosts.select_related("host", "host__logo")),
        contacts=list(page.contacts.all()),
        rules=seat_rules(page, rows=rows, audiences=audiences, count=count, now=now),
    )


def content_language(page: EventPageMixin) -> str:
    """Return the language code of the page's locale, or the site's where it has none yet."""
    locale = getattr(page, "locale", None)
    return locale.language_code if locale is not None else settings.LANGUAGE_CODE
