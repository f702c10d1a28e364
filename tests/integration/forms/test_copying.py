"""Copying, reverting and rewriting a form: what refers to what, and which keys are used again."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import querydict_from_html

from events.models import EventPage, EventQuestion
from events.queries.form import event_form
from forms.actions.submit import keep_form_version, store_submission
from forms.builder import build_form_class, form_from_json
from forms.conditions import unusable_conditions
from forms.models import FormPage, FormRecord, QuestionSpec
from forms.models.former_questions import FormerQuestions
from tests.conftest import log_in
from tests.factories import (
    AudienceSpec,
    MadeEvent,
    MadeSite,
    UserFactory,
    make_event,
    publish,
)
from tests.factories.forms import make_form

DIET: dict[str, Any] = {
    "label": "Kost",
    "field_type": "radio",
    "choices": [
        {"key": "vegansk", "label": "Vegansk", "places": 3},
        {"key": "alt", "label": "Alt", "places": None},
    ],
}


def only_if(*rules: tuple[Any, Any]) -> dict[str, Any]:
    """Return conditions that all have to hold."""
    return {
        "join": "all",
        "rules": [
            {"question": str(row), "operator": "is", "value": str(value)} for row, value in rules
        ],
    }


def add(page: Any, **fields: Any) -> Any:
    """Publish ``page`` with one question more."""
    rows = list(page.questions.all())
    page.questions = [*rows, type(rows[0])(sort_order=len(rows), locale=page.locale, **fields)]
    return publish(page)


def copy(page: Any) -> Any:
    """Copy ``page`` as Wagtail's copy view does, for next year, and publish it."""
    made = page.copy(update_attrs={"slug": f"{page.slug}-igen"}, keep_live=False)
    return publish(type(page).objects.get(pk=made.pk))


def row_keys(page: Any) -> list[Any]:
    return [row.row_key for row in page.questions.order_by("sort_order")]


# Copies


def test_a_copied_form_has_the_same_questions_and_conditions(site: MadeSite) -> None:
    made = make_form(questions=[DIET])
    diet = made.page.questions.get()
    page = add(made.page, label="Slags", conditions=only_if((diet.row_key, "vegansk")))

    copied = copy(page)

    assert copied.question_specs() == page.question_specs()
    assert row_keys(copied) == row_keys(page)
    assert copied.form_key != page.form_key
    assert FormRecord.objects.filter(key__in=[page.form_key, copied.form_key]).count() == 2


def test_a_copied_event_has_its_conditions_on_its_own_sessions_and_audiences(
    site: MadeSite,
) -> None:
    made = make_event(audiences=[AudienceSpec("Politiker"), AudienceSpec("Embedsmand")])
    page = made.page
    aalborg = page.event_sessions.get(name="Aalborg").row_key
    politician = page.audiences.get(name="Politiker").row_key
    page.questions = [
        _question(page, 0, **DIET, conditions=only_if(("event_session", aalborg))),
        _question(page, 1, label="Parti", conditions=only_if(("audience", politician))),
    ]
    page.questions.add(
        _question(
            page,
            2,
            label="Slags",
            conditions=only_if((page.questions.all()[0].row_key, "vegansk")),
        )
    )
    page = publish(page)

    copied = MadeEvent(page=copy(page), record=None)

    assert row_keys(copied.page) == row_keys(page)
    assert copied.session_key("Aalborg") != made.session_key("Aalborg")
    assert _answered(copied, "Aalborg", "Politiker") == {"kost", "parti", "slags"}
    assert _answered(copied, "Aalborg", "Embedsmand") == {"kost", "slags"}
    assert _answered(copied, "København", "Politiker") == {"parti"}
    form = event_form(copied.page)
    assert unusable_conditions(form.specs, given=form.given) == []


def _question(page: EventPage, number: int, **fields: Any) -> Any:
    return EventQuestion(sort_order=number, locale=page.locale, **fields)


def _answered(made: MadeEvent, session: str, audience: str) -> set[str]:
    """Return which of the editor's questions are asked of somebody."""
    sent = {
        "event_session": str(made.session_key(session)),
        "audience": str(made.audience_key(audience)),
        "name": "Ida",
        "email": "ida@example.dk",
        "kost": "vegansk",
        "parti": "Midten",
        "slags": "Rå",
    }
    form = form_from_json(event_form(made.page).form_class(), sent)
    assert form.is_valid(), form.errors
    return set(form.answers()) & {"kost", "parti", "slags"}


# Reverting


