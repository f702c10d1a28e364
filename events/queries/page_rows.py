"""The rows of an event page, read once for everything that is asked of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import prefetch_related_objects

from forms.prepared import Asked, PreparedQuery, ask_together

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
    return rows_loaded(page, ask_together(*row_questions(page)))


def row_questions(page: EventPageMixin) -> list[Asked]:
    """Return what has to be asked to have the rows of ``page`` in memory; see ``rows_loaded``."""
    return [_ROWS[name].asked(page=page.pk) for name in _missing(page)] if page.pk else []


def rows_loaded(page: EventPageMixin, answers: Sequence[Sequence[Any]]) -> EventPageMixin:
    """Put the answers to ``row_questions`` into ``page``, and return it."""
    missing = _missing(page)
    for name, rows in zip(missing, answers or ([] for _ in missing), strict=True):
        related = ("venue", "image") if name == "event_sessions" else ()
        leading_somewhere = [
            key for key in related if any(getattr(row, f"{key}_id") for row in rows)
        ]
        prefetch_related_objects(rows, *leading_somewhere)
        getattr(page, name).set(rows)
    return page


def _missing(page: EventPageMixin) -> list[str]:
    loaded = getattr(page, "_cluster_related_objects", {})
    return [name for name in _ROWS if name not in loaded]
