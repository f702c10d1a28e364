"""Correcting the address of somebody whom mails do not reach, as staff."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages

from ..actions.change_email import change_email
from ..exceptions import AlreadyRegistered, ChangeTooLate, EventBusy, TransitionNotAllowed
from ..models import Registration
from ..permissions import check_can_change
from .base import DeskMixin


class AddressForm(forms.Form):
    """The right address."""

    email = forms.EmailField(
        label=gettext_lazy("The right address"),
        help_text=gettext_lazy("The person gets a mail with their link there."),
        max_length=Registration._meta.get_field("email").max_length,
    )
    seen = forms.CharField(max_length=254, widget=forms.HiddenInput)
    """The address that the person correcting it has before their eyes."""


class RegistrationAddressView(DeskMixin, View):
    """Correcting: the rules are in ``actions.change_email``; this only passes on and reports."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Correct it, or show again what was typed and say why not."""
        from .detail import RegistrationDetailView, visible_registration  # noqa: PLC0415 (a cycle)

        registration = visible_registration(request, kwargs)
        check_can_change(request.user, registration)
        form = AddressForm(request.POST)
        problem = _("Write the right address.")
        if form.is_valid():
            problem = self._correct(registration, form.cleaned_data)
        if not problem:
            messages.success(request, _("Corrected. The person is told by mail."))
            return redirect("kommed_events_desk:detail", kwargs["event_key"], registration.uuid)
        messages.error(request, problem)
        return RegistrationDetailView.show_again(request, address_form=form, **kwargs)

    def _correct(self, registration: Registration, wanted: dict[str, str]) -> str:
        """Return why it could not be done, or the empty string."""
        if registration.email != wanted["seen"]:
            return _("Somebody has changed the address meanwhile. Look at it again.")
        if registration.email == wanted["email"]:
            return _("That is the address that the mails did not reach.")
        user: Any = self.request.user
        try:
            change_email(registration=registration, email=wanted["email"], by=user)
        except AlreadyRegistered:
            return _("Somebody is registered with this address at the event already.")
        except (ChangeTooLate, TransitionNotAllowed):
            return _("This registration cannot be changed any more.")
        except EventBusy:
            return _("Many are registering right now. Nothing was changed; please try again.")
        return ""
