"""Giving up one's seat, moving it to another session, and handing it to a colleague."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from forms.actions.submit import keep_form_version
from forms.builder import AnswerForm, build_form_class
from forms.enums import QuestionType
from forms.models import QuestionSpec

from ..actions.hand_over import hand_over
from ..actions.locking import lock_timeouts_as_busy
from ..actions.own_registration import cancel_own, move_own
from ..exceptions import AlreadyRegistered, ChangeTooLate, EventSessionGone
from ..queries.form import NAME_LENGTH, as_key
from ..queries.own_page_view import EMAIL_KEY, asked_now, other_sessions
from .own_page_base import INVALID, PersonalView, StepView
from .own_page_changes import email_question


class CancelView(PersonalView):
    """Giving up one's seat, or one's place in the line."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask whether it is meant; programs that open every link cancel nothing."""
        if not self.may.may_cancel:
            raise ChangeTooLate
        return self.render("kommed_events/own/cancel.html", {})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Cancel."""
        cancel_own(registration=self.registration)
        return self.done("cancelled")


class MoveView(PersonalView):
    """Moving to another session, if it has a seat."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what is free."""
        if not self.may.may_move:
            raise ChangeTooLate
        others = other_sessions(self.registration, may=self.may, at=self.now)
        return self.render("kommed_events/own/move.html", {"other_sessions": others})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Move."""
        to = as_key(request.POST.get("to", ""))
        if to is None:
            raise EventSessionGone
        move_own(registration=self.registration, to=to)
        return self.done("moved")


class HandOverView(StepView):
    """Handing one's seat to a colleague."""

    template = "kommed_events/own/hand_over.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the fields."""
        return self.show(self._form_class()())

    def sent_form(self) -> AnswerForm:
        """Return the fields with what was sent."""
        return self._form_class()(self.request.POST)

    def take(self, form: AnswerForm) -> HttpResponse:
        """Hand it over."""
        said, registration = form.answers(), self.registration
        asked = asked_now(registration)
        with lock_timeouts_as_busy():
            version = registration.submission.form_version
            if asked is not None:
                version = keep_form_version(
                    form_key=registration.event.key,
                    language=registration.language,
                    specs=asked.specs,
                )
        try:
            hand_over(
                registration=registration,
                name=said["name"],
                email=said[EMAIL_KEY],
                form_version=version,
            )
        except AlreadyRegistered:
            text = _("The seat cannot be handed to this address. Choose another, or write to us.")
            form.add_error(EMAIL_KEY, text)
            return self.show(form, status=INVALID)
        return self.done("handed")

    def _form_class(self) -> type[AnswerForm]:
        if not self.may.may_hand_over:
            raise ChangeTooLate
        name = QuestionSpec(
            key="name",
            label=_("Your colleague’s name"),
            field_type=QuestionType.SINGLELINE,
            max_length=NAME_LENGTH,
        )
        email = replace(email_question(), label=_("Your colleague’s e-mail"), autocomplete="")
        return build_form_class([name, email])
