"""A process that sends what is due, once: ``python -m tests.servers.dispatcher``."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

import django
from django.conf import settings


def _careless_claim(now: Any, *, at_most: int) -> Any:
    """Take the next message without a lock, and note it only after others had time to take it."""
    from forms.enums import MessageState
    from forms.mail.claims import LEASE
    from forms.models import Message

    message = Message.objects.filter(state="queued", next_attempt_at__lte=now).first()
    if message is None:
        return []
    time.sleep(0.05)
    message.state = MessageState.SENDING
    message.attempts += 1
    message.lease_until = now + LEASE
    message.save(update_fields=["state", "attempts", "lease_until"])
    return [message]


def _note_first(dispatch: Any) -> None:
    """Note that a mail has been sent before it is."""
    build_mail = dispatch.build_mail

    def noted_and_built(message: Any) -> Any:
        now = dispatch.timezone.now()
        dispatch.note_outcome(message, state=dispatch.MessageState.SENT, sent_at=now)
        return build_mail(message)

    dispatch.build_mail = noted_and_built


def main() -> None:
    """Wait until the gun goes off, send, and say what was done."""
    django.setup()
    backend = "tests.servers.backends.SinkBackend"
    if django.VERSION >= (6, 1):
        settings.MAILERS = {"default": {"BACKEND": backend}}
    else:
        settings.EMAIL_BACKEND = backend
    from forms.mail import dispatch

    if "no_claim" in os.environ["KOMMED_TEST_FAULTS"]:
        dispatch.claim_due = _careless_claim
    if "note_first" in os.environ["KOMMED_TEST_FAULTS"]:
        _note_first(dispatch)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(f"{dispatch.dispatch_due()}\n")


if __name__ == "__main__":
    main()
