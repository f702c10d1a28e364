"""A form page for visitors: reading it, sending it, and the receipt."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from ..actions.submit import CLOSING_GRACE, keep_form_version, submit_form
from ..builder import AnswerForm, form_class_of
from ..clock import database_now
from ..exceptions import ChoiceFull, FormBusy, FormClosed, FormNotOpen
from ..locking import lock_timeouts_as
from ..models import FormRecord, QuestionSpec, digest_of_specs
from ..models.form_page import RECEIPT_PATH
from ..protection.assess import assess
from ..protection.network import sender_of
from ..protection.sending import sending_of
from ..protection.traces import traces_for
from ..queries.pages import steering_page
from ..queries.places import places_left
from ..uploads.handlers import limit_uploads
from .problems import say_choice_is_full
from .second_step import render_second_step
from .steps import CHANGE, SEND, render_confirmation, step_of, unanswered

CHECK_TEMPLATE = "kommed_forms/form_check.html"
STEP_TEMPLATE = "kommed_forms/form_second_step.html"
NOTICE_TEMPLATE = "kommed_forms/form_notice.html"
RETRY_AFTER_SECONDS = 3
SEE_OTHER, CONFLICT, INVALID, BUSY = 303, 409, 422, 503
OPEN, NOT_YET_OPEN, CLOSED = "open", "not_yet_open", "closed"
READING = ("GET", "HEAD")


@dataclass
class Visit:
    """One request to one form page, with what is needed to answer it."""

    request: HttpRequest
    page: Any
    language: str

    @property
    def record(self) -> FormRecord | None:
        """The form as the ledger knows it; None while it was never published."""
        return FormRecord.objects.filter(key=self.page.form_key).first()

    def form_class(self) -> type[AnswerForm]:
        """Return what the page asks, in its language."""
        return form_class_of(self.page.question_specs(), form_key=self.page.form_key)


def serve_form_page(request: HttpRequest, page: Any, *, part: str | None) -> HttpResponse:
    """Answer a visitor, in the page's language."""
    if page.alias_of_id is not None:
        page = page.alias_of.specific
    visit = Visit(request, page, _language(page))
    with translation.override(visit.language):
        if part == RECEIPT_PATH:
            return _receipt(visit) if request.method in READING else _not_allowed(*READING)
        if request.method == "POST":
            return _post(visit)
        return _read(visit) if request.method in READING else _not_allowed(*READING, "POST")


def _language(page: Any) -> str:
    locale = getattr(page, "locale", None)
    return locale.language_code if locale is not None else settings.LANGUAGE_CODE


def _not_allowed(*methods: str) -> HttpResponse:
    return HttpResponseNotAllowed(methods)


# Reading


def _read(visit: Visit) -> HttpResponse:
    status = _status(visit)
    form = visit.form_class()() if status == OPEN else None
    return _render_page(visit, form=form, status_of_form=status)


def _status(visit: Visit, *, grace: dt.timedelta = dt.timedelta(0)) -> str:
    """Return whether the form is open, by the page that steers it in all languages."""
    record = visit.record
    page = (steering_page(record) if record is not None else None) or visit.page
    now = database_now()
    if page.opens_at and now < page.opens_at:
        return NOT_YET_OPEN
    return CLOSED if page.closes_at and now >= page.closes_at + grace else OPEN


def current_digest(specs: tuple[QuestionSpec, ...]) -> str:
    """Return what the page carries so that a form that has changed meanwhile is noticed."""
    return digest_of_specs(specs, language=translation.get_language() or "")


def _render_page(
    visit: Visit, *, form: AnswerForm | None, status: int = 200, **extra: Any
) -> HttpResponse:
    page, request = visit.page, visit.request
    specs = form.sources if form is not None else ()
    context = {
        **page.get_context(request),
        "form": form,
        "form_version": current_digest(specs) if form is not None else "",
        "traces": traces_for(page.form_key, request.POST),
        "places_left": places_left(page.form_key, specs),
        **extra,
    }
    response = render(request, page.get_template(request), context, status=status)
    if request.method == "POST":
        add_never_cache_headers(response)
    return response


# Sending


