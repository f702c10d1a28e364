"""The answer when the database is away: a plain page that says so, and keeps what was sent."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from forms.transactions import is_lock_timeout

logger = logging.getLogger(__name__)

UNAVAILABLE = 503
RETRY_AFTER_SECONDS = 5
TEMPLATE = "503.html"
OF_SQLITE = ("database is locked", "disk is full", "disk I/O error", "unable to open database")
"""How SQLite begins to say that it cannot work; its other errors are mistakes of ours."""


def is_away(error: Exception) -> bool:
    """Return whether ``error`` says that the database cannot be had now, whoever asks for what."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    if isinstance(error, OperationalError) and is_lock_timeout(error):
        return True
    return connection.vendor != "sqlite" or any(words in str(error) for words in OF_SQLITE)


class DatabaseAwayMiddleware:
    """Answers 503 with ``Retry-After`` while the database restarts, is gone, full or locked.

    The page asks the database nothing. It holds what a visitor sent, to be sent again: that is
    safe, since the same registration sent twice is one. In the admin, where a token has to be
    checked and passwords are sent, nothing is kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page if ``exception`` means that the database is away, else None."""
        if not is_away(exception):
            return None
        # One line, without the traceback: its values may be somebody's answers.
        sqlstate = getattr(exception.__cause__, "sqlstate", None) or "-"
        logger.error("The database is away (%s, %s).", type(exception).__name__, sqlstate)
        context = {"sent": _sent(request), "has_files": bool(_files(request))}
        response = render(request, TEMPLATE, context, status=UNAVAILABLE)
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        add_never_cache_headers(response)
        return response


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """Return each field that was sent on a public page, with its values one by one."""
    if request.method != "POST" or request.path.startswith(tuple(settings.KOMMED_COOKIE_PATHS)):
        return []
    try:
        return [(name, value) for name, values in request.POST.lists() for value in values]
    except UnreadablePostError:
        return []


def _files(request: HttpRequest) -> object:
    return request.FILES if _sent(request) else None
