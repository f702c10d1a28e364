"""Which posts come from our own pages, judged with a cookie or without, by path."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from modern_csrf.middleware import ModernCsrfViewMiddleware

DEFAULT_COOKIE_PATHS = ("/admin/", "/accounts/", "/django-admin/")


class CsrfByPathMiddleware:
    """Django's own protection where people are logged in; headers instead of a cookie elsewhere.

    A public page that carries Django's token sets a cookie, and then can neither be cached whole
    nor do without a banner. Browsers say by ``Sec-Fetch-Site`` and ``Origin`` where a post comes
    from, whatever cookie is there. Put this in the place of Django's ``CsrfViewMiddleware``.
    ``KOMMED_COOKIE_PATHS`` lists the beginnings of the paths that keep Django's.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.with_cookie = CsrfViewMiddleware(get_response)
        self.without_cookie = ModernCsrfViewMiddleware(get_response)
        self.cookie_paths = tuple(getattr(settings, "KOMMED_COOKIE_PATHS", DEFAULT_COOKIE_PATHS))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let Django's middleware read and set its cookie on its own paths only."""
        if self._has_cookie(request):
            return self.with_cookie(request)  # type: ignore[return-value]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, callback: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Refuse a post that comes from somebody else's page."""
        judge = self.with_cookie if self._has_cookie(request) else self.without_cookie
        return judge.process_view(request, callback, args, kwargs)

    def _has_cookie(self, request: HttpRequest) -> bool:
        return request.path.startswith(self.cookie_paths)
