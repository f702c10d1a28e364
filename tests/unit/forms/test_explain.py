"""Errors of mails in words that people understand."""

from __future__ import annotations

import smtplib
import socket
import ssl

import pytest
import requests
from anymail.exceptions import (
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailRequestsAPIError,
)

from forms.mail import explain as words
from forms.mail.errors import describe
from forms.mail.explain import explain


def provider_error(status: int) -> Exception:
    response = requests.Response()
    response.status_code = status
    return AnymailRequestsAPIError(response=response)


CASES = [
    (smtplib.SMTPRecipientsRefused({"a@example.dk": (550, b"no")}), words.ADDRESS_REFUSED),
    (smtplib.SMTPAuthenticationError(535, b"no"), words.LOG_IN),
    (smtplib.SMTPDataError(554, b"spam"), words.CONTENT_REFUSED),
    (smtplib.SMTPDataError(451, b"later"), words.SERVER_LATER),
    (smtplib.SMTPSenderRefused(530, b"no", "a@example.dk"), words.SENDER_REFUSED),
    (smtplib.SMTPServerDisconnected("gone"), words.BROKE_OFF),
    (smtplib.SMTPConnectError(421, b"busy"), words.NO_CONNECTION),
    (ConnectionRefusedError(111, "refused"), words.NO_CONNECTION),
    (TimeoutError("timed out"), words.NO_ANSWER),
    (socket.gaierror(-2, "unknown"), words.NO_SUCH_SERVER),
    (ssl.SSLCertVerificationError("wrong name"), words.NOT_SECURE),
    (requests.exceptions.ReadTimeout(), words.NO_ANSWER),
    (provider_error(429), words.TOO_MANY),
    (provider_error(401), words.LOG_IN),
    (provider_error(422), words.PROVIDER_REFUSED),
    (provider_error(503), words.PROVIDER_TROUBLE),
    (AnymailRecipientsRefused(), words.ADDRESS_REFUSED),
    (AnymailInvalidAddress(), words.ADDRESS_WRONG),
]


@pytest.mark.parametrize(("error", "expected"), CASES, ids=lambda value: type(value).__name__)
def test_what_the_dispatcher_writes_down_is_understood(
    error: Exception, expected: tuple[object, object]
) -> None:
    found = explain(describe(error))

    assert found is not None
    assert (found.what, found.advice) == expected
    assert found.code == describe(error)


def test_the_refusal_for_good_and_that_of_the_moment_are_told_apart() -> None:
    for_good, for_now = (explain(f"SMTPRecipientsRefused {code}") for code in (550, 450))

    assert for_good is not None
    assert for_now is not None
    assert (for_good.what, for_good.advice) == words.ADDRESS_REFUSED
    assert (for_now.what, for_now.advice) == words.ADDRESS_LATER


@pytest.mark.parametrize("error", ["ZeroDivisionError", "Nonsense 12 ½", "550", " ", "a.b.C", "²"])
def test_what_is_not_known_is_said_honestly_and_with_its_code(error: str) -> None:
    found = explain(error)

    assert found is not None
    assert (found.what, found.advice) == words.UNKNOWN
    assert found.code == error


def test_without_an_error_there_is_nothing_to_say() -> None:
    assert explain("") is None


def test_every_error_has_a_sentence_and_an_advice() -> None:
    every = [*words.BY_NAME.values(), *words.SMTP_LATER.values(), *words.PROVIDER_CODES.values()]

    assert all(str(what).endswith(".") and str(advice).endswith(".") for what, advice in every)
