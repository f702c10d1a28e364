"""The second step: what whoever looks like a machine sees instead of the receipt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from ..builder import AnswerForm
from ..protection.assess import Assessment
from .steps import render_confirmation


def render_second_step(
    request: HttpRequest,
    *,
    template: str,
    context: Mapping[str, Any],
    form: AnswerForm,
    assessment: Assessment,
) -> HttpResponse:
    """Answer with a page that says in words what to do: press one more button.

    ``template`` includes ``kommed_forms/_second_step.html``. Nothing has been stored, and nothing
    that was typed is lost.
    """
    return render_confirmation(
        request,
        template=template,
        context={**context, "is_too_soon": assessment.is_too_soon},
        form=form,
        extra=assessment.carried,
    )
