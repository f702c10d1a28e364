"""Finding the page that a visitor asks for, with queries that are written once per process.

Wagtail asks for the site by a query that is long to write, then for its front page twice, for the
language twice, and for who may see what is above the page. Where there is one site there is nothing
to choose, and all of that can be asked at once.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from wagtail.models import Locale, PageViewRestriction, Site
from wagtail.views import serve

from forms.prepared import PreparedQuery, ask_together
from home.models import HomePage, SiteFacts, event_on_only_site

_SITES = PreparedQuery(lambda: Site.objects.order_by("pk")[:2])
_HOMES = PreparedQuery(lambda: HomePage.objects.filter(sites_rooted_here__isnull=False)[:2])
_LOCALES = PreparedQuery(Locale.objects.all)
_PRIVATE = PreparedQuery(lambda: PageViewRestriction.objects.order_by().values_list("pk")[:1])


class OnlySiteMiddleware:
    """Says which site a page is asked of where there is only one, as ``Site.find_for_request``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    @staticmethod
    def process_view(
        request: HttpRequest, view: Callable[..., HttpResponse], args: Any, _kwargs: Any
    ) -> None:
        """Look site and front page up if a page is to be served; of several, Wagtail chooses.

        Most who come ask for an event right below the front page, so that is looked for, too.
        """
        if view is not serve:
            return
        slug = str(args[0]).partition("/")[0] if args else ""
        # A database that is away is the view's to answer for; what is raised here is not caught.
        with contextlib.suppress(OperationalError, InterfaceError):
            sites, homes, locales, private, *events = ask_together(
                *(_SITES.asked(), _HOMES.asked(), _LOCALES.asked(), _PRIVATE.asked()),
                *([event_on_only_site(slug)] if slug else []),
            )
            if len(sites) != 1 or not sites[0].is_default_site or len(homes) != 1:
                return
            (site,), (home,) = sites, homes
            if site.root_page_id == home.pk:
                home.facts = SiteFacts(
                    locales={locale.pk: locale for locale in locales},
                    has_private_pages=bool(private),
                    slug=slug,
                    event=next(iter(events[0]), None) if events else None,
                )
                site.root_page = home
                request._wagtail_site = site  # type: ignore[attr-defined]
