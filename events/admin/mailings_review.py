"""The last look before a mailing leaves: how many, who, and the finished mail of any of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages

from forms.mail.render import render_message

from ..actions.mailings import missing_languages, send_mailing
from ..clock import database_now
from ..exceptions import MailingMovedOn, MailingWithoutWords, NobodyToWriteTo
from ..models import EventRecord
from ..models.event_checks import clocks_are_changed_message
from ..notifications.event_changes import DetailsOfMany
from ..notifications.mailings import mail_to
from .base import PER_PAGE
from .mailings import INVALID, MailingScreen, page_of
from .mailings_people import MOST_LEFT_OUT, people_of
from .mailings_words import describe
from .mailings_write import OwnDraft

NOW, LATER = "now", "later"


class SendForm(forms.Form):
    """Now, or when."""

    when = forms.ChoiceField(
        label=gettext_lazy("When it is sent"),
        choices=[(NOW, gettext_lazy("Now")), (LATER, gettext_lazy("At a time"))],
        widget=forms.RadioSelect,
    )
    send_at = forms.DateTimeField(
        label=gettext_lazy("Time"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, event: EventRecord, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event
        self.fields["send_at"].help_text = _("In the event's time zone, %(zone)s.") % {
            "zone": event.time_zone
        }

    def is_valid(self) -> bool:
        """Read the time in the event's zone, whatever zone somebody has chosen for the admin."""
        with timezone.override(self.event.zone):
            return super().is_valid()

    def clean(self) -> dict[str, Any]:
        """Refuse what is over, what is missing, and times that are not there."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("when") == NOW:
            self.errors.pop("send_at", None)
            cleaned["send_at"] = None
            return cleaned
        errors = self.errors.get("send_at", forms.utils.ErrorList()).as_data()
        for number, error in enumerate(errors):
            if error.code == "ambiguous_timezone":
                self.errors["send_at"].data[number] = forms.ValidationError(
                    clocks_are_changed_message(), code=error.code
                )
        send_at = cleaned.get("send_at")
        if not errors and send_at is None:
            self.add_error("send_at", _("Say when it is to be sent."))
        if send_at is not None and send_at <= database_now():
            self.add_error("send_at", _("That is over already."))
        return cleaned


class MailingReviewView(OwnDraft, MailingScreen):
    """How many and who, the mail of each, and the button that sends it."""

    template_name = "kommed_events/admin/mailing_review.html"
    page_title = gettext_lazy("Look once more, and send")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add who gets it, and the mail of the one that is asked for."""
        found = self.found
        number = self.asked_for()
        pages = page_of(found.ids, self.request)
        missing = missing_languages(words=self.mailing.words, languages=found.languages)
        return super().get_context_data(
            form=kwargs.pop("form", None) or SendForm(event=self.event, initial={"when": NOW}),
            found=found,
            described=describe(self.mailing, self.request.user),
            people=people_of(list(pages["page_obj"])),
            left_out=people_of(found.left_out[:MOST_LEFT_OUT]),
            more_left_out=max(0, len(found.left_out) - MOST_LEFT_OUT),
            missing=missing,
            first=pages["page_obj"].start_index(),
            **self.shown(number),
            **pages,
            **kwargs,
        )

    def asked_for(self) -> int:
        """Return whose mail is shown: 1 for the first, 0 if there is nobody."""
        asked = self.request.GET.get("nr", "")
        number = int(asked) if asked.isdecimal() and len(asked) < 8 else 1  # noqa: PLR2004
        return min(max(1, number), self.found.number)

    def shown(self, number: int) -> dict[str, Any]:
        """Return the mail of the recipient with ``number``, and where the others are."""
        people = people_of(self.found.ids[number - 1 : number]) if number else []
        if not people:
            return {"mail": None}
        (person,) = people
        person.event = self.event
        message = mail_to(
            self.mailing, person, details=DetailsOfMany(self.event), at=timezone.now()
        )
        return {
            "mail": render_message(message, with_links=False),
            "message": message,
            "person": person,
            "number": number,
            "before": number - 1,
            "after": number + 1 if number < self.found.number else 0,
            "page_before": 1 + (number - 2) // PER_PAGE,
            "page_after": 1 + number // PER_PAGE,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send it, or say why that cannot be."""
        form = SendForm(request.POST, event=self.event)
        problem = ""
        if form.is_valid():
            problem = self.send(form)
            if not problem:
                return redirect(self.url_of("mailing", self.mailing.uuid))
        context = self.get_context_data(form=form, problem=problem)
        return self.render_to_response(context, status=INVALID)

    def send(self, form: SendForm) -> str:
        """Have it sent, and return why it could not be."""
        send_at = form.cleaned_data["send_at"]
        try:
            number = send_mailing(mailing=self.mailing, at=send_at, by=self.request.user)  # type: ignore[arg-type]
        except MailingMovedOn:
            messages.error(self.request, _("It was sent, or put away, before."))
            return ""
        except NobodyToWriteTo:
            return _("Nobody would get it.")
        except MailingWithoutWords:
            return _("There are no words for some of those who would get it.")
        words = (
            ngettext(
                "%(number)s mail leaves at the time you said.",
                "%(number)s mails leave at the time you said.",
                number,
            )
            if send_at
            else ngettext(
                "%(number)s mail is on its way.", "%(number)s mails are on their way.", number
            )
        )
        messages.success(self.request, words % {"number": number})
        return ""
