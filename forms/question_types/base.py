"""What a type of question is: how it is asked, kept, read, and described to other programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..spec import QuestionSpec

Schema = dict[str, Any]


class AnswerType:
    """One type of question. Subclass it and pass an instance to ``register_type``.

    Answers live in three forms: what a browser sends (strings), what the Django field cleans it to,
    and what is kept and sent over the API (JSON). ``as_json`` leads from the second to the third,
    ``form_values`` from the third to the first, so that HTML and JSON meet the same validator.
    """

    name: ClassVar[str] = ""
    label: ClassVar[Any] = ""
    settings: ClassVar[frozenset[str]] = frozenset()
    """The settings of a question that this type heeds, by field name; the editor sees no others."""
    takes_answer: ClassVar[bool] = True
    """False for what only shows something."""
    is_shown: ClassVar[bool] = True
    """False for what the visitor never sees."""
    is_grouped: ClassVar[bool] = False
    """True where several inputs are one field: "required" belongs to the group, not to each."""
    missing: ClassVar[Any] = gettext_lazy("Please fill this in.")
    """What is said when a question that must be answered was not."""

    @property
    def is_on(self) -> bool:
        """Whether the site wants this type. One that is off asks nothing; answers stay readable."""
        return True

    def parts(self, spec: QuestionSpec) -> tuple[QuestionSpec, ...]:
        """Return the questions that this one is asked as: itself, unless it has several fields."""
        return (spec,)

    def form_field(self, spec: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        """Return the Django field. ``options`` are the arguments that all types share."""
        raise NotImplementedError

    def as_json(self, spec: QuestionSpec, value: Any) -> Any:
        """Return the cleaned ``value`` as JSON holds it."""
        return value

    def as_text(self, spec: QuestionSpec, value: Any) -> str:
        """Return the kept ``value`` as people read it; the empty string where there is none."""
        return as_words(value)

    def form_values(self, spec: QuestionSpec, value: Any) -> list[str]:
        """Return what a browser would send for ``value``.

        Raises ``ValidationError`` for JSON of the wrong kind; what the value says is judged by the
        field.
        """
        if value is None:
            return []
        if not isinstance(value, str):
            raise ValidationError(_("This must be text."), code="wrong_kind")
        return [value]

    def schema(self, spec: QuestionSpec) -> Schema:
        """Return the JSON Schema of the kept answer; title and description are added to it."""
        return {"type": "string"}


def as_words(value: Any) -> str:
    """Return ``value``, anything that JSON holds, as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {as_words(item)}" for name, item in value.items())
    if isinstance(value, list):
        return ", ".join(as_words(item) for item in value)
    return str(value)


def length_limits(spec: QuestionSpec, longest: int) -> dict[str, int]:
    """Return the limits of a text: the editor's, within ours."""
    limits = {"max_length": min(spec.max_length or longest, longest)}
    if spec.min_length:
        limits["min_length"] = spec.min_length
    return limits


def length_schema(limits: Mapping[str, int]) -> Schema:
    """Return ``limits`` in the words of JSON Schema."""
    names = {"max_length": "maxLength", "min_length": "minLength"}
    return {names[name]: value for name, value in limits.items()}
