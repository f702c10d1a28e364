"""One request to one event page, and what is needed to answer it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest

from ..capacity import SeatCount, count_seats
from ..clock import database_now
from ..models import EventPageMixin, EventRecord
from ..queries.invitation import InvitationView, invitation_view
from ..queries.page_rows import load_rows


@dataclass
class Visit:
    """One request to one event page, with what is needed to answer it.

    What is asked of it is looked up once. Seats are always read before the page's rows: what a row
    says of time and place then is at least as new as the number that tells it has changed.
    """

    request: HttpRequest
    page: EventPageMixin
    event: EventRecord | None
    language: str

    @cached_property
    def count(self) -> SeatCount | None:
        """The seats, counted without a lock; None while the event is in no ledger."""
        return count_seats(self.event) if self.event is not None else None

    @cached_property
    def rows(self) -> EventPageMixin:
        """The page, with its sessions, audiences, questions and contacts in memory."""
        _seats_first = self.count
        return load_rows(self.page)

    def invitation(self) -> InvitationView:
        """Join the page with its seats."""
        return self._invitation

    @cached_property
    def _invitation(self) -> InvitationView:
        count = self.count
        now = count.at if count is not None else database_now()
        return invitation_view(self.rows, count=count, now=now)
