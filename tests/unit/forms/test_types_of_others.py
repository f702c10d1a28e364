"""A type of question that another app brings, and what is left of one that is gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.utils import translation

from forms.builder import answer_rows, build_form_class, form_from_json
from forms.models import QuestionSpec
from forms.question_types import (
    AnswerType,
    get_type,
    is_known,
    register_type,
    type_choices,
    unregister_type,
)
from forms.schema import form_schema

from .test_types import A_TO_C, ask, kept, said, send


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


class StarsType(AnswerType):
    """One to five stars: what another app might bring."""

    name = "stars"
    label = "Stars"
    settings = frozenset({"choices"})

    def form_field(self, spec: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        return forms.IntegerField(min_value=1, max_value=5, **options)

    def as_json(self, spec: QuestionSpec, value: Any) -> Any:
        return {"stars": value} if value else None

    def as_text(self, spec: QuestionSpec, value: Any) -> str:
        return "★" * value["stars"] if value else ""

    def form_values(self, spec: QuestionSpec, value: Any) -> list[str]:
        return [str(value["stars"])] if value else []

    def schema(self, spec: QuestionSpec) -> dict[str, Any]:
        return {"type": "object", "properties": {"stars": {"type": "integer"}}}


@pytest.fixture
def stars() -> Iterator[QuestionSpec]:
    register_type(StarsType())
    yield ask("stars", label="Hvor godt?")
    unregister_type("stars")


def test_another_app_brings_a_type_of_its_own(stars: QuestionSpec) -> None:
    form = form_from_json(build_form_class([stars]), {"q": {"stars": 4}})

    assert ("stars", "Stars") in type_choices()
    assert form.is_valid()
    assert kept(stars, "4") == form.answers()["q"] == {"stars": 4}
    assert answer_rows([stars], {"q": {"stars": 4}}) == [(stars, "★★★★")]
    assert said(stars, "6")
    assert form_schema([stars])["properties"]["q"]["type"] == "object"


def test_of_a_type_that_is_gone_the_answers_can_still_be_read(stars: QuestionSpec) -> None:
    with_choices = QuestionSpec.from_document(stars.as_document() | {"choices": A_TO_C})
    unregister_type("stars")

    def read(value: Any, spec: QuestionSpec = stars) -> str:
        ((_row, text),) = answer_rows([spec], {"q": value})
        return text

    assert not is_known("stars")
    assert list(build_form_class([stars])().fields) == []
    assert send(stars, "4").answers() == {}
    assert read({"stars": 4, "why": ["fint", True]}) == "stars: 4, why: fint, Yes"
    assert (read("fire"), read(4), read(None), read(False)) == ("fire", "4", "", "No")
    assert read(["a", "d"], with_choices) == "Alfa, d"
    assert read("b", with_choices) == "Beta"
    assert answer_rows([stars], {}) == []
    assert form_schema([stars])["properties"] == {}


def test_a_type_needs_a_name_and_the_last_one_under_it_wins(stars: QuestionSpec) -> None:
    class OtherStars(StarsType):
        label = "Other stars"

    with pytest.raises(ValueError, match="name"):
        register_type(AnswerType())
    register_type(OtherStars())

    assert get_type("stars").label == "Other stars"
