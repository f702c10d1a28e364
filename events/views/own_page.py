"""The registrant's own page, reached by a personal link."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.generic import View

from ..clock import database_now
from ..queries.own_page import registration_for


class OwnPageView(View):
    """What somebody's registration has come to."""

    def get(self, request: HttpRequest, *args: Any, token: str) -> HttpResponse:
        """Show it."""
        registration = registration_for(token, now=database_now())
        if registration is None:
            raise Http404
        return HttpResponse(registration.get_state_display())
