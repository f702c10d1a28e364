"""The test mail: through the outbox, at once, tried once, and said what became of it."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Iterator
from io import StringIO
from typing import Any

import django
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from forms.enums import MessageState
from forms.mail.dispatch import dispatch_due
from forms.mail.render import render_message
from forms.mail.status import is_stopped
from forms.mail.stopping import stop_outbox
from forms.models import Message
from tests.factories import MessageFactory
from tests.servers.backends import RaisingBackend

pytestmark = pytest.mark.django_db
TO = "kanariefugl@example.dk"


@pytest.fixture(autouse=True)
def _mail_server(settings: Any) -> Iterator[None]:
    """Send through a backend that fails as the test tells it."""
    backend = "tests.servers.backends.RaisingBackend"
    if django.VERSION >= (6, 1):
        settings.MAILERS = {"default": {"BACKEND": backend}}
    else:
        settings.EMAIL_BACKEND = backend
    RaisingBackend.errors.clear()
    RaisingBackend.accepted.clear()
    yield
    RaisingBackend.errors.clear()
    RaisingBackend.accepted.clear()


def send(*arguments: str) -> str:
    """Run the command and return what it prints."""
    out = StringIO()
    call_command("send_test_mail", *arguments, stdout=out)
    return out.getvalue()


def test_it_goes_through_the_outbox_before_everything_that_is_due() -> None:
    due = MessageFactory.create()
    assert send(TO).startswith("Sent")
    message = Message.objects.get(to=TO)
    assert message.state == MessageState.SENT
    assert [mail.to for mail in RaisingBackend.accepted] == [[TO]]
    due.refresh_from_db()
    assert due.state == MessageState.QUEUED


@pytest.mark.parametrize("language", ["da", "en"])
def test_it_is_written_in_a_language(language: str) -> None:
    send(TO, "--language", language)
    rendered = render_message(Message.objects.get())
    assert f'lang="{language}"' in rendered.html
    assert rendered.subject.endswith("http://127.0.0.1:8000") or "http" in rendered.subject
    assert "\n" not in rendered.subject


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPAuthenticationError(535, b"wrong password"),
        smtplib.SMTPRecipientsRefused({TO: (550, b"no such user " + TO.encode())}),
        smtplib.SMTPServerDisconnected(f"gone with {TO}"),
        TimeoutError("slow"),
        RuntimeError(f"a bug with {TO}"),
    ],
)
def test_what_is_not_sent_is_said_and_not_tried_again(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    RaisingBackend.errors.append(error)
    with pytest.raises(CommandError) as raised:
        send(TO)
    assert type(error).__name__ in str(raised.value)
    assert raised.value.returncode == 1
    assert TO not in str(raised.value)
    assert TO not in caplog.text
    message = Message.objects.get()
    assert message.state == MessageState.ABORTED
    assert RaisingBackend.accepted == []
    # The control: without the error the same goes.
    assert send(TO).startswith("Sent")


def test_a_refused_log_in_stops_the_outbox_and_a_test_that_leaves_starts_it_again() -> None:
    stop_outbox("SMTPAuthenticationError 535", at=timezone.now())
    waiting = MessageFactory.create()
    assert dispatch_due().stopped
    assert send(TO).startswith("Sent")
    assert not is_stopped()
    waiting.refresh_from_db()
    assert waiting.state == MessageState.QUEUED


@pytest.mark.parametrize("address", ["", "ida", "ida@", "a@b.dk, c@d.dk", "a@b.dk\nBcc: c@d.dk"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(CommandError):
        send(address)
    assert not Message.objects.exists()
