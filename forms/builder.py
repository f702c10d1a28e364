"""Turning questions into a Django form: the one validator of page, API and staff desk."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.contrib.forms.forms import BaseForm, FormBuilder

from .choices import OTHER
from .conditions import asked_keys
from .enums import AUTOCOMPLETE_OF_TYPE, Operator, PrivacyClass, QuestionType
from .question_types import get_type, state_of_types
from .question_types.contact import PART_MARK
from .question_types.files import FileAnswerField
from .spec import Condition, QuestionSpec

OWN_ERROR_CODES = (
    "required",
    "invalid",
    "invalid_choice",
    "min_length",
    "max_length",
    "min_value",
    "max_value",
    "min_choices",
    "max_choices",
    "pattern",
    "implausible",
)
"""What an editor's own error text stands for; damaged text is always told in our words."""


class EditorText(str):
    """An error text that an editor wrote: a percent sign in it is nothing but a percent sign."""

    __slots__ = ()

    def __mod__(self, params: Any) -> str:
        """Return the text as it is, where Django would put in what it knows."""
        return str(self)


class AnswerForm(BaseForm):
    """A form whose answers can be kept as they are.

    What is not asked, by the conditions of the form, is neither required nor kept.
    """

    specs: ClassVar[tuple[QuestionSpec, ...]] = ()
    """Every question, heading and text, in order, each part of a question on its own."""
    sources: ClassVar[tuple[QuestionSpec, ...]] = ()
    """The questions as the editor wrote them, each whole."""
    given: ClassVar[Mapping[str, Any]] = {}
    """Answers that conditions may look at though nobody is asked, such as the only session."""
    use_required_attribute = False  # the page says what is missing, in the visitor's language

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked: set[str] = set()
        """The keys of what was asked; known once the form is cleaned."""
        self.wrong_kinds: dict[str, ValidationError] = {}

    def clean(self) -> dict[str, Any]:
        """Forget what was not asked: its errors, and its answers."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for key, error in self.wrong_kinds.items():
            self.errors.pop(key, None)  # it is not missing, it is of the wrong kind
            self.add_error(key, error)
        self.asked = asked_keys(self.specs, self._answer_to, given=self.given)
        for name in set(self.fields) - self.asked:
            self.errors.pop(name, None)
            cleaned.pop(name, None)
        self._keep_files(cleaned)
        return cleaned

    def _keep_files(self, cleaned: dict[str, Any]) -> None:
        """Keep the files that are asked for and will do, also where another answer is wrong."""
        for name, field in self.fields.items():
            if isinstance(field, FileAnswerField) and cleaned.get(name) is not None:
                try:
                    cleaned[name] = field.keep(cleaned[name])
                except ValidationError as error:
                    self.add_error(name, error)

    def answers(self) -> dict[str, Any]:
        """Return the cleaned answers to what was asked, by question key, as JSON can hold them."""
        return {
            spec.key: self._answer_to(spec)
            for spec in self.specs
            if spec.key in self.asked and get_type(spec.field_type).takes_answer
        }

    def _answer_to(self, spec: QuestionSpec) -> Any:
        return get_type(spec.field_type).as_json(spec, self.cleaned_data.get(spec.key))


class QuestionFormBuilder(FormBuilder):
    """Wagtail's form builder, asking our types of question what to build."""

    def get_create_field_function(self, type: str) -> Any:  # noqa: A002 (Wagtail's name)
        """Return what makes a field of the type."""
        return get_type(type).form_field

    def get_field_options(self, field: QuestionSpec) -> dict[str, Any]:
        """Return the options that all types share. Labels and help are text, escaped when shown."""
        messages: dict[str, Any] = {
            "required": missing_text(field.field_type),
            # Not Django's, which repeats what was sent, however long it is.
            "invalid_choice": gettext_lazy("Please choose among what is offered."),
        }
        if field.error_text:
            messages = dict.fromkeys(OWN_ERROR_CODES, EditorText(field.error_text))
        return {
            "label": field.label,
            "help_text": field.help_text,
            "required": field.required,
            "error_messages": messages,
        }


def missing_text(field_type: str) -> Any:
    """Return what to say when a question that must be answered was not."""
    return get_type(field_type).missing


def expand(specs: Sequence[QuestionSpec]) -> tuple[QuestionSpec, ...]:
    """Return ``specs`` with each part on its own: lines of an address, the text behind "other"."""
    expanded: list[QuestionSpec] = []
    for spec in specs:
        expanded.extend(get_type(spec.field_type).parts(spec))
        if spec.has_other and spec.choices:
            expanded.append(_namely(spec))
    return tuple(expanded)


def _namely(spec: QuestionSpec) -> QuestionSpec:
    return replace(
        spec,
        key=f"{spec.key}{PART_MARK}{OTHER}",
        label=_("Other, namely"),
        help_text="",
        field_type=QuestionType.SINGLELINE,
        required=True,
        error_text="",
        choices=(),
        places=(),
        has_other=False,
        conditions=(Condition(spec.key, Operator.IS, OTHER),),
        group=spec.key,
    )


