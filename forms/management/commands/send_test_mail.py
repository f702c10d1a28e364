"""The ``send_test_mail`` command."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from ...actions.test_mail import send_test_mail
from ...enums import MessageState
from ...mail.explain import explain
from ...mail.webhooks import configured_providers


class Command(BaseCommand):
    """Send a test mail, and say what became of it."""

    help = "Send a test mail through the outbox and the configured provider, at once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address, and the language of the mail."""
        parser.add_argument("address", help="Where the mail goes.")
        parser.add_argument(
            "--language",
            default=settings.LANGUAGE_CODE,
            choices=[code for code, _name in settings.LANGUAGES],
            help="The language of the mail.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Send it. Raises ``CommandError``, which ends with 1, when it was not sent."""
        try:
            message = send_test_mail(to=options["address"], language=options["language"])
        except ValidationError:
            text = f"{options['address']!r} is not an e-mail address."
            raise CommandError(text) from None
        if message.state == MessageState.SENT:
            called = f", which calls it {message.provider_id}" if message.provider_id else ""
            way = ", ".join(configured_providers()) or "the mail server or folder"
            self.stdout.write(f"Sent: taken by {way}{called}.")
            return
        with translation.override("en"):
            found = explain(message.last_error)
            why = f"{found.what} ({found.code})" if found else "It was let be."
            raise CommandError(f"Not sent. {why}")
