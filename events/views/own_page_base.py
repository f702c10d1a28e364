"""What all pages behind a personal link have in common."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from forms.builder import AnswerForm

from ..clock import database_now
from ..exceptions import (
    CapacityExceeded,
    ChangeTooLate,
    EventBusy,
    EventSessionGone,
    OfferGone,
    SamePlace,
    TransitionNotAllowed,
)
from ..models import Registration
from ..queries.own_page import registration_for
from ..queries.own_page_view import other_sessions, own_page_view
from ..queries.self_service import self_service_at

CONFLICT, INVALID, BUSY, NOT_FOUND, SEE_OTHER = 409, 422, 503, 404, 303
RETRY_AFTER_SECONDS = 3

PROBLEMS: dict[type[Exception], Any] = {
    ChangeTooLate: _(
        "It is too late for that now. Nothing was changed. Write to us if you need to."
    ),
    TransitionNotAllowed: _(
        "Your registration had changed meanwhile, so that is not possible any more. Nothing was "
        "changed. Below you see how it stands."
    ),
    CapacityExceeded: _("The last seat there has just gone. Your registration is as it was."),
    EventSessionGone: _("That session takes nobody any more. Your registration is as it was."),
    SamePlace: _("You are at that session already."),
    OfferGone: _(
        "The offer is not there any more as you saw it: the time was up, it had been answered, or "
        "it had changed. Nothing was changed. Below you see how your registration stands."
    ),
}
"""What the page says of each reason not to do what was asked."""

BUSY_TEXT = _(
    "Many are registering right now. Nothing was changed. Please send it again in a moment."
)

DONE: dict[str, Any] = {
    "changed": _("Your answers are changed. We have sent you a mail that says what is different."),
    "unchanged": _("You changed nothing, so everything is as it was."),
    "cancelled": _("Your registration is cancelled. We have sent you a mail that says so."),
    "moved": _("You have moved to another session. We have sent you a mail about it."),
    "handed": _("Your seat is handed over. We have written to both of you."),
    "accepted": _("The seat is yours. We have sent you a mail that says so."),
    "refused": _("You said no, and the seat goes to somebody else. Thank you for telling us."),
    "waits_on": _(
        "You said no, and that seat goes to somebody else. You have your place in line as before."
    ),
    "first_choice": _(
        "You said no, and that seat goes to somebody else. Meanwhile a seat has become free for "
        "you where you wanted to go first. Below you see how your registration stands."
    ),
}
"""What the page says of what was just done, by a word in its address."""


def as_personal(response: HttpResponseBase) -> HttpResponseBase:
    """Let ``response`` be kept nowhere and found by nobody, and its address be told to nobody."""
    add_never_cache_headers(response)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def as_busy(response: HttpResponse) -> HttpResponse:
    """Let ``response`` say when to send it again."""
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def unknown_link(request: HttpRequest) -> HttpResponse:
    """Answer a link that opens nothing: unknown, revoked, expired and misread ones alike."""
    return render(request, "kommed_events/own/unknown.html", status=NOT_FOUND)


class PersonalView(View):
    """One page, or step, of somebody's registration. Its methods run in the person's language."""

    http_method_names = ["get", "head", "post"]
    registration: Registration
    token: str

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find out whose registration it is, and answer; what cannot be done is said in words."""
        self.token = kwargs["token"]
        self.now = database_now()
        found = registration_for(self.token, now=self.now)
        if found is None:
            return as_personal(unknown_link(request))
        self.registration = found
        with translation.override(found.language), timezone.override(found.event.zone):
            self.may = self_service_at(found, self.now)
            try:
                response = super().dispatch(request, *args, **kwargs)
            except tuple(PROBLEMS) as error:
                response = self.own_page(status=CONFLICT, problem=PROBLEMS[type(error)])
            except EventBusy:
                response = as_busy(self.own_page(status=BUSY, problem=BUSY_TEXT))
            response.headers["Content-Language"] = found.language
        return as_personal(response)

    def own_page(self, *, status: int = 200, **more: Any) -> HttpResponse:
        """Render the registration as it is now."""
        current = registration_for(self.token, now=self.now)
        if current is None:
            return unknown_link(self.request)
        may = self_service_at(current, self.now)
        context = {"own": own_page_view(current, may=may), **more}
        if may.event_session_is_closed:
            context["other_sessions"] = other_sessions(current, may=may, at=self.now)
        return self.render("kommed_events/own/page.html", context, status=status)

    def render(self, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        """Render a template of ours with the link, the registration and what may be done."""
        own = context.get("own") or own_page_view(self.registration, may=self.may)
        return render(
            self.request,
            template,
            {"token": self.token, "own": own, "may": own.may, **context},
            status=status,
        )

    def done(self, what: str) -> HttpResponse:
        """Lead back to the page, which says ``what`` was done."""
        url = reverse("kommed_personal:own_page", args=[self.token])
        return HttpResponse(status=SEE_OTHER, headers={"Location": f"{url}?done={what}"})


class StepView(PersonalView):
    """A step with a form, which is shown again with what was sent where that could not be done."""

    template: str

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what the form says."""
        form = self.sent_form()
        if not form.is_valid():
            return self.show(form, status=INVALID)
        try:
            return self.take(form)
        except EventBusy:
            return as_busy(self.show(form, status=BUSY, problem=BUSY_TEXT))

    def sent_form(self) -> AnswerForm:
        """Return the form with what was sent."""
        raise NotImplementedError

    def take(self, form: AnswerForm) -> HttpResponse:
        """Do what ``form`` says, which is valid, and answer."""
        raise NotImplementedError

    def show(self, form: AnswerForm, *, status: int = 200, **more: Any) -> HttpResponse:
        """Render ``form``."""
        return self.render(self.template, {"form": form, **more}, status=status)
