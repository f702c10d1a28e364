"""What all screens of a staff desk share; the desk of another app builds on it too."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.generic.base import BaseListingView

from ..permissions import check_can_use_desk

PER_PAGE = 50


class BaseDeskMixin:
    """A screen for those who may use the desk; each screen narrows that further."""

    desk_title: Any = ""
    desk_url_name = ""

    def check_may_use(self, user: Any) -> None:
        """Raise ``PermissionDenied`` for those who have no business at this desk."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse who has no business here; keep what others see out of every cache."""
        self.check_may_use(request.user)
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        response["Cache-Control"] = "no-store, private"
        return response

    def desk_breadcrumbs(self) -> list[dict[str, Any]]:
        """Return the way from the admin's front page to the desk."""
        return [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse(self.desk_url_name), "label": self.desk_title},
        ]


class BaseDeskListView(BaseDeskMixin, BaseListingView):
    """A list of a desk: filtered, searched, ordered and paged by Wagtail's own listing."""

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


class DeskMixin(BaseDeskMixin):
    """A screen of the desk where staff read what was sent on forms."""

    header_icon = "form"
    desk_title = _("Forms")
    desk_url_name = "kommed_forms_desk:forms"

    def check_may_use(self, user: Any) -> None:
        """Only those who may see what was sent on some form."""
        check_can_use_desk(user)


class DeskListView(DeskMixin, BaseDeskListView):
    """A list of that desk."""
