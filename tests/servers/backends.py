"""Mail servers that behave badly, as Django mail backends."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class RaisingBackend(BaseEmailBackend):
    """Raise the errors that a test has put here, one a message, then accept."""

    errors: ClassVar[list[Exception]] = []
    accepted: ClassVar[list[EmailMessage]] = []

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send, or fail as told."""
        for message in email_messages:
            if self.errors:
                raise self.errors.pop(0)
            self.accepted.append(message)
        return len(email_messages)


class SinkBackend(BaseEmailBackend):
    """Note each accepted mail as a line of a file; slow, and deadly to its own process if told.

    ``KOMMED_TEST_SINK`` names the file. ``KOMMED_TEST_DIE`` is ``before:3`` or ``after:3``: die
    before or after the third mail is accepted.
    """

    number = 0

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Accept the messages, one line each."""
        when, _colon, place = os.environ.get("KOMMED_TEST_DIE", "").partition(":")
        for message in email_messages:
            SinkBackend.number += 1
            is_last = place == str(SinkBackend.number)
            if is_last and when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(0.02)
            line = f"{message.extra_headers['Message-ID']} {message.to[0]}\n"
            with Path(os.environ["KOMMED_TEST_SINK"]).open("a") as sink:
                sink.write(line)
            if is_last and when == "after":
                os.kill(os.getpid(), signal.SIGKILL)
        return len(email_messages)
