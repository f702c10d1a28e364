"""Finding the page that a visitor asks for, with queries that are written once per process.

Wagtail asks for the site by a query that is long to write, then for its front page twice; where
there is one site there is nothing to choose.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from wagtail.models import Site
from wagtail.views import serve

from forms.prepared import PreparedQuery
from home.models import HomePage

_SITES = PreparedQuery(lambda: Site.objects.order_by("pk")[:2])
_HOME = PreparedQuery(lambda pk: HomePage.objects.filter(pk=pk))


class OnlySiteMiddleware:
    """Says which site a page is asked of where there is only one, as ``Site.find_for_request``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    @staticmethod
    def process_view(
        request: HttpRequest, view: Callable[..., HttpResponse], _args: Any, _kwargs: Any
    ) -> None:
        """Look site and front page up if a page is to be served; of several, Wagtail chooses."""
        if view is not serve:
            return
        # A database that is away is the view's to answer for; what is raised here is not caught.
        with contextlib.suppress(OperationalError, InterfaceError):
            sites = _SITES.all()
            if len(sites) != 1 or not sites[0].is_default_site:
                return
            home = _HOME.first(pk=sites[0].root_page_id)
            if home is not None:
                sites[0].root_page = home
                request._wagtail_site = sites[0]  # type: ignore[attr-defined]
