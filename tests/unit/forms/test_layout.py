"""How a form is laid out: sections, groups, conditions, places, limits and what answers are for."""

from __future__ import annotations

import datetime as dt
import json
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation

from forms.builder import AnswerForm, build_form_class
from forms.enums import CHOICE_TYPES, QuestionType
from forms.keeping import kept_until, uses_of
from forms.layout import FormLayout, form_layout
from forms.question_types import get_type
from forms.spec import Condition, QuestionSpec

A_AND_B = (("a", "Alfa"), ("b", "Beta"))
ASKED = [t for t in QuestionType if get_type(t).takes_answer and get_type(t).is_shown]


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def ask(key: str, field_type: str = "singleline", **fields: Any) -> QuestionSpec:
    choices = A_AND_B if field_type in CHOICE_TYPES else ()
    given = {"key": key, "label": key.title(), "field_type": field_type, "choices": choices}
    return QuestionSpec(**(given | fields))  # type: ignore[arg-type]


def only_if(*conditions: tuple[str, str, str]) -> tuple[Condition, ...]:
    return tuple(Condition(*condition) for condition in conditions)


def form_of(*specs: QuestionSpec, given: Any = None, **sent: Any) -> AnswerForm:
    data = None
    if sent:
        data = QueryDict(mutable=True)
        for key, value in sent.items():
            data.setlist(key, value if isinstance(value, list) else [value])
    return build_form_class(specs, given=given)(data)


def outline(layout: FormLayout) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """Return heading, questions and their parts."""
    return [
        (
            section.spec.key if section.spec else "",
            [(item.key, [part.key for part in item.parts]) for item in section.items],
        )
        for section in layout.sections
    ]


class Html(HTMLParser):
    """The elements of a form as it is drawn, and the text in them."""

    def __init__(self, form: AnswerForm, **context: Any) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(render_to_string("kommed_forms/_items.html", {"form": form, **context}))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text = " ".join(f"{self.text} {data}".split())

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        """Return the attributes of the elements ``tag`` that have those of ``wanted``."""
        return [
            attrs
            for name, attrs in self.elements
            if name == tag and all(attrs.get(key) == value for key, value in wanted.items())
        ]

    def ids(self) -> list[str]:
        """Return every identifier, in order."""
        return [str(attrs["id"]) for _tag, attrs in self.elements if attrs.get("id")]


# What stands where


def test_headings_open_sections_and_parts_stand_with_their_question() -> None:
    form = form_of(
        ask("first"),
        ask("where", "section"),
        ask("place", "address"),
        ask("kind", "radio", has_other=True),
        ask("said", "explanation", statement="Words"),
        ask("set", "hidden", default_value="x"),
    )

    assert outline(form_layout(form)) == [
        ("", [("first", [])]),
        (
            "where",
            [
                ("place", ["place__street", "place__postal_code", "place__city"]),
                ("kind", ["kind__other"]),
                ("said", []),
            ],
        ),
    ]


@pytest.mark.parametrize("field_type", ASKED)
@pytest.mark.parametrize("is_wrong", [False, True])
def test_every_type_is_drawn_with_texts_that_are_there(field_type: str, is_wrong: bool) -> None:
    """No identifier twice, every label and description leads somewhere, nothing is preselected."""
    sent = {"nothing": "x"} if is_wrong else {}
    spec = ask("q", field_type, help_text="Help", has_other=True, max_length=9)
    html = Html(form_of(spec, **sent))

    ids = html.ids()
    assert len(ids) == len(set(ids))
    for _tag, attrs in html.elements:
        assert set((attrs.get("aria-describedby") or "").split()) <= set(ids)
        assert attrs.get("for") is None or attrs["for"] in ids
        assert "checked" not in attrs
        assert "selected" not in attrs or attrs.get("value") == ""
    assert ("Error:" in html.text) == is_wrong
    invalid = [tag for tag, attrs in html.elements if attrs.get("aria-invalid") == "true"]
    assert bool(invalid) == is_wrong


