"""What may stand in an answer, and keys from labels."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from forms.validators import (
    KEY_LENGTH,
    question_key,
    unique_key,
    validate_plausible_date,
    validate_readable,
)


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Følsom kost?", "foelsom_kost"),
        ("Ærø, Åse & Øen", "aeroe_aase_oeen"),
        ("  Hvad  tænker   du  ", "hvad_taenker_du"),
        ("Größe", "grosse"),
        ("Café N° 5", "cafe_n_5"),
        ("Antal (0-9)", "antal_0_9"),
        ("🎉", "question"),
        ("名前", "question"),
        ("---", "question"),
        ("", ""),
        ("   ", ""),
        ("x" * 100, "x" * KEY_LENGTH),
        ("x" * 59 + " y", "x" * 59),
    ],
)
def test_a_key_is_readable_ascii(label: str, key: str) -> None:
    assert question_key(label) == key


@given(st.text(max_size=300))
def test_any_label_gives_a_key_that_can_be_used_everywhere(label: str) -> None:
    key = question_key(label)

    assert (key == "") == (not label.strip())
    assert re.fullmatch(r"([a-z0-9]+(_[a-z0-9]+)*)?", key)
    assert len(key) <= KEY_LENGTH


@given(st.lists(st.sampled_from(["a", "a_2", "b", "question"]), max_size=12))
def test_keys_do_not_meet(labels: list[str]) -> None:
    taken: set[str] = set()
    for label in labels:
        key = unique_key(label, taken)
        assert key not in taken
        taken.add(key)


@pytest.mark.parametrize(
    "text", ["Ida \ufffd", "a\u202eb", "a\u2066b", "\u202a", "x\u2069", "\u202c"]
)
def test_damaged_and_misleading_text_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        validate_readable(text)


@pytest.mark.parametrize("text", ["Åse", "👩‍🚒", "עדה", "العربية", "a\u200bb", "Ida\u0301"])
def test_other_text_is_not(text: str) -> None:
    validate_readable(text)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1899, 12, 31), date(2101, 1, 1), date.max])
def test_dates_nobody_means_are_refused(day: date) -> None:
    with pytest.raises(ValidationError):
        validate_plausible_date(day)


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(2026, 11, 24), date(2100, 12, 31)])
def test_other_dates_are_not(day: date) -> None:
    validate_plausible_date(day)
