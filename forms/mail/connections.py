"""The connection to the mail server: one for many mails, made anew when it has broken."""

from __future__ import annotations

import contextlib
import inspect
import smtplib
import sys
import time
from typing import Any

from anymail.backends.base import AnymailBaseBackend, BasePayload
from django.core import mail as django_mail
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend

from .errors import MailNotTaken, NoConnection

IDLE_SECONDS = 10.0
"""After that a server may have hung up, and the next mail gets a connection of its own."""
TIMEOUT_SECONDS = 20
"""How long an answer is waited for where the site's settings say nothing; Django's is for ever."""
FIRST_REST, LONGEST_REST = 5.0, 60.0
TOO_MANY_ON_ONE = 421


def new_connection() -> Any:
    """Return a connection as the site has set it up: Django 6.1 knows mailers, those before not."""
    mailers = getattr(django_mail, "mailers", None)
    made: Any = mailers.default if mailers is not None else django_mail.get_connection()
    if getattr(made, "timeout", TIMEOUT_SECONDS) is None:
        made.timeout = TIMEOUT_SECONDS
    return made


class Mailer:
    """Sends mails over one connection, and remembers when the server is better left in peace.

    Not shared by threads or processes. Close it when nothing more is to be sent.
    """

    def __init__(self) -> None:
        self._connection: Any = None
        self._used_at = 0.0
        self._brought = 0
        self._rests = 0
        self._rests_until = float("-inf")

    def send(self, mail: EmailMessage, *, outbox_id: str = "") -> str:
        """Send one mail, and return what the provider calls it, or nothing.

        ``outbox_id`` is what the provider is to repeat when it tells us of the mail.

        Raises ``NoConnection`` from what went wrong before the mail was handed over, and whatever
        the mail server or the provider says to the mail itself.
        """
        try:
            taken = self._hand_over(mail, outbox_id)
        except smtplib.SMTPSenderRefused as error:
            if error.smtp_code != TOO_MANY_ON_ONE or not self._brought:
                self._drop_if_broken(error)
                raise
            self.close()  # so many mails and no more over one connection; nothing was accepted
            taken = self._hand_over(mail, outbox_id)
        except Exception as error:
            self._drop_if_broken(error)
            raise
        self._used_at = time.monotonic()
        self._brought += 1
        self._rests = 0
        if taken == 0:  # some backends return nothing at all
            raise MailNotTaken
        return provider_id(mail)

    def _hand_over(self, mail: EmailMessage, outbox_id: str) -> int | None:
        if self._connection is not None and time.monotonic() - self._used_at > IDLE_SECONDS:
            self.close()
        if self._connection is None:
            self._open()
        tell_the_provider(mail, self._connection, outbox_id=outbox_id)
        return self._connection.send_messages([mail])  # type: ignore[no-any-return]

    def _open(self) -> None:
        made = None
        try:
            made = new_connection()
            made.open()
        except Exception as error:
            with contextlib.suppress(Exception):  # what was opened half, if anything was
                made.close()  # type: ignore[union-attr]
            raise NoConnection from error
        self._connection, self._brought = made, 0
        self._used_at = time.monotonic()

    def _drop_if_broken(self, error: Exception) -> None:
        """Keep the connection if the server has answered, in order, that it does not want this."""
        answered = isinstance(error, (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused))
        if not answered or getattr(error, "smtp_code", 0) == TOO_MANY_ON_ONE:
            self.close()

    def close(self) -> None:
        """End the connection, if there is one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(Exception):  # it may be the broken one
                connection.close()

    def close_if_idle(self) -> None:
        """End a connection that has not been used for a while."""
        if self._connection is not None and time.monotonic() - self._used_at > IDLE_SECONDS:
            self.close()

    def rest(self, seconds: float = 0.0) -> None:
        """Leave the server in peace: that long, and longer each time it does not help."""
        own = min(FIRST_REST * 2.0**self._rests, LONGEST_REST)
        self._rests += 1
        self._rests_until = time.monotonic() + max(own, seconds)
        self.close()

    @property
    def sends_as_it_is(self) -> bool:
        """Whether a mail goes over the line as its bytes are, so that they can be made beforehand.

        A backend of another class may change a mail before it sends it, as that for Amazon does.
        """
        return type(self._connection) is SmtpBackend

    @property
    def is_resting(self) -> bool:
        """Whether the server is to be left in peace for now."""
        return time.monotonic() < self._rests_until


def provider_id(mail: EmailMessage) -> str:
    """Return what the provider calls a mail that it has taken; empty when it does not say."""
    found = getattr(getattr(mail, "anymail_status", None), "message_id", None)
    if isinstance(found, (set, frozenset)):
        found = next(iter(found), None)
    return str(found or "")[:255]


def tell_the_provider(mail: Any, connection: Any, *, outbox_id: str) -> None:
    """Have the provider count neither openings nor clicks, and repeat our name for the mail.

    Only where that is said with each mail. With the others tracking is a setting of the account,
    and to say it anyway would be an error. Mail servers that are no provider are told nothing.
    """
    if isinstance(connection, AnymailBaseBackend):
        for option in ("track_opens", "track_clicks"):
            if _takes(type(connection), f"set_{option}"):
                setattr(mail, option, False)
        if outbox_id and _takes(type(connection), "set_metadata"):
            mail.metadata = {"outbox_id": outbox_id}


def _takes(backend: type[Any], method: str) -> bool:
    """Return whether what the provider is sent has a place for this."""
    modules = [sys.modules.get(kind.__module__) for kind in backend.__mro__]
    payloads = [
        found
        for module in modules
        for found in vars(module).values()
        if inspect.isclass(found) and issubclass(found, BasePayload)
    ]
    return any(getattr(each, method) is not getattr(BasePayload, method) for each in payloads)
