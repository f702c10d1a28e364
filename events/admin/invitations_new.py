"""Inviting people: a pasted list, a look at what was understood of it, then the mails."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.core.signing import Signer
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages

from ..actions.invite import Invited, Invitee, invite
from ..clock import database_now
from ..enums import Right, SeatPoolKind
from ..exceptions import EventBusy, EventSessionGone, RegistrationClosed
from ..permissions import check_can_invite, scope_of
from .invitations import BUSY, QuestionView, names_by_key
from .invitations_paste import MOST_AT_ONCE, PastedLine, parse_people

TEXT_LENGTH = 60_000
NOTE_LENGTH = 2000
INVALID = 422


class InviteForm(forms.Form):
    """The list, and what holds for everybody on it."""

    people = forms.CharField(
        label=gettext_lazy("People"),
        help_text=gettext_lazy(
            "One a line: name; e-mail; organisation. Or copy the columns from a spreadsheet."
        ),
        max_length=TEXT_LENGTH,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
    )
    audience = forms.ChoiceField(label=gettext_lazy("Audience"), required=False)
    event_session = forms.ChoiceField(label=gettext_lazy("Session"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    note = forms.CharField(
        label=gettext_lazy("Your own words"),
        help_text=gettext_lazy("Stand in the mail to each of them. They are kept nowhere else."),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self,
        *args: Any,
        sessions: dict[str, str],
        audiences: dict[str, str],
        is_whole: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        own: Any = self.fields
        any_session = [("", _("They choose themselves"))] if is_whole else []
        own["event_session"].choices = [*any_session, *sessions.items()]
        own["event_session"].required = not is_whole
        own["audience"].choices = [("", _("They choose themselves")), *audiences.items()]

    def clean_people(self) -> list[PastedLine]:
        """Return the lines as they were understood; wrong ones are told in the preview."""
        lines = parse_people(self.cleaned_data["people"])
        if not lines:
            raise forms.ValidationError(_("There is nobody on the list."), code="required")
        if len(lines) > MOST_AT_ONCE:
            raise forms.ValidationError(
                _("At most %(number)s people in one go, please."),
                code="max_length",
                params={"number": MOST_AT_ONCE},
            )
        return lines

    def seal(self) -> str:
        """Return what tells that everything is still as it was looked at."""
        data = self.data
        said = [str(data.get(name, "")).replace("\r\n", "\n") for name in self.fields]
        return Signer(salt="kommed_events.invite").signature("\x1f".join(said))


class InviteView(QuestionView):
    """The list, the preview, and sending. What is wrong with a line stays in the box."""

    template_name = "kommed_events/admin/invitations_new.html"
    page_title = gettext_lazy("Invite people")
    header_icon = "plus"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Only those who may invite to this event, or to a session of it."""
        check_can_invite(request.user, self.event)
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, data: Any = None) -> InviteForm:
        """Return the form, with the sessions that one may invite to."""
        is_whole, keys = scope_of(self.request.user, self.event, Right.CHANGE)
        open_pools = [pool for pool in self.pools if not pool.takes_nobody]
        moment = database_now()
        to_come = [pool for pool in open_pools if not pool.has_begun(moment)]
        sessions = names_by_key(to_come, SeatPoolKind.EVENT_SESSION)
        if not is_whole:
            allowed = {str(key) for key in keys}
            sessions = {key: name for key, name in sessions.items() if key in allowed}
        return InviteForm(
            data,
            sessions=sessions,
            audiences=names_by_key(open_pools, SeatPoolKind.AUDIENCE),
            is_whole=is_whole,
            initial={"language": self.event.source_locale},
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the form."""
        form = kwargs.pop("form", None) or self.get_form()
        return super().get_context_data(form=form, **kwargs)

    def show(self, form: InviteForm, *, status: int = 200, **extra: Any) -> HttpResponse:
        """Show the form again, with everything that was typed."""
        context = self.get_context_data(form=form, **extra)
        return self.render_to_response(context, status=status)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what was understood; send when that was looked at and is unchanged."""
        form = self.get_form(request.POST)
        if not form.is_valid():
            return self.show(form, status=INVALID)
        lines: list[PastedLine] = form.cleaned_data["people"]
        right = [line for line in lines if not line.errors]
        was_seen = request.POST.get("seen", "") == form.seal()
        if "send" not in request.POST or not was_seen or not right:
            return self.show(form, lines=lines, number=len(right), seen=form.seal())
        return self._send(form, right, [line for line in lines if line.errors])

    def _send(
        self, form: InviteForm, right: list[PastedLine], wrong: list[PastedLine]
    ) -> HttpResponse:
        try:
            outcome = invite(
                event=self.event,
                people=[_invitee(line, form.cleaned_data) for line in right],
                by=self.request.user,  # type: ignore[arg-type]
                note=form.cleaned_data["note"],
            )
        except (EventBusy, EventSessionGone, RegistrationClosed) as error:
            messages.error(self.request, PROBLEMS[type(error)])
            return self.show(form, status=INVALID)
        messages.success(self.request, outcome_in_words(outcome))
        if not wrong:
            return self.to_list()
        data = self.request.POST.copy()
        data["people"] = "\n".join(line.text for line in wrong)
        form = self.get_form(data)
        form.is_valid()
        lines = form.cleaned_data.get("people", [])
        return self.show(form, lines=lines, number=0, seen="", is_rest=True)


PROBLEMS = {
    EventBusy: BUSY,
    EventSessionGone: gettext_lazy("That session takes nobody any more. Nobody was invited."),
    RegistrationClosed: gettext_lazy(
        "Nobody could accept: registration has closed, or the page is not published. Nobody was "
        "invited."
    ),
}


def _invitee(line: PastedLine, said: dict[str, Any]) -> Invitee:
    def key(name: str) -> uuid.UUID | None:
        return uuid.UUID(said[name]) if said[name] else None

    return Invitee(
        name=line.name,
        email=line.email,
        organisation=line.organisation,
        language=said["language"],
        audience_key=key("audience"),
        event_session_key=key("event_session"),
    )


def outcome_in_words(outcome: Invited) -> str:
    """Return what has become of a list of people."""
    number = len(outcome.invitations)
    words = [
        ngettext("%(number)s person is invited.", "%(number)s people are invited.", number)
        % {"number": number}
    ]
    if outcome.asked_before:
        words.append(
            ngettext(
                "%(number)s was invited before.",
                "%(number)s were invited before.",
                outcome.asked_before,
            )
            % {"number": outcome.asked_before}
        )
    if outcome.registered:
        words.append(
            ngettext(
                "%(number)s is registered already.",
                "%(number)s are registered already.",
                outcome.registered,
            )
            % {"number": outcome.registered}
        )
    return " ".join(words)
