"""A question is kept in the document of a form version, and is read from it as it was."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest

from forms.enums import Join, LegalBasis, Operator, PrivacyClass, SpecialBasis
from forms.models import QuestionSpec
from forms.spec import Condition

FULL: dict[str, Any] = {
    "key": "kost",
    "label": "Kost",
    "field_type": "checkboxes",
    "required": False,
    "help_text": "Kun hvis du vil.",
    "choices": (("vegansk", "Vegansk"), ("a", "Æg & <b>")),
    "places": (("vegansk", 12),),
    "has_other": True,
    "default_value": "x",
    "autocomplete": "name",
    "error_text": "Vælg igen.",
    "statement": "Vi spørger, fordi …",
    "min_length": 1,
    "max_length": 2,
    "min_value": "1,5",
    "max_value": "2026-01-01",
    "min_choices": 1,
    "max_choices": 2,
    "pattern": "digits",
    "conditions": (Condition("a", Operator.IS_NOT, "b"), Condition("c", Operator.IS_EMPTY)),
    "join": Join.ANY,
    "purpose": "Til køkkenet",
    "legal_basis": LegalBasis.CONSENT,
    "privacy_class": PrivacyClass.SPECIAL,
    "special_basis": SpecialBasis.EXPLICIT_CONSENT,
    "keep_days": 14,
    "group": "g",
    "row_key": "00000000-0000-0000-0000-000000000001",
}


def test_every_member_survives_being_kept() -> None:
    spec = QuestionSpec(**FULL)
    document = json.loads(json.dumps(spec.as_document()))

    assert {field.name for field in fields(QuestionSpec)} == set(FULL)
    assert set(document) == set(FULL)
    assert QuestionSpec.from_document(document) == spec


def test_what_says_nothing_is_left_out_and_the_four_that_matter_never() -> None:
    spec = QuestionSpec(key="navn", label="Navn", field_type="singleline")

    assert spec.as_document() == {
        "key": "navn",
        "label": "Navn",
        "field_type": "singleline",
        "required": True,
    }
    assert QuestionSpec.from_document(spec.as_document()) == spec


@pytest.mark.parametrize("member", sorted(set(FULL) - {"key", "label", "field_type"}))
def test_each_member_makes_a_difference(member: str) -> None:
    plain = QuestionSpec(key="k", label="L", field_type="radio")
    other = QuestionSpec(**{"key": "k", "label": "L", "field_type": "radio", member: FULL[member]})

    assert plain.as_document() != other.as_document()


def test_what_a_later_release_keeps_is_read_without_it() -> None:
    document = QuestionSpec(**FULL).as_document()
    later = json.loads(json.dumps(document)) | {"from_the_future": {"a": 1}}
    later["conditions"][0]["from_the_future"] = True

    assert QuestionSpec.from_document(later) == QuestionSpec(**FULL)


def test_wagtails_builder_and_the_desk_ask_it_what_they_need() -> None:
    spec = QuestionSpec(**FULL)

    assert (spec.clean_name, spec.is_sensitive) == ("kost", True)
    assert not QuestionSpec(key="k", label="L", field_type="radio").is_sensitive
