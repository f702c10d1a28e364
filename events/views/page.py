"""The event page for visitors: reading it, sending the form, and the receipt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers

from forms.actions.submit import keep_form_version
from forms.builder import AnswerForm
from forms.enums import HELD
from forms.exceptions import ChoiceFull
from forms.models import QuestionSpec, digest_of, document_of
from forms.protection.assess import assess
from forms.protection.network import sender_of
from forms.protection.traces import traces_for
from forms.uploads.handlers import limit_uploads
from forms.views.problems import say_choice_is_full
from forms.views.second_step import render_second_step
from forms.views.steps import CHANGE, SEND, render_confirmation, step_of

from ..actions.locking import lock_timeouts_as_busy
from ..actions.placing import place
from ..actions.register import Applicant, is_past_grace, register
from ..capacity import SeatCount, count_seats
from ..clock import database_now
from ..enums import EventStatus, Outlook, RegistrationState
from ..exceptions import (
    EventBusy,
    EventSessionGone,
    InvitationNeeded,
    RegistrationClosed,
    RegistrationNotOpen,
)
from ..models import EventPageMixin, EventRecord
from ..models.event_page import CALENDAR_PATH, RECEIPT_PATH
from ..models.event_questions import SESSION_KEY
from ..queries.form import as_key, event_form, organisation_in
from ..queries.invitation import InvitationView, content_language
from ..queries.places import choice_places_left
from .calendar import event_calendar
from .notices import closed, invitation_needed, not_open, session_gone, unpublished
from .receipt import serve_receipt, to_receipt
from .sharing import sharing_context
from .visit import Visit

CHECK_TEMPLATE = "kommed_events/check.html"
STEP_TEMPLATE = "kommed_events/second_step.html"
RETRY_AFTER_SECONDS = 3
ITEM_TEMPLATES = {SESSION_KEY: "kommed_events/_session_choice.html"}
"""Questions that are drawn in another way than their type's."""
INVALID, BUSY = 422, 503
NOTICE_FOR: dict[type[Exception], Callable[[Visit], HttpResponse]] = {
    RegistrationNotOpen: not_open,
    RegistrationClosed: closed,
    EventSessionGone: session_gone,
    InvitationNeeded: invitation_needed,
}
"""The plain page that answers each reason not to take a registration."""


def serve_event_page(
    request: HttpRequest, page: EventPageMixin, *, part: str | None
) -> HttpResponse:
    """Answer a visitor, in the page's language and the event's time zone."""
    if page.alias_of_id is not None:
        page = page.alias_of.specific
    language = content_language(page)
    with translation.override(language), timezone.override(page.zone):
        event = EventRecord.objects.filter(key=page.event_key).first()
        visit = Visit(request=request, page=page, event=event, language=language)
        return _answer(visit, part)


def _answer(visit: Visit, part: str | None) -> HttpResponse:
    method = visit.request.method
    if part == "unpublished":
        return unpublished(visit)
    if part == RECEIPT_PATH and method in ("GET", "HEAD"):
        return serve_receipt(visit)
    if part == CALENDAR_PATH and method in ("GET", "HEAD"):
        return event_calendar(visit.page, visit.invitation())
    if part is None and method == "POST":
        return _post(visit)
    if part is None and method in ("GET", "HEAD"):
        invitation = visit.invitation()
        form = event_form(visit.page).form_class()() if invitation.is_open else None
        return render_page(visit.request, visit.page, invitation, form=form)
    return HttpResponseNotAllowed(["GET", "HEAD", "POST"] if part is None else ["GET", "HEAD"])


# Reading


def current_digest(specs: tuple[QuestionSpec, ...]) -> str:
    """Return what the page carries so that a form that has changed meanwhile is noticed."""
    return digest_of(document_of(specs), language=translation.get_language() or "")


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


# Sending


