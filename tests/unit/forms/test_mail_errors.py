"""What an error of a mail server or a provider means, and what a provider is told with a mail."""

from __future__ import annotations

import datetime as dt
import smtplib
import ssl
from email.utils import format_datetime
from typing import Any

import pytest
import requests
import time_machine
from anymail.backends.brevo import EmailBackend as Brevo
from anymail.backends.mailgun import EmailBackend as Mailgun
from anymail.backends.postmark import EmailBackend as Postmark
from anymail.exceptions import (
    AnymailAPIError,
    AnymailConfigurationError,
    AnymailRecipientsRefused,
    AnymailRequestsAPIError,
)
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend as InMemory

from forms.mail.connections import provider_id, tell_the_provider
from forms.mail.errors import (
    NoConnection,
    Verdict,
    asked_to_wait,
    describe,
    has_tried_enough,
    is_recipients_fault,
    verdict_on,
)

NOW = dt.datetime(2026, 11, 25, 8, 0, tzinfo=dt.UTC)
REFUSED = smtplib.SMTPRecipientsRefused


def api(status: int, **headers: str) -> AnymailRequestsAPIError:
    """Return the error of a provider that answered with ``status``."""
    response = requests.Response()
    response.status_code = status
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return AnymailRequestsAPIError("said no", response=response)


def amazon(status: int) -> AnymailAPIError:
    """Return the error that Amazon's own library leads to."""
    return AnymailAPIError("no", response={"ResponseMetadata": {"HTTPStatusCode": status}})


def unconnected(cause: Exception) -> NoConnection:
    """Return what is raised when no connection could be made."""
    error = NoConnection()
    error.__cause__ = cause
    return error


def hidden_timeout() -> Exception:
    """Return what smtplib makes of a server that does not answer."""
    error = smtplib.SMTPServerDisconnected("Connection unexpectedly closed: timed out")
    error.__context__ = TimeoutError("timed out")
    return error


VERDICTS: list[tuple[Exception, Verdict]] = [
    (smtplib.SMTPDataError(451, b"4.3.0 later"), Verdict.RETRY),
    (REFUSED({"a@example.dk": (450, b"4.2.0 greylisted")}), Verdict.RETRY),
    (smtplib.SMTPServerDisconnected("gone"), Verdict.RETRY),
    (api(400), Verdict.RETRY),
    # It is not about the mail.
    (smtplib.SMTPDataError(432, b"4.3.2 STOREDRV.ClientSubmit; sender thread limit"), Verdict.REST),
    (smtplib.SMTPSenderRefused(421, b"4.7.0 too many", "k@example.dk"), Verdict.REST),
    (smtplib.SMTPAuthenticationError(454, b"4.7.0 not now"), Verdict.REST),
    (smtplib.SMTPDataError(550, b"5.4.5 Daily sending quota exceeded"), Verdict.REST),
    (REFUSED({"a@example.dk": (421, b"closing")}), Verdict.REST),
    (hidden_timeout(), Verdict.REST),
    (unconnected(ConnectionRefusedError()), Verdict.REST),
    (unconnected(OSError("no route")), Verdict.REST),
    (unconnected(smtplib.SMTPConnectError(554, b"no service")), Verdict.REST),
    (api(429), Verdict.REST),
    (api(503), Verdict.REST),
    (amazon(429), Verdict.REST),
    # Nothing would leave until somebody has put it right.
    (smtplib.SMTPAuthenticationError(535, b"5.7.8 wrong"), Verdict.STOP),
    (unconnected(smtplib.SMTPAuthenticationError(535, b"5.7.8 wrong")), Verdict.STOP),
    (smtplib.SMTPSenderRefused(530, b"5.7.0 log in", "k@example.dk"), Verdict.STOP),
    (smtplib.SMTPDataError(538, b"5.7.11 encrypt"), Verdict.STOP),
    (smtplib.SMTPSenderRefused(550, b"5.7.60 not your address", "k@example.dk"), Verdict.STOP),
    (unconnected(smtplib.SMTPNotSupportedError("no STARTTLS")), Verdict.STOP),
    (unconnected(ssl.SSLCertVerificationError("expired")), Verdict.STOP),
    (unconnected(AnymailConfigurationError("no key")), Verdict.STOP),
    (api(401), Verdict.STOP),
    (api(403), Verdict.STOP),
    (amazon(403), Verdict.STOP),
    # It will never be taken.
    (REFUSED({"a@example.dk": (550, b"5.1.1 unknown")}), Verdict.GIVE_UP),
    (smtplib.SMTPSenderRefused(552, b"5.3.4 too large", "k@example.dk"), Verdict.GIVE_UP),
    (smtplib.SMTPDataError(554, b"5.7.1 spam"), Verdict.GIVE_UP),
    (AnymailRecipientsRefused(), Verdict.GIVE_UP),
    (ValueError("Header values can't contain newlines"), Verdict.GIVE_UP),
    (api(413), Verdict.GIVE_UP),
]


