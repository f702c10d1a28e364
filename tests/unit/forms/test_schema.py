"""The JSON Schema of a form: a standard validator gives the verdicts that we give."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation
from jsonschema import Draft202012Validator

from forms.builder import build_form_class, form_from_json
from forms.enums import CHOICE_TYPES, Join, Operator, QuestionType
from forms.models import QuestionSpec
from forms.schema import DIALECT, form_schema
from forms.spec import Condition

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
        }
        | fields
    )


def accepts(specs: list[QuestionSpec], answers: dict[str, Any], **given: Any) -> bool:
    """Whether a standard validator accepts ``answers``; ours must say the same."""
    schema = form_schema(specs, given=given)
    Draft202012Validator.check_schema(schema)
    verdict = Draft202012Validator(schema).is_valid(answers)
    assert form_from_json(build_form_class(specs, given=given), answers).is_valid() == verdict
    return verdict


def test_a_schema_says_what_a_front_end_needs() -> None:
    specs = [
        ask("navn", help_text="Fornavn og efternavn", autocomplete="name", max_length=80),
        ask("kost", "radio", has_other=True, required=False, error_text="Vælg."),
        ask("foto", "consent", statement="I må vise mit billede."),
    ]

    schema = form_schema(specs, title="Tilmelding")

    assert (schema["$schema"], schema["title"]) == (DIALECT, "Tilmelding")
    assert schema["type"] == "object"
    assert schema["required"] == ["navn", "foto"]
    assert list(schema["properties"]) == ["navn", "kost", "kost__other", "foto"]
    assert schema["properties"]["navn"] == {
        "title": "NAVN",
        "description": "Fornavn og efternavn",
        "type": "string",
        "maxLength": 80,
        "minLength": 1,
        "x-kommed": {
            "type": "singleline",
            "order": 0,
            "required": True,
            "widget": "text",
            "autocomplete": "name",
            "legal_basis": "public_task",
            "privacy_class": "ordinary",
            "keep_days": 90,
        },
    }
    assert schema["properties"]["kost"]["anyOf"] == [
        {
            "oneOf": [
                {"const": "ja", "title": "Ja, tak"},
                {"const": "nej", "title": "Nej"},
                {"const": "other", "title": "Other"},
            ]
        },
        {"enum": [None, ""]},
    ]
    assert schema["properties"]["kost"]["x-kommed"]["error"] == "Vælg."
    assert schema["properties"]["foto"]["const"] is True
    assert schema["properties"]["foto"]["x-kommed"]["statement"] == "I må vise mit billede."
    assert schema["properties"]["kost__other"]["x-kommed"]["conditions"] == {
        "join": "all",
        "rules": [{"question": "kost", "operator": "is", "value": "other"}],
    }


def test_sections_groups_and_texts_are_told_in_their_order() -> None:
    rule = Condition("navn", Operator.IS_NOT_EMPTY)
    specs = [
        ask("navn"),
        ask("s", "section", rule, help_text="Valgfrit"),
        ask("adresse", "address", help_text="Hjemme"),
        ask("t", "explanation", statement="Godt at vide"),
        ask("skjult", "hidden", default_value="x"),
        ask("land", "country"),
    ]

    conditions = {
        "join": "all",
        "rules": [{"question": "navn", "operator": "is_not_empty", "value": ""}],
    }
    assert form_schema(specs)["x-kommed"]["sections"] == [
        {"key": "", "items": [{"kind": "question", "key": "navn"}]},
        {
            "key": "s",
            "title": "S",
            "description": "Valgfrit",
            "conditions": conditions,
            "items": [
                {
                    "kind": "group",
                    "key": "adresse",
                    "title": "ADRESSE",
                    "description": "Hjemme",
                    "questions": ["adresse__street", "adresse__postal_code", "adresse__city"],
                },
                {"kind": "text", "key": "t", "title": "T", "text": "Godt at vide"},
                {"kind": "question", "key": "land"},
            ],
        },
    ]


@pytest.mark.parametrize(
    ("field_type", "widget"),
    [
        ("multiline", "textarea"),
        ("phone", "tel"),
        ("datetime", "datetime-local"),
        ("radio", "radio"),
        ("dropdown", "select"),
        ("checkboxes", "checkboxes"),
        ("multiselect", "select-multiple"),
        ("consent", "checkbox"),
    ],
)
def test_how_a_question_is_drawn(field_type: str, widget: str) -> None:
    extra = form_schema([ask("q", field_type)])["properties"]["q"]["x-kommed"]

    assert (extra["type"], extra["widget"]) == (field_type, widget)


@pytest.mark.parametrize("field_type", [kind for kind in QuestionType if kind != "file"])
@pytest.mark.parametrize("required", [True, False])
def test_nothing_is_an_answer_only_where_it_may_be(field_type: str, required: bool) -> None:
    specs = [ask("q", field_type, required=required)]
    is_fixed = field_type in ("hidden", "section", "explanation")

    assert accepts(specs, {}) == (is_fixed or not required)


@pytest.mark.parametrize(
    ("spec", "good", "bad"),
    [
        (ask("q", max_length=3), ["a", "æøå"], ["", "abcd", None, 3, ["a"]]),
        (ask("q", min_length=2, required=False), ["", None, "ab"], ["a", False]),
        (ask("q", pattern="postal_code"), ["9000"], ["900", "90000", "ni"]),
        (ask("q", "number", min_value="1", max_value="5"), [1, 5, 2.5, "3"], [0, 6, "x", True]),
        (ask("q", "date"), ["2026-11-24"], ["24-11-2026", "1026-11-24", 20261124, ""]),
        (ask("q", "time"), ["07:05", "23:59:59"], ["24:00", "7", ""]),
        (ask("q", "datetime"), ["2026-11-24T12:30"], ["i dag", ""]),
        (ask("q", "radio"), ["ja"], ["Ja, tak", "", None, ["ja"]]),
        (ask("q", "dropdown", required=False), ["ja", "", None], ["d", ["ja"]]),
        (ask("q", "country"), ["DK"], ["dk", "Danmark", ""]),
        (ask("q", "checkboxes", max_choices=1), [["ja"]], [[], ["ja", "nej"], "ja", None, ["d"]]),
        (ask("q", "multiselect", min_choices=2, required=False), [[], ["ja", "nej"]], [["ja"]]),
        (ask("q", "checkbox"), [True], [False, None, "on", 1]),
        (ask("q", "consent", required=False), [True, False, None], ["on", [True]]),
    ],
)
def test_verdicts(spec: QuestionSpec, good: list[Any], bad: list[Any]) -> None:
    assert [accepts([spec], {"q": value}) for value in good] == [True] * len(good)
    assert [accepts([spec], {"q": value}) for value in bad] == [False] * len(bad)


ON_JA = Condition("a", Operator.IS, "ja")
DEPENDENT = [
    ask("a", "radio", required=False),
    ask("b", "radio", ON_JA),
    ask("c", "singleline", Condition("b", Operator.IS, "JA")),
    ask("d", "singleline", Condition("b", Operator.IS_EMPTY)),
]


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ({"d": "x"}, True),
        ({}, False),
        ({"a": "nej", "d": "x"}, True),
        ({"a": "ja", "b": "nej"}, True),
        ({"a": "ja", "b": "ja"}, False),
        ({"a": "ja", "b": "ja", "c": "x"}, True),
        ({"a": "ja", "d": "x"}, False),
        # Of a question that is not asked the answer counts for nothing.
        ({"a": "nej", "b": "ja"}, False),
        ({"a": "nej", "b": "ja", "d": "x"}, True),
    ],
)
def test_conditions_are_told_in_the_standards_own_words(
    answers: dict[str, Any], verdict: bool
) -> None:
    assert accepts(DEPENDENT, answers) == verdict


@pytest.mark.parametrize(
    ("field_type", "rule", "yes", "no"),
    [
        ("checkbox", ("is", "yes"), [True], [False, None]),
        ("checkbox", ("is", "no"), [False, None], [True]),
        ("checkbox", ("is_not", "yes"), [False, None], [True]),
        ("consent", ("is_empty", ""), [False, None], [True]),
        ("checkboxes", ("is", "ja"), [["ja"], ["ja", "nej"]], [[], ["nej"]]),
        ("checkboxes", ("is_not", "ja"), [[], ["nej"], None], [["ja"]]),
        ("multiselect", ("contains", "nej"), [["nej"]], [["ja"], None]),
        ("singleline", ("is", " iDa"), ["Ida", "IDA"], ["Idas", "", None]),
        ("singleline", ("contains", "[a.b]*"), ["x[A.B]*y"], ["ab", ""]),
        ("singleline", ("contains", "ø"), ["SØEN"], ["SOEN"]),
        ("number", ("is", "3"), ["3", 3], ["30", 4, None]),
        ("number", ("is_not", "3"), ["30", None], [3]),
        ("country", ("is", "dk"), ["DK"], ["SE", ""]),
        ("radio", ("is", "JA"), ["ja"], ["nej", None]),
        ("radio", ("is", "gone"), [], ["nej", "ja", None]),
        ("radio", ("is_not", "gone"), ["nej", None], []),
        ("date", ("contains", "2026-06"), ["2026-06-01"], ["2026-07-01", None]),
        ("email", ("is_not_empty", ""), ["ida@example.dk"], ["", None]),
    ],
)
def test_every_comparison_is_told(
    field_type: str, rule: tuple[str, str], yes: list[Any], no: list[Any]
) -> None:
    specs = [
        ask("a", field_type, required=False),
        ask("b", "singleline", Condition("a", *rule)),
    ]

    # Where the second question is asked, an answer to the first alone is not enough.
    assert [accepts(specs, {"a": value}) for value in yes] == [False] * len(yes)
    assert [accepts(specs, {"a": value, "b": "x"}) for value in yes] == [True] * len(yes)
    assert [accepts(specs, {"a": value}) for value in no] == [True] * len(no)


@pytest.mark.parametrize("join", Join)
def test_joins_sections_and_given_answers_are_told(join: Join) -> None:
    rules = (Condition("a", Operator.IS, "ja"), Condition("event_session", Operator.IS, "aalborg"))
    specs = [
        ask("a", "radio", required=False),
        ask("s", "section", *rules, join=join),
        ask("b"),
    ]
    is_any = join == Join.ANY

    assert accepts(specs, {"a": "ja"}, event_session="aalborg") is False
    assert accepts(specs, {"a": "ja"}, event_session="vejle") is not is_any
    assert accepts(specs, {"a": "nej"}, event_session="aalborg") is not is_any
    assert accepts(specs, {"a": "nej"}, event_session="vejle") is True


def test_a_condition_on_what_is_not_there_finds_nothing() -> None:
    specs = [
        ask("b", "singleline", Condition("gone", Operator.IS, "x")),
        ask("c", "singleline", Condition("gone", Operator.IS_EMPTY)),
        ask("d", "singleline", Condition("skjult", Operator.IS, "x")),
        ask("skjult", "hidden", default_value="x"),
        ask("e", "singleline", Condition("skjult", Operator.IS, "x")),
    ]

    assert form_schema(specs)["required"] == ["c", "e"]
    assert accepts(specs, {"c": "x", "e": "x"})
    assert not accepts(specs, {"b": "x", "d": "x", "e": "x"})


def test_a_form_class_brings_what_is_given() -> None:
    spec = ask("b", "singleline", Condition("event_session", Operator.IS, "aalborg"))

    for session, required in (("aalborg", ["b"]), ("vejle", [])):
        given = {"event_session": session}
        of_class = form_schema(build_form_class([spec], given=given))
        assert of_class == form_schema([spec], given=given)
        assert of_class["required"] == required


def test_without_choices_there_is_nothing_to_answer() -> None:
    assert not accepts([ask("q", "radio", choices=())], {"q": "ja"})
