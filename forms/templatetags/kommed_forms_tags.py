"""Drawing a form in a template, and saying what its answers are used for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django import template

from ..builder import AnswerForm
from ..keeping import Use, uses_of
from ..layout import FormLayout, PlacesLeft, form_layout

register = template.Library()


@register.simple_tag
def layout_of(
    form: AnswerForm,
    places_left: PlacesLeft | None = None,
    ends_on: dt.date | None = None,
    templates: Mapping[str, str] | None = None,
) -> FormLayout:
    """Return ``form`` as sections and items; ``forms.layout.form_layout`` says what is what.

    Variables that the context does not have reach us as the empty string.
    """
    return form_layout(
        form,
        places_left=places_left or None,
        ends_on=ends_on or None,
        templates=templates or None,
    )


@register.simple_tag
def uses_of_answers(form: AnswerForm, ends_on: dt.date | None = None) -> list[Use]:
    """Return what each answer is used for and until when it is kept."""
    return uses_of(form.sources, ends_on or None)
