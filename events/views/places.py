"""Places left, for the page's script."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from wagtail.views import serve as serve_page

from ..clock import database_now
from ..models.event_page import PLACES_PATH
from ..queries.live_seats import live_seats, status_of
from .visit import Visit

FRESH_SECONDS = 1


def serve_places(visit: Visit) -> HttpResponse:
    """Answer what is left at each session: no cookie, and never older than a second or two."""
    if visit.event is None:
        raise Http404
    status = status_of(visit.event, database_now())
    response = JsonResponse(live_seats(visit.page, visit.event, status=status))
    response.headers["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    return response


@require_safe
def page_places(request: HttpRequest, path: str) -> HttpResponse:
    """Hand ``<event>/pladser.json`` to the page; Wagtail's own pattern knows no dots.

    Through Wagtail's view, so that the page's view restrictions hold.
    """
    response: HttpResponse = serve_page(request, f"{path}{PLACES_PATH}")
    return response
