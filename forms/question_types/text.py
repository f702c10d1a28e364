"""Text: one line, or several."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from ..enums import Pattern, QuestionType
from ..spec import QuestionSpec
from ..validators import (
    PATTERNS,
    pattern_validator,
    validate_readable,
    validate_single_line,
)
from .base import AnswerType, Schema, length_limits, length_schema

SINGLE_LINE_LENGTH = 255
MULTI_LINE_LENGTH = 5000
LINE_VALIDATORS = (validate_readable, validate_single_line)


class PlainTextField(forms.CharField):
    """Text with one kind of line ending, so that a limit means the same as the browser's count."""

    def to_python(self, value: Any) -> str:
        """Return the text with line feeds alone."""
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")


class SinglelineType(AnswerType):
    """One line of text."""

    name = QuestionType.SINGLELINE
    label = QuestionType.SINGLELINE.label
    settings = frozenset({"autocomplete", "min_length", "max_length", "pattern"})

    def form_field(self, spec: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        """Return a field of one line."""
        validators: list[Callable[[str], None]] = [*LINE_VALIDATORS]
        if spec.pattern:
            validators.append(pattern_validator(spec.pattern))
        options |= length_limits(spec, SINGLE_LINE_LENGTH)
        return PlainTextField(validators=validators, **options)

    def schema(self, spec: QuestionSpec) -> Schema:
        """A string within its limits, and of its shape where that can be said in any language."""
        schema = {"type": "string", **length_schema(length_limits(spec, SINGLE_LINE_LENGTH))}
        expression = PATTERNS[spec.pattern][0] if spec.pattern in PATTERNS else None
        if expression is not None and spec.pattern != Pattern.LETTERS:
            schema["pattern"] = f"^{expression.pattern}$"
        return schema


class MultilineType(AnswerType):
    """Several lines of text."""

    name = QuestionType.MULTILINE
    label = QuestionType.MULTILINE.label
    settings = frozenset({"min_length", "max_length"})

    def form_field(self, spec: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        """Return a field of several lines."""
        return PlainTextField(
            validators=[validate_readable],
            widget=forms.Textarea(attrs={"rows": 5}),
            **(options | length_limits(spec, MULTI_LINE_LENGTH)),
        )

    def schema(self, spec: QuestionSpec) -> Schema:
        """A string within its limits."""
        return {"type": "string", **length_schema(length_limits(spec, MULTI_LINE_LENGTH))}
