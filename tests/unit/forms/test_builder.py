"""From questions to a Django form: limits, nothing preselected, answers that JSON can hold."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from forms.builder import answer_rows, answer_text, build_form_class
from forms.choices import as_choices
from forms.enums import CHOICE_TYPES, Autocomplete, QuestionType
from forms.models import QuestionSpec, digest_of, document_of
from forms.question_types import get_type

A_TO_C = (("a", "Alfa"), ("b", "Beta"), ("c", "Gamma"))
ONE_FIELD = [
    kind.value
    for kind in QuestionType
    if get_type(kind).takes_answer and get_type(kind).is_shown and kind != QuestionType.ADDRESS
]


def ask(field_type: str, **fields: Any) -> QuestionSpec:
    choices = A_TO_C if field_type in CHOICE_TYPES else ()
    return QuestionSpec(
        **({"key": "q", "label": "Q", "field_type": field_type, "choices": choices} | fields)
    )


def answer(spec: QuestionSpec, *values: str) -> Any:
    """Return the form that got ``values``."""
    from django.http import QueryDict

    data = QueryDict(mutable=True)
    data.setlist(spec.key, list(values))
    return build_form_class([spec])(data)


ACCEPTED = [
    ("singleline", ["  Hej  "], "Hej"),
    ("singleline", ["x" * 255], "x" * 255),
    # One kind of line ending, so that a limit means what the browser's count says.
    ("multiline", ["en\r\nto"], "en\nto"),
    ("multiline", ["x" * 5000], "x" * 5000),
    ("email", ["ida@example.dk"], "ida@example.dk"),
    ("number", ["12.5"], "12.5"),
    ("number", ["1200"], "1200"),
    ("number", ["-0"], "-0"),
    ("number", ["0.0001"], "0.0001"),
    ("url", ["example.dk/side"], "https://example.dk/side"),
    ("date", ["2026-11-24"], "2026-11-24"),
    ("checkbox", ["on"], True),
    ("checkboxes", ["a", "c"], ["a", "c"]),
    ("radio", ["b"], "b"),
    ("dropdown", ["c"], "c"),
]


@pytest.mark.parametrize(("field_type", "values", "kept"), ACCEPTED)
def test_answers_are_kept_as_json_can_hold_them(
    field_type: str, values: list[str], kept: Any
) -> None:
    with translation.override("en"):
        form = answer(ask(field_type), *values)
        assert form.is_valid(), form.errors

    assert form.answers() == {"q": kept}
    assert json.loads(json.dumps(form.answers())) == form.answers()


@pytest.mark.parametrize("field_type", ONE_FIELD)
def test_nothing_is_an_answer_only_where_it_may_be(field_type: str) -> None:
    optional, required = answer(ask(field_type, required=False)), answer(ask(field_type))

    assert optional.is_valid()
    assert not required.is_valid()
    assert json.dumps(optional.answers())


REFUSED = [
    ("singleline", "x" * 256),
    ("singleline", "a\x00b"),
    ("singleline", "a\ufffdb"),
    ("singleline", "a\u202eb"),
    ("singleline", "en\nto"),
    ("multiline", "x" * 5001),
    ("multiline", "a\x00b"),
    ("multiline", "a\u2066b"),
    ("email", "ida"),
    ("email", "a" * 250 + "@example.dk"),
    ("email", "a@example.dk\nb@example.dk"),
    ("number", "1E+999999"),
    ("number", "1e16"),
    ("number", "NaN"),
    ("number", "Infinity"),
    ("number", "-1E-999999"),
    ("number", "tolv"),
    ("number", "1.00001"),
    ("url", "javascript:alert(1)"),
    ("url", "x" * 2001),
    ("date", "0001-01-01"),
    ("date", "9999-12-31"),
    ("date", "2026-02-30"),
    ("checkboxes", "d"),
    ("radio", "d"),
    ("dropdown", "d"),
    ("dropdown", "Alfa"),
]


@pytest.mark.parametrize(("field_type", "value"), REFUSED)
def test_what_nobody_can_mean_is_refused(field_type: str, value: str) -> None:
    assert list(answer(ask(field_type), value).errors) == ["q"]


def test_every_type_of_question_can_be_built_and_drawn() -> None:
    specs = [ask(value, key=f"q_{value}") for value in ONE_FIELD]

    form = build_form_class(specs)()

    assert list(form.fields) == [spec.key for spec in specs]
    html = form.as_p()
    assert "selected" not in html.replace('value="" selected', "")
    assert "checked" not in html


def test_fields_are_drawn_by_our_own_template_with_everything_as_text() -> None:
    """Django's own templates take help texts for markup, so a form must not be drawn by them."""
    nasty = "<script>alert(1)</script>"
    spec = ask("radio", label=nasty, help_text=nasty, choices=((nasty, nasty),))

    html = render_to_string("kommed_forms/_items.html", {"form": build_form_class([spec])()})

    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 4  # label, help, and a choice with its value


@pytest.mark.parametrize("token", Autocomplete.values)
def test_browsers_are_told_what_they_may_fill_in(token: str) -> None:
    form = build_form_class([ask("singleline", autocomplete=token)])()

    assert form.fields["q"].widget.attrs["autocomplete"] == token


@pytest.mark.parametrize(
    ("spec", "value", "text"),
    [
        (ask("checkbox"), True, "Yes"),
        (ask("checkbox"), False, "No"),
        (ask("checkboxes"), ["a", "c"], "Alfa, Gamma"),
        (ask("checkboxes"), [], ""),
        (ask("radio"), "b", "Beta"),
        (ask("radio"), "gone", "gone"),
        (ask("singleline"), None, ""),
        (ask("number"), "12.5", "12.5"),
    ],
)
def test_answers_are_read_in_the_words_of_their_day(
    spec: QuestionSpec, value: Any, text: str
) -> None:
    with translation.override("en"):
        assert answer_text(spec, value) == text
        assert answer_rows([spec], {"q": value}) == [(spec, text)]


@pytest.mark.parametrize(
    ("written", "choices"),
    [
        ("A\nB\n\nC", ["A", "B", "C"]),
        ("A, B,C", ["A", "B", "C"]),
        ("Ja, gerne\nNej, tak", ["Ja, gerne", "Nej, tak"]),
        ("A\nA\nB", ["A", "B"]),
        ("A,\nB,", ["A", "B"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_choices_are_lines_or_parts_of_one_line(written: str, choices: list[str]) -> None:
    assert [choice["label"] for choice in as_choices(written)] == choices


def test_a_question_survives_being_kept() -> None:
    spec = ask("dropdown", help_text="Hjælp", autocomplete="name", max_length=12)

    assert QuestionSpec.from_document(json.loads(json.dumps(spec.as_document()))) == spec
    assert QuestionSpec.from_document(spec.as_document() | {"from_the_future": 1}) == spec


def test_a_form_version_is_known_by_what_it_says() -> None:
    one, two = document_of([ask("radio")]), document_of([ask("dropdown")])
    digests = {digest_of(d, language=code) for d in (one, two) for code in ("da", "en")}

    assert len(digests) == 4
    assert digest_of(document_of([ask("radio")]), language="da") in digests
