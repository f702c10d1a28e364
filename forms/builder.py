"""Turning questions into a Django form: the one validator of page, API and staff desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.forms.forms import BaseForm, FormBuilder

from .enums import CHOICE_TYPES, QuestionType
from .models import QuestionSpec
from .validators import validate_plausible_date, validate_readable, validate_single_line

SINGLE_LINE_LENGTH = 255
MULTI_LINE_LENGTH = 5000
EMAIL_LENGTH = 254
GROUPED_TYPES = frozenset({QuestionType.RADIO, QuestionType.CHECKBOXES})
"""Types drawn as a group of inputs, where "required" belongs to the group and not to each input."""


class AnswerForm(BaseForm):
    """A form whose answers can be kept as they are."""

    use_required_attribute = False  # the page says what is missing, in the visitor's language

    def answers(self) -> dict[str, Any]:
        """Return the cleaned answers by question key, as JSON can hold them."""
        return {name: _as_json(self.cleaned_data.get(name)) for name in self.fields}


def _as_json(value: Any) -> Any:
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value


class QuestionFormBuilder(FormBuilder):
    """Wagtail's form builder with limits on every type and nothing preselected."""

    def create_singleline_field(self, field: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        """Return a field for one line of text."""
        options["max_length"] = field.max_length or SINGLE_LINE_LENGTH
        return forms.CharField(validators=[validate_readable, validate_single_line], **options)

    def create_multiline_field(self, field: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        """Return a field for several lines of text."""
        options["max_length"] = field.max_length or MULTI_LINE_LENGTH
        widget = forms.Textarea(attrs=options.pop("widget_attrs", {}) | {"rows": 5})
        return forms.CharField(validators=[validate_readable], widget=widget, **options)

    def create_email_field(self, field: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        """Return a field for an e-mail address."""
        options["error_messages"]["invalid"] = _("Write an address such as name@example.dk.")
        return forms.EmailField(max_length=EMAIL_LENGTH, **options)

    def create_url_field(self, field: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        """Return a field for a web address; ``https`` is understood."""
        return forms.URLField(assume_scheme="https", max_length=2000, **options)

    def create_number_field(self, field: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        """Return a field for a number of a size that somebody may mean."""
        return forms.DecimalField(max_digits=15, decimal_places=4, **options)

    def create_date_field(self, field: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        """Return a field with the browser's own date picker."""
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return forms.DateField(validators=[validate_plausible_date], widget=widget, **options)

    def create_dropdown_field(self, field: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        """Return a drop-down list that starts with "choose", never with somebody's answer."""
        choices = [("", _("Choose …")), *self.get_formatted_field_choices(field)]
        return forms.ChoiceField(choices=choices, **options)

    def get_formatted_field_choices(self, field: QuestionSpec) -> list[tuple[str, str]]:
        """Return the choices; ours are pairs already."""
        return list(field.choices)

    def get_formatted_field_initial(self, field: QuestionSpec) -> list[str]:
        """Return no choice: what a visitor has to choose is never preselected."""
        return []

    def get_field_options(self, field: QuestionSpec) -> dict[str, Any]:
        """Return the options that all types share. Labels and help are text, escaped when shown."""
        return {
            "label": field.label,
            "help_text": field.help_text,
            "required": field.required,
            "error_messages": {"required": missing_text(field.field_type)},
        }


def missing_text(field_type: str) -> Any:
    """Return what to say when a question that must be answered was not."""
    if field_type == QuestionType.CHECKBOX:
        return _("Please tick this box.")
    if field_type in CHOICE_TYPES:
        return _("Please choose.")
    return _("Please fill this in.")


def build_form_class(specs: Sequence[QuestionSpec]) -> type[AnswerForm]:
    """Return the form class that asks ``specs``, in their order."""
    fields = QuestionFormBuilder(specs).formfields
    for spec in specs:
        widget = fields[spec.key].widget
        if spec.autocomplete:
            widget.attrs["autocomplete"] = spec.autocomplete
        if spec.required and spec.field_type not in GROUPED_TYPES:
            widget.attrs["aria-required"] = "true"
    return type("AnswerForm", (AnswerForm,), dict(fields))


def answer_rows(
    specs: Sequence[QuestionSpec], answers: dict[str, Any]
) -> list[tuple[QuestionSpec, str]]:
    """Return each question with its answer as people read it, in the words of that time."""
    return [(spec, answer_text(spec, answers.get(spec.key))) for spec in specs]


def answer_text(spec: QuestionSpec, value: Any) -> str:
    """Return one stored answer as text; the empty string where nothing was answered."""
    labels = dict(spec.choices)
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, list):
        return ", ".join(labels.get(str(item), str(item)) for item in value)
    if value is None:
        return ""
    return labels.get(str(value), str(value))
