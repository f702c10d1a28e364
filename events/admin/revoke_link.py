"""Revoking the link to somebody's own page, as staff."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import View
from wagtail.admin import messages

from ..actions.revoke_link import revoke_link
from ..exceptions import AlreadySo, ChangeTooLate, EventBusy
from ..models import Registration
from ..permissions import check_can_change
from .base import DeskMixin


class RegistrationRevokeLinkView(DeskMixin, View):
    """Revoking: the rules are in ``actions.revoke_link``; this only passes on and reports."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Revoke it, or say why not."""
        from .detail import RegistrationDetailView, visible_registration  # noqa: PLC0415 (a cycle)

        registration = visible_registration(request, kwargs)
        check_can_change(request.user, registration)
        problem = self._revoke(registration, seen=request.POST.get("seen", ""))
        if not problem:
            messages.success(request, _("Revoked. The person gets a new link by mail."))
            return redirect("kommed_events_desk:detail", kwargs["event_key"], registration.uuid)
        messages.error(request, problem)
        return RegistrationDetailView.show_again(request, **kwargs)

    def _revoke(self, registration: Registration, *, seen: str) -> str:
        """Return why it could not be done, or the empty string.

        ``seen`` is the generation of links that the person revoking had before their eyes, so that
        who presses twice revokes once.
        """
        user: Any = self.request.user
        replaced = _("The link has been replaced meanwhile. Look at it again.")
        if seen != str(registration.link_generation):
            return replaced
        try:
            revoke_link(registration=registration, by=user)
        except AlreadySo:
            return replaced
        except ChangeTooLate:
            return _("Links to this registration are so old that they open nothing any more.")
        except EventBusy:
            return _("Many are registering right now. Nothing was changed; please try again.")
        return ""