def _post(visit: Visit) -> HttpResponse:
    request, page, event = visit.request, visit.page, visit.event
    limit_uploads(request, sender=sender_of(request, page.event_key))
    invitation = visit.invitation()
    if event is None or invitation.status == EventStatus.NOT_YET_OPEN:
        return not_open(visit)
    if is_past_grace(event, database_now()):
        return closed(visit)
    asked = event_form(page)
    specs, form = asked.specs, asked.form_class()(request.POST, request.FILES)
    if _asks_for_a_session_that_is_gone(form, page):
        return session_gone(visit)
    response = _unless_ready(visit, invitation, form)
    if response is not None:
        return response
    assessment = assess(request, form_key=event.key, answers=form.answers())
    if assessment.needs_step:
        context = {**page.get_context(request), "invitation": invitation}
        return render_second_step(
            request, template=STEP_TEMPLATE, context=context, form=form, assessment=assessment
        )
    return _register(visit, event, invitation, specs, form, suspicion=assessment.suspicion)


def _unless_ready(
    visit: Visit, invitation: InvitationView, form: AnswerForm
) -> HttpResponse | None:
    """Return the page that comes instead of sending ``form``, or None if it is ready to be sent."""
    request, page = visit.request, visit.page
    posted_version = request.POST.get("form_version", "")
    if posted_version and posted_version != current_digest(form.sources):
        form.is_valid()
        return render_page(request, page, invitation, form=form, status=INVALID, form_changed=True)
    if not form.is_valid():
        return render_page(request, page, invitation, form=form, status=INVALID)
    step = step_of(request)
    if step == CHANGE:
        return render_page(request, page, invitation, form=form)
    if page.check_answers and step != SEND:
        return render_check(request, page, invitation, form=form)
    return None


def _register(
    visit: Visit,
    event: EventRecord,
    invitation: InvitationView,
    specs: tuple[QuestionSpec, ...],
    form: AnswerForm,
    *,
    suspicion: str,
) -> HttpResponse:
    page = visit.page
    answers = form.answers()
    applicant = _applicant(page, specs, answers, visit.language)
    try:
        # Taken before anybody is looked up: it is the same for known and unknown people.
        outlook = outlook_for(count_seats(event), applicant, is_held=suspicion in HELD)
        with lock_timeouts_as_busy():
            version = keep_form_version(form_key=event.key, language=visit.language, specs=specs)
        register(
            event=event,
            applicant=applicant,
            form_version=version,
            answers=answers,
            suspicion=suspicion,
        )
    except tuple(NOTICE_FOR) as error:
        return NOTICE_FOR[type(error)](visit)
    except ChoiceFull as error:
        say_choice_is_full(form, error)
        return render_page(visit.request, page, invitation, form=form, status=INVALID)
    except EventBusy:
        response = render_page(visit.request, page, invitation, form=form, status=BUSY, busy=True)
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
    return to_receipt(visit.request, applicant, outlook, version)


def _applicant(
    page: EventPageMixin, specs: tuple[QuestionSpec, ...], answers: dict[str, Any], language: str
) -> Applicant:
    rows = list(page.event_sessions.all())
    session_key = as_key(answers.get("event_session"))
    if session_key is None and len(rows) == 1:
        session_key = rows[0].translation_key
    if session_key is None:
        raise Http404
    return Applicant(
        name=answers["name"],
        email=answers["email"],
        event_session_key=session_key,
        audience_key=as_key(answers.get("audience")),
        organisation=organisation_in(specs, answers),
        language=language,
    )


def _asks_for_a_session_that_is_gone(form: AnswerForm, page: EventPageMixin) -> bool:
    posted = as_key(form.data.get("event_session"))
    return posted is not None and posted not in {
        row.translation_key for row in page.event_sessions.all()
    }


OUTLOOK_OF_STATE = {
    RegistrationState.PENDING: Outlook.APPLICATION,
    RegistrationState.CONFIRMED: Outlook.ROOM,
    RegistrationState.WAITING: Outlook.WAITING,
}


def outlook_for(count: SeatCount, applicant: Applicant, *, is_held: bool = False) -> Outlook:
    """Return what someone who sends now can expect, whoever they are.

    Raises what ``placing.place`` raises.
    """
    placement = place(count, applicant.wish, is_held=is_held)
    is_elsewhere = placement.event_session_key != applicant.event_session_key
    if is_elsewhere and placement.state == RegistrationState.CONFIRMED:
        return Outlook.SECOND_CHOICE
    return OUTLOOK_OF_STATE[placement.state]


def redirect_to_desk(page: EventPageMixin) -> HttpResponse:
    """Lead staff to the registrations of ``page``."""
    return redirect(reverse("kommed_events_desk:registrations", args=[page.event_key]))