def test_a_group_is_a_fieldset_that_says_what_is_wrong_with_it() -> None:
    html = Html(form_of(ask("q", "radio", help_text="Help"), nothing="x"))

    (group,) = html.all("fieldset")
    assert group["role"] == "radiogroup"
    assert group["aria-required"] == group["aria-invalid"] == "true"
    assert group["aria-describedby"] == "id_q_helptext id_q_error"
    assert [radio.get("aria-invalid") for radio in html.all("input", type="radio")] == [None] * 2


def test_what_is_consented_to_is_read_out_with_the_box() -> None:
    html = Html(form_of(ask("q", "consent", statement="First.\n\nSecond.")))

    (box,) = html.all("input", type="checkbox")
    assert box["aria-describedby"] == "id_q_statement"
    assert html.text == "First. Second. Q"


def test_what_may_be_left_out_says_so() -> None:
    assert Html(form_of(ask("q", required=False))).text == "Q (optional)"
    assert Html(form_of(ask("q", required=True))).text == "Q"


def test_a_question_may_be_drawn_by_another_template() -> None:
    templates = {"q": "kommed_forms/_box.html"}

    (section,) = form_layout(form_of(ask("q"), ask("r")), templates=templates).sections

    assert [item.template for item in section.items] == [
        "kommed_forms/_box.html",
        "kommed_forms/_input.html",
    ]


# What is wrong


def test_each_line_of_the_summary_leads_to_an_input_in_the_order_of_the_form() -> None:
    form = form_of(
        ask("first"),
        ask("pick", "radio", has_other=True),
        ask("place", "address"),
        ask("many", "checkboxes"),
        ask("agree", "consent"),
        pick="other",
        place__street="Vej 1",
    )

    problems = form_layout(form).problems()

    assert [(problem.label, problem.target_id) for problem in problems] == [
        ("First", "id_first"),
        ("Pick: Other, namely", "id_pick__other"),
        ("Place: Postal code", "id_place__postal_code"),
        ("Place: Town", "id_place__city"),
        ("Many", "id_many_0"),
        ("Agree", "id_agree"),
    ]
    assert {problem.target_id for problem in problems} <= set(Html(form).ids())


def test_the_summary_leads_past_what_cannot_be_chosen() -> None:
    form = form_of(ask("q", "radio"), nothing="x")

    (problem,) = form_layout(form, places_left={"q": {"a": 0}}).problems()

    assert problem.target_id == "id_q_1"


# Conditions


def rules_of(layout: FormLayout, key: str) -> Any:
    (item,) = [item for item in layout.items() if item.key == key]
    return json.loads(item.rules) if item.rules else None


def test_conditions_are_there_for_the_script_and_in_words() -> None:
    form = form_of(ask("q", "radio"), ask("r", conditions=only_if(("q", "is", "b")), join="any"))

    assert rules_of(form_layout(form), "r") == {
        "join": "any",
        "rules": [{"question": "q", "operator": "is", "value": "b"}],
    }
    html = Html(form)
    assert "Only if you answer “Beta” to “Q”." in html.text
    (field,) = html.all("input", name="r")
    assert field["aria-describedby"] == "id_r_if"


@pytest.mark.parametrize(
    ("conditions", "join", "expected"),
    [
        ([("place", "is", "aalborg")], "all", None),  # always: nothing is left to decide
        ([("place", "is", "odense")], "all", "gone"),
        ([("place", "is", "odense"), ("q", "is", "a")], "any", ["never", "is"]),
        ([("place", "is", "odense"), ("q", "is", "a")], "all", "gone"),
        ([("place", "is", "aalborg"), ("q", "is", "a")], "any", None),
        ([("place", "is", "aalborg"), ("q", "is", "a")], "all", ["always", "is"]),
    ],
)
def test_what_is_known_already_is_decided_here(
    conditions: list[tuple[str, str, str]], join: str, expected: Any
) -> None:
    asked = ask("r", conditions=only_if(*conditions), join=join)
    layout = form_layout(form_of(ask("q", "radio"), asked, given={"place": "aalborg"}))

    drawn = [item for item in layout.items() if item.key == "r"]
    assert (drawn == []) == (expected == "gone")
    if drawn:
        rules = json.loads(drawn[0].rules)["rules"] if drawn[0].rules else None
        assert (rules and [rule["operator"] for rule in rules]) == expected


