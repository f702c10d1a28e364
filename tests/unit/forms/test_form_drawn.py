"""How a form is drawn: what a screen reader is told, and no answer before the visitor's own."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict

from forms.builder import AnswerForm, build_form_class
from forms.enums import CHOICE_TYPES, QuestionType
from forms.models import QuestionSpec
from forms.question_types import get_type

# What is asked in one field. Files are tested with uploads, addresses with what has parts.
EVERY_TYPE = [
    kind
    for kind in QuestionType
    if get_type(kind).takes_answer
    and get_type(kind).is_shown
    and kind not in (QuestionType.ADDRESS, QuestionType.FILE)
]
MEGABYTE = 1_000_000


def ask(field_type: str, **fields: Any) -> QuestionSpec:
    choices = (("Ja", "Ja"), ("Nej", "Nej")) if field_type in CHOICE_TYPES else ()
    given = {"key": "q", "label": "Spørgsmål", "field_type": field_type, "choices": choices}
    return QuestionSpec(**(given | fields))  # type: ignore[arg-type]


def form_of(spec: QuestionSpec, text: str | None = None) -> AnswerForm:
    data = None
    if text is not None:
        data = QueryDict(mutable=True)
        data[spec.key] = text
    return build_form_class([spec])(data)


@pytest.mark.parametrize("field_type", EVERY_TYPE)
@pytest.mark.parametrize("required", [True, False])
def test_what_must_be_answered_is_said_to_those_who_cannot_see_it(
    field_type: QuestionType, required: bool
) -> None:
    html = str(form_of(ask(field_type, required=required))["q"])

    # Of a group the group itself says it, not each of its inputs.
    is_said = required and not get_type(field_type).is_grouped
    assert html.count('aria-required="true"') == int(is_said)
    assert " required" not in html


def test_a_list_starts_with_nobodys_answer() -> None:
    field = form_of(ask("dropdown")).fields["q"]

    assert [value for value, _label in field.choices] == ["", "Ja", "Nej"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("field_type", EVERY_TYPE)
def test_nothing_is_answered_beforehand_whatever_the_row_says(field_type: QuestionType) -> None:
    form = form_of(ask(field_type, default_value="Ja"))

    html = str(form["q"])
    assert form["q"].value() in (None, "", [], False)
    assert "checked" not in html
    assert 'value="Ja" selected' not in html


@pytest.mark.parametrize("field_type", EVERY_TYPE)
def test_a_megabyte_is_no_answer(field_type: QuestionType) -> None:
    form = form_of(ask(field_type), "9" * MEGABYTE)

    # Whatever a browser sends for a box that is ticked, it is ticked.
    assert form.is_valid() == (field_type in (QuestionType.CHECKBOX, QuestionType.CONSENT))
    if form.is_valid():
        assert form.answers() == {"q": True}
