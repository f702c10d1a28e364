"""Writing a form in the admin: what may be taken from where, and what is refused at the row."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.models import GroupPagePermission
from wagtail.test.utils.form_data import querydict_from_html
from wagtail.users.models import UserProfile

from forms.models import FormPage, ReadyQuestion
from forms.queries.authoring import as_row, built_in_questions
from tests.conftest import People, log_in
from tests.factories import (
    GroupFactory,
    MadeEvent,
    MadeForm,
    MadeSite,
    ReadyQuestionFactory,
    UserFactory,
    copy_to_language,
    make_event,
    make_form,
    publish,
)

pytestmark = pytest.mark.django_db

LIBRARY = reverse("kommed_forms_authoring:library")
PAGES = reverse("kommed_forms_authoring:pages")
FOOD: dict[str, Any] = {
    "label": "Hvad vil du spise?",
    "field_type": "radio",
    "choices": [
        {"key": "groent", "label": "Grønt", "places": 5},
        {"key": "koed", "label": "Kød", "places": None},
    ],
}


@pytest.fixture
def admin(db: None) -> Client:
    """Somebody who may do everything, and reads English."""
    user = UserFactory(is_superuser=True)
    UserProfile.objects.create(user=user, preferred_language="en")
    return log_in(user)


def rows_url(page: Any) -> str:
    return reverse("kommed_forms_authoring:rows", args=[page.pk])


def edit_url(page: Any) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def form_at(client: Client, page: Any) -> QueryDict:
    """Return what the editor would send if nobody typed anything."""
    with translation.override("en"):
        html = client.get(edit_url(page)).content.decode()
    return querydict_from_html(html, form_id="page-edit-form").copy()


def editor_of(page: Any) -> Any:
    """Return somebody who may edit what is below ``page``, and nothing else."""
    group = GroupFactory()
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for codename in ("add_page", "change_page"):
        permission = Permission.objects.get(
            codename=codename, content_type__app_label="wagtailcore"
        )
        GroupPagePermission.objects.create(group=group, page=page, permission=permission)
    user = UserFactory()
    user.groups.add(group)
    return user


def add_row(data: QueryDict, template: str = "0", **fields: Any) -> int:
    """Add a row to the questions of ``data``, like the row ``template``; return its number."""
    number = int(data["questions-TOTAL_FORMS"])
    data["questions-TOTAL_FORMS"] = str(number + 1)
    for name in [key for key in data if key.startswith(f"questions-{template}-")]:
        data[name.replace(f"-{template}-", f"-{number}-", 1)] = data[name]
    for name in ("id", "row_key", "label", "choices", "choices-known", "conditions"):
        data[f"questions-{number}-{name}"] = ""
    data[f"questions-{number}-ORDER"] = str(number + 1)
    data[f"questions-{number}-field_type"] = "singleline"
    for name, value in fields.items():
        data[f"questions-{number}-{name}"] = value
    return number


def errors_of(response: HttpResponse) -> list[dict[str, list[str]]]:
    """Return the errors of each question's row."""
    formset = response.context["form"].formsets["questions"]  # type: ignore[attr-defined]
    return [{name: list(errors) for name, errors in row.errors.items()} for row in formset.forms]


# The library


def test_the_library_speaks_the_language_of_the_page(people: People, site: MadeSite) -> None:
    ReadyQuestionFactory(label="Vores egen", locale=site.danish)
    ReadyQuestionFactory(label="Our own", locale=site.english)
    found = log_in(people.editor).get(LIBRARY, {"language": "en"}).json()
    with translation.override("en"):
        assert [row["label"] for row in found["built_in"]] == [
            row["label"] for row in built_in_questions()
        ]
    # What has no counterpart in the language is offered as it is, after what is in the language.
    assert [row["label"] for row in found["own"]] == ["Our own", "Vores egen"]


