"""Which questions are asked: every comparison with every kind of answer, chains and sections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation

from forms.builder import build_form_class
from forms.condition_rows import VALUE_LENGTH, as_condition_rows
from forms.conditions import (
    asked_keys,
    conditions_in_words,
    holds,
    is_asked,
    unusable_conditions,
)
from forms.enums import CHOICE_TYPES, Join, Operator, QuestionType
from forms.models import QuestionSpec
from forms.question_types import get_type
from forms.spec import Condition

IS, IS_NOT, CONTAINS = Operator.IS, Operator.IS_NOT, Operator.CONTAINS
IS_EMPTY, IS_NOT_EMPTY = Operator.IS_EMPTY, Operator.IS_NOT_EMPTY
CHOICES = (("ja", "Ja, tak"), ("nej", "Nej"))


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def ask(key: str, field_type: str = "singleline", *conditions: Condition, **fields: Any) -> Any:
    choices = CHOICES if field_type in CHOICE_TYPES else ()
    return QuestionSpec(
        **{  # type: ignore[arg-type]
            "key": key,
            "label": key.upper(),
            "field_type": field_type,
            "choices": choices,
            "conditions": conditions,
            "required": False,
        }
        | fields
    )


def answered(specs: list[QuestionSpec], sent: str, **given: Any) -> dict[str, Any]:
    """Return what is kept of the query string ``sent``."""
    form = build_form_class(specs, given=given)(QueryDict(sent))
    assert form.is_valid(), form.errors
    return form.answers()


# One condition


@pytest.mark.parametrize(
    ("answer", "value", "is_it", "contains"),
    [
        ("ja", "ja", True, True),
        (" JA ", "ja", True, True),
        ("ja", " Ja ", True, True),
        ("ja tak", "ja", False, True),
        ("nej", "ja", False, False),
        ("", "ja", False, False),
        (None, "ja", False, False),
        (["ja", "nej"], "ja", True, True),
        (["jaja"], "ja", False, False),
        ([], "ja", False, False),
        (True, "yes", True, True),
        (True, "no", False, False),
        (False, "no", True, True),
        (False, "yes", False, False),
        ("12.5", "12.5", True, True),
        ("2026-06-01", "2026", False, True),
        (0, "0", True, True),
    ],
)
def test_comparing(answer: Any, value: str, is_it: bool, contains: bool) -> None:
    answers = {"q": answer}

    assert holds(Condition("q", IS, value), answers) == is_it
    assert holds(Condition("q", IS_NOT, value), answers) == (not is_it)
    assert holds(Condition("q", CONTAINS, value), answers) == contains


@pytest.mark.parametrize(
    ("answers", "is_empty"),
    [
        ({}, True),
        ({"q": None}, True),
        ({"q": ""}, True),
        ({"q": []}, True),
        ({"q": False}, True),
        ({"q": True}, False),
        ({"q": "0"}, False),
        ({"q": 0}, False),
        ({"q": ["a"]}, False),
        ({"other": "x"}, True),
    ],
)
def test_being_answered(answers: dict[str, Any], is_empty: bool) -> None:
    assert holds(Condition("q", IS_EMPTY), answers) == is_empty
    assert holds(Condition("q", IS_NOT_EMPTY), answers) != is_empty


@pytest.mark.parametrize(
    ("join", "first", "second", "asked"),
    [
        (Join.ALL, "ja", "ja", True),
        (Join.ALL, "ja", "nej", False),
        (Join.ANY, "ja", "nej", True),
        (Join.ANY, "nej", "nej", False),
        ("of_another_release", "ja", "nej", False),
    ],
)
def test_joining(join: str, first: str, second: str, asked: bool) -> None:
    spec = ask("c", "singleline", Condition("a", IS, "ja"), Condition("b", IS, "ja"), join=join)

    assert is_asked(spec, {"a": first, "b": second}) == asked
    assert is_asked(ask("d"), {})


EVERY = [
    ("singleline", "Ida", "IDA", "bo"),
    ("multiline", "Ida\nBo", "ida\nbo", "bo"),
    ("email", "ida@example.dk", "ida@example.dk", "bo@example.dk"),
    ("phone", "12345678", "12345678", "1"),
    ("url", "https://example.dk", "https://example.dk", "example.dk"),
    ("number", "3,50", "3.5", "3.50"),
    ("date", "2026-06-01", "2026-06-01", "2026"),
    ("time", "07:05", "07:05", "7:05"),
    ("country", "DK", "dk", "Danmark"),
    ("radio", "ja", "ja", "Ja, tak"),
    ("dropdown", "ja", "ja", "nej"),
    ("checkboxes", "ja", "ja", "nej"),
    ("multiselect", "ja", "ja", "nej"),
    ("checkbox", "on", "yes", "no"),
    ("consent", "on", "yes", "no"),
]


@pytest.mark.parametrize(("field_type", "sent", "value", "other"), EVERY)
def test_every_type_can_be_looked_at(field_type: str, sent: str, value: str, other: str) -> None:
    first = ask("a", field_type)
    rules = {
        "is": Condition("a", IS, value),
        "is_not": Condition("a", IS_NOT, value),
        "is_other": Condition("a", IS, other),
        "contains": Condition("a", CONTAINS, value),
        "empty": Condition("a", IS_EMPTY),
        "not_empty": Condition("a", IS_NOT_EMPTY),
    }
    form = [first, *(ask(key, "singleline", rule) for key, rule in rules.items())]
    query = QueryDict(mutable=True)
    query["a"] = sent

    with_answer = answered(form, query.urlencode())
    without = answered(form, "")

    assert set(with_answer) - {"a"} == {"is", "contains", "not_empty"}
    is_box = field_type in ("checkbox", "consent")
    assert set(without) - {"a"} == {"is_not", "empty"} | ({"is_other"} if is_box else set())


def test_a_hidden_value_can_be_looked_at_and_not_be_faked() -> None:
    form = [
        ask("a", "hidden", default_value="ja"),
        ask("b", "singleline", Condition("a", IS, "nej")),
    ]

    assert answered(form, "a=nej&b=x") == {"a": "ja"}


# Several questions


def test_what_hangs_on_a_question_that_is_not_asked_finds_it_empty() -> None:
    form = [
        ask("a", "radio"),
        ask("b", "radio", Condition("a", IS, "ja")),
        ask("c", "singleline", Condition("b", IS, "ja")),
        ask("d", "singleline", Condition("b", IS_EMPTY)),
    ]

    assert answered(form, "a=ja&b=ja&c=x&d=y") == {"a": "ja", "b": "ja", "c": "x"}
    assert answered(form, "a=nej&b=ja&c=x&d=y") == {"a": "nej", "d": "y"}


def test_what_is_not_asked_is_neither_required_nor_wrong() -> None:
    form = [
        ask("a", "radio"),
        ask("b", "email", Condition("a", IS, "ja"), required=True),
        ask("c", "address", Condition("a", IS, "ja"), required=True),
        ask("d", "radio", Condition("a", IS, "ja"), has_other=True, required=True),
    ]

    assert answered(form, "a=nej&b=ikke+en+adresse&c__city=x&d=other") == {"a": "nej"}
    bound = build_form_class(form)(QueryDict("a=ja&b=x&d=other"))
    assert list(bound.errors) == ["b", "c__street", "c__postal_code", "c__city", "d__other"]


def test_a_section_takes_what_stands_in_it_with_it_up_to_the_next() -> None:
    form = [
        ask("a", "checkbox"),
        ask("s", "section", Condition("a", IS, "yes")),
        ask("b"),
        ask("c", "singleline", Condition("a", IS, "no")),
        ask("e", "explanation"),
        ask("t", "section"),
        ask("d"),
    ]

    assert answered(form, "a=on&b=1&c=2&d=3") == {"a": True, "b": "1", "d": "3"}
    assert answered(form, "b=1&c=2&d=3") == {"a": False, "d": "3"}
    assert asked_keys(form, lambda spec: False) == {"a", "t", "d"}
    assert asked_keys(form, lambda spec: True) == {"a", "s", "b", "e", "t", "d"}


def test_answers_may_be_given_without_a_question() -> None:
    form = [ask("b", "singleline", Condition("event_session", IS, "aalborg"))]

    assert answered(form, "b=x", event_session="aalborg") == {"b": "x"}
    assert answered(form, "b=x", event_session="vejle") == {}
    assert answered(form, "b=x&event_session=aalborg") == {}


def test_a_wrong_answer_counts_as_none_until_it_is_right() -> None:
    form = [ask("a", "email"), ask("b", "singleline", Condition("a", IS_NOT_EMPTY), required=True)]

    bound = build_form_class(form)(QueryDict("a=ida"))

    assert list(bound.errors) == ["a"]


# What cannot work


def problems(specs: list[QuestionSpec], **options: Any) -> list[tuple[str, str]]:
    return [(spec.key, words) for spec, _rule, words in unusable_conditions(specs, **options)]


def test_a_condition_looks_at_what_stands_before_it() -> None:
    form = [
        ask("a", "singleline", Condition("a", IS, "x")),
        ask("b", "singleline", Condition("c", IS, "x")),
        ask("c", "singleline", Condition("gone", IS, "x"), Condition("a", IS, "x")),
        ask("d", "singleline", Condition("event_session", IS, "x")),
    ]

    assert problems(form, given=["event_session"]) == [
        ("a", "A question cannot depend on its own answer."),
        ("b", "The condition looks at a question further down. Move that one up."),
        ("c", "The condition looks at a question that is not on the form any more."),
    ]


def test_two_questions_cannot_wait_for_each_other() -> None:
    form = [
        ask("a", "singleline", Condition("b", IS, "x")),
        ask("b", "singleline", Condition("a", IS, "x")),
    ]

    assert [key for key, _words in problems(form)] == ["a"]


@pytest.mark.parametrize("field_type", ["section", "explanation", "address", "file"])
@pytest.mark.parametrize("operator", Operator.values)
def test_what_has_no_answer_to_compare_cannot_be_looked_at(field_type: str, operator: str) -> None:
    form = [ask("a", field_type), ask("b", "singleline", Condition("a", operator, "x"))]

    assert problems(form) == [("b", "A condition cannot look at a question of that type.")]


@pytest.mark.parametrize(
    ("field_type", "operator", "value", "words"),
    [
        *(
            (
                "number",
                "is",
                value,
                "Write the number as digits with a point before decimals, such as 12.5.",
            )
            for value in ("12,5", "1.000,00", "12.50", "tolv", "012")
        ),
        *(("number", "is_not", value, "") for value in ("12.5", "0", "-3", "0.125", "1000")),
        (
            "radio",
            "is",
            "måske",
            "The condition compares with a choice that is not there any more.",
        ),
        (
            "radio",
            "is",
            "Ja, tak",
            "The condition compares with a choice that is not there any more.",
        ),
        (
            "radio",
            "is",
            "other",
            "The condition compares with a choice that is not there any more.",
        ),
        (
            "checkboxes",
            "contains",
            "j",
            "The condition compares with a choice that is not there any more.",
        ),
        ("radio", "is", "ja", ""),
        ("radio", "is", " ", "Say what the answer is compared with."),
        ("singleline", "is_not", "", "Say what the answer is compared with."),
        ("singleline", "is_empty", "", ""),
        ("singleline", "is", "hvad som helst", ""),
        ("singleline", "sounds_like", "x", "The condition compares in a way that is not known."),
        ("checkbox", "is", "yes", ""),
        ("consent", "is_not", "No", ""),
        ("checkbox", "is", "ja", "A box is ticked or not: compare with yes or no."),
    ],
)
def test_what_cannot_come_true_is_said(
    field_type: str, operator: str, value: str, words: str
) -> None:
    form = [ask("a", field_type), ask("b", "singleline", Condition("a", operator, value))]

    assert problems(form) == ([("b", words)] if words else [])


def test_other_can_be_looked_at_where_there_is_one() -> None:
    form = [
        ask("a", "radio", has_other=True),
        ask("b", "singleline", Condition("a", IS, "other")),
    ]

    assert problems(form) == []
    assert answered(form, "a=other&a__other=Grød&b=x")["b"] == "x"


# In words


@pytest.mark.parametrize(
    ("field_type", "operator", "value", "words"),
    [
        ("radio", "is", "ja", "you answer “Ja, tak” to “A”"),
        ("radio", "is", "gone", "you answer “gone” to “A”"),
        ("radio", "is_not", "nej", "you answer something else than “Nej” to “A”"),
        ("checkboxes", "contains", "ja", "your answer to “A” contains “Ja, tak”"),
        ("singleline", "is_empty", "", "you do not answer “A”"),
        ("singleline", "is_not_empty", "", "you answer “A”"),
        ("checkbox", "is", "yes", "you tick “A”"),
        ("checkbox", "is", "no", "you do not tick “A”"),
        ("checkbox", "is_not", "no", "you tick “A”"),
        ("checkbox", "is_not", "yes", "you do not tick “A”"),
        ("consent", "is_not_empty", "", "you tick “A”"),
        ("consent", "is_empty", "", "you do not tick “A”"),
    ],
)
def test_conditions_are_said_to_those_without_a_script(
    field_type: str, operator: str, value: str, words: str
) -> None:
    form = [ask("a", field_type), ask("b", "singleline", Condition("a", operator, value))]

    assert conditions_in_words(form[1], form) == f"Only if {words}."


def test_conditions_are_joined_in_words() -> None:
    rules = (Condition("a", IS_EMPTY), Condition("b", IS_NOT_EMPTY))
    form = [ask("a"), ask("b"), ask("c", "singleline", *rules)]
    either = ask("d", "singleline", *rules, join=Join.ANY)

    assert conditions_in_words(form[2], form) == "Only if you do not answer “A” and you answer “B”."
    assert conditions_in_words(either, form) == "Only if you do not answer “A” or you answer “B”."
    assert conditions_in_words(form[0], form) == ""


def test_words_never_fail_over_what_cannot_work() -> None:
    gone = ask("b", "singleline", Condition("gone", IS, "x"))
    strange = ask("b", "singleline", Condition("a", "sounds_like", "100 % %s"))

    assert conditions_in_words(gone, [gone]) == ""
    assert conditions_in_words(strange, [ask("a"), strange]) == ""
    assert conditions_in_words(
        ask("b", "singleline", Condition("a", IS, "100 % %s")), [ask("a", label="%(x)s")]
    ) == ("Only if you answer “100 % %s” to “%(x)s”.")


# As an editor writes them


@pytest.mark.parametrize(
    "value",
    [
        *("", " ", "{", "[1]", "null", "1", None, 3, [], {"rules": {}}),
        {"rules": [1, None, {}, {"question": ""}, {"question": "\x00"}]},
        '{"rules": [' + "[" * 100_000,
    ],
    ids=lambda value: str(value)[:20],
)
def test_half_written_conditions_are_none(value: Any) -> None:
    assert as_condition_rows(value) == {"join": "all", "rules": []}


def test_conditions_are_kept_in_full_and_storable() -> None:
    written = {
        "join": "any",
        "rules": [
            {"question": "k", "extra": 1},
            {"question": "\x00k\ud800", "operator": "is_not", "value": "x" * 999 + "\x00"},
        ],
    }

    assert as_condition_rows(written) == {
        "join": "any",
        "rules": [
            {"question": "k", "operator": "is", "value": ""},
            {"question": "k", "operator": "is_not", "value": "x" * VALUE_LENGTH},
        ],
    }
    assert as_condition_rows(as_condition_rows(written)) == as_condition_rows(written)
    assert as_condition_rows({"join": "perhaps"})["join"] == "all"


def test_what_can_be_looked_at_is_every_type_with_one_answer() -> None:
    looked_at = {
        kind
        for kind in QuestionType
        if problems([ask("a", kind), ask("b", "singleline", Condition("a", IS_EMPTY))]) == []
    }

    assert looked_at == {kind for kind in QuestionType if get_type(kind).takes_answer} - {
        "address",
        "file",
    }
