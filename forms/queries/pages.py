"""Finding the page of a form by its key, whatever page model a site uses."""

from __future__ import annotations

import uuid
from typing import Any

from django.apps import apps

from ..models import FormPageMixin, FormRecord, forms_visible_to


def form_page_models() -> list[Any]:
    """Return every installed page model that is a form page."""
    return [model for model in apps.get_models() if issubclass(model, FormPageMixin)]


def live_pages_of(form_key: uuid.UUID) -> list[Any]:
    """Return the published pages of a form, one a language, oldest first; aliases left out."""
    found: list[Any] = []
    for model in form_page_models():
        pages = model._default_manager.filter(
            translation_key=form_key, live=True, alias_of__isnull=True
        )
        found.extend(pages.select_related("locale"))
    return sorted(found, key=lambda page: page.pk)


def steering_page(record: FormRecord) -> Any | None:
    """Return the page that says when the form is open and which mails are sent; None if gone.

    It is the one in the language the form was first written in, else the oldest that is published.
    """
    pages = live_pages_of(record.key)
    first = [page for page in pages if page.locale.language_code == record.source_locale]
    return next(iter(first or pages), None)


def hidden_form_pages_removed(user: Any, pages: Any) -> Any:
    """Return ``pages`` without the form pages whose submissions ``user`` may not see."""
    visible = forms_visible_to(user).values("key")
    for model in form_page_models():
        hidden = model._default_manager.exclude(translation_key__in=visible)
        pages = pages.exclude(pk__in=hidden.values("pk"))
    return pages
