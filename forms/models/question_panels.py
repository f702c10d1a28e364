"""How the row of a question is laid out: its type first, then what that type has to be told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

SETTING_CLASS = "kommed-setting kommed-setting--"
"""Goes before a setting's name in the class of its panel; the script shows those of the type."""


def setting(name: str, **options: Any) -> FieldPanel:
    """Return the panel of a setting that some types heed."""
    return FieldPanel(name, classname=f"{SETTING_CLASS}{name}", **options)


def row_key_panel() -> FieldPanel:
    """Return the panel that carries the key by which other rows refer to this one, unseen."""
    return FieldPanel("row_key", widget=forms.HiddenInput(), classname="w-hidden kommed-row-key")


def question_panels(*, with_conditions: bool = True) -> list[Any]:
    """Return the panels of one question; a ready one stands alone and has no conditions."""
    conditions = [FieldPanel("conditions")] if with_conditions else []
    return [
        FieldPanel("field_type", classname="formbuilder-type", required_on_save=True),
        FieldPanel("label"),
        setting("statement", widget=forms.Textarea(attrs={"rows": 3})),
        FieldPanel("help_text"),
        setting("required"),
        setting("choices"),
        setting("has_other"),
        setting("default_value"),
        *conditions,
        MultiFieldPanel(
            [
                FieldRowPanel([setting("min_length"), setting("max_length")]),
                FieldRowPanel([setting("min_value"), setting("max_value")]),
                FieldRowPanel([setting("min_choices"), setting("max_choices")]),
                setting("pattern"),
                setting("autocomplete"),
                setting("error_text"),
            ],
            _("Limits and details"),
            classname="collapsed kommed-details",
        ),
        MultiFieldPanel(
            [
                FieldPanel("purpose"),
                FieldRowPanel([FieldPanel("privacy_class"), FieldPanel("special_basis")]),
                FieldRowPanel([FieldPanel("legal_basis"), FieldPanel("keep_days")]),
            ],
            _("Privacy"),
            classname="collapsed kommed-privacy",
        ),
        row_key_panel(),
    ]
