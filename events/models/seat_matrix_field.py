"""The table in which an editor says how the seats are shared among the audiences."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import Script
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..seat_matrix import Typed, typed_cells

WRONG = "data-wrong"
"""Attribute of the widget: the inputs that have an error, as the table's script names them."""


def _words() -> dict[str, str]:
    """Return what the script says, in the editor's language."""
    return {
        "caption": _("Seats for each audience at each session"),
        "audience": _("Audience"),
        "most": _("At most"),
        "aim": _("Aim for"),
        "kept": _("Seats kept"),
        "until": _("Kept until"),
        "field": _("%(session)s, %(audience)s: %(name)s"),
        "seats": _("%(session)s: %(seats)s seats, %(kept)s of them kept"),
        "noLimit": _("%(session)s: no limit, %(kept)s seats kept"),
        "nothing": _("Add a session and an audience that people choose. Then each has a row here."),
        "unnamed": _("(no name yet)"),
    }


class SeatMatrixWidget(forms.Textarea):
    """A table of audiences at sessions, drawn by the editor's script; it travels as JSON.

    The rows follow the sessions and audiences as they stand in the form, also those not yet saved.
    """

    template_name = "kommed_events/admin/seat_matrix_widget.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 3, **(attrs or {})})

    @property
    def media(self) -> forms.Media:
        """The script and its style; it builds on that of the question editor."""
        return forms.Media(
            css={"all": ["kommed_events/admin/seat_matrix.css"]},
            js=[
                Script("kommed_forms/admin/base.js", defer=True),  # type: ignore[list-item]
                Script("kommed_events/admin/seat_matrix.js", defer=True),  # type: ignore[list-item]
            ],
        )

    def format_value(self, value: Any) -> str:
        """Return the matrix as JSON; what was sent and refused comes back as it was sent."""
        return value if isinstance(value, str) else json.dumps(value or {})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add what the script has to know."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        wrong = context["widget"]["attrs"].pop(WRONG, [])
        return {**context, "words": json.dumps(_words()), "wrong": json.dumps(wrong)}


class SeatMatrixFormField(forms.Field):
    """Reads what the table sent, as it was typed. What it means is for ``seat_checks`` to say."""

    widget = SeatMatrixWidget

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Seats for each audience"))
        super().__init__(required=False, **options)

    def to_python(self, value: Any) -> Typed:
        """Return the cells that say something."""
        try:
            return typed_cells(value)
        except ValueError:
            raise ValidationError(_("The table of seats could not be read.")) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what is meant, not how it was written."""
        if self.disabled:
            return False
        try:
            return typed_cells(initial) != typed_cells(data)
        except ValueError:
            return True
