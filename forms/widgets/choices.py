"""The rows in which an editor writes the choices of a question."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.forms.utils import flatatt

from ..choices import Choice, as_choices

KNOWN = "-known"
"""Behind the name of the field: the choices as they were when the page was drawn."""


def _lines(choices: list[Choice]) -> str:
    return "\n".join(choice["label"] for choice in choices)


class ChoicesWidget(forms.Textarea):
    """Rows of choices. What the rows hold travels as JSON.

    Without a script there is a plain box with one choice a line. A second, hidden input says what
    the choices were, so that lines that stay as they are keep their keys and places.
    """

    template_name = "kommed_forms/admin/choices_widget.html"

    def format_value(self, value: Any) -> str:
        """Return one choice a line; the rows are drawn from ``known``."""
        return _lines(as_choices(value))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the choices as they are."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        known = json.dumps(as_choices(value), ensure_ascii=False)
        has_labels_only = context["widget"]["attrs"].pop("labels_only", False)
        return {
            **context,
            "known_name": name + KNOWN,
            "known": known,
            "outer": flatatt({"data-labels-only": has_labels_only}),
        }

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Choice]:
        """Return the choices that were sent, as rows or as lines."""
        sent = data.get(name) or ""
        known = as_choices(data.get(name + KNOWN) or "[]")
        if sent.lstrip().startswith("["):
            return as_choices(sent, known=known)
        if sent.replace("\r\n", "\n").strip() == _lines(known):
            return known
        places = {choice["label"]: choice["places"] for choice in known}
        return [
            {**choice, "places": places.get(choice["label"])}
            for choice in as_choices(sent, known=known)
        ]


class ChoicesFormField(forms.Field):
    """Reads what the rows, or somebody without a script, sent."""

    widget = ChoicesWidget
    locked_to: list[Choice] | None = None
    """The choices of which only the labels may be changed, on a translated page."""

    def lock_to(self, choices: Any) -> None:
        """Let the labels of ``choices`` be changed, and nothing else."""
        self.locked_to = as_choices(choices)
        self.widget.attrs["labels_only"] = True

    def to_python(self, value: Any) -> list[Choice]:
        """Return choices with keys."""
        choices = as_choices(value)
        if self.locked_to is None:
            return choices
        labels = {choice["key"]: choice["label"] for choice in choices}
        return [
            {**choice, "label": labels.get(choice["key"], choice["label"])}
            for choice in self.locked_to
        ]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what is meant, not how it was written."""
        return as_choices(initial) != as_choices(data)