def test_a_translated_question_is_offered_once(people: People, site: MadeSite) -> None:
    danish = ReadyQuestionFactory(label="Vores egen", locale=site.danish)
    english = danish.copy_for_translation(site.english)
    english.label = "Our own"
    english.save()
    offered = {
        language: [
            row["label"]
            for row in log_in(people.editor).get(LIBRARY, {"language": language}).json()["own"]
        ]
        for language in ("da", "en", "xx")
    }
    assert offered == {"da": ["Vores egen"], "en": ["Our own"], "xx": ["Vores egen"]}


def test_built_in_questions_of_special_categories_can_be_published_as_they_are() -> None:
    with translation.override("en"):
        special = [row for row in built_in_questions() if row.get("privacy_class") == "special"]
    assert [row["label"] for row in special] == [
        "What should we know about your food?",
        "What do you need to be able to take part?",
    ]
    assert {(row["required"], row["special_basis"], row["keep_days"]) for row in special} == {
        (False, "explicit_consent", 14)
    }


def test_every_built_in_question_is_a_valid_question(site: MadeSite) -> None:
    for language in ("da", "en"):
        with translation.override(language):
            for row in built_in_questions():
                ReadyQuestion(**row, locale=site.danish, clean_name="x").full_clean(
                    exclude=["row_key"]
                )


@pytest.mark.parametrize("who", ["nobody", "staff", "host", "outsider"])
def test_only_who_may_write_pages_sees_library_and_pages(people: People, who: str) -> None:
    client = log_in(getattr(people, who))
    assert client.get(LIBRARY).status_code == 404
    assert client.get(PAGES).json() == {"pages": []}


def test_somebody_from_outside_is_asked_to_log_in(made: MadeEvent) -> None:
    for url in (LIBRARY, PAGES, rows_url(made.page)):
        assert Client().get(url).status_code == 302


def test_nothing_there_takes_a_post(admin: Client, made: MadeEvent) -> None:
    for url in (LIBRARY, PAGES, rows_url(made.page)):
        assert admin.post(url).status_code == 405


def test_a_ready_question_is_written_without_conditions(admin: Client) -> None:
    url = reverse(ReadyQuestion.snippet_viewset.get_url_name("add"))  # type: ignore[attr-defined]
    html = admin.get(url).content.decode()
    assert 'id="kommed-authoring"' in html
    assert 'name="conditions"' not in html
    data = {
        **FOOD,
        "choices": "Grønt\nKød",
        "purpose": "Til maden",
        "legal_basis": "public_task",
        "privacy_class": "ordinary",
        "keep_days": "90",
    }
    assert admin.post(url, data).status_code == 302
    assert [choice["key"] for choice in ReadyQuestion.objects.get().choices] == ["groent", "koed"]


# Copying a form


def test_forms_of_all_kinds_can_be_copied_by_who_may_edit_them(
    people: People, made: MadeEvent
) -> None:
    form = make_form(title="Kontakt")
    draft = make_event(title="Kladde", published=False)
    found = log_in(people.editor).get(PAGES, {"without": str(made.page.pk)}).json()["pages"]
    ids = {page["id"] for page in found}
    assert {form.page.pk, draft.page.pk} <= ids
    assert made.page.pk not in ids
    by_id = {page["id"]: page for page in found}
    assert by_id[form.page.pk]["title"] == "Kontakt"


def test_pages_elsewhere_are_neither_listed_nor_read(site: MadeSite, made: MadeEvent) -> None:
    own = make_event(title="Egen", parent=site.home_en)
    client = log_in(editor_of(site.home_en))
    assert [page["id"] for page in client.get(PAGES).json()["pages"]] == [own.page.pk]
    assert client.get(rows_url(own.page)).status_code == 200
    assert client.get(rows_url(made.page)).status_code == 404


