"""The desk in the admin's main menu."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.contrib.forms.models import FormMixin
from wagtail.contrib.forms.utils import get_form_types
from wagtail.contrib.forms.wagtail_hooks import FormsMenuItem

from ..permissions import can_use_desk


class DeskMenuItem(MenuItem):
    """Shown to those who may see what was sent on some form."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask for the right, not for a role."""
        return can_use_desk(request.user)


def desk_menu_item() -> DeskMenuItem:
    """Return the desk's place in the menu, below that of registrations."""
    return DeskMenuItem(
        _("Forms"),
        reverse("kommed_forms_desk:forms"),
        name="kommed-forms",
        icon_name="form",
        order=160,
    )


def without_stock_list(menu_items: list[Any]) -> list[Any]:
    """Return the menu without Wagtail's own "Forms" where it would only lead to desks of ours.

    It stays on a site with form pages whose submissions are read in Wagtail's list.
    """
    if any(_is_read_in_stock_list(content_type) for content_type in get_form_types()):
        return menu_items
    return [item for item in menu_items if not isinstance(item, FormsMenuItem)]


def _is_read_in_stock_list(content_type: Any) -> bool:
    view = content_type.model_class().serve_submissions_list_view
    return view is FormMixin.serve_submissions_list_view
