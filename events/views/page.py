"""The event page for visitors: reading it, sending the form, and the receipt."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from forms.actions.submit import keep_form_version
from forms.builder import AnswerForm
from forms.models import FormVersion, QuestionSpec, digest_of, document_of
from forms.uploads.handlers import limit_uploads

from ..actions.locking import lock_timeouts_as_busy
from ..actions.register import Applicant, is_past_grace, register
from ..capacity import SeatCount, count_seats
from ..clock import database_now
from ..enums import EventStatus, Outlook, WayIn
from ..exceptions import EventBusy, EventSessionGone, RegistrationClosed, RegistrationNotOpen
from ..models import EventPageMixin, EventRecord
from ..models.event_page import CALENDAR_PATH, RECEIPT_PATH
from ..models.event_questions import SESSION_KEY
from ..queries.form import as_key, event_form, organisation_in
from ..queries.invitation import InvitationView, content_language, invitation_view
from ..queries.places import choice_places_left
from .calendar import event_calendar
from .sharing import sharing_context

RECEIPT_SALT = "kommed_events.receipt"
RETRY_AFTER_SECONDS = 3
ITEM_TEMPLATES = {SESSION_KEY: "kommed_events/_session_choice.html"}
"""Questions that are drawn in another way than their type's."""
CONFLICT, GONE, INVALID, BUSY = 409, 410, 422, 503


@dataclass
class Visit:
    """One request to one event page, with what is needed to answer it."""

    request: HttpRequest
    page: EventPageMixin
    event: EventRecord | None
    language: str

    def seats(self) -> SeatCount | None:
        """Count the event's seats, without a lock."""
        return count_seats(self.event) if self.event is not None else None

    def invitation(self) -> InvitationView:
        """Join the page with its seats."""
        return invitation_view(self.page, count=self.seats(), now=database_now())


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
        return _unpublished(visit)
    if part == RECEIPT_PATH and method in ("GET", "HEAD"):
        return _receipt(visit)
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
        "item_templates": ITEM_TEMPLATES,
        "ends_on": invitation.ends_at and invitation.ends_at.date(),
        **extra,
    }
    template = page.get_template(request)
    response = render(request, template, context, status=status)
    if request.method == "POST":
        add_never_cache_headers(response)
    return response


# Sending


def _post(visit: Visit) -> HttpResponse:
    request, page, event = visit.request, visit.page, visit.event
    limit_uploads(request)
    invitation = visit.invitation()
    if event is None or invitation.status == EventStatus.NOT_YET_OPEN:
        return _not_open(visit)
    if is_past_grace(event, database_now()):
        return _closed(visit)
    asked = event_form(page)
    specs, form = asked.specs, asked.form_class()(request.POST, request.FILES)
    if _asks_for_a_session_that_is_gone(form, page):
        return _session_gone(visit)
    posted_version = request.POST.get("form_version", "")
    if posted_version and posted_version != current_digest(specs):
        form.is_valid()
        return render_page(request, page, invitation, form=form, status=INVALID, form_changed=True)
    if not form.is_valid():
        return render_page(request, page, invitation, form=form, status=INVALID)
    return _register(visit, event, invitation, specs, form)


def _register(
    visit: Visit,
    event: EventRecord,
    invitation: InvitationView,
    specs: tuple[QuestionSpec, ...],
    form: AnswerForm,
) -> HttpResponse:
    page = visit.page
    answers = form.answers()
    applicant = _applicant(page, specs, answers, visit.language)
    # The outlook is taken before anybody is looked up: it is the same for known and unknown people.
    outlook = outlook_for(count_seats(event), applicant)
    try:
        with lock_timeouts_as_busy():
            version = keep_form_version(form_key=event.key, language=visit.language, specs=specs)
        register(event=event, applicant=applicant, form_version=version, answers=answers)
    except RegistrationNotOpen:
        return _not_open(visit)
    except RegistrationClosed:
        return _closed(visit)
    except EventSessionGone:
        return _session_gone(visit)
    except EventBusy:
        response = render_page(visit.request, page, invitation, form=form, status=BUSY, busy=True)
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
    return _to_receipt(visit.request, applicant, outlook, version)


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


