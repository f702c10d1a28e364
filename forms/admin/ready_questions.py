"""How the site's own ready questions are listed and edited."""

from __future__ import annotations

from wagtail.snippets.views.snippets import SnippetViewSet

from ..models import ReadyQuestion


class ReadyQuestionViewSet(SnippetViewSet):
    """The library from which editors take questions."""

    model = ReadyQuestion
    icon = "list-ul"
    list_display = ["label", "get_field_type_display", "get_privacy_class_display"]
    list_filter = ["field_type", "privacy_class"]
    add_to_admin_menu = False
