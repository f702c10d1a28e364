"""One box to tick: a plain one, and a consent whose words are kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..enums import QuestionType
from ..spec import QuestionSpec
from .base import AnswerType, Schema


class CheckboxType(AnswerType):
    """One box, ticked or not."""

    name = QuestionType.CHECKBOX
    label = QuestionType.CHECKBOX.label
    missing = gettext_lazy("Please tick this box.")

    def form_field(self, spec: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        """Return a checkbox that is not ticked."""
        return forms.BooleanField(**options)

    def form_values(self, spec: QuestionSpec, value: Any) -> list[str]:
        """True is ticked; false and null are not."""
        if value is not None and not isinstance(value, bool):
            raise ValidationError(_("This must be true or false."), code="wrong_kind")
        return ["on"] if value else []

    def schema(self, spec: QuestionSpec) -> Schema:
        """True or false; true where it has to be ticked."""
        return {"const": True} if spec.required else {"type": "boolean"}


class ConsentType(CheckboxType):
    """Agreement to a statement. Its words are in the form version that the answer points at."""

    name = QuestionType.CONSENT
    label = QuestionType.CONSENT.label
    settings = frozenset({"statement"})

    def as_text(self, spec: QuestionSpec, value: Any) -> str:
        """Say what was agreed to, not just yes."""
        if value is None:
            return ""
        if not spec.statement:
            return super().as_text(spec, value)
        words = _("Yes, to: “%(statement)s”") if value else _("No, to: “%(statement)s”")
        return words % {"statement": spec.statement}