def outlook_for(count: SeatCount, applicant: Applicant) -> Outlook:
    """Return what someone who sends now can expect, whoever they are."""
    holds_seat = count.event.applications_hold_seat
    is_application = count.event.way_in == WayIn.APPLICATION
    waits = count.newcomer_waits(applicant.event_session_key, applicant.audience_key)
    if waits and (holds_seat or not is_application):
        return Outlook.WAITING
    return Outlook.APPLICATION if is_application else Outlook.ROOM


# The receipt


def _to_receipt(
    request: HttpRequest, applicant: Applicant, outlook: Outlook, version: FormVersion
) -> HttpResponse:
    said = {
        "s": str(applicant.event_session_key),
        "a": str(applicant.audience_key or ""),
        "o": outlook.value,
        "v": str(version.uuid),
    }
    signed = signing.Signer(salt=RECEIPT_SALT).sign_object(said)
    url = f"{request.path.rstrip('/')}/{RECEIPT_PATH}/?s={signed}"
    return HttpResponse(status=303, headers={"Location": url, "Cache-Control": "no-store"})


def _receipt(visit: Visit) -> HttpResponse:
    try:
        signer = signing.Signer(salt=RECEIPT_SALT)
        said = signer.unsign_object(visit.request.GET.get("s", ""))
    except signing.BadSignature:
        return redirect(visit.page.get_url(visit.request))
    version = FormVersion.objects.filter(uuid=said["v"]).first()
    return render_receipt(
        visit.request,
        visit.page,
        visit.invitation(),
        outlook=said["o"],
        session_key=as_key(said["s"]),
        audience_key=as_key(said["a"]),
        specs=version.specs if version is not None else (),
    )


def render_receipt(
    request: HttpRequest,
    page: EventPageMixin,
    invitation: InvitationView,
    *,
    outlook: str,
    session_key: uuid.UUID | None,
    audience_key: uuid.UUID | None,
    specs: tuple[QuestionSpec, ...],
) -> HttpResponse:
    """Render the receipt. It says what was asked and what to expect, never who was asked."""
    sessions = {session.key: session for session in invitation.sessions}
    audiences = {row.translation_key: row.name for row in invitation.audiences}
    context = {
        **page.get_context(request),
        "invitation": invitation,
        "outlook": outlook,
        "session": sessions.get(session_key) if session_key else None,
        "audience_name": audiences.get(audience_key, "") if audience_key else "",
        "question_labels": [spec.label for spec in specs],
    }
    response = render(request, page.landing_page_template, context)
    add_never_cache_headers(response)
    return response


# Plain pages


def _notice(visit: Visit, *, heading: str, message: str, status: int) -> HttpResponse:
    context = {
        **visit.page.get_context(visit.request),
        "heading": heading,
        "message": message,
        "contact_email": visit.page.contact_email,
        "contacts": list(visit.page.contacts.all()),
    }
    response = render(visit.request, "kommed_events/notice.html", context, status=status)
    add_never_cache_headers(response)
    return response


def _not_open(visit: Visit) -> HttpResponse:
    return _notice(
        visit,
        heading=_("Registration is not open yet"),
        message=_("Nothing was saved. Please come back when registration has opened."),
        status=CONFLICT,
    )


def _closed(visit: Visit) -> HttpResponse:
    return _notice(
        visit,
        heading=_("Registration has closed"),
        message=_("Nothing was saved. Ask us whether there is still a way in."),
        status=CONFLICT,
    )


def _session_gone(visit: Visit) -> HttpResponse:
    return _notice(
        visit,
        heading=_("That session is no longer held"),
        message=_("Nothing was saved. Go back to the invitation to see which sessions there are."),
        status=GONE,
    )


def _unpublished(visit: Visit) -> HttpResponse:
    if (
        visit.event is None
    ):  # a page that was never published says nothing, not even that it is there
        raise Http404
    return _notice(
        visit,
        heading=_("This invitation has been taken down"),
        message=_("Nothing was saved. Please ask us if you expected to be able to register."),
        status=GONE,
    )


def redirect_to_desk(page: EventPageMixin) -> HttpResponse:
    """Lead staff to the registrations of ``page``."""
    return redirect(reverse("kommed_events_desk:registrations", args=[page.event_key]))
