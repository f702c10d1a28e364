"""The first step of writing to many: choosing whom, with how many and who."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from ..actions.mailings import change_mailing, draft_mailing
from ..enums import RegistrationState, SeatPoolKind
from ..exceptions import MailingMovedOn
from ..models import Registration
from ..queries.mailing_recipients import (
    BOUNCED,
    NOT_BOUNCED,
    AskedQuestion,
    MailingFilter,
    Recipients,
    find_recipients,
)
from .invitations import names_by_key
from .mailings import INVALID, MailingScreen, OfMailings, page_of
from .mailings_words import choice_label, questions_for
from .mailings_write import OwnDraft

BETWEEN = "="
"""Between question and choice in what the browser sends. No key of a question has it."""


class PeopleForm(forms.Form):
    """Whom to write to."""

    states = forms.MultipleChoiceField(
        label=gettext_lazy("State"),
        choices=RegistrationState.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one state.")},
    )
    sessions = forms.MultipleChoiceField(
        label=gettext_lazy("Session"),
        help_text=gettext_lazy("None ticked means any."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    audiences = forms.MultipleChoiceField(
        label=gettext_lazy("Audience"),
        help_text=gettext_lazy("None ticked means any."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    answer = forms.ChoiceField(label=gettext_lazy("Answered"), required=False)
    bounced = forms.ChoiceField(
        label=gettext_lazy("Delivery"),
        help_text=gettext_lazy(
            "Addresses that mail bounced from get none of this. Who has a new address since does."
        ),
        required=False,
        choices=[
            ("", gettext_lazy("Whatever became of mails so far")),
            (BOUNCED, gettext_lazy("A mail has bounced")),
            (NOT_BOUNCED, gettext_lazy("No mail has bounced")),
        ],
    )

    def __init__(
        self,
        *args: Any,
        sessions: dict[str, str],
        audiences: dict[str, str],
        questions: dict[str, AskedQuestion],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        own: Any = self.fields
        own["sessions"].choices = list(sessions.items())
        own["audiences"].choices = list(audiences.items())
        own["answer"].choices = [
            ("", _("Whatever they answered")),
            *(
                (
                    question.label,
                    [
                        (f"{key}{BETWEEN}{choice}", choice_label(question, choice))
                        for choice in question.choices
                    ],
                )
                for key, question in questions.items()
            ),
        ]
        for name, offered in (
            ("sessions", len(sessions) > 1),
            ("audiences", bool(audiences)),
            ("answer", bool(questions)),
        ):
            if not offered:
                del self.fields[name]

    @property
    def wanted(self) -> MailingFilter:
        """What was chosen."""
        said = self.cleaned_data
        question, _between, choice = said.get("answer", "").partition(BETWEEN)
        return MailingFilter(
            states=tuple(said["states"]),
            sessions=tuple(said.get("sessions", ())),
            audiences=tuple(said.get("audiences", ())),
            question=question,
            choice=choice,
            bounced=said["bounced"],
        )


def as_data(wanted: MailingFilter) -> QueryDict:
    """Return ``wanted`` as the form would send it."""
    data = QueryDict(mutable=True)
    data.setlist("states", list(wanted.states))
    data.setlist("sessions", list(wanted.sessions))
    data.setlist("audiences", list(wanted.audiences))
    data["answer"] = f"{wanted.question}{BETWEEN}{wanted.choice}" if wanted.question else ""
    data["bounced"] = wanted.bounced
    return data


class PeopleView(OfMailings, MailingScreen):
    """Choosing whom, for a new mailing. Who they are is shown by reading; going on is sent."""

    template_name = "kommed_events/admin/mailing_people.html"
    page_title = gettext_lazy("Write to people")

    @cached_property
    def questions(self) -> dict[str, AskedQuestion]:
        """The questions that people can be chosen by."""
        return questions_for(self.request.user, self.event)

    def get_form(self, data: Any) -> PeopleForm:
        """Return the form, with the sessions one may write to."""
        is_whole, keys = self.scope
        sessions = names_by_key(self.pools, SeatPoolKind.EVENT_SESSION)
        if not is_whole:
            allowed = {str(key) for key in keys}
            sessions = {key: name for key, name in sessions.items() if key in allowed}
        audiences = names_by_key(self.pools, SeatPoolKind.AUDIENCE)
        return PeopleForm(data, sessions=sessions, audiences=audiences, questions=self.questions)

    def what_is_kept(self) -> MailingFilter:
        """Return what is chosen before anybody has chosen anything."""
        return MailingFilter(states=(RegistrationState.CONFIRMED.value,))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the form, and whom it finds."""
        form = kwargs.pop("form", None)
        if form is None:
            asked = set(PeopleForm.base_fields) & set(self.request.GET)
            form = self.get_form(self.request.GET if asked else as_data(self.what_is_kept()))
        found = Recipients()
        if form.is_valid():
            found = self.find(form.wanted)
        pages = page_of(found.ids, self.request)
        return super().get_context_data(
            form=form,
            found=found,
            people=people_of(list(pages["page_obj"])),
            left_out=people_of(found.left_out[:MOST_LEFT_OUT]),
            more_left_out=max(0, len(found.left_out) - MOST_LEFT_OUT),
            **pages,
            **kwargs,
        )

    def find(self, wanted: MailingFilter) -> Recipients:
        """Return who would get it now."""
        return find_recipients(event=self.event, wanted=wanted, writer=self.request.user)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show whom it finds, or keep it and go on to the words."""
        form = self.get_form(request.POST)
        if form.is_valid():
            if "go" not in request.POST:
                return redirect(f"{request.path}?{as_data(form.wanted).urlencode()}#km-found")
            if not self.find(form.wanted).number:
                form.add_error(None, _("Nobody would get it."))
            else:
                return self.go_on(form.wanted)
        return self.render_to_response(self.get_context_data(form=form), status=INVALID)

    def go_on(self, wanted: MailingFilter) -> HttpResponse:
        """Begin a draft, and lead to its words."""
        mailing = draft_mailing(event=self.event, wanted=wanted, by=self.request.user)  # type: ignore[arg-type]
        return redirect(self.url_of("mailing_words", mailing.uuid))


MOST_LEFT_OUT = 50
"""How many of those that are left out are named."""


def people_of(ids: list[int]) -> list[Registration]:
    """Return the registrations in the order of ``ids``, in one query, or none if there are none."""
    if not ids:
        return []
    found = Registration.objects.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


class MailingPeopleView(OwnDraft, PeopleView):
    """Choosing others, for a draft of one's own."""

    def what_is_kept(self) -> MailingFilter:
        """Return what was chosen before."""
        return MailingFilter.from_document(self.mailing.filters)

    def go_on(self, wanted: MailingFilter) -> HttpResponse:
        """Keep what was chosen, and lead to the words or back to the last look."""
        try:
            change_mailing(mailing=self.mailing, wanted=wanted, by=self.request.user)  # type: ignore[arg-type]
        except MailingMovedOn:
            messages.error(self.request, _("It was sent meanwhile."))
            return redirect(self.url_of("mailing", self.mailing.uuid))
        name = "mailing_review" if self.mailing.words else "mailing_words"
        return redirect(self.url_of(name, self.mailing.uuid))
