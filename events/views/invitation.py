"""A personal invitation, reached by its link: what it asks, accepting it and declining it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.generic import View

from forms.actions.submit import keep_form_version
from forms.builder import AnswerForm, build_form_class
from forms.enums import Autocomplete
from forms.exceptions import ChoiceFull
from forms.models import QuestionSpec
from forms.protection.assess import assess
from forms.protection.network import sender_of
from forms.protection.traces import traces_for
from forms.uploads.handlers import limit_uploads
from forms.views.second_step import render_second_step
from forms.views.steps import CHANGE, SEND, render_confirmation, step_of

from ..actions.applicant import Applicant
from ..actions.invite import decline_invitation
from ..actions.locking import lock_timeouts_as_busy
from ..actions.register import register
from ..clock import database_now
from ..enums import EventStatus, InvitationState
from ..exceptions import (
    EventBusy,
    EventSessionGone,
    InvitationUsed,
    NoSeatsForAudience,
    RegistrationClosed,
    RegistrationNotOpen,
)
from ..models import EventPageMixin, Invitation
from ..models.event_questions import AUDIENCE_KEY, SESSION_KEY
from ..queries.form import event_form
from ..queries.invitation import content_language
from ..queries.invitations import invitation_for, invitation_token, status_of
from ..queries.pages import page_in_language
from ..queries.places import choice_places_left
from . import notices
from .drawing import current_digest
from .send import (
    BUSY,
    INVALID,
    RETRY_AFTER_SECONDS,
    STEP_TEMPLATE,
    applicant_of,
    say_what_is_full,
)
from .visit import Visit

OPEN_TEMPLATE = "kommed_events/invitation/open.html"
CHECK_TEMPLATE = "kommed_events/invitation/check.html"
ANSWERED_TEMPLATE = "kommed_events/invitation/answered.html"
DECLINE_TEMPLATE = "kommed_events/invitation/decline.html"
PLAIN_TEMPLATE = "kommed_events/invitation/plain.html"
FIXED_TEMPLATE = "kommed_events/invitation/_fixed_answer.html"
SESSION_TEMPLATE = "kommed_events/_session_choice.html"
EMAIL_KEY, NAME_KEY = "email", "name"
NOTICE_FOR: dict[type[Exception], Callable[[Visit], HttpResponse]] = {
    RegistrationNotOpen: notices.not_open,
    RegistrationClosed: notices.closed,
    EventSessionGone: notices.session_gone,
}
"""The plain page that answers each reason not to take a registration."""
NOT_FOUND, CONFLICT, GONE = 404, 409, 410


@dataclass
class Asked:
    """A request to one person's invitation, with the page that it asks to."""

    request: HttpRequest
    personal: Invitation
    page: EventPageMixin

    def __post_init__(self) -> None:
        event = self.personal.event
        language = content_language(self.page)
        self.visit = Visit(request=self.request, page=self.page, event=event, language=language)
        self.status = status_of(event, database_now())

    def context(self) -> dict[str, Any]:
        """Return what every page about the invitation is rendered with."""
        return {
            **self.page.get_context(self.request),
            "invitation": self.visit.invitation(),
            "personal": self.personal,
            "status": self.status,
            "token": invitation_token(self.personal),
        }

    def render(self, template: str, *, status: int = 200, **extra: Any) -> HttpResponse:
        """Render one of them."""
        return render(self.request, template, self.context() | extra, status=status)


class PersonalView(View):
    """Finds the invitation that the address names, and keeps the answer to the person asked."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer in the invitation's language; nothing is cached, and no address is passed on."""
        personal = invitation_for(kwargs["token"])
        if personal is None:
            response = _unknown(request)
        else:
            limit_uploads(request, sender=sender_of(request, personal.event.key))
            page = page_in_language(personal.event.key, personal.language)
            language = content_language(page) if page is not None else personal.language
            with translation.override(language), timezone.override(personal.event.zone):
                response = self._dispatch(request, personal, page)
        add_never_cache_headers(response)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        return response

    def _dispatch(
        self, request: HttpRequest, personal: Invitation, page: EventPageMixin | None
    ) -> HttpResponse:
        if personal.state == InvitationState.WITHDRAWN:
            return _withdrawn(request, page)
        if page is None:
            return _taken_down(request)
        asked = Asked(request=request, personal=personal, page=page)
        response: HttpResponse = super().dispatch(request, asked=asked)  # type: ignore[assignment]
        return response


