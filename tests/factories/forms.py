"""Forms of their own: built as an editor would, and published through Wagtail."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import factory
import wagtail_factories
from factory.django import DjangoModelFactory
from wagtail.models import Locale, Site

from forms.models import FormAccess, FormPage, FormQuestion, FormRecord, ReadyQuestion

from .access import UserFactory
from .events import publish

NAME_AND_MAIL: tuple[dict[str, Any], ...] = (
    {"label": "Navn", "field_type": "singleline", "required": True, "autocomplete": "name"},
    {"label": "E-mail", "field_type": "email", "required": True},
)


class FormPageFactory(wagtail_factories.PageFactory):
    """A form page without questions and not published; ``make_form`` builds whole ones."""

    title = factory.Sequence(lambda n: f"Formular {n}")
    slug = factory.Sequence(lambda n: f"formular-{n}")
    live = False

    class Meta:
        model = FormPage


class FormAccessFactory(DjangoModelFactory[FormAccess]):
    """The right to see what was sent on a form, and no other right unless told."""

    user = factory.SubFactory(UserFactory)

    class Meta:
        model = FormAccess


class ReadyQuestionFactory(DjangoModelFactory[ReadyQuestion]):
    """A question in the library."""

    label = factory.Sequence(lambda n: f"Klar {n}")
    locale = factory.LazyFunction(Locale.get_default)

    class Meta:
        model = ReadyQuestion


@dataclass
class MadeForm:
    """A form page, and the record that the ledger knows it as."""

    page: FormPage

    @property
    def key(self) -> uuid.UUID:
        """The key of the form."""
        key: uuid.UUID = self.page.translation_key
        return key

    @property
    def record(self) -> FormRecord:
        """The record, fresh from the database."""
        return FormRecord.objects.get(key=self.key)

    @property
    def url(self) -> str:
        """The path of the page."""
        return str(self.page.get_url())

    def reload(self) -> FormPage:
        """Read the page again, with its rows."""
        self.page = FormPage.objects.get(pk=self.page.pk)
        return self.page


def make_form(
    *,
    questions: Sequence[dict[str, Any]] = NAME_AND_MAIL,
    published: bool = True,
    **fields: Any,
) -> MadeForm:
    """Build a form below the front page; ``fields`` are those of the page."""
    parent = Site.objects.get(is_default_site=True).root_page
    fields.setdefault("slug", f"formular-{uuid.uuid4().hex[:8]}")
    page = FormPageFactory.build(**fields)
    page.locale = parent.locale
    page.questions = [
        FormQuestion(sort_order=number, **question) for number, question in enumerate(questions)
    ]
    parent.refresh_from_db()
    parent.add_child(instance=page)
    page = FormPage.objects.get(pk=page.pk)
    return MadeForm(page=publish(page) if published else page)
