"""One request to one event page, and what is needed to answer it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from ..capacity import SeatCount, count_seats
from ..clock import database_now
from ..models import EventPageMixin, EventRecord
from ..queries.invitation import InvitationView, invitation_view


@dataclass
class Visit:
    """One request to one event page, with what is needed to answer it."""

    request: HttpRequest
    page: EventPageMixin
    event: EventRecord | None
    language: str

    def seats(self) -> SeatCount | None:
        """Count the event's seats, without a lock."""
        return count_seats(self.event) if self.event is not None else None

    def invitation(self) -> InvitationView:
        """Join the page with its seats."""
        return invitation_view(self.page, count=self.seats(), now=database_now())
