"""What is not answered by the visitor: a value set by the server, headings and texts."""

from __future__ import annotations

from typing import Any

from ..enums import QuestionType
from ..spec import QuestionSpec
from .base import AnswerType, Schema


class HiddenType(AnswerType):
    """A value the editor has set. It is not on the page, and what visitors send is ignored."""

    name = QuestionType.HIDDEN
    label = QuestionType.HIDDEN.label
    settings = frozenset({"default_value"})
    is_shown = False

    def as_json(self, spec: QuestionSpec, value: Any) -> Any:
        """Return the editor's value, whatever came in."""
        return spec.default_value

    def schema(self, spec: QuestionSpec) -> Schema:
        """Nothing that anybody sends."""
        return {"const": spec.default_value, "readOnly": True}


class SectionType(AnswerType):
    """A heading; what follows, up to the next heading, is its section."""

    name = QuestionType.SECTION
    label = QuestionType.SECTION.label
    takes_answer = False


class ExplanationType(AnswerType):
    """A text between the questions."""

    name = QuestionType.EXPLANATION
    label = QuestionType.EXPLANATION.label
    settings = frozenset({"statement"})
    takes_answer = False
