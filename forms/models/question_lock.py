"""Questions on a translated page: the words are the translator's, the rest is the source's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from ..widgets.choices import ChoicesFormField

STEERING_FIELDS = (
    "field_type",
    "required",
    "has_other",
    "default_value",
    "min_length",
    "max_length",
    "min_value",
    "max_value",
    "min_choices",
    "max_choices",
    "pattern",
    "autocomplete",
    "conditions",
    "legal_basis",
    "privacy_class",
    "special_basis",
    "keep_days",
)


def lock_steering_fields(rows: Iterable[Any]) -> None:
    """Make everything but the words read-only in ``rows``, the forms of the questions.

    Rows that are new on the translation have no source, and stay open.
    """
    hint = _("Taken from the page in the language it was first written in.")
    for row in rows:
        if row.instance.pk is None:
            continue
        for name in STEERING_FIELDS:
            if name in row.fields:
                row.fields[name].disabled = True
                row.fields[name].help_text = hint
        choices = row.fields.get("choices")
        if isinstance(choices, ChoicesFormField):
            choices.lock_to(row.instance.choices)