@pytest.mark.parametrize("without", ["9" * 5000, "9" * 30, "-1", "x", ""])
def test_a_page_to_leave_out_that_is_none_leaves_out_nothing(admin: Client, without: str) -> None:
    form = make_form()

    pages = admin.get(PAGES, {"without": without}).json()["pages"]

    assert [page["id"] for page in pages] == [form.page.pk]


def test_a_page_without_a_form_and_one_that_is_not_there_are_not_found(
    admin: Client, site: MadeSite
) -> None:
    assert admin.get(rows_url(site.home)).status_code == 404
    assert admin.get(reverse("kommed_forms_authoring:rows", args=[999_999])).status_code == 404


def test_rows_are_copied_as_the_editor_sees_them_with_their_keys(admin: Client) -> None:
    made = make_form(questions=[FOOD, {"label": "Hvorfor?"}])
    page = made.reload()
    first, second = page.questions.all()
    second.conditions = {
        "join": "all",
        "rules": [{"question": str(first.row_key), "operator": "is", "value": "koed"}],
    }
    first.label = "Ny i kladden"
    page.questions = [first, second]
    page.save_revision()

    rows = admin.get(rows_url(page)).json()["questions"]
    assert [row["label"] for row in rows] == ["Ny i kladden", "Hvorfor?"]
    assert rows[0]["choices"] == FOOD["choices"]
    assert rows[0]["row_key"] == str(first.row_key)
    assert rows[1]["conditions"] == second.conditions
    # What ties a row to its own page stays there.
    assert not {"id", "page", "clean_name", "translation_key"} & set(rows[0])
    assert rows[0] == json.loads(json.dumps(as_row(first)))


# Half-written and wrong rows


@pytest.fixture
def made_form(site: MadeSite) -> MadeForm:
    """A published form with one question that has choices."""
    return make_form(questions=[FOOD])


def send(client: Client, page: Any, data: QueryDict, action: str = "") -> HttpResponse:
    if action:
        data[action] = "on"
    with translation.override("en"):
        response: Any = client.post(edit_url(page), data)
    return response  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "half",
    [
        {},
        {"label": "Kun en etiket"},
        {"field_type": "radio", "label": "Uden valg"},
        {"field_type": "consent", "label": "Uden tekst"},
        {"field_type": "hidden"},
        {"conditions": '{"join": "all", "rules": [{"question": "x"'},
        {"label": "Peger ud i luften", "conditions": '{"rules": [{"question": "x"}]}'},
        {"choices": '[{"key": "a"', "label": "Halvt valg", "field_type": "radio"},
        {"label": "Følsom", "privacy_class": "special", "special_basis": "", "required": "on"},
        {"label": "Omvendt", "min_length": "9", "max_length": "2"},
        {"row_key": "ikke-en-uuid", "label": "Skæv nøgle"},
    ],
)
def test_a_draft_keeps_half_a_row(admin: Client, made_form: MadeForm, half: dict[str, Any]) -> None:
    data = form_at(admin, made_form.page)
    add_row(data, **half)
    response = send(admin, made_form.page, data)
    assert response.status_code in (200, 302)
    if "row_key" not in half:
        assert response.status_code == 302
        assert admin.get(edit_url(made_form.page)).status_code == 200


def test_what_cannot_be_asked_is_refused_at_its_row_on_publishing(
    admin: Client, made_form: MadeForm
) -> None:
    data = form_at(admin, made_form.page)
    rule = {"question": "12345678-1234-5678-1234-567812345678", "operator": "is", "value": "x"}
    add_row(data, label="Væk", conditions=json.dumps({"rules": [rule]}))
    add_row(data, label="Følsom", privacy_class="special", special_basis="", required="on")
    add_row(data, label="Uden valg", field_type="radio")
    response = send(admin, made_form.page, data, "action-publish")
    assert response.status_code == 200
    assert errors_of(response) == [
        {},
        {"conditions": ["The condition looks at a question that is not on the form any more."]},
        {
            "special_basis": ["Say on which basis you may ask for a special category."],
            "required": ["A question of a special category must be optional."],
        },
        {"choices": ["Write at least one choice."]},
    ]
    # The folded group with the error is open, and no other.
    html = response.content.decode()
    assert html.count(" open data-kommed-fold>") == 1


