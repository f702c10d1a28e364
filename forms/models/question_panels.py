"""How the row of a question is laid out: its type first, then what that type has to be told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, Panel

from ..widgets.types import TypeSelect
from .authoring import AUTHORING_MEDIA, FixedQuestion, authoring_settings

SETTING_CLASS = "kommed-setting kommed-setting--"
"""Goes before a setting's name in the class of its panel; the script shows those of the type."""


def setting(name: str, **options: Any) -> FieldPanel:
    """Return the panel of a setting that some types heed."""
    return FieldPanel(name, classname=f"{SETTING_CLASS}{name}", **options)


def row_key_panel() -> FieldPanel:
    """Return the panel that carries the key by which other rows refer to this one, unseen."""
    return FieldPanel("row_key", widget=forms.HiddenInput(), classname="w-hidden kommed-row-key")


class DetailsPanel(MultiFieldPanel):
    """Settings that are seldom needed, folded away unless one of them has an error."""

    def __init__(self, children: Sequence[Any] = (), summary: Any = "", **options: Any) -> None:
        super().__init__(children, **options)
        self.summary = summary

    def clone_kwargs(self) -> dict[str, Any]:
        """Keep the summary."""
        return {**super().clone_kwargs(), "summary": self.summary}

    class BoundPanel(MultiFieldPanel.BoundPanel):
        template_name = "kommed_forms/admin/details_panel.html"

        @property
        def has_errors(self) -> bool:
            """Whether a field inside has an error."""
            return any(self.form[name].errors for name in self._names(self.panel))

        def _names(self, panel: Any) -> list[str]:
            name = getattr(panel, "field_name", None)
            if name is not None:
                return [name] if name in self.form.fields else []
            return [name for child in panel.children for name in self._names(child)]


class AuthoringPanel(Panel):
    """Brings the script that goes with a question's settings, for a question that stands alone."""

    def clone_kwargs(self) -> dict[str, Any]:
        """There is no help text."""
        return {name: value for name, value in super().clone_kwargs().items() if value}

    class BoundPanel(Panel.BoundPanel):
        template_name = "kommed_forms/admin/authoring_panel.html"

        @property
        def media(self) -> forms.Media:
            """The script and its style."""
            media: forms.Media = super().media + AUTHORING_MEDIA
            return media

        @property
        def authoring(self) -> dict[str, Any]:
            """What the script has to know."""
            return authoring_settings(get_language() or "")


class QuestionsPanel(InlinePanel):
    """The questions of a form, with the library, copying, and warnings.

    ``fixed`` are questions that stand on the form without being rows, for conditions to look at.
    """

    def __init__(
        self, relation_name: str, *args: Any, fixed: Sequence[FixedQuestion] = (), **options: Any
    ) -> None:
        super().__init__(relation_name, *args, **options)
        self.fixed = tuple(fixed)

    def clone_kwargs(self) -> dict[str, Any]:
        """Keep the fixed questions."""
        return {**super().clone_kwargs(), "fixed": self.fixed}

    class BoundPanel(InlinePanel.BoundPanel):
        template_name = "kommed_forms/admin/questions_panel.html"
        panel: ClassVar[Any]

        @property
        def media(self) -> forms.Media:
            """The script and its style besides what the rows need."""
            media: forms.Media = super().media + AUTHORING_MEDIA
            return media

        @property
        def authoring(self) -> dict[str, Any]:
            """What the script has to know."""
            locale = getattr(self.instance, "locale", None)
            language = locale.language_code if locale is not None else get_language() or ""
            return authoring_settings(
                language,
                relation=self.panel.relation_name,
                fixed=self.panel.fixed,
                page=self.instance.pk,
                is_locked=getattr(self.form, "has_locked_questions", False),
            )


def question_panels(*, with_conditions: bool = True) -> list[Any]:
    """Return the panels of one question; a ready one stands alone and has no conditions."""
    alone: list[Any] = [] if with_conditions else [AuthoringPanel()]
    conditions = [setting("conditions")] if with_conditions else []
    return [
        *alone,
        FieldPanel(
            "field_type", widget=TypeSelect, classname="formbuilder-type", required_on_save=True
        ),
        FieldPanel(
            "label", heading=_("Question or heading"), help_text=_("As people read it on the page.")
        ),
        setting("statement", widget=forms.Textarea(attrs={"rows": 3})),
        setting("help_text"),
        setting("required"),
        setting("choices"),
        setting("has_other"),
        setting("default_value"),
        *conditions,
        DetailsPanel(
            [
                FieldRowPanel([setting("min_length"), setting("max_length")]),
                FieldRowPanel([setting("min_value"), setting("max_value")]),
                FieldRowPanel([setting("min_choices"), setting("max_choices")]),
                setting("pattern"),
                setting("autocomplete"),
                setting("error_text"),
            ],
            _("Limits and details"),
            classname="kommed-details",
        ),
        DetailsPanel(
            [
                setting("purpose"),
                FieldRowPanel([setting("privacy_class"), setting("special_basis")]),
                FieldRowPanel([setting("legal_basis"), setting("keep_days")]),
            ],
            _("Purpose and privacy"),
            classname="kommed-privacy",
        ),
        row_key_panel(),
    ]