class InvitationLinkView(PersonalView):
    """The invitation with its form; or what was answered."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, *, asked: Asked) -> HttpResponse:
        """Show it. Reading it answers nothing: programs that look after mail open links."""
        if asked.personal.state == InvitationState.ACCEPTED:
            return asked.render(ANSWERED_TEMPLATE)
        if asked.status != EventStatus.OPEN:
            return asked.render(OPEN_TEMPLATE, form=None)
        accepting = Accepting(asked)
        if accepting.session_is_gone:
            return notices.session_gone(asked.visit)
        return accepting.render_form(accepting.empty_form())

    def post(self, request: HttpRequest, *, asked: Asked) -> HttpResponse:
        """Accept it, with the answers to the event's form."""
        if asked.personal.state == InvitationState.ACCEPTED:
            return _used(asked)
        return Accepting(asked).answer()


class DeclineInvitationView(PersonalView):
    """Saying no: a question first, then a post."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, *, asked: Asked) -> HttpResponse:
        """Ask whether that is meant."""
        if asked.personal.state != InvitationState.SILENT:
            return _to_invitation(asked)
        return asked.render(DECLINE_TEMPLATE)

    def post(self, request: HttpRequest, *, asked: Asked) -> HttpResponse:
        """Decline, and lead back to the invitation, which says so."""
        try:
            decline_invitation(invitation=asked.personal)
        except InvitationUsed:
            return _used(asked)
        except EventBusy:
            return _busy(asked.render(DECLINE_TEMPLATE, status=BUSY, busy=True))
        return _to_invitation(asked)


class Accepting:
    """The event's form for one person who was asked: what the invitation says is filled in."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.request, self.page, self.personal = asked.request, asked.page, asked.personal
        self.rows = list(self.page.event_sessions.all())
        whole = event_form(self.page)
        self.specs = self._asked_of_the_invited(whole.specs)
        self.form_class = build_form_class(self.specs, given=whole.given, form_key=whole.form_key)
        self.fixed = self._fixed()

    def _asked_of_the_invited(self, specs: tuple[QuestionSpec, ...]) -> tuple[QuestionSpec, ...]:
        """Return what is asked: no second choice of somebody who is asked to one session."""
        if self.personal.event_session_key is None:
            return specs
        return tuple(spec for spec in specs if spec.key not in ("second_choice", "takes_any"))

    @property
    def session_is_gone(self) -> bool:
        """Whether the session that the invitation is to is not held any more."""
        named = self.personal.event_session_key
        return named is not None and named not in {row.translation_key for row in self.rows}

    def _fixed(self) -> dict[str, str]:
        """Return the answers that are the invitation's, by question key."""
        fixed = {EMAIL_KEY: self.personal.email}
        named = {
            SESSION_KEY: self.personal.event_session_key,
            AUDIENCE_KEY: self.personal.audience_key,
        }
        for key, value in named.items():
            field = self.form_class.base_fields.get(key)
            if field is not None and str(value) in {str(name) for name, _label in field.choices}:
                fixed[key] = str(value)
        return fixed

    def empty_form(self) -> AnswerForm:
        """Return the form as it is first shown, with what is known of the person."""
        known = {NAME_KEY: self.personal.name, **self.fixed}
        for spec in self.specs:
            if spec.autocomplete == Autocomplete.ORGANISATION and not spec.is_sensitive:
                known[spec.key] = self.personal.organisation
        return self.form_class(initial=known)

    def _posted_form(self) -> AnswerForm:
        """Return the form as it was sent; what is the invitation's cannot be sent otherwise."""
        data = self.request.POST.copy()
        for key, value in self.fixed.items():
            data[key] = value
        return self.form_class(data, self.request.FILES)

    def render_form(self, form: AnswerForm, *, status: int = 200, **extra: Any) -> HttpResponse:
        """Render the invitation with ``form``."""
        templates = {SESSION_KEY: SESSION_TEMPLATE} | dict.fromkeys(self.fixed, FIXED_TEMPLATE)
        invitation = self.asked.visit.invitation()
        return self.asked.render(
            OPEN_TEMPLATE,
            status=status,
            form=form,
            form_version=current_digest(self.specs),
            places_left=choice_places_left(self.page.event_key, form.sources),
            traces=traces_for(self.page.event_key, self.request.POST),
            item_templates=templates,
            ends_on=invitation.ends_at and invitation.ends_at.date(),
            **extra,
        )

    def answer(self) -> HttpResponse:
        """Answer a post: the form again, a step before sending, or the registration's outcome."""
        if self.session_is_gone:
            return notices.session_gone(self.asked.visit)
        form = self._posted_form()
        response = self._unless_ready(form)
        if response is not None:
            return response
        event = self.personal.event
        assessment = assess(self.request, form_key=event.key, answers=form.answers())
        if assessment.needs_step:
            return render_second_step(
                self.request,
                template=STEP_TEMPLATE,
                context=self.asked.context(),
                form=form,
                assessment=assessment,
            )
        return self._register(form, suspicion=assessment.suspicion)

    def _unless_ready(self, form: AnswerForm) -> HttpResponse | None:
        """Return the page that comes instead of sending ``form``, or None if it is ready."""
        posted_version = self.request.POST.get("form_version", "")
        if posted_version and posted_version != current_digest(self.specs):
            form.is_valid()
            return self.render_form(form, status=INVALID, form_changed=True)
        if not form.is_valid():
            return self.render_form(form, status=INVALID)
        step = step_of(self.request)
        if step == CHANGE:
            return self.render_form(form)
        if self.page.check_answers and step != SEND:
            context = self.asked.context()
            return render_confirmation(
                self.request, template=CHECK_TEMPLATE, context=context, form=form
            )
        return None

    def _register(self, form: AnswerForm, *, suspicion: str) -> HttpResponse:
        event, answers = self.personal.event, form.answers()
        try:
            with lock_timeouts_as_busy():
                version = keep_form_version(
                    form_key=event.key, language=self.asked.visit.language, specs=self.specs
                )
            register(
                event=event,
                applicant=self._applicant(answers),
                form_version=version,
                answers=answers,
                suspicion=suspicion,
                invitation=self.personal,
            )
        except tuple(NOTICE_FOR) as error:
            return NOTICE_FOR[type(error)](self.asked.visit)
        except InvitationUsed:
            return _used(self.asked)
        except (ChoiceFull, NoSeatsForAudience) as error:
            say_what_is_full(form, error, fixed=self.fixed)
            return self.render_form(form, status=INVALID)
        except EventBusy:
            return _busy(self.render_form(form, status=BUSY, busy=True))
        return _see_other(self.request.path)

    def _applicant(self, answers: dict[str, Any]) -> Applicant:
        said = applicant_of(self.page, self.specs, answers, self.asked.visit.language)
        return replace(
            said,
            email=self.personal.email,
            event_session_key=self.personal.event_session_key or said.event_session_key,
            audience_key=self.personal.audience_key or said.audience_key,
            organisation=said.organisation or self.personal.organisation,
        )


