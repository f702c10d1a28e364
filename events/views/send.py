"""Sending the event page's form: what is registered, and what is said instead."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from forms.actions.submit import keep_form_version
from forms.builder import AnswerForm
from forms.exceptions import ChoiceFull
from forms.models import QuestionSpec
from forms.protection.assess import assess
from forms.views.problems import say_choice_is_full
from forms.views.second_step import render_second_step
from forms.views.steps import CHANGE, SEND, step_of

from ..actions.applicant import Applicant
from ..actions.locking import lock_timeouts_as_busy
from ..actions.register import is_past_grace, register
from ..exceptions import (
    EventBusy,
    EventsError,
    EventSessionGone,
    InvitationNeeded,
    NoSeatsForAudience,
    RegistrationClosed,
    RegistrationNotOpen,
)
from ..models import EventPageMixin, EventRecord
from ..models.event_questions import AUDIENCE_KEY, SESSION_KEY
from ..queries.details import AtHand
from ..queries.form import as_key, event_form, organisation_in, second_choice_in
from .drawing import current_digest, render_check, render_page
from .notices import cancelled, closed, invitation_needed, not_open, session_gone
from .receipt import to_receipt
from .visit import Visit

STEP_TEMPLATE = "kommed_events/second_step.html"
RETRY_AFTER_SECONDS = 3
INVALID, BUSY = 422, 503
NOTICE_FOR: dict[type[Exception], Callable[[Visit], HttpResponse]] = {
    RegistrationNotOpen: not_open,
    RegistrationClosed: closed,
    EventSessionGone: session_gone,
    InvitationNeeded: invitation_needed,
}
"""The plain page that answers each reason not to take a registration."""


def answer_post(visit: Visit) -> HttpResponse:
    """Answer the form as it was sent: register, or say what stands in the way."""
    request, page = visit.request, visit.page
    event = visit.event
    problem = unless_open(visit)
    if event is None or problem is not None:
        return problem or not_open(visit)
    asked = event_form(visit.rows)
    specs, form = asked.specs, asked.form_class()(request.POST, request.FILES)
    if asks_for_a_session_that_is_gone(form, page):
        return session_gone(visit)
    response = unless_ready(visit, form)
    if response is not None:
        return response
    assessment = assess(request, form_key=event.key, answers=form.answers())
    if assessment.needs_step:
        context = {**page.get_context(request), "invitation": visit.invitation()}
        return render_second_step(
            request, template=STEP_TEMPLATE, context=context, form=form, assessment=assessment
        )
    return _register(visit, event, specs, form, suspicion=assessment.suspicion)


def unless_open(visit: Visit) -> HttpResponse | None:
    """Return the page that says why nobody can register now, or None if one can."""
    event = visit.event
    if event is None:
        return not_open(visit)
    if event.is_cancelled:
        return cancelled(visit)
    if event.opens_at is not None and visit.moment < event.opens_at:
        return not_open(visit)
    return closed(visit) if is_past_grace(event, visit.moment) else None


def unless_ready(visit: Visit, form: AnswerForm) -> HttpResponse | None:
    """Return the page that comes instead of sending ``form``, or None if it is ready to be sent."""
    request, page = visit.request, visit.page

    def again(**extra: Any) -> HttpResponse:
        return render_page(request, page, visit.invitation(), form=form, **extra)

    posted_version = request.POST.get("form_version", "")
    if posted_version and posted_version != current_digest(form.sources):
        form.is_valid()
        return again(status=INVALID, form_changed=True)
    if not form.is_valid():
        return again(status=INVALID)
    step = step_of(request)
    if step == CHANGE:
        return again()
    if page.check_answers and step != SEND:
        return render_check(request, page, visit.invitation(), form=form)
    return None


def _register(
    visit: Visit,
    event: EventRecord,
    specs: tuple[QuestionSpec, ...],
    form: AnswerForm,
    *,
    suspicion: str,
) -> HttpResponse:
    page = visit.rows
    answers = form.answers()
    applicant = applicant_of(page, specs, answers, visit.language)
    try:
        with lock_timeouts_as_busy():
            version = keep_form_version(
                form_key=event.key, language=visit.language, specs=specs, at_hand=visit.version
            )
        registered = register(
            event=event,
            applicant=applicant,
            form_version=version,
            answers=answers,
            suspicion=suspicion,
            at_hand=AtHand(visit.pools, page),
        )
    except (InvitationNeeded, NoSeatsForAudience) as error:
        return _not_for_audience(visit, form, error)
    except tuple(NOTICE_FOR) as error:
        return NOTICE_FOR[type(error)](visit)
    except ChoiceFull as error:
        say_choice_is_full(form, error)
        return render_page(visit.request, page, visit.invitation(), form=form, status=INVALID)
    except EventBusy:
        response = render_page(
            visit.request, page, visit.invitation(), form=form, status=BUSY, busy=True
        )
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
    return to_receipt(visit.request, applicant, registered.expected, version)


def _not_for_audience(visit: Visit, form: AnswerForm, error: EventsError) -> HttpResponse:
    """Say at the audience why it gets no seat like this; nothing typed is lost."""
    if AUDIENCE_KEY not in form.fields:
        return invitation_needed(visit)
    say_not_for_audience(form, error)
    return render_page(visit.request, visit.page, visit.invitation(), form=form, status=INVALID)


def say_what_is_full(
    form: AnswerForm, error: ChoiceFull | NoSeatsForAudience, *, fixed: Collection[str] = ()
) -> None:
    """Say at its field what was found to be taken when it came to it: a choice, or the seats."""
    if isinstance(error, ChoiceFull):
        say_choice_is_full(form, error)
    else:
        say_not_for_audience(form, error, fixed=fixed)


def say_not_for_audience(
    form: AnswerForm, error: EventsError, *, fixed: Collection[str] = ()
) -> None:
    """Put it where the sender can choose otherwise, but for what is ``fixed``; else above all."""
    asked = (key for key in (AUDIENCE_KEY, SESSION_KEY) if key in form.fields)
    form.add_error(next((k for k in asked if k not in fixed), None), not_for_audience_text(error))


def not_for_audience_text(error: EventsError) -> str:
    """Return what is said of an audience of which only the invited get in, or nobody there."""
    if isinstance(error, NoSeatsForAudience):
        return _(
            "There are no seats for this audience at that session. Choose another session, or ask "
            "us."
        )
    return _(
        "Seats for this are given to those who were invited; their invitation has a link of its "
        "own. Ask us if you think you should have one."
    )


def applicant_of(
    page: EventPageMixin, specs: tuple[QuestionSpec, ...], answers: dict[str, Any], language: str
) -> Applicant:
    """Return who asks for a seat, by valid ``answers`` to the page's form."""
    rows = list(page.event_sessions.all())
    session_key = as_key(answers.get("event_session"))
    if session_key is None and len(rows) == 1:
        session_key = rows[0].translation_key
    if session_key is None:
        raise Http404
    second = second_choice_in(answers)
    return Applicant(
        name=answers["name"],
        email=answers["email"],
        event_session_key=session_key,
        second_choice_key=second.second_choice_key,
        takes_any_session=second.takes_any_session,
        audience_key=as_key(answers.get("audience")),
        organisation=organisation_in(specs, answers),
        language=language,
    )


def asks_for_a_session_that_is_gone(form: AnswerForm, page: EventPageMixin) -> bool:
    """Return whether what was posted names a session that the page does not have any more."""
    posted = as_key(form.data.get("event_session"))
    return posted is not None and posted not in {
        row.translation_key for row in page.event_sessions.all()
    }
