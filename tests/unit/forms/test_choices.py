"""Choices: keys that are made once and outlive every other label, whatever an editor sends."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.choices import (
    KEY_LENGTH,
    LABEL_LENGTH,
    MOST_CHOICES,
    OTHER,
    as_choices,
    relabelled,
    split_lines,
)
from forms.condition_rows import MOST_RULES, as_condition_rows


def keys(value: Any, **options: Any) -> list[str]:
    return [choice["key"] for choice in as_choices(value, **options)]


def test_keys_are_made_from_the_labels_in_letters_that_read_well() -> None:
    assert keys("Følsom\nÅben dør\nFølsom!\n👍\nOther") == [
        "foelsom",
        "aaben_doer",
        "foelsom_2",
        "question",
        "other_2",
    ]


def test_a_key_outlives_every_other_label_and_order() -> None:
    first = as_choices("Ja\nNej")

    renamed = as_choices([{**first[1], "label": "Nej tak"}, {**first[0], "label": "Nej"}])

    assert [(c["key"], c["label"]) for c in renamed] == [("nej", "Nej tak"), ("ja", "Nej")]
    assert as_choices(renamed) == renamed
    assert as_choices(json.dumps(renamed)) == renamed
    assert [c["key"] for c in relabelled(renamed, ["No", "Yes"])] == ["nej", "ja"]


def test_lines_get_the_keys_of_the_labels_they_had() -> None:
    known = as_choices([{"key": "k1", "label": "Ja"}, {"key": "k2", "label": "Nej"}])

    assert keys("Nej\nJa\nMåske", known=known) == ["k2", "k1", "maaske"]


def test_keys_never_meet() -> None:
    twice = [{"key": "a", "label": "A"}, {"key": "a", "label": "B"}, {"label": "A"}]

    assert keys(twice) == ["a", "b", "a_2"]
    assert keys([{"key": OTHER, "label": "Andet"}]) == ["andet"]
    assert keys([{"label": "A"}, {"key": "a", "label": "B"}]) == ["a_2", "a"]


def test_keys_of_long_labels_stay_what_they_are() -> None:
    labels = [f"{'meget langt svar ' * 8}{number}" for number in range(12)]

    once = as_choices("\n".join(labels))

    assert len({choice["key"] for choice in once}) == 12
    assert max(len(choice["key"]) for choice in once) <= KEY_LENGTH
    assert as_choices(once) == once


@pytest.mark.parametrize(
    ("places", "kept"),
    [
        (3, 3),
        ("3", 3),
        (0, 0),
        (-1, 0),
        ("", None),
        (None, None),
        ("x", None),
        ([], None),
        (10**400, 1_000_000),
        (float("inf"), None),
        (float("nan"), None),
        ("9" * 5000, None),
    ],
    ids=lambda value: str(type(value)),
)
def test_places_are_a_number_or_none(places: Any, kept: int | None) -> None:
    assert as_choices([{"label": "A", "places": places}])[0]["places"] == kept


@pytest.mark.parametrize(
    "value",
    [
        *(None, 3, {}, "", "[]", "[1", "[null, {}, 0]", b"x", {"label": "A"}),
        [None, {}, {"label": " "}, []],
    ],
    ids=str,
)
def test_strange_input_is_never_an_error(value: Any) -> None:
    assert all(set(choice) == {"key", "label", "places"} for choice in as_choices(value))


def test_json_without_end_is_text() -> None:
    assert len(as_choices("[" * 100_000)) == 1


def test_labels_are_storable_and_of_a_length() -> None:
    (choice,) = as_choices([{"key": "\x00k\ud800", "label": "\x00" + "Ø" * 999}])

    assert choice == {"key": "k", "label": "Ø" * LABEL_LENGTH, "places": None}


@pytest.mark.parametrize(
    ("text", "labels"),
    [("A, B,C", ["A", "B", "C"]), ("A, b\nC", ["A, b", "C"]), ("A\nA", ["A"]), (" \n,", [])],
)
def test_lines_or_commas(text: str, labels: list[str]) -> None:
    assert split_lines(text) == labels


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["key", "label", "places", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=300, derandomize=True, database=None, deadline=None)
@given(ANYTHING)
def test_choices_are_the_same_when_read_again(value: Any) -> None:
    once = as_choices(value)

    assert as_choices(once) == once
    assert as_choices(json.loads(json.dumps(once))) == once
    found = [choice["key"] for choice in once]
    assert len(set(found)) == len(found)
    assert OTHER not in found
    assert all(choice["key"] and choice["label"].strip() for choice in once)


def test_a_list_that_nobody_reads_ends_somewhere() -> None:
    many = [{"label": "Ens"}] * 5000

    assert len(as_choices(many)) == MOST_CHOICES
    assert len({choice["key"] for choice in as_choices(many)}) == MOST_CHOICES


def test_conditions_end_somewhere_too() -> None:
    many = {"rules": [{"question": "a", "value": str(number)} for number in range(5000)]}

    assert len(as_condition_rows(many)["rules"]) == MOST_RULES
