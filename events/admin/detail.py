"""One registration in full, with its history, and deciding on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import registry as log_registry

from forms.builder import answer_rows
from forms.mail.kinds import kind_label
from forms.models import Message, QuestionSpec

from ..actions.change_state import change_state
from ..enums import RegistrationAction, RegistrationState
from ..exceptions import AlreadyRegistered, CapacityExceeded, EventBusy, TransitionNotAllowed
from ..models import Registration, SeatPool
from ..permissions import can_change, can_see_sensitive, check_can_change
from ..transitions import actions_from
from .base import DeskMixin

NOTE_LENGTH = 1000


class DecisionForm(forms.Form):
    """What staff send when they decide."""

    action = forms.ChoiceField(choices=RegistrationAction.choices)
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
        may_change = can_change(self.request.user, registration)
        state = RegistrationState(registration.state)
        names = names_of(registration)
        return super().get_context_data(
            registration=registration,
            event=registration.event,
            session_name=names[0],
            audience_name=names[1],
            answers=self._answers(),
            history=history_of(registration),
            mails=[(m, kind_label(m.kind)) for m in mails_of(registration)],
            actions=actions_from(state) if may_change else (),
            decision_form=kwargs.pop("decision_form", None) or DecisionForm(),
            **kwargs,
        )

    def _answers(self) -> list[tuple[QuestionSpec, str | None]]:
        """Return each question with its answer; None where it is not for everyone's eyes."""
        submission = self.registration.submission
        rows = answer_rows(submission.form_version.specs, submission.answers)
        sees_all = can_see_sensitive(self.request.user, self.registration)
        return [(spec, None if spec.is_sensitive and not sees_all else text) for spec, text in rows]


class RegistrationDecideView(DeskMixin, View):
    """Deciding: the rules are in ``actions.change_state``; this only passes on and reports."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what was decided, or show again what was typed and say why not."""
        registration = visible_registration(request, kwargs)
        check_can_change(request.user, registration)
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return self._show_again(request, form, **kwargs)
        problem = self._decide(registration, form.cleaned_data)
        if problem:
            messages.error(request, problem)
            return self._show_again(request, form, **kwargs)
        messages.success(request, _("Done. The person is told by mail."))
        return redirect("kommed_events_desk:detail", kwargs["event_key"], registration.uuid)

    def _decide(self, registration: Registration, decision: dict[str, Any]) -> str:
        """Return why it could not be done, or the empty string."""
        try:
            change_state(
                registration=registration,
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
            return _("There is no seat left. Tick the box below to confirm all the same.")
        except EventBusy:
            return _("Many are registering right now. Nothing was changed; please try again.")
        return ""

    @staticmethod
    def _show_again(request: HttpRequest, form: DecisionForm, **kwargs: Any) -> HttpResponse:
        view = RegistrationDetailView()
        view.setup(request, **kwargs)
        context = view.get_context_data(decision_form=form, **kwargs)
        return view.render_to_response(context, status=422)


def names_of(registration: Registration) -> tuple[str, str]:
    """Return what session and audience are called, from the ledger."""
    session = audience = ""
    pools = SeatPool.objects.filter(
        event=registration.event, event_session_key=registration.event_session_key
    )
    for pool in pools:
        if pool.audience_key is None:
            session = pool.name
        elif pool.audience_key == registration.audience_key:
            audience = pool.name
    return session, audience


def history_of(registration: Registration) -> list[Any]:
    """Return what has happened to the registration, oldest first."""
    model = log_registry.get_log_model_for_model(Registration)
    return list(model.objects.for_instance(registration).select_related("user").order_by("pk"))


def mails_of(registration: Registration) -> list[Message]:
    """Return the mails about the registration, oldest first."""
    return list(
        Message.objects.filter(subject_key=registration.uuid, to=registration.email).order_by("id")
    )
