"""What all screens of the desk share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.generic.base import BaseListingView

from ..permissions import check_can_use_desk

PER_PAGE = 50


class DeskMixin:
    """Only for those who may see some event's registrations; each screen narrows that further."""

    header_icon = "group"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse who has no business here before anything is looked up."""
        check_can_use_desk(request.user)
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        response["Cache-Control"] = "no-store, private"
        return response

    def desk_breadcrumbs(self) -> list[dict[str, Any]]:
        """Return the way from the admin's front page to the desk."""
        return [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("kommed_events_desk:events"), "label": _("Registrations")},
        ]


class DeskListView(DeskMixin, BaseListingView):
    """A list of the desk: filtered, searched, ordered and paged by Wagtail's own listing."""

    paginate_by = PER_PAGE
    results_name = ""

    def results_url_args(self) -> list[Any]:
        """Return what the address of the results needs."""
        return []

    def get_index_url(self) -> str:
        """Where the list itself is; the links that sort its columns lead there."""
        return reverse(self.results_name.removesuffix("_results"), args=self.results_url_args())

    @property
    def index_results_url(self) -> str:
        """Where the page asks for the rows alone while somebody types or filters."""
        return reverse(self.results_name, args=self.results_url_args())

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way to this list."""
        return [
            *self.desk_breadcrumbs(),
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]
