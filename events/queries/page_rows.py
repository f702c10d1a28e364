"""The rows of an event page, read once for everything that is asked of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from wagtail.images import get_image_model

from forms.prepared import PreparedQuery

from ..models import (
    EventAudience,
    EventContact,
    EventPageMixin,
    EventQuestion,
    EventSession,
    Venue,
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
        if name == "event_sessions":
            _join(rows, "venue", Venue)
            _join(rows, "image", get_image_model())
        getattr(page, name).set(rows)
    return page


def _join(rows: Iterable[Any], name: str, model: type[Model]) -> None:
    """Give each of ``rows`` what its foreign key ``name`` leads to, in one query for all."""
    wanted = {key for row in rows if (key := getattr(row, f"{name}_id"))}
    if not wanted:
        return
    found = model._default_manager.in_bulk(wanted)
    for row in rows:
        setattr(row, name, found.get(getattr(row, f"{name}_id")))
