"""How venues and hosts are listed and edited."""

from __future__ import annotations

from wagtail.snippets.views.snippets import SnippetViewSet

from ..models import Host, Venue


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
