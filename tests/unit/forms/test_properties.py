"""Random forms and random answers: page and API agree, and nothing that is not asked is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone, translation
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from forms.builder import AnswerForm, answer_rows, build_form_class, form_from_json
from forms.choices import OTHER
from forms.conditions import asked_keys, is_asked, unusable_conditions
from forms.enums import CHOICE_TYPES, DISPLAY_TYPES, Join, Operator, Pattern, QuestionType
from forms.models import QuestionSpec, document_of
from forms.question_types import get_type
from forms.schema import form_schema
from forms.spec import Condition

# The same examples on every run and every machine; more of them belong on somebody's own desk.
FIXED = settings(
    max_examples=200,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
CHOICES = (("a", "Alfa"), ("b", "Beta & Søn"), ("c", "<b>Gamma</b>"), ("æ ø", "Æ, ø"))
# Files are not sent over the API, and have tests of their own.
TYPES = [kind for kind in QuestionType if kind != QuestionType.FILE]
NOT_LOOKED_AT = {QuestionType.SECTION, QuestionType.EXPLANATION, QuestionType.ADDRESS}
SOLVED_BY_SCHEMA = {"required", "wrong_kind", "min_choices", "max_choices", "invalid_choice"}
HOSTILE = [
    "\x00",
    "a\x00b",
    "\ufffd",
    "\u202eabc\u202c",
    "\u2066x",
    "👩‍🚒",
    "e\u0301" * 400,
    "𝕳𝖊𝖏",
    "\u200b\u2060\ufeff",
    "\u2028",
    "\x1f\x7f\x85",
    "x" * 6000,
    "1E+999999",
    "1e16",
    "NaN",
    "-0",
    "Infinity",
    "1_000",
    "١٢",
    "9" * 41,
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "2100-12-31T23:59-12:00",
    "2026-03-29T02:30",
    "2026-10-25T02:30",
    "0001-01-01T00:00+14:00",
    "2026-W01-1",
    "24:00",
    "javascript:alert(1)",
    "http://[",
    "a@ex\u2066ample.dk",
    "a@b.dk\nBcc: c@d.dk",
    "<script>alert(1)</script>",
    "=1+1",
    "{{ 7*7 }}",
    "%s %d %(x)s",
    "null",
    "false",
    "[]",
    " ",
    "",
]
NEARLY: dict[str, list[str]] = {
    QuestionType.EMAIL: ["ida@example.dk", "IDA@Example.dk", "ida@", " bo@example.dk "],
    QuestionType.PHONE: ["12 34 56 78", "+45 12345678", "(0045) 12/34-56.78", "1234", "tolv"],
    QuestionType.URL: ["example.dk", "https://example.dk/æ?ø=å#x", "ftp://example.dk", "http://"],
    QuestionType.COUNTRY: ["DK", "dk", "XX", "Danmark"],
    QuestionType.NUMBER: ["3", "3,5", "3.50", "-0", "1e3", "0.00001", "1.000,5", "+7", " 8 "],
    QuestionType.DATE: ["2026-11-24", "2026-1-5", "24-11-2026", "1899-12-31", "2100-12-31"],
    QuestionType.TIME: ["12:30", "12:30:45", "25:00", "kl. 12", "7:05"],
    QuestionType.DATETIME: ["2026-11-24T12:30", "2026-11-24 12:30:45", "2026-07-01T12:00Z"],
    QuestionType.MULTILINE: ["en\r\nto", "en\rto", "  \n ", "Æblegrød"],
}
GOOD: dict[str, str] = {
    QuestionType.EMAIL: "Ida@example.dk",
    QuestionType.PHONE: "+45 12 34 56 78",
    QuestionType.URL: "example.dk/æ",
    QuestionType.COUNTRY: "DK",
    QuestionType.NUMBER: "3,50",
    QuestionType.DATE: "2026-11-24",
    QuestionType.TIME: "12:30:45",
    QuestionType.DATETIME: "2026-11-24T12:30",
    QuestionType.MULTILINE: "en\r\nto",
}
GOOD_OF_PATTERN = {"digits": "123", "postal_code": "9000", "cvr": "12345678", "ean": "1" * 13}
LINES = ["Ida", "ida", "  Ida ", "1234", "12345678", "Åse Bæk", "www.example.dk", "en\nto"]
VALUES = ["a", "b", "other", "yes", "no", "ida", "IDA", "3", "x", "dk", "1", "æ ø"]


# Forms


@st.composite
def conditions_on(draw: Any, earlier: list[QuestionSpec]) -> tuple[Condition, ...]:
    """Draw up to two conditions on what was asked before."""
    looked_at = [spec for spec in earlier if spec.field_type not in NOT_LOOKED_AT]
    if not looked_at or not draw(st.booleans()):
        return ()
    return tuple(
        Condition(
            draw(st.sampled_from(looked_at)).key,
            draw(st.sampled_from(Operator.values)),
            draw(st.sampled_from(VALUES)),
        )
        for _ in range(draw(st.integers(1, 2)))
    )


@st.composite
def question_after(draw: Any, earlier: list[QuestionSpec]) -> QuestionSpec:
    """Draw a question that stands behind ``earlier`` ones."""
    kind = draw(st.sampled_from(TYPES))
    limits: dict[str, Any] = {}
    if kind in CHOICE_TYPES:
        limits["choices"] = CHOICES[: draw(st.integers(1, len(CHOICES)))]
        limits["has_other"] = draw(st.booleans())
    if kind in (QuestionType.CHECKBOXES, QuestionType.MULTISELECT):
        limits["min_choices"] = draw(st.none() | st.integers(1, 2))
        limits["max_choices"] = draw(st.none() | st.integers(2, 3))
    if kind in (QuestionType.SINGLELINE, QuestionType.MULTILINE):
        limits["min_length"] = draw(st.none() | st.integers(1, 4))
        limits["max_length"] = draw(st.none() | st.integers(4, 300))
    if kind == QuestionType.SINGLELINE:
        limits["pattern"] = draw(st.sampled_from(["", *Pattern.values]))
    if kind == QuestionType.NUMBER:
        limits["min_value"] = draw(st.sampled_from(["", "0", "-1.5"]))
        limits["max_value"] = draw(st.sampled_from(["", "1000"]))
    if kind == QuestionType.DATE:
        limits["min_value"] = draw(st.sampled_from(["", "2026-06-01"]))
    if kind == QuestionType.HIDDEN:
        limits["default_value"] = draw(st.sampled_from(["", "a", "IDA", "yes"]))
    number = len(earlier)
    return QuestionSpec(
        key=draw(st.sampled_from(["q", "prefix", "fields", "specs", "data"])) + f"_{number}"
        if draw(st.booleans())
        else f"q{number}",
        label=f"Spørgsmål {number} <i>",
        field_type=kind,
        required=draw(st.booleans()),
        statement="Jeg er med på det." if kind == QuestionType.CONSENT else "",
        error_text=draw(st.sampled_from(["", "Det går ikke 100 % %s"])),
        join=draw(st.sampled_from(Join.values)),
        conditions=draw(conditions_on(earlier)),
        **limits,
    )


@st.composite
def forms(draw: Any) -> tuple[QuestionSpec, ...]:
    """Draw a form of one to seven questions, headings and texts."""
    specs: list[QuestionSpec] = []
    for _ in range(draw(st.integers(1, 7))):
        specs.append(draw(question_after(specs)))
    return tuple(specs)


# Answers


def texts_for(kind: str) -> st.SearchStrategy[str]:
    """Texts that somebody, or something, might send where ``kind`` is asked for."""
    likely = st.sampled_from(NEARLY.get(kind, LINES))
    return st.one_of(likely, likely, likely, st.sampled_from(HOSTILE), st.text(max_size=12))


def values_for(spec: QuestionSpec) -> st.SearchStrategy[list[str]]:
    """What a browser, or somebody who pretends to be one, sends for ``spec``."""
    if spec.choices:
        keys = [key for key, _label in spec.choices] + [OTHER]
        key = st.one_of(st.sampled_from(keys), st.sampled_from(keys), st.sampled_from(["d", ""]))
        many = spec.field_type in (QuestionType.CHECKBOXES, QuestionType.MULTISELECT)
        return st.lists(key, max_size=4 if many else 1)
    if spec.field_type in (QuestionType.CHECKBOX, QuestionType.CONSENT):
        return st.sampled_from([[], ["on"]])
    return st.lists(texts_for(spec.field_type), max_size=1)


def good_values_for(spec: QuestionSpec) -> st.SearchStrategy[list[str]]:
    """What somebody sends who has read the question, and mostly means to answer it."""
    if spec.choices:
        most = 2 if spec.field_type in (QuestionType.CHECKBOXES, QuestionType.MULTISELECT) else 1
        keys = [key for key, _label in spec.choices] + ([OTHER] if spec.has_other else [])
        return st.lists(st.sampled_from(keys), min_size=most, max_size=most, unique=len(keys) > 1)
    if spec.field_type in (QuestionType.CHECKBOX, QuestionType.CONSENT):
        return st.just(["on"]) if spec.required else st.sampled_from([[], ["on"]])
    good = GOOD.get(spec.field_type) or GOOD_OF_PATTERN.get(spec.pattern, "Ida")
    return st.just([good]) if spec.required else st.sampled_from([[good], [good], []])


@st.composite
def forms_with_answers(
    draw: Any, values: Any = values_for
) -> tuple[type[AnswerForm], dict[str, list[str]]]:
    """Draw a form, and what is sent to it: also to questions that are not asked, or not there."""
    form_class = build_form_class(draw(forms()))
    sent = {spec.key: draw(values(spec)) for spec in form_class.specs}
    return form_class, sent | draw(st.sampled_from([{}, {"nobody_asked": ["x"]}]))


def by_page(form_class: type[AnswerForm], sent: Mapping[str, list[str]]) -> AnswerForm:
    """Return the form as a browser's answers bind it."""
    data = QueryDict(mutable=True)
    for key, values in sent.items():
        if values:
            data.setlist(key, values)
    return form_class(data)


