"""How to reach somebody: e-mail, telephone, web address, postal address."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..enums import Autocomplete, QuestionType
from ..spec import QuestionSpec
from ..validators import validate_phone
from .base import AnswerType, Schema
from .text import LINE_VALIDATORS, PlainTextField

EMAIL_LENGTH, PHONE_LENGTH, URL_LENGTH = 254, 40, 2000
STREET_LENGTH, POSTAL_CODE_LENGTH, CITY_LENGTH = 200, 16, 100
PART_MARK = "__"
"""Between the key of a question and that of its part; no key of an editor's question has it."""


class EmailType(AnswerType):
    """An e-mail address."""

    name = QuestionType.EMAIL
    label = QuestionType.EMAIL.label
    settings = frozenset({"autocomplete"})

    def form_field(self, spec: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        """Return a field for one address."""
        options["error_messages"].setdefault(
            "invalid", gettext_lazy("Write an address such as name@example.dk.")
        )
        return forms.EmailField(max_length=EMAIL_LENGTH, validators=[*LINE_VALIDATORS], **options)

    def schema(self, spec: QuestionSpec) -> Schema:
        """A string that is an address."""
        return {"type": "string", "format": "email", "maxLength": EMAIL_LENGTH}


class PhoneType(AnswerType):
    """A telephone number, kept as it was written."""

    name = QuestionType.PHONE
    label = QuestionType.PHONE.label
    settings = frozenset({"autocomplete"})

    def form_field(self, spec: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        """Return a field that brings up the digits on a phone."""
        return PlainTextField(
            max_length=PHONE_LENGTH,
            validators=[*LINE_VALIDATORS, validate_phone],
            widget=forms.TextInput(attrs={"type": "tel"}),
            **options,
        )

    def schema(self, spec: QuestionSpec) -> Schema:
        """A string; what counts as a number is ours to judge."""
        return {"type": "string", "maxLength": PHONE_LENGTH}


class UrlType(AnswerType):
    """A web address; ``https`` is understood."""

    name = QuestionType.URL
    label = QuestionType.URL.label

    def form_field(self, spec: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        """Return a field for one web address."""
        return forms.URLField(
            assume_scheme="https",
            max_length=URL_LENGTH,
            validators=[*LINE_VALIDATORS],
            **options,
        )

    def schema(self, spec: QuestionSpec) -> Schema:
        """A string; the scheme may be left out, so it is not of format ``uri``."""
        return {"type": "string", "maxLength": URL_LENGTH}


class AddressType(AnswerType):
    """A postal address, asked as street, postal code and town."""

    name = QuestionType.ADDRESS
    label = QuestionType.ADDRESS.label

    def parts(self, spec: QuestionSpec) -> tuple[QuestionSpec, ...]:
        """Return the three lines of an address, each a question of its own in one group."""
        lines = (
            ("street", _("Street and number"), Autocomplete.STREET_ADDRESS, STREET_LENGTH),
            ("postal_code", _("Postal code"), Autocomplete.POSTAL_CODE, POSTAL_CODE_LENGTH),
            ("city", _("Town"), Autocomplete.CITY, CITY_LENGTH),
        )
        return tuple(
            replace(
                spec,
                key=f"{spec.key}{PART_MARK}{part}",
                label=label,
                help_text="",
                field_type=QuestionType.SINGLELINE,
                autocomplete=token,
                max_length=length,
                group=spec.key,
            )
            for part, label, token, length in lines
        )
