"""Rows that the editor's browser sends as new although they were saved a moment ago."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

KEPT_FIELDS = ("pk", "translation_key", "clean_name")
"""What makes a saved row the one that it is, whatever the browser knows of it."""


def adopt_saved_rows(formsets: Iterable[Any]) -> None:
    """Recognise by its ``row_key`` each new row of ``formsets`` that is saved already.

    Wagtail's editor saves by itself, and learns from the answer which rows now have ids. Whoever
    presses publish before that answer is there sends those rows as new once more, and without
    this the page would have each of them twice: the question asked twice, the session held twice.
    """
    for formset in formsets:
        if not any(field.name == "row_key" for field in formset.model._meta.get_fields()):
            continue
        sent = {form.instance.pk for form in formset.initial_forms}
        saved = {row.row_key: row for row in formset.get_queryset() if row.pk not in sent}
        for form in formset.extra_forms:
            # Filling in the form is what gives its row the key that was sent.
            if form.is_valid() and form.has_changed() and form.instance.row_key in saved:
                _become(form.instance, saved[form.instance.row_key])


def _become(row: Any, saved: Any) -> None:
    for name in KEPT_FIELDS:
        if hasattr(saved, name):
            setattr(row, name, getattr(saved, name))
