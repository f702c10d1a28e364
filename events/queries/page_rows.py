"""The rows of an event page, read once for everything that is asked of them."""

from __future__ import annotations

from ..models import EventPageMixin


def load_rows(page: EventPageMixin) -> EventPageMixin:
    """Read the sessions, audiences, questions and contacts of ``page`` into memory, and return it.

    Each relation is one query, however often it is asked for afterwards. What is in memory already,
    as in a preview of a draft, stays as it is.
    """
    loaded = getattr(page, "_cluster_related_objects", {})
    for name in ("event_sessions", "audiences", "questions", "contacts"):
        if name in loaded:
            continue
        rows = getattr(page, name)
        related = ("venue", "image") if name == "event_sessions" else ()
        queryset = rows.select_related(*related) if related else rows.all()
        rows.set(list(queryset))
    return page
