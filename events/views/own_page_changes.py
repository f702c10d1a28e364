"""Changing one's answers, and the address that is written to."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from forms.actions.submit import keep_form_version
from forms.builder import AnswerForm, build_form_class
from forms.enums import Autocomplete, QuestionType
from forms.exceptions import ChoiceFull
from forms.models import QuestionSpec
from forms.protection.network import sender_of
from forms.uploads.handlers import limit_uploads
from forms.views.problems import say_choice_is_full

from ..actions.change_answers import change_answers
from ..actions.change_email import change_email
from ..actions.locking import lock_timeouts_as_busy
from ..exceptions import AlreadyRegistered, ChangeTooLate
from ..models.event_questions import AUDIENCE_KEY, SECOND_CHOICE_KEY, SESSION_KEY
from ..queries.form import EventForm
from ..queries.own_page_view import EMAIL_KEY, asked_now
from ..queries.places import choice_places_left
from .own_page_base import INVALID, SEE_OTHER, StepView

FIXED = frozenset({SESSION_KEY, AUDIENCE_KEY, SECOND_CHOICE_KEY, EMAIL_KEY})
"""What this step does not ask again: each has a step of its own, and the audience stays."""


class ChangeAnswersView(StepView):
    """The form as it stands now, filled in with what was answered."""

    template = "kommed_events/own/answers.html"
    asked: EventForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it."""
        form = self._form_class(self._asked())(initial=self._given_before())
        return self.show(form)

    def sent_form(self) -> AnswerForm:
        """Return it with what was sent; files that are too large are not read."""
        request = self.request
        limit_uploads(request, sender=sender_of(request, self.registration.event.key))
        self.asked = self._asked()
        return self._form_class(self.asked)(request.POST, request.FILES)

    def take(self, form: AnswerForm) -> HttpResponse:
        """Replace the answers."""
        with lock_timeouts_as_busy():
            version = keep_form_version(
                form_key=self.registration.event.key,
                language=self.registration.language,
                specs=self.asked.specs,
            )
        before = self.registration.submission_id
        try:
            after = change_answers(
                registration=self.registration,
                form_version=version,
                answers={**self._kept_files(self.asked), **form.answers()},
            )
        except ChoiceFull as error:
            say_choice_is_full(form, error)
            return self.show(form, status=INVALID)
        except AlreadyRegistered:
            form.add_error("name", _("Somebody of that name is registered from your address."))
            return self.show(form, status=INVALID)
        return self.done("changed" if after.submission_id != before else "unchanged")

    def _asked(self) -> EventForm:
        asked = asked_now(self.registration) if self.may.may_change_answers else None
        if asked is None:
            raise ChangeTooLate
        return asked

    def _given_before(self) -> Mapping[str, Any]:
        return {**self.registration.submission.answers, "name": self.registration.name}

    def _kept_files(self, asked: EventForm) -> dict[str, Any]:
        """Return the files that were sent; they stay as they are, and are not asked for again."""
        answers = self.registration.submission.answers
        return {
            spec.key: answers[spec.key]
            for spec in asked.specs
            if spec.field_type == QuestionType.FILE and answers.get(spec.key)
        }

    def _form_class(self, asked: EventForm) -> type[AnswerForm]:
        left_out = FIXED | self._kept_files(asked).keys()
        standing = {
            SESSION_KEY: str(self.registration.event_session_key),
            AUDIENCE_KEY: str(self.registration.audience_key or ""),
        }
        return build_form_class(
            [spec for spec in asked.specs if spec.key not in left_out],
            given={**asked.given, **standing},
            form_key=asked.form_key,
        )

    def show(self, form: AnswerForm, *, status: int = 200, **more: Any) -> HttpResponse:
        """Render it, with the places left and the day the answers are kept from."""
        event = self.registration.event
        return super().show(
            form,
            status=status,
            places_left=choice_places_left(event.key, form.sources),
            ends_on=event.ends_at and event.ends_at.astimezone(event.zone).date(),
            **more,
        )


def email_question() -> QuestionSpec:
    """Return the question for an address."""
    return QuestionSpec(
        key=EMAIL_KEY,
        label=_("E-mail"),
        field_type=QuestionType.EMAIL,
        autocomplete=Autocomplete.EMAIL,
    )


class ChangeEmailView(StepView):
    """Another address to be written to."""

    template = "kommed_events/own/email.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the field."""
        return self.show(self._form_class()())

    def sent_form(self) -> AnswerForm:
        """Return the field with what was sent."""
        return self._form_class()(self.request.POST)

    def take(self, form: AnswerForm) -> HttpResponse:
        """Change the address; say the same whether it was somebody's at this event or not."""
        with suppress(AlreadyRegistered):  # its holder is told by mail, and nobody else
            change_email(registration=self.registration, email=form.answers()[EMAIL_KEY])
        url = reverse("kommed_personal:address_changed")
        location = f"{url}?language={self.registration.language}"
        return HttpResponse(status=SEE_OTHER, headers={"Location": location})

    def _form_class(self) -> type[AnswerForm]:
        if not self.may.may_change_email:
            raise ChangeTooLate
        return build_form_class([replace(email_question(), label=_("New e-mail address"))])
