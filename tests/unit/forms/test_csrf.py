"""Whose posts are taken: judged by header on public paths, by token where people are logged in."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CSRF_SECRET_LENGTH, get_token
from django.test import RequestFactory
from django.views.decorators.csrf import csrf_exempt

from forms.protection import CsrfByPathMiddleware

PUBLIC, ADMIN = "/vaerksted/", "/admin/pages/"
COOKIE = django_settings.CSRF_COOKIE_NAME
HOST = "https://testserver"
OUR_OWN: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-origin", "Origin": HOST},
    {"Origin": HOST},
]
SOMEBODY_ELSES: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "https://testserver.elsewhere.example"},
    {"Origin": "null"},
]
UNSAFE = ["POST", "PUT", "PATCH", "DELETE"]


def answered(request: HttpRequest) -> HttpResponse:
    return HttpResponse("taken")


def with_form(request: HttpRequest) -> HttpResponse:
    """A page whose form carries Django's token."""
    return HttpResponse(get_token(request))


def ask(
    method: str,
    path: str,
    *,
    view: Any = answered,
    headers: dict[str, str] | None = None,
    cookies: dict[str, str] | None = None,
    data: dict[str, str] | None = None,
) -> HttpResponse:
    """Take a request through the middleware the way Django's handler does."""

    def handle(request: HttpRequest) -> HttpResponse:
        refusal = middleware.process_view(request, view, (), {})
        return refusal or view(request)

    middleware = CsrfByPathMiddleware(handle)
    factory = RequestFactory(headers=headers or {}, enforce_csrf_checks=True)
    request = factory.post(path, data or {}, secure=True)
    request.method = method
    request.COOKIES.update(cookies or {})
    return middleware(request)


@pytest.mark.parametrize("headers", OUR_OWN, ids=str)
@pytest.mark.parametrize("method", UNSAFE)
def test_a_post_from_our_own_page_is_taken_without_a_cookie(
    method: str, headers: dict[str, str]
) -> None:
    answer = ask(method, PUBLIC, headers=headers)

    assert (answer.status_code, answer.content) == (200, b"taken")
    assert answer.cookies == {}


@pytest.mark.parametrize("headers", SOMEBODY_ELSES, ids=str)
@pytest.mark.parametrize("method", UNSAFE)
def test_a_post_from_somebody_elses_page_is_refused(method: str, headers: dict[str, str]) -> None:
    answer = ask(method, PUBLIC, headers=headers)

    assert answer.status_code == 403
    assert answer.cookies == {}


@pytest.mark.parametrize("headers", SOMEBODY_ELSES, ids=str)
def test_no_cookie_and_no_token_helps_a_post_from_elsewhere(headers: dict[str, str]) -> None:
    secret = secrets.token_hex(CSRF_SECRET_LENGTH)[:CSRF_SECRET_LENGTH]

    answer = ask(
        "POST",
        PUBLIC,
        headers=headers,
        cookies={COOKIE: secret, "sessionid": "somebody"},
        data={"csrfmiddlewaretoken": secret},
    )

    assert answer.status_code == 403


@pytest.mark.parametrize("headers", [*OUR_OWN, *SOMEBODY_ELSES], ids=str)
def test_whoever_comes_from_elsewhere_may_read(headers: dict[str, str]) -> None:
    answer = ask("GET", PUBLIC, headers=headers)

    assert answer.status_code == 200
    assert answer.cookies == {}


@pytest.mark.parametrize("method", UNSAFE)
def test_where_people_are_logged_in_a_header_is_not_enough(method: str) -> None:
    assert ask(method, ADMIN, headers=OUR_OWN[2]).status_code == 403


def test_where_people_are_logged_in_the_token_of_the_page_is_taken() -> None:
    page = ask("GET", ADMIN, view=with_form)
    cookies = {COOKIE: page.cookies[COOKIE].value}
    headers = {"Origin": HOST}

    with_token = ask(
        "POST",
        ADMIN,
        headers=headers,
        cookies=cookies,
        data={"csrfmiddlewaretoken": page.content.decode()},
    )
    without = ask("POST", ADMIN, headers=headers, cookies=cookies)

    assert (with_token.status_code, without.status_code) == (200, 403)


def test_a_view_that_lets_everybody_in_does_so_everywhere() -> None:
    everybody = csrf_exempt(answered)

    statuses = [
        ask("POST", path, view=everybody, headers=SOMEBODY_ELSES[0]).status_code
        for path in (PUBLIC, ADMIN)
    ]

    assert statuses == [200, 200]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/medlemmer/", 403), ("/medlemmer/side/", 403), ("/admin/", 200), ("/andet/medlemmer/", 200)],
)
def test_a_site_says_where_its_people_are_logged_in(settings: Any, path: str, status: int) -> None:
    settings.KOMMED_COOKIE_PATHS = ["/medlemmer/"]

    assert ask("POST", path, headers=OUR_OWN[0]).status_code == status