def test_the_order_on_the_screen_decides_which_question_is_earlier(
    admin: Client, made_form: MadeForm
) -> None:
    (food,) = made_form.page.questions.all()
    data = form_at(admin, made_form.page)
    rule = {"question": str(food.row_key), "operator": "is", "value": "koed"}
    number = add_row(data, label="Hvorfor?", conditions=json.dumps({"rules": [rule]}))
    data["questions-0-ORDER"], data[f"questions-{number}-ORDER"] = "2", "1"
    response = send(admin, made_form.page, data, "action-publish")
    assert errors_of(response)[number] == {
        "conditions": ["The condition looks at a question further down. Move that one up."]
    }
    data["questions-0-ORDER"], data[f"questions-{number}-ORDER"] = "1", "2"
    assert send(admin, made_form.page, data, "action-publish").status_code == 302
    specs = made_form.reload().question_specs()
    assert [(c.question, c.value) for c in specs[1].conditions] == [(specs[0].key, "koed")]


def test_choices_that_nobody_touched_keep_keys_and_places(
    admin: Client, made_form: MadeForm
) -> None:
    data = form_at(admin, made_form.page)
    assert data["questions-0-choices"].splitlines()[-2:] == ["Grønt", "Kød"]
    data["questions-0-choices"] = "Grønt\r\nKød"
    assert send(admin, made_form.page, data, "action-publish").status_code == 302
    assert made_form.reload().questions.get().choices == FOOD["choices"]


def test_a_new_page_is_previewed_with_its_questions(admin: Client, site: MadeSite) -> None:
    data = form_at(admin, make_form(questions=[FOOD]).page)
    data["slug"] = "en-ny"
    data["questions-INITIAL_FORMS"] = "0"
    data["questions-0-id"] = ""
    arguments = ["kommed_forms", "formpage", site.home.pk]
    url = reverse("wagtailadmin_pages:preview_on_add", args=arguments)
    assert admin.post(url, data).json() == {"is_valid": True, "is_available": True}


# Translations


def test_a_translation_changes_words_and_nothing_else(admin: Client, site: MadeSite) -> None:
    made = make_form(questions=[FOOD])
    copy = copy_to_language(made.page, site.english, title="Contact")
    copy = publish(copy)
    data = form_at(admin, copy)
    changed = [
        {"key": "groent", "label": "Green", "places": 99},
        {"key": "ny", "label": "New", "places": None},
    ]
    data["questions-0-label"] = "What will you eat?"
    data["questions-0-choices"] = json.dumps(changed)
    data["questions-0-field_type"] = "singleline"
    data["questions-0-required"] = "on"
    assert send(admin, copy, data, "action-publish").status_code == 302
    question = FormPage.objects.get(pk=copy.pk).questions.get()
    assert question.label == "What will you eat?"
    assert (question.field_type, question.required) == ("radio", False)
    assert question.choices == [
        {"key": "groent", "label": "Green", "places": 5},
        {"key": "koed", "label": "Kød", "places": None},
    ]


def test_what_steers_is_read_only_on_a_translation_only(admin: Client, site: MadeSite) -> None:
    made = make_event(questions=[FOOD])
    copy = copy_to_language(made.page, site.english, title="Workshops")
    for page, is_locked in ((made.page, False), (copy, True)):
        response = admin.get(edit_url(page))
        form: Any = response.context["form"]
        (row,) = form.formsets["questions"].forms
        disabled = {name for name, field in row.fields.items() if field.disabled}
        assert ({"field_type", "required", "conditions", "keep_days"} <= disabled) == is_locked
        assert not {"label", "help_text", "choices", "statement", "purpose"} & disabled
        assert ("data-labels-only" in response.content.decode()) == is_locked
