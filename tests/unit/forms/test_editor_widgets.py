"""What editors type into: choices that keep their keys, and the settings each type has."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import QueryDict

from forms.choices import Choice
from forms.models.authoring import authoring_settings, shown_settings
from forms.question_types import get_type, register_type, registered_types
from forms.question_types.base import AnswerType
from forms.question_types.registry import unregister_type
from forms.widgets.choices import ChoicesFormField, ChoicesWidget
from forms.widgets.conditions import ConditionsFormField, ConditionsWidget

STORED: list[Choice] = [
    {"key": "groent", "label": "Grønt", "places": 3},
    {"key": "koed", "label": "Kød, gerne", "places": None},
]


def sent(text: str, known: Any = STORED) -> list[Choice]:
    """Return what the widget makes of ``text``, drawn with the choices ``known``."""
    data = {"choices": text, "choices-known": json.dumps(known)}
    return ChoicesWidget().value_from_datadict(data, {}, "choices")


def test_lines_that_stay_as_they_are_keep_keys_and_places() -> None:
    assert sent("Grønt\r\nKød, gerne") == STORED


def test_a_single_choice_with_a_comma_stays_one() -> None:
    assert sent("Kød, gerne", STORED[1:]) == STORED[1:]


def test_without_a_script_lines_are_moved_added_and_removed() -> None:
    assert sent("Fisk\nKød, gerne\nGrønt") == [
        {"key": "fisk", "label": "Fisk", "places": None},
        STORED[1],
        STORED[0],
    ]


def test_the_rows_send_json_with_keys_of_their_own() -> None:
    rows = [{"key": "groent", "label": "Noget andet", "places": 4}, {"key": "ny", "label": "Ny"}]
    assert sent(json.dumps(rows)) == [
        {"key": "groent", "label": "Noget andet", "places": 4},
        {"key": "ny", "label": "Ny", "places": None},
    ]


@pytest.mark.parametrize("known", ["", "nonsense", "[", "{}", "[1, null]"])
def test_strange_hidden_input_loses_nothing_that_was_written(known: str) -> None:
    data = {"choices": "A\nB", "choices-known": known}
    choices = ChoicesWidget().value_from_datadict(data, {}, "choices")
    assert [choice["label"] for choice in choices] == ["A", "B"]


def test_nothing_sent_is_no_choice() -> None:
    assert ChoicesWidget().value_from_datadict(QueryDict(""), {}, "choices") == []


def test_the_box_shows_lines_and_carries_what_they_were() -> None:
    html = ChoicesWidget().render("choices", STORED, {"id": "id_choices"})
    assert ">\nGrønt\nKød, gerne</textarea>" in html
    assert 'name="choices-known" value="[{&quot;key&quot;: &quot;groent&quot;' in html
    assert "data-labels-only" not in html


def test_a_locked_field_takes_labels_and_nothing_else() -> None:
    field = ChoicesFormField(required=False)
    field.lock_to(STORED)
    changed = [
        {"key": "koed", "label": "Meat", "places": 99},
        {"key": "extra", "label": "Extra", "places": None},
    ]
    assert field.clean(changed) == [STORED[0], {"key": "koed", "label": "Meat", "places": None}]
    assert "data-labels-only" in field.widget.render("choices", STORED)


def test_conditions_travel_as_json() -> None:
    rows = {"join": "any", "rules": [{"question": "a", "operator": "is", "value": "b"}]}
    html = ConditionsWidget().render("conditions", rows)
    assert "&quot;join&quot;: &quot;any&quot;" in html
    assert ConditionsFormField(required=False).clean(json.dumps(rows)) == rows
    assert ConditionsFormField(required=False).clean("{half") == {"join": "all", "rules": []}


OF_ALL = {
    "conditions",
    "required",
    "help_text",
    "error_text",
    "purpose",
    "privacy_class",
    "special_basis",
    "legal_basis",
    "keep_days",
}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("radio", OF_ALL | {"choices", "has_other"}),
        ("number", OF_ALL | {"min_value", "max_value"}),
        ("section", {"conditions"}),
        ("explanation", {"conditions", "statement"}),
        ("hidden", {"default_value"}),
        ("consent", OF_ALL | {"statement"}),
    ],
)
def test_an_editor_sees_the_settings_of_the_type(name: str, shown: set[str]) -> None:
    assert shown_settings(get_type(name)) == shown


def test_a_type_of_another_app_is_in_the_editor_with_its_settings() -> None:
    class Stars(AnswerType):
        name = "stars"
        label = "Stars"
        settings = frozenset({"max_value"})

    register_type(Stars())
    try:
        told = authoring_settings("en")["types"]["stars"]
    finally:
        unregister_type("stars")
    assert told == {
        "label": "Stars",
        "shows": sorted(OF_ALL | {"max_value"}),
        "answered": True,
        "compared": "text",
    }


def test_what_conditions_can_look_at_is_said_of_every_type() -> None:
    types = authoring_settings("da")["types"]
    assert set(types) == {each.name for each in registered_types() if each.is_on}
    compared = {
        name: told["compared"] for name, told in types.items() if told["compared"] != "text"
    }
    compared.pop("file", None)
    assert compared == {
        "radio": "one",
        "dropdown": "one",
        "checkboxes": "many",
        "multiselect": "many",
        "country": "country",
        "checkbox": "tick",
        "consent": "tick",
        "address": "",
        "section": "",
        "explanation": "",
    }
