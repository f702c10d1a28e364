"""Drawing the event page, with its form or without, and the answers before they are sent."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers

from forms.builder import AnswerForm
from forms.models import QuestionSpec, digest_of_specs
from forms.protection.traces import traces_for
from forms.views.steps import render_confirmation

from ..models import EventPageMixin
from ..models.event_questions import AUDIENCE_KEY, SECOND_CHOICE_KEY, SESSION_KEY
from ..queries.invitation import InvitationView
from ..queries.places import choice_places_left
from .sharing import sharing_context

CHECK_TEMPLATE = "kommed_events/check.html"
ITEM_TEMPLATES = {
    SESSION_KEY: "kommed_events/_session_choice.html",
    SECOND_CHOICE_KEY: "kommed_events/_second_choice.html",
    AUDIENCE_KEY: "kommed_events/_audience_choice.html",
}
"""Questions that are drawn in another way than their type's."""


def current_digest(specs: tuple[QuestionSpec, ...]) -> str:
    """Return what the page carries so that a form that has changed meanwhile is noticed."""
    return digest_of_specs(specs, language=translation.get_language() or "")


def render_page(
    request: HttpRequest,
    page: EventPageMixin,
    invitation: InvitationView,
    *,
    form: AnswerForm | None,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    """Render the event page with ``form``, or without one while registration is not open."""
    context = {
        **page.get_context(request),
        **sharing_context(page, invitation),
        "invitation": invitation,
        "form": form,
        "form_version": current_digest(form.sources) if form is not None else "",
        "places_left": choice_places_left(page.event_key, form.sources) if form is not None else {},
        "traces": traces_for(page.event_key, request.POST),
        "item_templates": ITEM_TEMPLATES,
        "ends_on": invitation.ends_at and invitation.ends_at.date(),
        **extra,
    }
    template = page.get_template(request)
    response = render(request, template, context, status=status)
    if request.method == "POST":
        add_never_cache_headers(response)
    return response


def render_check(
    request: HttpRequest, page: EventPageMixin, invitation: InvitationView, *, form: AnswerForm
) -> HttpResponse:
    """Render the answers of a valid ``form``, to be looked through before they are sent."""
    context = {**page.get_context(request), "invitation": invitation}
    return render_confirmation(request, template=CHECK_TEMPLATE, context=context, form=form)
