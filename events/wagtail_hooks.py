"""What the events app adds to the Wagtail admin. Registration only; the work is done elsewhere."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from .admin.access import EventAccessViewSet
from .admin.deletion import ask_before_deletion
from .enums import RegistrationAction
from .models import Host, Venue
from .permissions import can_use_desk
from .queries.pages import hidden_event_pages_removed
from .transitions import LOG_ACTION


class VenueViewSet(SnippetViewSet):
    """Places."""

    model = Venue
    icon = "site"
    list_display = ["name", "city"]
    add_to_admin_menu = False


class HostViewSet(SnippetViewSet):
    """Organisations."""

    model = Host
    icon = "user"
    list_display = ["name", "url"]
    add_to_admin_menu = False


register_snippet(VenueViewSet)
register_snippet(HostViewSet)


@hooks.register("register_admin_viewset")
def register_access_viewset() -> EventAccessViewSet:
    """Show who may see which registrations under Settings."""
    return EventAccessViewSet()


@hooks.register("register_admin_urls")
def register_desk_urls() -> list[URLPattern | URLResolver]:
    """Mount the desk below the admin."""
    return [path("registrations/", include("events.admin.urls"))]


class DeskMenuItem(MenuItem):
    """Shown to those who may see some event's registrations."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask for the right, not for a role."""
        return can_use_desk(request.user)


class DeskSubmenuItem(SubmenuMenuItem):
    """The desk's own submenu, for the same people."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask for the right, not for a role."""
        return can_use_desk(request.user)


@hooks.register("register_admin_menu_item")
def register_desk_menu() -> SubmenuMenuItem:
    """Put the desk in the main menu, above everything but the pages."""
    items = [
        DeskMenuItem(
            _("Events"), reverse("kommed_events_desk:events"), name="desk", icon_name="group"
        ),
        DeskMenuItem(
            _("Outbox"), reverse("kommed_events_desk:outbox"), name="outbox", icon_name="mail"
        ),
    ]
    return DeskSubmenuItem(
        _("Registrations"), Menu(items=items), name="registrations", icon_name="group", order=150
    )


@hooks.register("filter_form_submissions_for_user")
def hide_event_pages_from_form_lists(user: Any, editable_forms: Any) -> Any:
    """Editing a page gives no right to its registrations: list only what the desk would show."""
    return hidden_event_pages_removed(user, editable_forms)


@hooks.register("before_delete_page")
def ask_before_deleting_a_page(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Ask first when people are registered."""
    return ask_before_deletion(request, [page])


@hooks.register("before_bulk_action")
def ask_before_deleting_pages(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """Ask first when people are registered, also when many pages are deleted at once."""
    pages = [item for item in objects if hasattr(item, "numchild")]
    if action_type != "delete" or not pages:
        return None
    return ask_before_deletion(request, pages)


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Name what happens to registrations, for the history."""
    actions.register_action(
        "kommed_events.registration.register", pgettext_lazy("history", "Register"), _("Registered")
    )
    for action, name in LOG_ACTION.items():
        actions.register_action(name, RegistrationAction(action).label, DONE[action])


DONE = {
    RegistrationAction.CONFIRM: _("Confirmed"),
    RegistrationAction.DECLINE: _("Declined"),
    RegistrationAction.WAIT: pgettext_lazy("history", "Put on the waiting list"),
    RegistrationAction.CANCEL: pgettext_lazy("registration", "Cancelled"),
    RegistrationAction.PROMOTE: _("Moved up from the waiting list"),
}
