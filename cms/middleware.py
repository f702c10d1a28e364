"""What every answer of the site carries."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PUBLIC_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-ancestors 'none'"
)
# Wagtail's editor has inline scripts; without them its inline panels do nothing.
ADMIN_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; frame-ancestors 'self'; "
    "form-action 'self'; base-uri 'self'; object-src 'none'"
)


class ContentSecurityPolicyMiddleware:
    """A strict policy on public pages, and one that Wagtail's editor can live with in the admin.

    Two policies by path, which neither Django 6's middleware nor django-csp offers without a
    decorator on every view of the admin.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the policy that belongs to the path."""
        response = self.get_response(request)
        if "Content-Security-Policy" not in response:
            response["Content-Security-Policy"] = self._policy(request)
        return response

    @staticmethod
    def _policy(request: HttpRequest) -> str:
        if request.path.startswith(tuple(settings.KOMMED_COOKIE_PATHS)):
            return ADMIN_POLICY
        # The editor's preview frames a public page; Wagtail marks such a request.
        if getattr(request, "is_preview", False):
            return ADMIN_POLICY
        return PUBLIC_POLICY
