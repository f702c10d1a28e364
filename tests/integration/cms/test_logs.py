"""Personal links stand in no log."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from logging.config import dictConfig

import pytest
from django.conf import settings
from django.core.servers.basehttp import WSGIRequestHandler
from django.test import Client

from cms.logs import mask_personal_links, without_links
from events.queries.own_page import own_page_token, own_page_url
from tests.factories import MadeEvent, make_registration

pytestmark = pytest.mark.django_db

TOKEN = "A1b2_-" * 8


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that any logger writes, as the site's own handler writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    dictConfig({**settings.LOGGING, "handlers": {"console": {"class": "logging.NullHandler"}}})
    handler.setFormatter(logging.Formatter("{message} {exc_text}", style="{"))
    handler.setLevel(logging.DEBUG)
    loggers = [logging.getLogger(name) for name in ("", "django.server", "gunicorn.access")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    yield stream
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(handler)
        logger.setLevel(level)
    dictConfig(settings.LOGGING)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"GET /r/{TOKEN}/ HTTP/1.1", "GET /r/***/ HTTP/1.1"),
        (
            f"https://example.dk/r/{TOKEN}/svar/?done=moved",
            "https://example.dk/r/***/svar/?done=moved",
        ),
        (f"/r/i/{TOKEN}/no/", "/r/i/***/no/"),
        (f"Not Found: /r/{TOKEN[:-5]}", "Not Found: /r/***"),
        ("/r/sendt/ and /abne-vaerksteder/", "/r/sendt/ and /abne-vaerksteder/"),
    ],
)
def test_what_is_masked(text: str, shown: str) -> None:
    assert without_links(text) == shown


def test_requests_that_the_site_answers_or_refuses(made: MadeEvent, written: io.StringIO) -> None:
    registration = make_registration(made)
    token, url = own_page_token(registration), own_page_url(registration)
    path = f"/r/{token}/"
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    assert client.get(path).status_code == 200
    assert client.get(f"{path}nowhere/").status_code == 404
    assert client.post(path).status_code == 405
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    assert client.post(f"{path}afmeld/", headers=foreign).status_code == 403
    logging.getLogger("events").warning("at %s", url)
    logging.getLogger("gunicorn.access").info('%(r)s "%(f)s"', {"r": f"GET {path}", "f": url})
    handler = WSGIRequestHandler.__new__(WSGIRequestHandler)
    handler.client_address, handler.request = ("127.0.0.1", 1), None
    handler.log_message('"%s" %s %s', f"GET {path} HTTP/1.1", "200", "1")

    lines = written.getvalue()
    for sign in ("Not Found", "Method Not Allowed", "Forbidden", "HTTP/1.1", "at http"):
        assert sign in lines
    assert token not in lines
    assert lines.count("/r/***") >= 6


def test_the_control_a_record_that_is_not_masked_shows_it(written: io.StringIO) -> None:
    masked = logging.getLogRecordFactory()
    try:
        logging.setLogRecordFactory(logging.LogRecord)
        logging.getLogger("events").warning("at /r/%s/", TOKEN)
        assert TOKEN in written.getvalue()
        mask_personal_links()
        once = logging.getLogRecordFactory()
        mask_personal_links()
        assert logging.getLogRecordFactory() is once
    finally:
        logging.setLogRecordFactory(masked)


def test_the_text_of_an_exception() -> None:
    stream = io.StringIO()
    dictConfig(settings.LOGGING)
    (handler,) = [
        found for found in logging.getLogger().handlers if type(found) is logging.StreamHandler
    ]
    handler.setStream(stream)
    try:
        _fail(f"https://example.dk/r/{TOKEN}/")
    except ValueError:
        logging.getLogger("events").exception("It went wrong")
    assert "It went wrong" in stream.getvalue()
    assert TOKEN not in stream.getvalue()


def _fail(why: str) -> None:
    raise ValueError(why)
