"""What staff read is what was asked on the day of the answer, whatever editors do later."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone, translation

from forms.actions.submit import keep_form_version, store_submission
from forms.builder import answer_rows, build_form_class, form_from_json
from forms.enums import QuestionType
from forms.export import Entry, answers_sheet
from forms.models import (
    FormQuestion,
    FormVersion,
    QuestionSpec,
    Submission,
    digest_of,
    document_of,
)
from forms.question_types import AnswerType, register_type, unregister_type
from forms.spec import Condition
from tests.factories import MadeSite, publish
from tests.factories.forms import MadeForm, make_form

CHOICES = "Vegansk\nAlt"
STATEMENT = "I må vise billeder af mig."
FULL_FORM: tuple[dict[str, Any], ...] = (
    {"label": "Om dig", "field_type": "section"},
    {"label": "Navn", "field_type": "singleline"},
    {"label": "Tanker", "field_type": "multiline"},
    {"label": "Mail", "field_type": "email"},
    {"label": "Telefon", "field_type": "phone"},
    {"label": "Side", "field_type": "url"},
    {"label": "Adresse", "field_type": "address"},
    {"label": "Land", "field_type": "country"},
    {"label": "Om dagen", "field_type": "section"},
    {"label": "Læs her", "field_type": "explanation", "statement": "Husk vand."},
    {"label": "Antal", "field_type": "number"},
    {"label": "Dag", "field_type": "date"},
    {"label": "Tid", "field_type": "time"},
    {"label": "Hvornår", "field_type": "datetime"},
    {"label": "Kost", "field_type": "radio", "choices": CHOICES, "has_other": True},
    {"label": "Ret", "field_type": "dropdown", "choices": CHOICES},
    {"label": "Retter", "field_type": "checkboxes", "choices": CHOICES},
    {"label": "Flere", "field_type": "multiselect", "choices": CHOICES},
    {"label": "Sulten", "field_type": "checkbox"},
    {"label": "Billeder", "field_type": "consent", "statement": STATEMENT},
    {"label": "Kilde", "field_type": "hidden", "default_value": "efterår"},
)
SENT: dict[str, Any] = {
    "navn": "Ida",
    "tanker": "En\nto",
    "mail": "ida@example.dk",
    "telefon": "12 34 56 78",
    "side": "https://example.dk",
    "adresse__street": "Havnen 1",
    "adresse__postal_code": "9000",
    "adresse__city": "Aalborg",
    "land": "DK",
    "antal": "12.5",
    "dag": "2026-11-24",
    "tid": "09:30",
    "hvornaar": "2026-11-24T09:30",
    "kost": "other",
    "kost__other": "Kun pærer",
    "ret": "vegansk",
    "retter": ["vegansk", "alt"],
    "flere": ["alt"],
    "sulten": True,
    "billeder": True,
}
READ = [
    ("Navn", "Ida"),
    ("Tanker", "En\nto"),
    ("Mail", "ida@example.dk"),
    ("Telefon", "12 34 56 78"),
    ("Side", "https://example.dk"),
    ("Adresse: Street and number", "Havnen 1"),
    ("Adresse: Postal code", "9000"),
    ("Adresse: Town", "Aalborg"),
    ("Land", "Denmark"),
    ("Antal", "12.5"),
    ("Dag", "Nov. 24, 2026"),
    ("Tid", "09:30"),
    ("Hvornår", "Nov. 24, 2026, 9:30 a.m."),
    ("Kost", "Other"),
    ("Kost: Other, namely", "Kun pærer"),
    ("Ret", "Vegansk"),
    ("Retter", "Vegansk, Alt"),
    ("Flere", "Alt"),
    ("Sulten", "Yes"),
    ("Billeder", f"Yes, to: “{STATEMENT}”"),
    ("Kilde", "efterår"),
]


def answer(made: MadeForm, sent: dict[str, Any]) -> Submission:
    """Keep what a visitor sends on the form as it stands now."""
    page = made.reload()
    specs = page.question_specs()
    form = form_from_json(build_form_class(specs), sent)
    assert form.is_valid(), form.errors
    version = keep_form_version(
        form_key=page.form_key, language=page.locale.language_code, specs=specs
    )
    return store_submission(form_version=version, answers=form.answers(), at=timezone.now())


def read(submission: Submission) -> list[tuple[str, str]]:
    """Return label and answer as staff read them, from the database alone."""
    fresh = Submission.objects.select_related("form_version").get(pk=submission.pk)
    with translation.override("en"):
        rows = answer_rows(fresh.form_version.specs, fresh.answers)
    return [(spec.label, text) for spec, text in rows]


def renamed(rows: list[Any]) -> list[Any]:
    for row in rows:
        row.label = f"Nyt: {row.label}"
        row.statement = row.statement and "Et helt andet samtykke"
        row.choices = [{**choice, "label": f"Ny {choice['label']}"} for choice in row.choices]
        row.default_value = row.default_value and "forår"
    return rows


def removed(rows: list[Any]) -> list[Any]:
    return rows[:1]


def reordered(rows: list[Any]) -> list[Any]:
    for number, row in enumerate(reversed(rows)):
        row.sort_order = number
    return rows


def retyped(rows: list[Any]) -> list[Any]:
    for row in rows:
        row.field_type, row.choices, row.has_other = "singleline", [], False
    return rows


def without_choices(rows: list[Any]) -> list[Any]:
    for row in rows:
        row.choices, row.has_other = row.choices[1:], False
    return rows


def other_question_under_the_key(rows: list[Any]) -> list[Any]:
    return [
        FormQuestion(label="Helt andet", clean_name=row.clean_name, locale=row.locale)
        for row in rows
    ]


EDITS = [renamed, removed, reordered, retyped, without_choices, other_question_under_the_key]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_no_edit_changes_what_staff_read(
    site: MadeSite, edit: Callable[[list[Any]], list[Any]]
) -> None:
    made = make_form(questions=FULL_FORM)
    submission = answer(made, SENT)
    assert read(submission) == READ

    page = made.reload()
    asked = page.question_specs()
    page.questions = edit(list(page.questions.all()))
    publish(page)

    assert read(submission) == READ
    assert made.reload().question_specs() != asked


def test_the_full_form_has_every_type_but_files() -> None:
    asked = {question["field_type"] for question in FULL_FORM}
    assert asked == set(QuestionType.values) - {QuestionType.FILE}


def test_each_day_is_read_in_its_own_words(site: MadeSite) -> None:
    made = make_form(questions=[{"label": "Kost", "field_type": "radio", "choices": CHOICES}])
    before = answer(made, {"kost": "vegansk"})
    page = made.reload()
    page.questions = renamed(list(page.questions.all()))
    publish(page)
    after = answer(made, {"kost": "vegansk"})

    assert (read(before), read(after)) == ([("Kost", "Vegansk")], [("Nyt: Kost", "Ny Vegansk")])
    assert before.answers == after.answers == {"kost": "vegansk"}
    assert FormVersion.objects.filter(form_key=made.key).count() == 2


def test_a_question_that_changes_its_type_stays_one_column(site: MadeSite) -> None:
    made = make_form(questions=[{"label": "Kost", "field_type": "radio", "choices": CHOICES}])
    before = answer(made, {"kost": "vegansk"})
    page = made.reload()
    page.questions = retyped(list(page.questions.all()))
    publish(page)
    after = answer(made, {"kost": "vegansk, men fisk"})
    versions = [after.form_version, before.form_version]

    with translation.override("en"):
        sheet = answers_sheet(
            [Entry(each.form_version, each.answers) for each in (before, after)],
            versions=versions,
            current=made.reload().question_specs(),
            with_sensitive=False,
        )
        rows = list(sheet.rows)

    assert (sheet.headings, rows) == (["Kost"], [["Vegansk"], ["vegansk, men fisk"]])


def test_a_removed_question_keeps_its_column_beside_one_of_its_name(site: MadeSite) -> None:
    made = make_form(questions=[{"label": "Kost", "field_type": "radio", "choices": CHOICES}])
    before = answer(made, {"kost": "vegansk"})
    page = made.reload()
    page.questions = [
        FormQuestion(label="Kost", clean_name="kost_2", field_type="multiline", locale=page.locale)
    ]
    publish(page)
    after = answer(made, {"kost_2": "Alt"})

    with translation.override("en"):
        sheet = answers_sheet(
            [Entry(each.form_version, each.answers) for each in (before, after)],
            versions=[after.form_version, before.form_version],
            current=made.reload().question_specs(),
            with_sensitive=False,
        )
        rows = list(sheet.rows)

    assert sheet.headings == ["Kost", "Kost (removed)"]
    assert rows == [["", "Vegansk"], ["Alt", ""]]


def test_publishing_without_a_change_makes_no_new_version(site: MadeSite) -> None:
    made = make_form(questions=FULL_FORM)
    first = answer(made, SENT)
    publish(made.reload())
    second = answer(made, SENT)

    assert first.form_version_id == second.form_version_id


def test_putting_a_form_back_uses_the_old_version_again(site: MadeSite) -> None:
    made = make_form(questions=FULL_FORM)
    first = answer(made, SENT)
    original = made.page.latest_revision
    page = made.reload()
    page.questions = removed(list(page.questions.all()))
    publish(page)
    original.publish()
    second = answer(made, SENT)

    assert first.form_version_id == second.form_version_id


def test_the_words_of_a_type_that_is_gone_stay(site: MadeSite) -> None:
    class StarsType(AnswerType):
        name, label = "stars", "Stars"

        def form_field(self, spec: QuestionSpec, options: dict[str, Any]) -> Any:
            from django import forms

            return forms.CharField(**options)

    register_type(StarsType())
    try:
        made = make_form(questions=[{"label": "Stjerner", "field_type": "stars"}])
        submission = answer(made, {"stjerner": "4 af 5"})
    finally:
        unregister_type("stars")

    assert read(submission) == [("Stjerner", "4 af 5")]


# The document and its fingerprint

SMALL = QuestionSpec(
    key="kost",
    label="Kost",
    field_type="radio",
    required=False,
    choices=(("vegansk", "Vegansk"),),
    places=(("vegansk", 3),),
    conditions=(Condition("event_session", "is_not", "x"),),
    row_key="r",
)


@dataclasses.dataclass(frozen=True)
class LaterSpec(QuestionSpec):
    """A question as a later release may know it: with a member more."""

    tone: str = ""


def test_a_version_keeps_what_was_said_and_leaves_out_what_was_not() -> None:
    assert document_of([SMALL]) == {
        "questions": [
            {
                "key": "kost",
                "label": "Kost",
                "field_type": "radio",
                "required": False,
                "choices": [["vegansk", "Vegansk"]],
                "places": [["vegansk", 3]],
                "conditions": [{"question": "event_session", "operator": "is_not", "value": "x"}],
                "row_key": "r",
            }
        ]
    }


def test_a_member_that_a_later_release_adds_makes_no_new_version() -> None:
    members = {name: getattr(SMALL, name) for name in QuestionSpec.__dataclass_fields__}
    later, spoken = LaterSpec(**members), LaterSpec(**members, tone="warm")

    as_now = digest_of(document_of([SMALL]), language="da")
    assert digest_of(document_of([later]), language="da") == as_now
    assert digest_of(document_of([spoken]), language="da") != as_now
    assert as_now == ("21946c73bbc5a0552ac946c791224e10fe676fba9250fc5fa399eb638c3e507e")


def test_an_older_release_reads_a_version_of_a_later_one() -> None:
    members = {name: getattr(SMALL, name) for name in QuestionSpec.__dataclass_fields__}
    document = LaterSpec(**members, tone="warm").as_document()

    assert QuestionSpec.from_document(document) == SMALL


def test_what_a_version_leaves_out_means_the_same_for_ever() -> None:
    """Another default would change what old versions say: keep the old one, or migrate them."""
    required = dataclasses.MISSING
    defaults = {field.name: field.default for field in dataclasses.fields(QuestionSpec)}
    assert defaults == {
        "key": required,
        "label": required,
        "field_type": required,
        "required": True,
        "help_text": "",
        "choices": (),
        "places": (),
        "has_other": False,
        "default_value": "",
        "autocomplete": "",
        "error_text": "",
        "statement": "",
        "min_length": None,
        "max_length": None,
        "min_value": "",
        "max_value": "",
        "min_choices": None,
        "max_choices": None,
        "pattern": "",
        "conditions": (),
        "join": "all",
        "purpose": "",
        "legal_basis": "public_task",
        "privacy_class": "ordinary",
        "special_basis": "",
        "keep_days": 90,
        "group": "",
        "row_key": "",
    }
