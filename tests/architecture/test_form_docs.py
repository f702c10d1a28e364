"""The pages about forms: the types as they are, and a test behind each claim."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.utils import translation

from forms.builder import answer_text, build_form_class, form_from_json
from forms.choices import OTHER
from forms.enums import AUTOCOMPLETE_OF_TYPE, CHOICE_TYPES, Pattern, QuestionType
from forms.models import AbstractQuestion, QuestionSpec
from forms.question_types import AnswerType, get_type, registered_types, unregister_type
from forms.question_types.contact import PART_MARK
from forms.schema import form_schema

from .source import ROOT

TYPES_PAGE = ROOT / "docs" / "reference" / "question-types.md"
COMPARISON = ROOT / "docs" / "reference" / "form-builders-compared.md"
COMMON_SETTINGS = {"required"}
"""What every type that is answered has; the page says so once."""


def rows_of(text: str, heading: str) -> list[list[str]]:
    """Return the cells of the rows below the table heading that starts with ``heading``."""
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return rows


def in_code(cell: str) -> set[str]:
    """Return what stands between backticks."""
    return set(re.findall(r"`([^`]+)`", cell))


TYPE_ROWS = {row[1].strip("`"): row for row in rows_of(TYPES_PAGE.read_text("utf-8"), "type")}
OUR_TYPES: list[AnswerType] = [item for item in registered_types() if item.name in QuestionType]


def test_every_type_is_documented_in_the_order_in_which_editors_see_it() -> None:
    assert list(TYPE_ROWS) == [str(answer_type.name) for answer_type in OUR_TYPES]


@pytest.mark.parametrize("answer_type", OUR_TYPES, ids=lambda item: str(item.name))
def test_a_type_is_documented_as_it_is(answer_type: AnswerType) -> None:
    label, name, _asks, _kept, settings, autocomplete = TYPE_ROWS[answer_type.name]
    with translation.override("en"):
        assert label == str(answer_type.label)
    assert name == f"`{answer_type.name}`"
    assert in_code(settings) == set(answer_type.settings) - COMMON_SETTINGS
    default = AUTOCOMPLETE_OF_TYPE.get(answer_type.name)
    assert in_code(autocomplete) == ({str(default)} if default else set())


def example_of(answer_type: AnswerType) -> Any:
    """Return the documented answer, or None where there is none."""
    shown = re.fullmatch(r"`(.+)`", TYPE_ROWS[answer_type.name][3])
    return json.loads(shown[1]) if shown else None


@pytest.mark.parametrize("answer_type", OUR_TYPES, ids=lambda item: str(item.name))
def test_an_answer_is_kept_as_documented(answer_type: AnswerType) -> None:
    example = example_of(answer_type)
    if answer_type.name == QuestionType.FILE or not answer_type.takes_answer:
        assert example is None
        return
    spec = QuestionSpec(
        key="q",
        label="Q",
        field_type=answer_type.name,
        choices=(("vegan", "V"), ("all", "A")) if answer_type.name in CHOICE_TYPES else (),
        default_value="autumn" if answer_type.name == QuestionType.HIDDEN else "",
    )
    is_group = isinstance(example, dict)
    answers = {f"q{part}": line for part, line in example.items()} if is_group else {"q": example}

    form = form_from_json(build_form_class([spec]), answers)

    assert form.is_valid(), form.errors
    assert form.answers() == answers


@pytest.mark.parametrize("answer_type", OUR_TYPES, ids=lambda item: str(item.name))
def test_an_answer_that_was_not_given_is_kept_as_documented(answer_type: AnswerType) -> None:
    # Files are asked for only where a site says so.
    if answer_type.name in (QuestionType.HIDDEN, QuestionType.FILE) or not answer_type.takes_answer:
        return
    empty: dict[str, Any] = {
        **dict.fromkeys(("number", "date", "time", "datetime")),
        **dict.fromkeys(("checkbox", "consent"), False),
        "checkboxes": [],
        "multiselect": [],
    }
    spec = QuestionSpec(key="q", label="Q", field_type=answer_type.name, required=False)

    form = form_from_json(build_form_class([spec]), {})

    assert form.is_valid(), form.errors
    assert set(map(repr, form.answers().values())) == {repr(empty.get(answer_type.name, ""))}


def test_every_setting_is_documented_and_a_field_of_a_question() -> None:
    rows = rows_of(TYPES_PAGE.read_text("utf-8"), "setting")
    documented = {name for row in rows for name in in_code(row[0])}
    used = {name for answer_type in OUR_TYPES for name in answer_type.settings}
    assert documented == used - COMMON_SETTINGS
    assert documented <= {field.name for field in AbstractQuestion._meta.get_fields()}


def test_the_names_of_parts_are_documented() -> None:
    page = TYPES_PAGE.read_text("utf-8")
    address = QuestionSpec(key="", label="A", field_type=QuestionType.ADDRESS)
    parts = [part.key for part in get_type(QuestionType.ADDRESS).parts(address)]
    assert {f"`{part}`" for part in [*parts, f"{PART_MARK}{OTHER}"] if f"`{part}`" not in page} == (
        set()
    )


def test_every_shape_is_documented() -> None:
    row = next(row for row in rows_of(TYPES_PAGE.read_text("utf-8"), "setting") if "pat" in row[0])
    assert len(row[1].split(".")[0].split(";")) == len(Pattern)


def test_the_documented_example_of_a_type_of_ones_own_works() -> None:
    page = (ROOT / "docs" / "reference" / "extension-points.md").read_text("utf-8")
    example = re.search(r"```python\n(.+?register_type\(StarsType\(\)\)\n)```", page, re.DOTALL)
    assert example is not None
    spec = QuestionSpec(key="q", label="Q", field_type="example_stars")
    try:
        exec(example[1], {"__name__": "example"})
        form_class = build_form_class([spec])
        sent = form_class({"q": "4"})
        assert sent.is_valid(), sent.errors
        assert sent.answers() == {"q": 4}
        for value, is_valid in ((4, True), (6, False), ("4", False), (True, False), (None, False)):
            assert form_from_json(form_class, {"q": value}).is_valid() is is_valid
        assert answer_text(spec, 4) == "★★★★"
        described = form_schema([spec])["properties"]["q"]
        assert {"type": "integer", "minimum": 1, "maximum": 5}.items() <= described.items()
    finally:
        unregister_type("example_stars")


# The comparison

CLAIM = re.compile(r"\[`(test_\w+)`\]\(\.\./\.\./(tests/[\w/]+\.py)\)")
ANSWERS = ("yes", "in part", "planned", "no")


def claims() -> list[list[str]]:
    """Return every row of every table of the comparison."""
    text = COMPARISON.read_text("utf-8")
    return [row for table in text.split("\n\n") for row in _rows_in(table)]


def _rows_in(table: str) -> list[list[str]]:
    return rows_of(table, "feature") if table.startswith("| feature |") else []


def test_each_yes_of_ours_names_a_test() -> None:
    broken = []
    for feature, ours, *_others in claims():
        if not ours.startswith(ANSWERS):
            broken.append(f"{feature}: {ours}")
        proofs = CLAIM.findall(ours)
        if ours.startswith(("yes", "in part")) and not proofs:
            broken.append(f"{feature}: no test")
    assert broken == []


def test_every_test_that_is_named_exists() -> None:
    broken = []
    for name, path in CLAIM.findall(COMPARISON.read_text("utf-8")):
        file = ROOT / path
        if not file.exists() or f"\ndef {name}(" not in file.read_text("utf-8"):
            broken.append(f"{path}::{name}")
    assert broken == []


def test_every_link_to_a_test_is_written_so_that_it_is_checked() -> None:
    text = COMPARISON.read_text("utf-8")
    assert text.count("../../tests/") == len(CLAIM.findall(text))


def test_every_row_compares_all_builders() -> None:
    assert len(claims()) > 30
    assert {len(row) for row in claims()} == {7}