def test_a_section_for_another_session_is_not_on_the_page() -> None:
    form = form_of(
        ask("s", "section", conditions=only_if(("place", "is", "odense"))),
        ask("q"),
        ask("t", "section"),
        ask("r"),
        given={"place": "aalborg"},
    )

    assert outline(form_layout(form)) == [("t", [("r", [])])]


def test_what_the_server_sets_is_not_told() -> None:
    form = form_of(
        ask("set", "hidden", default_value="hemmelig"),
        ask("r", conditions=only_if(("set", "is", "hemmelig"))),
        ask("s", conditions=only_if(("set", "is_not", "hemmelig"))),
    )

    layout = form_layout(form)

    assert rules_of(layout, "r")["rules"] == [
        {"question": "set", "operator": "is_not_empty", "value": ""}
    ]
    assert rules_of(layout, "s")["rules"] == [
        {"question": "set", "operator": "is_empty", "value": ""}
    ]
    html = Html(form)
    assert "hemmelig" not in str(html.elements) + html.text
    assert [attrs["data-km-question"] for attrs in html.all("template")] == ["set"]


# Places


@pytest.mark.parametrize("field_type", ["radio", "checkboxes"])
def test_a_full_choice_stays_in_the_list_and_cannot_be_taken(field_type: str) -> None:
    form = form_of(ask("q", field_type), q=["a"])

    html = Html(form, places_left={"q": {"a": 0, "b": 1}})

    first, second = html.all("input", name="q")
    assert ("disabled" in first, "checked" in first) == (True, False)
    assert "disabled" not in second
    assert first["aria-describedby"] == "id_q_0_places"
    assert html.text == "Q Alfa no places left Beta 1 place left"


@pytest.mark.parametrize("field_type", ["dropdown", "multiselect"])
def test_a_list_says_how_many_places_are_left(field_type: str) -> None:
    html = Html(form_of(ask("q", field_type)), places_left={"q": {"a": 0, "b": 3}})

    options = {attrs["value"]: attrs for attrs in html.all("option")}
    assert "disabled" in options["a"]
    assert "disabled" not in options["b"]
    assert html.text.endswith("Alfa (no places left) Beta (3 places left)")


# Limits


def test_characters_are_counted_where_the_editor_set_a_limit() -> None:
    html = Html(
        form_of(
            ask("q", "multiline", max_length=200),
            ask("r", "multiline"),
            ask("name", max_length=160, autocomplete="name"),
        )
    )

    assert [attrs["data-km-limit"] for attrs in html.all("p", **{"class": "km-help km-count"})] == [
        "200"
    ]
    assert [attrs.get("maxlength") for attrs in html.all("textarea")] == [None, None]
    assert "At most 200 characters." in html.text


# What answers are for


def test_sensitive_questions_say_at_the_field_what_they_are_for() -> None:
    special = ask(
        "q",
        privacy_class="special",
        special_basis="explicit_consent",
        purpose="To cook",
        keep_days=14,
        required=False,
    )

    html = Html(form_of(special, ask("r", purpose="To know")), ends_on=dt.date(2027, 3, 24))

    assert "What we use this for: To cook. Kept until April 7, 2027." in html.text.replace(
        "7 April 2027", "April 7, 2027"
    )
    assert "To know" not in html.text


def test_every_question_says_what_it_is_for_at_the_end_of_the_form() -> None:
    specs = [
        ask("s", "section"),
        ask("q", purpose="To know."),
        ask("r", "address", privacy_class="special", special_basis="explicit_consent"),
        ask("set", "hidden", default_value="x"),
    ]

    uses = uses_of(specs, None)

    assert [(use.label, use.purpose, use.kept) for use in uses] == [
        ("Q", "To know", "Kept for 90 days after you send it."),
        ("R", "", "Kept for 90 days after you send it."),
    ]
    assert [bool(use.special_basis) for use in uses] == [False, True]


def test_the_end_of_time_is_no_error_in_a_draft() -> None:
    assert "9999" in kept_until(ask("q"), dt.date(9999, 12, 30))
