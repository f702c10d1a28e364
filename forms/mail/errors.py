"""What a failed attempt to send means: try again, give up, or stop and call somebody."""

from __future__ import annotations

import random
import smtplib
from enum import Enum

from anymail.exceptions import (
    AnymailAPIError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
)
from django.core.mail import BadHeaderError

FIRST_WAIT, LONGEST_WAIT = 10.0, 1800.0
LONGEST_ASKED = 86400.0  # a day: nobody who asks for more is waited for
GIVE_UP_AFTER_ATTEMPTS = 50  # with waits of up to half an hour: about a day
UNAUTHORISED = (401, 403)
PERMANENT_SMTP = range(500, 600)


class Verdict(Enum):
    """What the dispatcher does next."""

    RETRY = "retry"
    GIVE_UP = "give up"
    STOP = "stop"


def verdict_on(error: Exception) -> Verdict:
    """Return what to do after ``error``. Whatever is not known to be final is tried again."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Verdict.STOP
    if isinstance(error, AnymailAPIError) and getattr(error, "status_code", 0) in UNAUTHORISED:
        return Verdict.STOP
    if isinstance(error, (AnymailRecipientsRefused, AnymailInvalidAddress, BadHeaderError)):
        return Verdict.GIVE_UP
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _reply in error.recipients.values()]
        return Verdict.GIVE_UP if all(c in PERMANENT_SMTP for c in codes) else Verdict.RETRY
    if isinstance(error, smtplib.SMTPResponseException):
        return Verdict.GIVE_UP if error.smtp_code in PERMANENT_SMTP else Verdict.RETRY
    return Verdict.RETRY


def wait_before_attempt(attempts: int) -> float:
    """Return the seconds to wait after ``attempts`` failures: 10 s to 30 min, with jitter."""
    wait = min(FIRST_WAIT * 2.0 ** max(0, attempts - 1), LONGEST_WAIT)
    return wait * random.uniform(0.8, 1.2)  # noqa: S311 (spreading load, not a secret)


def wait_after(error: Exception, *, attempts: int) -> float:
    """Return the seconds to wait after ``error``: what the provider asks for, or our own.

    A provider says it in seconds in the header ``Retry-After``; a date there is ignored.
    """
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    asked = str(headers.get("Retry-After", ""))
    own = wait_before_attempt(attempts)
    return max(own, min(float(asked), LONGEST_ASKED)) if asked.isdigit() else own


def describe(error: Exception) -> str:
    """Return the kind of error and its code. Never its text, which may hold an address."""
    code = getattr(error, "smtp_code", None) or getattr(error, "status_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
