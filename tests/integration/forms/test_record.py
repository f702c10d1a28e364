"""The record of a form: published as long as its page is in any language, and never deleted."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from forms.models import FormPage
from tests.factories import MadeForm, MadeSite, copy_to_language, make_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(site: MadeSite) -> MadeForm:
    """A published form in Danish."""
    return make_form(title="Skriv til os")


def test_a_draft_has_no_record(site: MadeSite) -> None:
    made = make_form(published=False)

    assert not type(make_form().record).objects.filter(key=made.key).exists()


def test_deleting_the_page_keeps_the_record_and_says_that_it_is_gone(made: MadeForm) -> None:
    assert made.record.is_live is True

    FormPage.objects.get(pk=made.page.pk).delete()

    assert (made.record.title, made.record.is_live) == ("Skriv til os", False)


def test_it_is_published_as_long_as_one_language_is(made: MadeForm, site: MadeSite) -> None:
    english = copy_to_language(made.page, site.english, title="Write to us")
    english.get_latest_revision().publish()

    FormPage.objects.get(pk=made.page.pk).delete()
    assert made.record.is_live is True

    FormPage.objects.get(locale=site.english, translation_key=made.key).unpublish()
    assert made.record.is_live is False


def test_a_page_that_expires_is_taken_down_in_the_record_too(made: MadeForm) -> None:
    FormPage.objects.filter(pk=made.page.pk).update(expire_at=timezone.now() - dt.timedelta(1))

    call_command("publish_scheduled", stdout=StringIO())

    assert made.record.is_live is False
