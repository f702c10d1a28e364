"""The rows in which an editor says when a question is asked."""

from __future__ import annotations

import json
from typing import Any

from django import forms

from ..condition_rows import ConditionRows, as_condition_rows


class ConditionsWidget(forms.Textarea):
    """Rows of conditions, drawn by the editor's script; the value travels as JSON."""

    template_name = "kommed_forms/admin/conditions_widget.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 2, **(attrs or {})})

    def format_value(self, value: Any) -> str:
        """Return the conditions as JSON."""
        return json.dumps(as_condition_rows(value), ensure_ascii=False)


class ConditionsFormField(forms.Field):
    """Reads what the rows sent."""

    widget = ConditionsWidget

    def to_python(self, value: Any) -> ConditionRows:
        """Return conditions in their full form."""
        return as_condition_rows(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what is meant, not how it was written."""
        return as_condition_rows(initial) != as_condition_rows(data)