def test_reverting_and_publishing_keep_keys(site: MadeSite) -> None:
    made = make_form(questions=[DIET])
    page = add(
        made.page,
        label="Slags",
        conditions=only_if((made.page.questions.get().row_key, "vegansk")),
    )
    original, before = page.latest_revision, page.question_specs()
    rows = list(page.questions.all())
    rows[0].label = "Mad"
    rows[0].choices = [{**rows[0].choices[0], "label": "Plantekost"}]
    page.questions = rows[:1]
    changed = publish(page)
    assert [(spec.key, spec.label) for spec in changed.question_specs()] == [("kost", "Mad")]
    assert changed.question_specs()[0].choices == (("vegansk", "Plantekost"),)

    original.publish()

    assert made.reload().question_specs() == before


# Keys that are used again


def answer(page: FormPage, sent: dict[str, Any]) -> None:
    """Keep a submission of ``page`` as it stands."""
    specs = page.question_specs()
    form = form_from_json(build_form_class(specs), sent)
    assert form.is_valid(), form.errors
    version = keep_form_version(
        form_key=page.form_key, language=page.locale.language_code, specs=specs
    )
    store_submission(form_version=version, answers=form.answers(), at=timezone.now())


@pytest.fixture
def admin(db: None) -> Client:
    """Somebody who may do everything."""
    return log_in(UserFactory(is_superuser=True))


def replace_first_question(admin: Client, page: FormPage, **fields: str) -> FormPage:
    """Delete the first question in the admin, add another at once, and publish."""
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    html = admin.get(url).content.decode()
    data = querydict_from_html(html, form_id="page-edit-form").copy()
    count = int(data["questions-TOTAL_FORMS"])
    new = {name.rsplit("-", 1)[1]: value for name, value in data.items() if "questions-0-" in name}
    new |= {"id": "", "row_key": "", "ORDER": str(count + 1), "DELETE": ""} | fields
    for name, value in new.items():
        data[f"questions-{count}-{name}"] = value
    data["questions-TOTAL_FORMS"] = str(count + 1)
    data["questions-0-DELETE"] = "on"
    data["action-publish"] = "on"
    response = admin.post(url, data)
    assert response.status_code == 302, response.context["form"].formsets["questions"].errors
    return FormPage.objects.get(pk=page.pk)


def test_the_same_question_put_back_has_its_key_again(admin: Client, site: MadeSite) -> None:
    page = make_form(questions=[DIET]).page
    answer(page, {"kost": "alt"})

    page = replace_first_question(admin, page, label="Kost")

    assert [row.key for row in page.questions.all()] == ["kost"]


@pytest.mark.parametrize("is_answered", [True, False])
def test_a_key_that_was_answered_as_another_type_is_not_used_again(
    admin: Client, site: MadeSite, is_answered: bool
) -> None:
    page = make_form(questions=[DIET]).page
    if is_answered:
        answer(page, {"kost": "alt"})

    page = replace_first_question(admin, page, label="Kost", field_type="multiline", choices="[]")

    assert [row.key for row in page.questions.all()] == ["kost_2" if is_answered else "kost"]


def test_a_key_that_was_answered_under_another_label_is_not_used_again(
    admin: Client, site: MadeSite
) -> None:
    page = make_form(questions=[DIET]).page
    rows = list(page.questions.all())
    rows[0].label = "Allergi"
    page.questions = rows
    page = publish(page)
    answer(page, {"kost": "alt"})

    page = replace_first_question(admin, page, label="Kost")

    assert [row.key for row in page.questions.all()] == ["kost_2"]


@pytest.mark.parametrize(
    ("asked", "language", "taken"),
    [
        ([("da", "Kost", "radio")], "da", set()),
        ([("da", " Kost ", "radio")], "da", set()),
        ([("da", "Kost", "text")], "da", {"kost"}),
        ([("da", "Kost", "radio"), ("da", "Mad", "radio")], "da", {"kost"}),
        ([("da", "Kost", "radio"), ("en", "Diet", "radio")], "da", set()),
        ([("en", "Kost", "radio")], "da", {"kost"}),
        ([], "da", set()),
    ],
)
def test_when_a_former_key_is_the_same_question(
    site: MadeSite, asked: list[tuple[str, str, str]], language: str, taken: set[str]
) -> None:
    made = make_form()
    for spoken, label, field_type in asked:
        spec = QuestionSpec(key="kost", label=label, field_type=field_type)
        keep_form_version(form_key=made.key, language=spoken, specs=[spec])

    former = FormerQuestions(made.key, language)

    assert former.keys_that_mean_else("Kost", "radio") == taken


def test_a_copy_is_not_bound_by_what_the_original_asked(admin: Client, site: MadeSite) -> None:
    original = make_form(questions=[DIET]).page
    answer(original, {"kost": "alt"})

    copied = replace_first_question(
        admin, copy(original), label="Kost", field_type="multiline", choices="[]"
    )

    assert [row.key for row in copied.questions.all()] == ["kost"]