def _see_other(path: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": path})


def _to_invitation(asked: Asked) -> HttpResponse:
    return _see_other(asked.request.path.removesuffix("no/"))


def _busy(response: HttpResponse) -> HttpResponse:
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _plain(
    request: HttpRequest,
    *,
    heading: str,
    message: str,
    status: int,
    page: EventPageMixin | None = None,
) -> HttpResponse:
    context = page.get_context(request) if page is not None else {}
    context = {**context, "heading": heading, "message": message}
    return render(request, PLAIN_TEMPLATE, context, status=status)


def _unknown(request: HttpRequest) -> HttpResponse:
    return _plain(
        request,
        heading=_("This link does not lead to an invitation"),
        message=_(
            "A letter may be missing, or there is a newer mail with another link. Open the link "
            "from the newest mail, or write to those who invited you."
        ),
        status=NOT_FOUND,
    )


def _withdrawn(request: HttpRequest, page: EventPageMixin | None) -> HttpResponse:
    return _plain(
        request,
        heading=_("This invitation has been withdrawn"),
        message=_("Nothing was saved. Write to those who invited you if that surprises you."),
        status=GONE,
        page=page,
    )


def _taken_down(request: HttpRequest) -> HttpResponse:
    return _plain(
        request,
        heading=_("This invitation has been taken down"),
        message=_("Nothing was saved. Please ask us if you expected to be able to register."),
        status=GONE,
    )


def _used(asked: Asked) -> HttpResponse:
    """Say that it was answered meanwhile, and how it stands."""
    current = _as_it_is_now(asked.personal)
    if current.state == InvitationState.WITHDRAWN:
        return _withdrawn(asked.request, asked.page)
    asked.personal = current
    return asked.render(ANSWERED_TEMPLATE, status=CONFLICT, was_answered=True)


def _as_it_is_now(personal: Invitation) -> Invitation:
    """Return the invitation as it is now."""
    rows = Invitation.objects.select_related("event", "registration")
    found: Invitation = rows.get(pk=personal.pk)
    return found
