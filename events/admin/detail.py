"""One registration in full, with its history, and deciding on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from forms.builder import answer_rows
from forms.mail.explain import explain
from forms.mail.kinds import kind_label
from forms.models import Message, QuestionSpec

from ..actions.change_state import change_state
from ..capacity import count_seats
from ..enums import LIVE_STATES, RegistrationAction, RegistrationState
from ..exceptions import AlreadyRegistered, CapacityExceeded, EventBusy, TransitionNotAllowed
from ..models import Registration
from ..permissions import can_change, can_see_sensitive, check_can_change
from ..queries.answer_changes import answer_changes
from ..queries.mail_trouble import mail_in_trouble
from ..queries.mix import would_be_over
from ..queries.own_page import is_expired
from ..transitions import actions_from
from .address import AddressForm
from .base import DeskMixin
from .move import NOTE_LENGTH, MoveForm, move_choices
from .over import over_in_mix
from .relations import history_of, names_in, related_to
from .seen import Seen, as_it_was


class DecisionForm(forms.Form):
    """What staff send when they decide."""

    action = forms.ChoiceField(choices=RegistrationAction.choices)
    seen = forms.ChoiceField(choices=RegistrationState.choices)
    """The state the person deciding had before their eyes."""
    note = forms.CharField(
        label=gettext_lazy("A few words to the person"),
        help_text=gettext_lazy("Goes into the mail. It is not kept in the history."),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    override = forms.BooleanField(
        label=gettext_lazy("Confirm even if there is no seat left"),
        help_text=gettext_lazy("Noted in the history."),
        required=False,
    )
    needs_override = False
    """Whether there was no seat left, so that the box above is what the message speaks of."""


def visible_registration(request: HttpRequest, kwargs: dict[str, Any]) -> Registration:
    """Return the registration the path names, if the user may see it; else 404."""
    visible = Registration.objects.visible_to(request.user)
    registration: Registration = get_object_or_404(
        visible.select_related("event", "submission__form_version"),
        event__key=kwargs["event_key"],
        uuid=kwargs["registration_uuid"],
    )
    return registration


class RegistrationDetailView(DeskMixin, WagtailAdminTemplateMixin, TemplateView):
    """One registration, under the labels of the day it was sent."""

    template_name = "kommed_events/admin/registration.html"
    registration: Registration

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Look the registration up among those one may see."""
        super().setup(request, *args, **kwargs)
        self.registration = visible_registration(request, kwargs)

    def get_page_title(self) -> str:
        """The person's name."""
        return self.registration.name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here through the event's list."""
        event = self.registration.event
        return [
            *self.desk_breadcrumbs(),
            {
                "url": reverse("kommed_events_desk:registrations", args=[event.key]),
                "label": event.title,
            },
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add answers, history, mails and what can be decided."""
        registration = self.registration
        names = names_in(registration.event)
        sees_all = can_see_sensitive(self.request.user, registration)
        return super().get_context_data(
            registration=registration,
            event=registration.event,
            names=names,
            session_name=names.session(registration.event_session_key),
            audience_name=names.audience(registration.audience_key),
            first_choice=names.session(registration.first_choice_key),
            second_choice=names.session(registration.second_choice_key),
            related=related_to(registration, self.request.user),
            answers=self._answers(sees_all=sees_all),
            answer_changes=self._answer_changes(sees_all=sees_all),
            history=history_of(registration, names),
            **self._mails(kwargs),
            **self._decisions(kwargs),
            **kwargs,
        )

    def _mails(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return the mails to the person and, if one did not arrive, that and what can be done."""
        address_form = kwargs.pop("address_form", None)
        mails = mails_of(self.registration)
        undelivered = mail_in_trouble(mails)
        may = self.registration.state in LIVE_STATES and can_change(
            self.request.user, self.registration
        )
        if undelivered is not None and may:
            address_form = address_form or AddressForm()
        return {
            "mails": [(m, kind_label(m.kind), explain(m.last_error)) for m in mails],
            "undelivered": undelivered,
            "address_form": address_form if may else None,
        }

    def _decisions(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return what can be decided by whoever looks: nothing for those who only read."""
        decision_form = kwargs.pop("decision_form", None)
        move_form = kwargs.pop("move_form", None)
        if not can_change(self.request.user, self.registration):
            return {"actions": (), "moves": []}
        count = count_seats(self.registration.event)
        moves = move_choices(self.request.user, self.registration, count)
        needs_override = decision_form is not None and decision_form.needs_override
        return {
            "actions": actions_from(RegistrationState(self.registration.state)),
            "decision_form": decision_form or DecisionForm(),
            "over": over_in_mix(would_be_over(count, self.registration)) if needs_override else [],
            "needs_override": needs_override,
            "moves": moves,
            "move_form": move_form or MoveForm(),
            "may_revoke_link": not is_expired(self.registration, timezone.now()),
        }

    def _answers(self, *, sees_all: bool) -> list[tuple[QuestionSpec, str | None]]:
        """Return each question with its answer; None where it is not for everyone's eyes."""
        submission = self.registration.submission
        rows = answer_rows(submission.form_version.specs, submission.answers)
        return [(spec, None if spec.is_sensitive and not sees_all else text) for spec, text in rows]

    def _answer_changes(self, *, sees_all: bool) -> list[tuple[Any, list[tuple[Any, ...]]]]:
        """Return when answers were changed, and each with before and after, or None twice."""
        found = []
        for change in answer_changes(self.registration):
            rows = [
                (row.label, None, None)
                if row.spec.is_sensitive and not sees_all
                else (row.label, row.before, row.after)
                for row in change.rows
            ]
            found.append((change.changed_at, rows))
        return found

    @classmethod
    def show_again(cls, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Answer with the page as it now is, and what was typed in one of its forms."""
        typed = {
            name: kwargs.pop(name)
            for name in ("decision_form", "move_form", "address_form")
            if name in kwargs
        }
        view = cls()
        view.setup(request, **kwargs)
        context = view.get_context_data(**typed, **kwargs)
        return view.render_to_response(context, status=422)


class RegistrationDecideView(DeskMixin, View):
    """Deciding: the rules are in ``actions.change_state``; this only passes on and reports."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what was decided, or show again what was typed and say why not."""
        registration = visible_registration(request, kwargs)
        check_can_change(request.user, registration)
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return RegistrationDetailView.show_again(request, decision_form=form, **kwargs)
        problem = self._decide(registration, form)
        if problem:
            messages.error(request, problem)
            return RegistrationDetailView.show_again(request, decision_form=form, **kwargs)
        messages.success(request, _("Done. The person is told by mail."))
        return redirect("kommed_events_desk:detail", kwargs["event_key"], registration.uuid)

    def _decide(self, registration: Registration, form: DecisionForm) -> str:
        """Return why it could not be done, or the empty string."""
        decision = form.cleaned_data
        seen = Seen(RegistrationState(decision["seen"]), registration.event_session_key)
        try:
            change_state(
                registration=as_it_was(registration, seen),
                action=RegistrationAction(decision["action"]),
                by=self.request.user,  # type: ignore[arg-type]
                note=decision["note"],
                override=decision["override"],
            )
        except TransitionNotAllowed:
            return _("Somebody has decided on this registration meanwhile. Look at it again.")
        except AlreadyRegistered:
            return _("This person has registered anew meanwhile. Decide on that registration.")
        except CapacityExceeded:
            form.needs_override = True
            return _("There is no seat left. Tick the box below to confirm all the same.")
        except EventBusy:
            return _("Many are registering right now. Nothing was changed; please try again.")
        return ""


def mails_of(registration: Registration) -> list[Message]:
    """Return the mails about the registration, oldest first."""
    return list(
        Message.objects.filter(subject_key=registration.uuid, to=registration.email).order_by("id")
    )
