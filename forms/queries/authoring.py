"""What an editor may take questions from: the library, and the forms of other pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.forms import model_to_dict
from django.utils import translation
from wagtail.contrib.forms.models import FormMixin
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from ..choices import as_choices
from ..condition_rows import as_condition_rows
from ..models import AbstractQuestion, ReadyQuestion
from ..ready_questions import built_in_questions

RELATION = "questions"
MOST_PAGES = 500
"""Pages that are offered, the newest first."""
LEFT_OUT = frozenset({"id", "page", "sort_order", "clean_name", "translation_key", "locale"})


def as_row(question: AbstractQuestion) -> dict[str, Any]:
    """Return the fields of ``question`` by name, as a row of the editor takes them."""
    names = [
        field.name
        for field in question._meta.concrete_fields
        if field.editable and field.name not in LEFT_OUT
    ]
    row = model_to_dict(question, fields=names)
    row["choices"] = as_choices(question.choices)
    row["conditions"] = as_condition_rows(question.conditions)
    row["row_key"] = str(question.row_key)
    return row


def library(language: str) -> dict[str, list[dict[str, Any]]]:
    """Return the questions that stand ready: the site's own in ``language``, and ours."""
    own = ReadyQuestion.objects.filter(locale__language_code=language)
    elsewhere = ReadyQuestion.objects.exclude(
        translation_key__in=own.values("translation_key")
    ).exclude(locale__language_code=language)
    with translation.override(language):
        built_in = built_in_questions()
    rows = [as_row(question) for question in (*own, *elsewhere)]
    for row in rows:
        # A copy is a row of its own; two copies of one question must not be taken for one.
        del row["row_key"], row["conditions"]
    return {"own": rows, "built_in": built_in}


def form_page_models() -> Iterator[type[Any]]:
    """Yield the page models whose rows are questions of ours."""
    for model in apps.get_models():
        if issubclass(model, Page) and issubclass(model, FormMixin):
            relation = getattr(getattr(model, RELATION, None), "rel", None)
            if relation is not None and issubclass(relation.related_model, AbstractQuestion):
                yield model


def pages_to_copy_from(user: Any, *, without: int | None = None) -> list[Page]:
    """Return the pages with a form that ``user`` may edit, the newest first."""
    may_edit = PagePermissionPolicy().instances_user_has_permission_for(user, "change")
    pages = may_edit.type(tuple(form_page_models())).exclude(pk=without)
    return list(pages.select_related("locale").order_by("-latest_revision_created_at", "-pk"))[
        :MOST_PAGES
    ]


def rows_of_page(user: Any, pk: int) -> list[dict[str, Any]] | None:
    """Return the questions of a page as its editor sees them, or None where ``user`` may not."""
    may_edit = PagePermissionPolicy().instances_user_has_permission_for(user, "change")
    page = may_edit.type(tuple(form_page_models())).filter(pk=pk).first()
    if page is None:
        return None
    latest: Any = page.get_latest_revision_as_object()
    return [as_row(question) for question in getattr(latest, RELATION).all()]