@pytest.mark.parametrize(("error", "verdict"), VERDICTS, ids=lambda found: repr(found)[:60])
def test_each_error_has_a_verdict(error: Exception, verdict: Verdict) -> None:
    assert verdict_on(error) is verdict


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("600", 600),
        (" 7 ", 7),
        (format_datetime(NOW + dt.timedelta(seconds=90), usegmt=True), 90),
        ("Wed, 25 Nov 2026 09:00:00 +0100", 0),
        (format_datetime(NOW - dt.timedelta(days=1), usegmt=True), 0),
        (format_datetime(NOW + dt.timedelta(days=400), usegmt=True), 86400),
        ("9" * 400, 86400),
        ("-5", 0),
        ("1e9", 0),
        ("²", 0),
        ("soon", 0),
        ("", 0),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_at_most_a_day(said: str, seconds: float) -> None:
    with time_machine.travel(NOW, tick=False):
        assert asked_to_wait(api(429, Retry_After=said)) == seconds


@pytest.mark.parametrize(
    ("error", "is_theirs"),
    [
        (REFUSED({"a@example.dk": (550, b"5.1.1 unknown")}), True),
        (REFUSED({"a@example.dk": (550, b"unknown")}), True),
        (AnymailRecipientsRefused(), True),
        (REFUSED({"a@example.dk": (554, b"5.7.1 Relay access denied")}), False),
        (smtplib.SMTPDataError(554, b"5.7.1 spam"), False),
    ],
    ids=repr,
)
def test_only_an_address_that_is_refused_counts_as_bounced(
    error: Exception, is_theirs: bool
) -> None:
    assert is_recipients_fault(error) is is_theirs


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (REFUSED({"ida@example.dk": (550, b"<ida@example.dk> no")}), "SMTPRecipientsRefused 550"),
        (unconnected(smtplib.SMTPAuthenticationError(535, b"")), "SMTPAuthenticationError 535"),
        (hidden_timeout(), "TimeoutError"),
        (amazon(429), "AnymailAPIError 429"),
        (api(401), "AnymailRequestsAPIError 401"),
    ],
)
def test_an_error_is_called_by_its_name_and_code(error: Exception, words: str) -> None:
    assert describe(error) == words


@pytest.mark.parametrize(
    ("attempts", "hours", "enough"),
    [(50, 1, True), (49, 23, False), (10, 25, True), (9, 99, False)],
)
def test_what_was_tried_for_a_day_is_enough(attempts: int, hours: int, enough: bool) -> None:
    assert has_tried_enough(attempts=attempts, age=dt.timedelta(hours=hours)) is enough


@pytest.mark.parametrize(
    ("backend", "told"),
    [
        (Mailgun(api_key="k", sender_domain="example.dk"), {"track_opens", "track_clicks"}),
        (Postmark(server_token="t"), {"track_opens", "track_clicks"}),
        (Brevo(api_key="k"), set()),
    ],
    ids=["Mailgun", "Postmark", "Brevo"],
)
def test_a_provider_is_told_our_name_for_the_mail_and_to_track_nobody_where_it_can(
    backend: Any, told: set[str]
) -> None:
    mail: Any = EmailMessage("s", "b", "k@example.dk", ["ida@example.dk"])

    tell_the_provider(mail, backend, outbox_id="3f2c")

    assert mail.metadata == {"outbox_id": "3f2c"}
    assert {name for name in ("track_opens", "track_clicks") if hasattr(mail, name)} == told
    assert not any(getattr(mail, name) for name in told)
    backend.build_message_payload(mail, {})  # raises for what the provider does not know


def test_a_mail_server_is_told_nothing() -> None:
    mail = EmailMessage("s", "b", "k@example.dk", ["ida@example.dk"])
    before = set(vars(mail))

    tell_the_provider(mail, InMemory(), outbox_id="3f2c")

    assert set(vars(mail)) == before
    assert provider_id(mail) == ""


def test_what_the_provider_calls_a_mail_is_known() -> None:
    mail: Any = EmailMessage()
    for found, expected in (("abc", "abc"), ({"abc"}, "abc"), (None, ""), ("x" * 300, "x" * 255)):
        mail.anymail_status = type("Status", (), {"message_id": found})
        assert provider_id(mail) == expected
