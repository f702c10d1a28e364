"""The rows of an event page, read once for everything that is asked of them."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects

from forms.prepared import PreparedQuery

from ..models import (
    EventAudience,
    EventContact,
    EventPageMixin,
    EventQuestion,
    EventSession,
)

_ROWS: dict[str, PreparedQuery[Any]] = {
    "event_sessions": PreparedQuery(lambda page: EventSession.objects.filter(page=page)),
    "audiences": PreparedQuery(lambda page: EventAudience.objects.filter(page=page)),
    "questions": PreparedQuery(lambda page: EventQuestion.objects.filter(page=page)),
    "contacts": PreparedQuery(lambda page: EventContact.objects.filter(page=page)),
}


def load_rows(page: EventPageMixin) -> EventPageMixin:
    """Read the sessions, audiences, questions and contacts of ``page`` into memory, and return it.

    Each relation is one query, however often it is asked for afterwards; so are the sessions'
    venues and pictures, where there are any. What is in memory already, as in a preview of a draft,
    stays as it is.
    """
    loaded = getattr(page, "_cluster_related_objects", {})
    for name, query in _ROWS.items():
        if name in loaded:
            continue
        rows = query.all(page=page.pk) if page.pk else []
        related = ("venue", "image") if name == "event_sessions" else ()
        leading_somewhere = [
            key for key in related if any(getattr(row, f"{key}_id") for row in rows)
        ]
        prefetch_related_objects(rows, *leading_somewhere)
        getattr(page, name).set(rows)
    return page
