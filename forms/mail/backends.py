"""A mail backend for people who want to see their mail: every message is an ``.eml`` file."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

UNSAFE = re.compile(r"[^A-Za-z0-9-]+")


class EmlFileBackend(BaseEmailBackend):
    """Write each mail to ``KOMMED_MAIL_DIR``, where any mail program opens it.

    The name begins with the time; no address is part of it. A file appears whole or not at all.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.folder = Path(settings.KOMMED_MAIL_DIR)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages and return how many there were."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            self._write(message)
        return len(email_messages)

    def _write(self, message: EmailMessage) -> None:
        stamp = timezone.now().strftime("%Y%m%d-%H%M%S-%f")
        mark = UNSAFE.sub("", str(message.extra_headers.get("Message-ID", "")).split("@")[0])
        # Django 5.2 and 6 hand out messages of different classes; the line endings are set here.
        content = message.message().as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=".", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).replace(self.folder / f"{stamp}-{mark or 'mail'}.eml")
