"""Choices that the editor wrote, and countries."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..choices import OTHER
from ..countries import country_choices, country_name
from ..enums import QuestionType
from ..spec import QuestionSpec
from .base import AnswerType, Schema

CHOICE_SETTINGS = frozenset({"choices", "has_other"})


def choices_of(spec: QuestionSpec) -> list[tuple[str, Any]]:
    """Return the choices, with "other" last where there is one."""
    other = [(OTHER, _("Other"))] if spec.has_other else []
    return [*spec.choices, *other]


def keys_schema(spec: QuestionSpec) -> Schema:
    """Return the schema of one key; where there is nothing to choose, of none."""
    keys = [{"const": key, "title": str(label)} for key, label in dict(choices_of(spec)).items()]
    return {"oneOf": keys} if keys else {"not": {}}


class OneChoiceType(AnswerType):
    """What is common to types where one choice is taken."""

    missing = gettext_lazy("Please choose.")

    def as_text(self, spec: QuestionSpec, value: Any) -> str:
        """Return the choice's label of that day."""
        return "" if value is None else str(dict(choices_of(spec)).get(str(value), value))

    def schema(self, spec: QuestionSpec) -> Schema:
        """One of the keys."""
        return keys_schema(spec)


class RadioType(OneChoiceType):
    """Radio buttons."""

    name = QuestionType.RADIO
    label = QuestionType.RADIO.label
    settings = CHOICE_SETTINGS
    is_grouped = True

    def form_field(self, spec: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        """Return a group of radio buttons, none of them chosen."""
        return forms.ChoiceField(choices=choices_of(spec), widget=forms.RadioSelect(), **options)


class DropdownType(OneChoiceType):
    """A drop-down list that starts with "choose", never with somebody's answer."""

    name = QuestionType.DROPDOWN
    label = QuestionType.DROPDOWN.label
    settings = CHOICE_SETTINGS

    def form_field(self, spec: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        """Return a drop-down list."""
        return forms.ChoiceField(
            choices=[("", _("Choose …")), *choices_of(spec)], widget=forms.Select(), **options
        )


class CountryType(OneChoiceType):
    """A country, kept as its ISO 3166-1 code."""

    name = QuestionType.COUNTRY
    label = QuestionType.COUNTRY.label
    settings = frozenset({"autocomplete"})

    def form_field(self, spec: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        """Return a drop-down list of countries in the visitor's language."""
        return forms.ChoiceField(
            choices=[("", _("Choose …")), *country_choices()], widget=forms.Select(), **options
        )

    def as_text(self, spec: QuestionSpec, value: Any) -> str:
        """Return the country's name in the reader's language."""
        return country_name(str(value)) if value else ""

    def schema(self, spec: QuestionSpec) -> Schema:
        """One of the codes."""
        return {"enum": [code for code, _name in country_choices()]}


class ManyChoicesField(forms.MultipleChoiceField):
    """Several choices, each once, and as many as the editor allows."""

    def __init__(
        self, *, fewest: int | None = None, most: int | None = None, **options: Any
    ) -> None:
        super().__init__(**options)
        self.fewest, self.most = fewest, most

    def clean(self, value: Any) -> list[str]:
        """Return the choices in the order of the form."""
        cleaned = set(super().clean(value))
        chosen = [key for key, _label in self.choices if key in cleaned]  # type: ignore[misc, union-attr]
        if chosen and self.fewest and len(chosen) < self.fewest:
            text = self.error_messages.get("min_choices") or _("Please choose at least %(count)d.")
            raise ValidationError(text, code="min_choices", params={"count": self.fewest})
        if self.most and len(chosen) > self.most:
            text = self.error_messages.get("max_choices") or _("Please choose %(count)d at most.")
            raise ValidationError(text, code="max_choices", params={"count": self.most})
        return chosen


class ManyChoicesType(AnswerType):
    """What is common to types where several choices may be taken."""

    settings = CHOICE_SETTINGS | {"min_choices", "max_choices"}
    missing = gettext_lazy("Please choose.")
    widget: type[forms.Widget]

    def form_field(self, spec: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        """Return a field for several choices."""
        return ManyChoicesField(
            choices=choices_of(spec),
            fewest=spec.min_choices,
            most=spec.max_choices,
            widget=self.widget(),
            **options,
        )

    def as_text(self, spec: QuestionSpec, value: Any) -> str:
        """Return the choices' labels of that day."""
        if not isinstance(value, list):
            return super().as_text(spec, value)
        labels = dict(choices_of(spec))
        return ", ".join(str(labels.get(str(item), item)) for item in value)

    def form_values(self, spec: QuestionSpec, value: Any) -> list[str]:
        """A list of keys, each a string."""
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ValidationError(_("This must be a list of choices."), code="wrong_kind")
        return value

    def schema(self, spec: QuestionSpec) -> Schema:
        """A list of keys."""
        schema: Schema = {"type": "array", "uniqueItems": True, "items": keys_schema(spec)}
        if spec.min_choices:
            schema["minItems"] = spec.min_choices
        if spec.max_choices:
            schema["maxItems"] = spec.max_choices
        return schema


class CheckboxesType(ManyChoicesType):
    """A group of checkboxes."""

    name = QuestionType.CHECKBOXES
    label = QuestionType.CHECKBOXES.label
    is_grouped = True
    widget = forms.CheckboxSelectMultiple


class MultiselectType(ManyChoicesType):
    """A list of which several may be chosen."""

    name = QuestionType.MULTISELECT
    label = QuestionType.MULTISELECT.label
    widget = forms.SelectMultiple