def as_api_sends(form_class: type[AnswerForm], sent: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return ``sent`` as a program would send it, of the kind that each question asks for."""
    kinds = {spec.key: spec.field_type for spec in form_class.specs}
    answers: dict[str, Any] = {}
    for key, values in sent.items():
        if kinds.get(key) in (QuestionType.CHECKBOXES, QuestionType.MULTISELECT):
            answers[key] = values
        elif kinds.get(key) in (QuestionType.CHECKBOX, QuestionType.CONSENT):
            answers[key] = bool(values)
        elif values:
            answers[key] = values[0]
    return answers


@pytest.fixture(autouse=True, scope="module")
def _in_denmark() -> Any:
    with translation.override("en"), timezone.override("Europe/Copenhagen"):
        yield


@FIXED
@given(forms_with_answers())
def test_page_and_api_give_the_same_answer(
    drawn: tuple[type[AnswerForm], dict[str, list[str]]],
) -> None:
    form_class, sent = drawn
    page = by_page(form_class, sent)
    api = form_from_json(form_class, as_api_sends(form_class, sent))

    assert page.is_valid() == api.is_valid()
    assert page.errors == api.errors
    assert page.asked == api.asked
    assert page.answers() == api.answers()


@FIXED
@given(forms_with_answers())
def test_nothing_that_is_not_asked_is_ever_kept(
    drawn: tuple[type[AnswerForm], dict[str, list[str]]],
) -> None:
    form_class, sent = drawn
    form = by_page(form_class, sent)
    form.is_valid()
    answers = form.answers()

    by_key = {spec.key: spec for spec in form_class.specs}
    assert set(answers) <= set(by_key)
    assert set(form.errors) <= form.asked
    section: QuestionSpec | None = None
    for spec in form_class.specs:
        if spec.field_type == QuestionType.SECTION:
            section = spec
        asked = is_asked(spec, answers) and (section is None or is_asked(section, answers))
        if spec.field_type not in DISPLAY_TYPES:
            assert (spec.key in answers) == asked, spec
        if spec.field_type == QuestionType.HIDDEN and asked:
            assert answers[spec.key] == spec.default_value
    assert not any("nobody_asked" in key for key in answers)


@FIXED
@given(forms_with_answers(good_values_for))
def test_what_is_kept_can_be_sent_again_and_stays_the_same(
    drawn: tuple[type[AnswerForm], dict[str, list[str]]],
) -> None:
    form_class, sent = drawn
    form = by_page(form_class, sent)
    assume(form.is_valid())
    answers = form.answers()

    kept = json.loads(json.dumps(answers, allow_nan=False))
    again = form_from_json(form_class, kept)

    assert kept == answers
    assert again.is_valid(), again.errors
    assert again.answers() == answers


@FIXED
@given(forms_with_answers())
def test_a_form_version_is_the_same_form(
    drawn: tuple[type[AnswerForm], dict[str, list[str]]],
) -> None:
    form_class, sent = drawn
    document = json.loads(json.dumps(document_of(form_class.sources)))
    specs = tuple(QuestionSpec.from_document(item) for item in document["questions"])
    form, again = by_page(form_class, sent), by_page(build_form_class(specs), sent)

    assert specs == form_class.sources
    assert form.errors == again.errors
    assert form.answers() == again.answers()
    assert answer_rows(specs, form.answers()) == answer_rows(form_class.sources, form.answers())


@FIXED
@given(forms_with_answers(good_values_for))
def test_the_schema_accepts_what_we_keep(
    drawn: tuple[type[AnswerForm], dict[str, list[str]]],
) -> None:
    form_class, sent = drawn
    form = by_page(form_class, sent)
    assume(form.is_valid())

    schema = form_schema(form_class)

    Draft202012Validator.check_schema(schema)
    assert [
        error.message for error in Draft202012Validator(schema).iter_errors(form.answers())
    ] == []


@FIXED
@given(forms_with_answers(good_values_for), st.data())
def test_what_is_missing_or_no_choice_the_schema_refuses_as_well(
    drawn: tuple[type[AnswerForm], dict[str, list[str]]], data: st.DataObject
) -> None:
    form_class, sent = drawn
    sent[data.draw(st.sampled_from(sorted(sent)))] = data.draw(st.sampled_from([[], ["d"]]))
    form = form_from_json(form_class, as_api_sends(form_class, sent))
    assume(not form.is_valid())
    wrong = {
        key for key, errors in form.errors.as_data().items() if errors[0].code in SOLVED_BY_SCHEMA
    }
    # Only where all other answers stand: what comes of a wrong one, the schema cannot know.
    assume(wrong and wrong == set(form.errors))
    sent_again = as_api_sends(form_class, sent)
    answers = {key: value for key, value in form.answers().items() if key not in wrong}
    answers |= {key: sent_again[key] for key in wrong & set(sent_again)}

    assert not Draft202012Validator(form_schema(form_class)).is_valid(answers)


@FIXED
@given(forms(), st.data())
def test_whether_a_question_is_asked_never_depends_on_later_answers(
    specs: tuple[QuestionSpec, ...], data: st.DataObject
) -> None:
    answer = st.sampled_from(["a", "b", "", None, True, False, ["a"], ["other"], "IDA"])
    first = {spec.key: data.draw(answer) for spec in specs}
    cut = data.draw(st.integers(0, len(specs)))
    second = first | {spec.key: data.draw(answer) for spec in specs[cut:]}

    one = asked_keys(specs, lambda spec: first[spec.key])
    other = asked_keys(specs, lambda spec: second[spec.key])

    early = {spec.key for spec in specs[: cut + 1]}
    assert one & early == other & early


@FIXED
@given(forms(), st.randoms(use_true_random=False))
def test_conditions_that_look_ahead_are_found_in_any_order(
    specs: tuple[QuestionSpec, ...], random: Any
) -> None:
    shuffled = list(specs)
    random.shuffle(shuffled)
    place = {spec.key: number for number, spec in enumerate(shuffled)}
    ahead = [
        (spec.key, rule)
        for spec in shuffled
        for rule in spec.conditions
        if place[rule.question] > place[spec.key]
    ]

    found = [
        (spec.key, rule)
        for spec, rule, problem in unusable_conditions(shuffled)
        if "further down" in problem
    ]

    assert found == ahead


@FIXED
@given(forms(), st.data())
def test_json_of_any_kind_is_judged_and_never_breaks(
    specs: tuple[QuestionSpec, ...], data: st.DataObject
) -> None:
    scalars = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**20), 10**20),
        st.sampled_from([10**5000, -(10**5000), float("nan"), float("inf"), 1e22, 0.1, -0.0]),
        st.text(alphabet=st.characters(), max_size=8),
        st.sampled_from(["\ud800", "a\udfffb", *HOSTILE]),
    )
    anything = st.one_of(
        scalars,
        st.lists(scalars, max_size=3),
        st.dictionaries(st.text(max_size=3), scalars, max_size=2),
        st.lists(st.lists(scalars, max_size=2), max_size=2),
    )
    form_class = build_form_class(specs)
    answers = {spec.key: data.draw(anything) for spec in form_class.specs}

    form = form_from_json(form_class, answers)
    form.is_valid()

    assert set(form.errors) <= set(form.fields) & form.asked
    kept = json.dumps(form.answers(), allow_nan=False, ensure_ascii=False)
    assert kept.encode()  # no halves of characters
    assert "\\u0000" not in kept
    assert all(str(error) for errors in form.errors.values() for error in errors)
    for spec in form_class.specs:
        if get_type(spec.field_type).takes_answer:
            assert isinstance(dict(answer_rows_by_key(form)).get(spec.key, ""), str)


def answer_rows_by_key(form: AnswerForm) -> list[tuple[str, str]]:
    """Return the answers as people read them, by key."""
    return [(spec.key, text) for spec, text in answer_rows(form.sources, form.answers())]