def _post(visit: Visit) -> HttpResponse:
    request = visit.request
    limit_uploads(request, sender=sender_of(request, visit.page.form_key))
    record, status = visit.record, _status(visit)
    if record is None or status == NOT_YET_OPEN:
        return _not_open(visit)
    form = visit.form_class()(request.POST, request.FILES)
    # What is complete may still be in time: a moment of grace is for the action to give. After that
    # nothing is looked at, lest a form that has closed keep the files that are sent to it.
    if status == CLOSED and (_status(visit, grace=CLOSING_GRACE) == CLOSED or not form.is_valid()):
        return _closed(visit)
    response = _unless_ready(visit, form)
    if response is not None:
        return response
    assessment = assess(request, form_key=record.key, answers=form.answers())
    if assessment.needs_step:
        context = visit.page.get_context(request)
        return render_second_step(
            request, template=STEP_TEMPLATE, context=context, form=form, assessment=assessment
        )
    return _submit(visit, record, form, suspicion=assessment.suspicion)


def _unless_ready(visit: Visit, form: AnswerForm) -> HttpResponse | None:
    """Return the page that comes instead of sending ``form``, or None if it is ready to be sent."""
    posted_version = visit.request.POST.get("form_version", "")
    if posted_version and posted_version != current_digest(form.sources):
        form.is_valid()
        return _render_page(visit, form=form, status=INVALID, form_changed=True)
    if not form.is_valid():
        return _render_page(visit, form=form, status=INVALID)
    step = step_of(visit.request)
    if step == CHANGE:
        return _render_page(visit, form=form)
    if visit.page.check_answers and step != SEND:
        return _render_check(visit, form)
    return None


def _render_check(visit: Visit, form: AnswerForm) -> HttpResponse:
    context = visit.page.get_context(visit.request)
    return render_confirmation(visit.request, template=CHECK_TEMPLATE, context=context, form=form)


def _submit(visit: Visit, record: FormRecord, form: AnswerForm, *, suspicion: str) -> HttpResponse:
    try:
        with lock_timeouts_as(FormBusy):
            version = keep_form_version(
                form_key=record.key, language=visit.language, specs=form.sources
            )
        submit_form(
            record=record,
            form_version=version,
            answers=form.answers(),
            suspicion=suspicion,
            sending=sending_of(visit.request, record.key),
        )
    except FormNotOpen:
        return _not_open(visit)
    except FormClosed:
        return _closed(visit)
    except ChoiceFull as error:
        say_choice_is_full(form, error)
        return _render_page(visit, form=form, status=INVALID)
    except FormBusy:
        response = _render_page(visit, form=form, status=BUSY, busy=True)
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
    url = f"{visit.request.path.rstrip('/')}/{RECEIPT_PATH}/"
    return HttpResponse(status=SEE_OTHER, headers={"Location": url, "Cache-Control": "no-store"})


# The receipt, and plain pages


def _receipt(visit: Visit) -> HttpResponse:
    """Thank; the page says nothing of who sent what, and is the same for everybody."""
    page, request = visit.page, visit.request
    return render(request, page.landing_page_template, page.get_context(request))


def _notice(visit: Visit, *, heading: str, message: str) -> HttpResponse:
    context = {
        **visit.page.get_context(visit.request),
        "heading": heading,
        "message": message,
    }
    response = render(visit.request, NOTICE_TEMPLATE, context, status=CONFLICT)
    add_never_cache_headers(response)
    return response


def _not_open(visit: Visit) -> HttpResponse:
    return _notice(
        visit,
        heading=_("The form is not open yet"),
        message=_("Nothing was saved. Please come back when it has opened."),
    )


def _closed(visit: Visit) -> HttpResponse:
    return _notice(
        visit,
        heading=_("The form has closed"),
        message=_("Nothing was saved. Ask us whether there is still a way."),
    )


# For editors and staff


def preview_form_page(request: HttpRequest, page: Any, mode_name: str) -> HttpResponse:
    """Show an editor how the page looks. Nothing of the ledger is written."""
    visit = Visit(request, page, _language(page))
    with translation.override(visit.language):
        if mode_name == "receipt":
            return _receipt(visit)
        if mode_name == "closed":
            return _render_page(visit, form=None, status_of_form=CLOSED)
        if mode_name == "check":
            return _render_check(visit, unanswered(visit.form_class()))
        return _render_page(visit, form=visit.form_class()())


def redirect_to_desk(page: Any) -> HttpResponse:
    """Lead staff to what was sent."""
    return redirect(reverse("kommed_forms_desk:submissions", args=[page.form_key]))
