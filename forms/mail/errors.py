"""What a failed attempt to send means: try again, give up, let the server rest, or stop."""

from __future__ import annotations

import datetime as dt
import random
import smtplib
import ssl
from collections.abc import Callable, Iterator
from email.utils import getaddresses, parsedate_to_datetime
from enum import Enum
from typing import Any

import requests
from anymail.exceptions import (
    AnymailAPIError,
    AnymailConfigurationError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from ..exceptions import FormsError

FIRST_WAIT, LONGEST_WAIT = 10.0, 1800.0
LONGEST_ASKED = 86400.0  # a day: nobody who asks for more is waited for
GIVE_UP_AFTER_ATTEMPTS = 50  # with waits of up to half an hour: about a day
GIVE_UP_AFTER = dt.timedelta(hours=24)
SURE_ATTEMPTS = 10
"""So often everything is tried, however old it is: an outbox may have stood still for days."""

NOT_LOGGED_IN_HTTP = frozenset({401, 403})
NOT_LOGGED_IN_SMTP = frozenset({530, 534, 535, 538})
SERVER_IS_BUSY_SMTP = frozenset({421, 432, 454})
"""Closing down; Exchange's too many at once, or no log-in just now: it is not about the mail."""
TOO_LARGE_SMTP = frozenset({523, 552})
TOO_LARGE_HTTP = 413
TOO_MANY_HTTP = 429
PERMANENT_SMTP = range(500, 600)
SERVER_TROUBLE_HTTP = range(500, 600)
QUOTA_USED_UP = ("5.4.5", "5.1.90")
"""Google and Exchange say with a permanent code that a day's quota is used up, which passes."""
UNREACHABLE = (TimeoutError, ConnectionRefusedError, requests.Timeout, requests.ConnectionError)


class NoConnection(FormsError):
    """Raised when no connection to the mail server could be made; its cause says why."""


class MailNotTaken(FormsError):
    """Raised when a backend, or something that listens to it, has quietly not sent a mail."""


class NotOneRecipient(FormsError):
    """Raised when what stands as the address is none, or several."""


class Verdict(Enum):
    """What the dispatcher does next."""

    RETRY = "retry"
    GIVE_UP = "give up"
    REST = "rest"
    """Try this mail again, and leave the server in peace meanwhile."""
    STOP = "stop"


FINAL = (
    AnymailRecipientsRefused,
    AnymailInvalidAddress,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
    MailNotTaken,
    NotOneRecipient,
)
OUR_SETTINGS = (AnymailConfigurationError, ImproperlyConfigured, ssl.SSLCertVerificationError)


def verdict_on(error: Exception) -> Verdict:
    """Return what to do after ``error``. Whatever is not known to be final is tried again."""
    for kinds, judge in JUDGES:
        if isinstance(error, kinds):
            return judge(error)
    is_unreachable = any(isinstance(reason, UNREACHABLE) for reason in _reasons(error))
    return Verdict.REST if is_unreachable else Verdict.RETRY


def _without_connection(error: NoConnection) -> Verdict:
    """No mail is to blame: the server is away, or refuses us whatever we bring."""
    cause = error.__cause__ if isinstance(error.__cause__, Exception) else error
    if isinstance(cause, smtplib.SMTPNotSupportedError):
        return Verdict.STOP  # it does not do what our settings ask for
    is_refused = cause is not error and verdict_on(cause) is Verdict.STOP
    return Verdict.STOP if is_refused else Verdict.REST


def _answered(error: smtplib.SMTPResponseException) -> Verdict:
    code = error.smtp_code
    if _is_quota(error.smtp_error) or code in SERVER_IS_BUSY_SMTP:
        return Verdict.REST
    if code in NOT_LOGGED_IN_SMTP:
        return Verdict.STOP
    if code not in PERMANENT_SMTP:
        return Verdict.RETRY
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Verdict.STOP
    if isinstance(error, smtplib.SMTPSenderRefused) and code not in TOO_LARGE_SMTP:
        return Verdict.STOP  # it is our own address that is refused, and so would every mail be
    return Verdict.GIVE_UP


def _recipient_refused(error: smtplib.SMTPRecipientsRefused) -> Verdict:
    answers = list(error.recipients.values())
    codes = [code for code, _reply in answers]
    if any(code in NOT_LOGGED_IN_SMTP for code in codes):
        return Verdict.STOP
    if any(code in SERVER_IS_BUSY_SMTP or _is_quota(reply) for code, reply in answers):
        return Verdict.REST
    return Verdict.GIVE_UP if all(code in PERMANENT_SMTP for code in codes) else Verdict.RETRY


def http_status(error: AnymailAPIError) -> int:
    """Return the status that the provider answered with; 0 when there was no answer.

    Amazon's own library keeps it in a place of its own.
    """
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        return int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    return int(getattr(error, "status_code", None) or 0)


def _api(error: AnymailAPIError) -> Verdict:
    status = http_status(error)
    if status in NOT_LOGGED_IN_HTTP:
        return Verdict.STOP
    if status == TOO_LARGE_HTTP:
        return Verdict.GIVE_UP
    is_unreachable = any(isinstance(reason, UNREACHABLE) for reason in _reasons(error))
    is_trouble = is_unreachable or status == TOO_MANY_HTTP or status in SERVER_TROUBLE_HTTP
    return Verdict.REST if is_trouble else Verdict.RETRY


JUDGES: tuple[tuple[Any, Callable[[Any], Verdict]], ...] = (
    (NoConnection, _without_connection),
    (FINAL, lambda _error: Verdict.GIVE_UP),
    (OUR_SETTINGS, lambda _error: Verdict.STOP),
    (smtplib.SMTPRecipientsRefused, _recipient_refused),
    (smtplib.SMTPResponseException, _answered),
    (AnymailAPIError, _api),
    # A header or an address that cannot be: BadHeaderError up to Django 6.0. After the others,
    # since a certificate that cannot be verified is a ValueError too.
    (ValueError, lambda _error: Verdict.GIVE_UP),
)


def _is_quota(reply: bytes | str) -> bool:
    text = reply.decode("ascii", "replace") if isinstance(reply, bytes) else str(reply)
    return text.startswith(QUOTA_USED_UP)


def _reasons(error: BaseException | None) -> Iterator[BaseException]:
    """Yield ``error`` and what led to it: smtplib hides that nobody answered behind another."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def is_recipients_fault(error: Exception) -> bool:
    """Return whether an error that is final says that there is no such address.

    A refusal for reasons of policy (5.7) is about us.
    """
    if isinstance(error, (AnymailRecipientsRefused, AnymailInvalidAddress)):
        return True
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    replies = [reply for _code, reply in error.recipients.values()]
    return bool(replies) and not any(reply.startswith(b"5.7.") for reply in replies)


def check_one_recipient(address: str) -> None:
    """Raise ``NotOneRecipient`` unless ``address`` is a single address and nothing else.

    Mail servers take ``a@x, b@x`` for two, and the second would see who the first is.
    """
    if [found for _name, found in getaddresses([address])] != [address] or "@" not in address:
        raise NotOneRecipient


def has_tried_enough(*, attempts: int, age: dt.timedelta) -> bool:
    """Return whether a mail that is so old and was tried so often is not tried any more."""
    is_old = attempts >= SURE_ATTEMPTS and age > GIVE_UP_AFTER
    return is_old or attempts >= GIVE_UP_AFTER_ATTEMPTS


def wait_before_attempt(attempts: int) -> float:
    """Return the seconds to wait after ``attempts`` failures: 10 s to 30 min, with jitter."""
    wait = min(FIRST_WAIT * 2.0 ** max(0, attempts - 1), LONGEST_WAIT)
    return wait * random.uniform(0.8, 1.2)  # noqa: S311 (spreading load, not a secret)


def wait_after(error: Exception, *, attempts: int) -> float:
    """Return the seconds to wait after ``error``: what the provider asks for, or our own."""
    return max(wait_before_attempt(attempts), asked_to_wait(error))


def asked_to_wait(error: Exception) -> float:
    """Return the seconds that the header ``Retry-After`` asks for, at most a day; 0 without one.

    It says so in seconds, or as the date when we may come again (RFC 9110, 10.2.3).
    """
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    asked = str(headers.get("Retry-After", "")).strip()
    if asked.isdecimal() and asked.isascii():
        return min(float(asked[:10]), LONGEST_ASKED)
    try:
        moment = parsedate_to_datetime(asked)
    except (TypeError, ValueError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return min(max(0.0, (moment - timezone.now()).total_seconds()), LONGEST_ASKED)


def describe(error: Exception) -> str:
    """Return the kind of error and its code. Never its text, which may hold an address."""
    if isinstance(error, NoConnection) and isinstance(error.__cause__, Exception):
        error = error.__cause__
    code = getattr(error, "smtp_code", None)
    if isinstance(error, AnymailAPIError):
        code = http_status(error)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((found for found, _reply in error.recipients.values()), None)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        late = [each for each in _reasons(error) if isinstance(each, TimeoutError)]
        error = late[0] if late else error
    return f"{type(error).__name__} {code}" if code else type(error).__name__
