"""What the events app adds to the Wagtail admin. Registration only; the work is done elsewhere."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from wagtail import hooks
from wagtail.admin.menu import SubmenuMenuItem
from wagtail.snippets.models import register_snippet

from .admin.access import EventAccessViewSet
from .admin.deletion import ask_before_deletion
from .admin.history import history_actions
from .admin.mail_scopes import register_event_scope
from .admin.menu import desk_menu
from .admin.outbox import OutboxPanel, outbox_permissions
from .admin.snippets import HostViewSet, VenueViewSet
from .queries.pages import hidden_event_pages_removed

register_snippet(VenueViewSet)
register_snippet(HostViewSet)
register_event_scope()


@hooks.register("register_admin_viewset")
def register_access_viewset() -> EventAccessViewSet:
    """Show who may see which registrations under Settings."""
    return EventAccessViewSet()


@hooks.register("register_admin_urls")
def register_desk_urls() -> list[URLPattern | URLResolver]:
    """Mount the desk below the admin."""
    return [path("registrations/", include("events.admin.urls"))]


@hooks.register("register_admin_menu_item")
def register_desk_menu() -> SubmenuMenuItem:
    """Put the desk in the main menu, above everything but the pages."""
    return desk_menu()


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
    for name, label, message in history_actions():
        actions.register_action(name, label, message)


@hooks.register("construct_homepage_panels")
def add_outbox_panel(request: HttpRequest, panels: list[Any]) -> None:
    """Say on the front page when something is wrong with the mails."""
    panels.append(OutboxPanel())


@hooks.register("register_permissions")
def register_outbox_permissions() -> Any:
    """Let a group watch over the outbox, without reading what is in it."""
    return outbox_permissions()
