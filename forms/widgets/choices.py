"""The rows in which an editor writes the choices of a question."""

from __future__ import annotations

import json
from typing import Any

from django import forms

from ..choices import Choice, as_choices


class ChoicesWidget(forms.Textarea):
    """Rows of choices; the value travels as JSON, and lines of text are understood as well."""

    def format_value(self, value: Any) -> str:
        """Return the choices as JSON."""
        return json.dumps(as_choices(value), ensure_ascii=False)


class ChoicesFormField(forms.Field):
    """Reads what the rows, or somebody without a script, sent."""

    widget = ChoicesWidget

    def to_python(self, value: Any) -> list[Choice]:
        """Return choices with keys."""
        return as_choices(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what is meant, not how it was written."""
        return as_choices(initial) != as_choices(data)
