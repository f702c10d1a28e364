"""What all screens of the desk share."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from forms.admin.base import PER_PAGE, BaseDeskListView, BaseDeskMixin

from ..permissions import check_can_use_desk

__all__ = ["PER_PAGE", "DeskListView", "DeskMixin"]


class DeskMixin(BaseDeskMixin):
    """Only for those who may see some event's registrations; each screen narrows that further."""

    header_icon = "group"
    desk_title = _("Registrations")
    desk_url_name = "kommed_events_desk:events"

    def check_may_use(self, user: Any) -> None:
        """Only those who may see some event's registrations."""
        check_can_use_desk(user)


class DeskListView(DeskMixin, BaseDeskListView):
    """A list of the desk."""
