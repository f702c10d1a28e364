"""The bridge from a form page to its record: called when a page is saved whole."""

from __future__ import annotations

import uuid
from typing import Any

from ..models import FormRecord
from ..queries.pages import live_pages_of
from .places import count_earlier_answers


def update_form_record(*, page: Any) -> None:
    """Bring the ``FormRecord`` up to date with ``page``, which has just been saved.

    A page that is not live, and never was, changes nothing. Never raises for what the page lacks.
    """
    if page.alias_of_id is not None:
        return  # an alias shows its source's form
    siblings = type(page)._default_manager.filter(
        translation_key=page.translation_key, alias_of__isnull=True
    )
    live = siblings.filter(live=True).select_related("locale").order_by("pk").first()
    record = FormRecord.objects.filter(key=page.form_key).first()
    if live is None:
        if record is not None and record.is_live:
            record.is_live = False
            record.save(update_fields=["is_live", "updated_at"])
        return
    if record is None:
        source = siblings.select_related("locale").order_by("pk").first() or page
        record = FormRecord(key=page.form_key, source_locale=source.locale.language_code)
    if page.live and page.locale.language_code == record.source_locale:
        record.title = page.title
    record.title = record.title or live.title
    record.is_live = True
    record.save()
    if page.live:
        count_earlier_answers(form_key=record.key, specs=page.question_specs())


def page_gone(*, form_key: uuid.UUID) -> None:
    """Take note that the form's page in one language is gone, or taken down. What was sent stays.

    The form is published as long as its page is in any language.
    """
    if not live_pages_of(form_key):
        FormRecord.objects.filter(key=form_key, is_live=True).update(is_live=False)
