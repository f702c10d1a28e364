"""The question that asks for a file, in the editor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.test.utils.form_data import querydict_from_html
from wagtail.users.models import UserProfile

from forms.models import FormPage
from tests.conftest import log_in
from tests.factories import MadeForm, MadeSite, UserFactory, make_form

from .uploading import take_files

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(site: MadeSite) -> Client:
    """Somebody who may do everything, and reads English."""
    user = UserFactory(is_superuser=True)
    UserProfile.objects.create(user=user, preferred_language="en")
    return log_in(user)


@pytest.fixture
def form(site: MadeSite, settings: Any, tmp_path: Path) -> MadeForm:
    """A form with two questions for files, on a site that takes them."""
    take_files(settings, tmp_path)
    return make_form(
        questions=[
            {"label": "CV", "field_type": "file"},
            {"label": "Billede", "field_type": "file"},
        ]
    )


def publish_again(client: Client, page: FormPage) -> Any:
    """Publish the page as it stands, and return the answer."""
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    with translation.override("en"):
        html = client.get(url).content.decode()
        data = querydict_from_html(html, form_id="page-edit-form").copy()
        data["action-publish"] = "on"
        return client.post(url, data)


def test_a_form_may_ask_for_as_many_files_as_the_site_takes(
    admin: Client, form: MadeForm, settings: Any
) -> None:
    settings.KOMMED_UPLOAD_MAX_FILES = 2
    assert publish_again(admin, form.page).status_code == 302

    settings.KOMMED_UPLOAD_MAX_FILES = 1
    response = publish_again(admin, form.page)

    assert response.status_code == 200
    rows = response.context["form"].formsets["questions"].forms
    assert [row.errors.get("field_type") for row in rows] == [
        None,
        ["A form takes 1 file at most."],
    ]


def test_a_question_for_a_file_is_never_made_another_when_files_are_off(
    admin: Client, form: MadeForm, settings: Any
) -> None:
    settings.KOMMED_UPLOADS = False

    response = publish_again(admin, form.page)

    rows = response.context["form"].formsets["questions"].forms
    assert [list(row.errors) for row in rows] == [["field_type"], ["field_type"]]
    assert "Not offered here any more: file" in response.content.decode()
    types = FormPage.objects.get(pk=form.page.pk).questions.values_list("field_type", flat=True)
    assert set(types) == {"file"}
