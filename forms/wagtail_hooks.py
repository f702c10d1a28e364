"""What the forms app adds to the Wagtail admin. Registration only; the work is done elsewhere."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from .admin.access import FormAccessViewSet
from .admin.history import history_actions
from .admin.mail_scopes import register_form_scope
from .admin.mail_text_policy import check_can_delete_all, register_mail_text_policy
from .admin.mail_texts import MailTextViewSet, add_send_to_me
from .admin.menu import DeskMenuItem, desk_menu_item, without_stock_list
from .admin.ready_questions import ReadyQuestionViewSet
from .queries.pages import hidden_form_pages_removed

register_snippet(ReadyQuestionViewSet)
register_mail_text_policy()
register_snippet(MailTextViewSet)
register_form_scope()


@hooks.register("register_admin_urls")
def register_authoring_urls() -> list[URLPattern | URLResolver]:
    """Mount what the question editor asks for below the admin."""
    return [path("form-authoring/", include("forms.admin.authoring"))]


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Name what happens to what was sent on forms, for the history."""
    for name, label, message in history_actions():
        actions.register_action(name, label, message)


@hooks.register("register_admin_viewset")
def register_access_viewset() -> FormAccessViewSet:
    """Show who may see what was sent on which form under Settings."""
    return FormAccessViewSet()


@hooks.register("register_admin_urls")
def register_desk_urls() -> list[URLPattern | URLResolver]:
    """Mount the desk below the admin."""
    return [path("form-submissions/", include("forms.admin.urls"))]


@hooks.register("register_admin_menu_item")
def register_desk_menu() -> DeskMenuItem:
    """Put the desk in the main menu."""
    return desk_menu_item()


@hooks.register("construct_main_menu")
def remove_stock_list(request: HttpRequest, menu_items: list[Any]) -> None:
    """Leave out Wagtail's own "Forms" where ours is all there is."""
    menu_items[:] = without_stock_list(menu_items)


@hooks.register("filter_form_submissions_for_user")
def hide_form_pages_from_form_lists(user: Any, editable_forms: Any) -> Any:
    """Editing a page gives no right to what is sent on it: list only what the desk would show."""
    return hidden_form_pages_removed(user, editable_forms)


@hooks.register("construct_snippet_action_menu")
def offer_sample_of_mail_text(
    menu_items: list[Any], request: HttpRequest, context: dict[str, Any]
) -> None:
    """Let editors have a mail text sent to themselves."""
    add_send_to_me(menu_items, context)


@hooks.register("before_bulk_action")
def check_before_bulk_action(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> None:
    """Delete no mail text of an event or form whose page somebody may not edit."""
    check_can_delete_all(request.user, objects)
