"""One request to one event page, and what is needed to answer it."""

from __future__ import annotations

import datetime as dt
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

    def invitation(self) -> InvitationView:
        """Join the page with its seats, counted without a lock."""
        now = database_now()
        return invitation_view(self.page, count=self._seats(now), now=now)

    def _seats(self, now: dt.datetime) -> SeatCount | None:
        return count_seats(self.event, at=now) if self.event is not None else None
