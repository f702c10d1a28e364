"""The desk in the admin's main menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from ..permissions import can_use_desk, can_watch_outbox


class DeskMenuItem(MenuItem):
    """Shown to those who may see some event's registrations."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask for the right, not for a role."""
        return can_use_desk(request.user)


class OutboxMenuItem(MenuItem):
    """Shown to those who have to do with any mails."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask for the right, not for a role."""
        return can_watch_outbox(request.user)


class DeskSubmenuItem(SubmenuMenuItem):
    """The desk's own submenu, for whoever may see something in it."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask for the right, not for a role."""
        return can_watch_outbox(request.user)


def desk_menu() -> SubmenuMenuItem:
    """Return the desk's submenu, above everything but the pages."""
    items = [
        DeskMenuItem(
            _("Events"), reverse("kommed_events_desk:events"), name="desk", icon_name="group"
        ),
        OutboxMenuItem(
            _("Outbox"), reverse("kommed_events_desk:outbox"), name="outbox", icon_name="mail"
        ),
    ]
    return DeskSubmenuItem(
        _("Registrations"), Menu(items=items), name="registrations", icon_name="group", order=150
    )