def build_form_class(
    specs: Sequence[QuestionSpec],
    *,
    given: Mapping[str, Any] | None = None,
    form_key: object = "",
) -> type[AnswerForm]:
    """Return the form class that asks ``specs``, in their order.

    ``given`` are answers that conditions may look at though the form does not ask for them;
    ``form_key`` is the key of the page, to which files that are kept for a while are bound.
    """
    expanded = expand(specs)
    asking = [spec for spec in expanded if _has_field(spec)]
    fields = QuestionFormBuilder(asking).formfields
    for spec in asking:
        field = fields[spec.key]
        _tell_the_browser(field, spec)
        if isinstance(field, FileAnswerField):
            field.form_key = str(form_key)
    members = {"specs": expanded, "sources": tuple(specs), "given": dict(given or {})}
    form_class: Any = type("AnswerForm", (AnswerForm,), members)
    # Not as members of the class: a question may be called as something that every form has.
    form_class.base_fields = form_class.declared_fields = dict(fields)
    answer_form: type[AnswerForm] = form_class
    return answer_form


def form_class_of(
    specs: tuple[QuestionSpec, ...], *, given: Mapping[str, str] | None = None, form_key: uuid.UUID
) -> type[AnswerForm]:
    """Return what ``build_form_class`` does, built once for all who are asked the same.

    In the language of the moment, and with the types of question that there are now.
    """
    items = tuple(sorted((given or {}).items()))
    return _built(specs, items, form_key, get_language(), state_of_types())


@lru_cache(maxsize=64)
def _built(
    specs: tuple[QuestionSpec, ...],
    given: tuple[tuple[str, str], ...],
    form_key: uuid.UUID,
    _language: str | None,
    _types: tuple[object, ...],
) -> type[AnswerForm]:
    return build_form_class(specs, given=dict(given), form_key=form_key)


@receiver(setting_changed)
def _forget_what_was_built(**_what: Any) -> None:
    """Build forms anew; settings change in tests alone."""
    _built.cache_clear()


def _has_field(spec: QuestionSpec) -> bool:
    answer_type = get_type(spec.field_type)
    return answer_type.takes_answer and answer_type.is_shown


def _tell_the_browser(field: forms.Field, spec: QuestionSpec) -> None:
    """Say what may be filled in, and what must be answered, in the attributes of the input."""
    attrs = field.widget.attrs
    token = spec.autocomplete or AUTOCOMPLETE_OF_TYPE.get(spec.field_type, "")
    if token:
        attrs["autocomplete"] = token
    if spec.required and not get_type(spec.field_type).is_grouped:
        attrs["aria-required"] = "true"


def form_from_json(
    form_class: type[AnswerForm], answers: Mapping[str, Any], *, files: Any = None
) -> AnswerForm:
    """Return the form bound to ``answers`` as JSON holds them: by key, each of its own kind.

    The same validator as for what a browser sends: the values are handed over as a browser would.
    JSON of the wrong kind, such as a list where text is asked for, is an error of that question.
    Keys that no question has are not looked at, as with a browser.
    """
    data = QueryDict(mutable=True)
    wrong: dict[str, ValidationError] = {}
    for spec in form_class.specs:
        if not _has_field(spec) or spec.key not in answers:
            continue
        try:
            values = get_type(spec.field_type).form_values(spec, answers[spec.key])
        except ValidationError as error:
            wrong[spec.key] = error
            continue
        data.setlist(spec.key, values)
    form = form_class(data, files or MultiValueDict())
    form.wrong_kinds = wrong
    return form


def answer_rows(
    specs: Sequence[QuestionSpec], answers: Mapping[str, Any]
) -> list[tuple[QuestionSpec, str]]:
    """Return each question with its answer as people read it, in the words of that time.

    Answers to questions of a type that is not installed any more are among them; headings and
    texts are not.
    """
    rows = []
    groups = {spec.key: spec.label for spec in specs}
    for spec in expand(specs):
        if not _takes_answer(spec, answers):
            continue
        shown = replace(spec, label=f"{groups[spec.group]}: {spec.label}") if spec.group else spec
        rows.append((shown, answer_text(spec, answers.get(spec.key))))
    return rows


def _takes_answer(spec: QuestionSpec, answers: Mapping[str, Any]) -> bool:
    """Whether there is an answer to read; "other, namely" is read only where somebody named it."""
    if spec.group and spec.key.endswith(PART_MARK + OTHER) and not answers.get(spec.key):
        return False
    return get_type(spec.field_type).takes_answer or spec.key in answers


def may_be_mailed(spec: QuestionSpec) -> bool:
    """Return whether an answer may travel by ordinary mail, which anybody on the way can read.

    Danish authorities and companies have to encrypt confidential and sensitive answers there.
    """
    return spec.privacy_class == PrivacyClass.ORDINARY


def answer_text(spec: QuestionSpec, value: Any) -> str:
    """Return one stored answer as text; the empty string where nothing was answered."""
    return get_type(spec.field_type).as_text(spec, value)
