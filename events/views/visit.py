"""One request to one event page, and what is needed to answer it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import cached_property

from forms.actions.submit import form_version_question
from forms.models import FormVersion, is_digest
from forms.prepared import Asked, PreparedQuery
from forms.protection.network import sender_of
from forms.uploads.handlers import limit_uploads

from ..capacity import (
    SeatCount,
    count_seats,
    pool_question,
    seat_questions,
    seats_counted,
)
from ..clock import ask_with_time, database_now
from ..models import EventPageMixin, EventRecord, SeatPool
from ..queries.invitation import InvitationView, invitation_view
from ..queries.page_rows import load_rows, row_questions, rows_loaded

PLAIN_FORM = "application/x-www-form-urlencoded"
_RECORD = PreparedQuery(lambda key: EventRecord.objects.filter(key=key))


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
    version: FormVersion | None = None
    """Of the form, the one that was sent, where that has been looked up."""

    @cached_property
    def count(self) -> SeatCount | None:
        """The seats, counted without a lock; None while the event is in no ledger."""
        return count_seats(self.event) if self.event is not None else None

    @cached_property
    def pools(self) -> Sequence[SeatPool]:
        """The pools of the event; none while it is in no ledger."""
        return self.count.pools if self.count is not None else ()

    @cached_property
    def moment(self) -> dt.datetime:
        """The database's time when the event was looked up."""
        return self.count.at if self.count is not None else database_now()

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
        return invitation_view(self.rows, count=self.count, now=self.moment)


def visit_of(request: HttpRequest, page: EventPageMixin, language: str) -> Visit:
    """Return a visit to ``page``, whose event alone has been looked up."""
    event = _RECORD.first(key=page.event_key)
    return Visit(request=request, page=page, event=event, language=language)


def visit_to_read(request: HttpRequest, page: EventPageMixin, language: str) -> Visit:
    """Return a visit to ``page`` for which all that is shown has been asked at once."""
    (records, numbers, pools, *rows), at = ask_with_time(
        _RECORD.asked(key=page.event_key), *seat_questions(page.event_key), *row_questions(page)
    )
    event: EventRecord | None = next(iter(records), None)
    visit = Visit(request=request, page=page, event=event, language=language)
    visit.count = None if event is None else seats_counted(event, numbers, pools, at=at)
    visit.rows = rows_loaded(page, rows)
    return visit


def visit_to_send(request: HttpRequest, page: EventPageMixin, language: str) -> Visit:
    """Return a visit to ``page`` for which all that sending its form needs has been asked at once.

    Seats are not counted: they are under the lock, and if the page has to be shown again. From here
    on no more of what was sent is read than a form may take.
    """
    limit_uploads(request, sender=sender_of(request, page.event_key))
    sent = _version_question(request, page)
    (records, pools, *others), at = ask_with_time(
        *(_RECORD.asked(key=page.event_key), pool_question(page.event_key)),
        *sent,
        *row_questions(page),
    )
    event: EventRecord | None = next(iter(records), None)
    visit = Visit(request=request, page=page, event=event, language=language)
    visit.pools, visit.moment = pools, at
    visit.rows = rows_loaded(page, others[len(sent) :])
    if sent:
        visit.version = next(iter(others[0]), None)
    return visit


def _version_question(request: HttpRequest, page: EventPageMixin) -> list[Asked]:
    """Return what asks for the version of the form that was sent, if that is known by now.

    Not of a form with files: those are read once it is known that somebody asks for them.
    """
    is_plain = request.content_type == PLAIN_FORM
    digest = request.POST.get("form_version", "") if is_plain else ""
    if not is_digest(digest):
        return []
    return [form_version_question(form_key=page.event_key, digest=digest)]
