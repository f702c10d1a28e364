"""Finding the pages of an event by its key, whatever page model a site uses."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.apps import apps

from ..models import EventPageMixin, EventRecord, events_visible_to


def event_page_models() -> list[Any]:
    """Return every installed page model that is an event page."""
    return [model for model in apps.get_models() if issubclass(model, EventPageMixin)]


def live_pages_of(event_key: uuid.UUID) -> list[Any]:
    """Return the published pages of an event, one a language, oldest first; aliases left out."""
    found: list[Any] = []
    for model in event_page_models():
        pages = model._default_manager.filter(
            translation_key=event_key, live=True, alias_of__isnull=True
        )
        found.extend(pages.select_related("locale"))
    return sorted(found, key=lambda page: page.pk)


def has_page_in(event_key: uuid.UUID, language: str) -> bool:
    """Return whether the event has a page in ``language``, published or not."""
    return any(
        model._default_manager.filter(
            translation_key=event_key, locale__language_code=language, alias_of__isnull=True
        ).exists()
        for model in event_page_models()
    )


def page_in_language(event_key: uuid.UUID, language: str) -> Any | None:
    """Return the published page in ``language``, else in any; None when there is none left."""
    pages = live_pages_of(event_key)
    matching = [page for page in pages if page.locale.language_code == language]
    return next(iter(matching or pages), None)


def source_pages_of(events: Iterable[EventRecord]) -> dict[uuid.UUID, Any]:
    """Return by key the page that each event was first written as, if it is published to all."""
    languages = {event.key: event.source_locale for event in events}
    return {
        page.translation_key: page
        for model in event_page_models()
        for page in model._default_manager.live()
        .public()
        .filter(translation_key__in=languages, alias_of__isnull=True)
        .select_related("locale")
        if page.locale.language_code == languages[page.translation_key]
    }


def hidden_event_pages_removed(user: Any, pages: Any) -> Any:
    """Return ``pages`` without the event pages whose registrations ``user`` may not see."""
    visible = events_visible_to(user).values("key")
    for model in event_page_models():
        hidden = model._default_manager.exclude(translation_key__in=visible)
        pages = pages.exclude(pk__in=hidden.values("pk"))
    return pages
