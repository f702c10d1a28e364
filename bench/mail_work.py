"""Send mail in a process of its own and print how it went; started by ``bench.mail``."""

from __future__ import annotations

import argparse
import copy
import json
import smtplib
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 (Django is set up first)
from django.utils import timezone  # noqa: E402

from events.models import EventPage, EventRecord  # noqa: E402
from forms.enums import MessagePriority  # noqa: E402
from forms.mail.connections import Mailer  # noqa: E402
from forms.mail.dispatch import dispatch_due  # noqa: E402
from forms.mail.render import build_mail  # noqa: E402
from forms.models import Message  # noqa: E402
from tests.factories import MadeEvent, make_registration  # noqa: E402

from .product_data import publish  # noqa: E402

MANY = 500
SENDER = "kommed@example.dk"


def pattern() -> Message:
    """Register somebody, and return the mail that says so."""
    publish("open", None)
    page = EventPage.objects.get(slug="open")
    record = EventRecord.objects.get(key=page.event_key)
    registration = make_registration(MadeEvent(page=page, record=record))
    return Message.objects.get(subject_key=registration.uuid)


def queue(like: Message, number: int, priority: MessagePriority) -> None:
    """Put that many mails in the outbox, and nothing else."""
    Message.objects.all().delete()
    for start in range(0, number, MANY):
        some = []
        for _ in range(min(MANY, number - start)):
            each = copy.copy(like)
            each.pk, each.uuid, each.dedupe_key, each.priority = None, uuid.uuid4(), None, priority
            each.next_attempt_at = timezone.now()
            some.append(each)
        Message.objects.bulk_create(some)


def ready_bytes(number: int) -> list[tuple[str, bytes]]:
    """Return the first mails of the outbox as they go over the line."""
    mails = [(message.to, build_mail(message)) for message in Message.objects.all()[:number]]
    return [(to, mail.message().as_bytes()) for to, mail in mails]


def send_bare(mails: list[tuple[str, bytes]]) -> None:
    """Send what is ready in a loop over one connection, as plainly as Python can."""
    host, port = server()
    with smtplib.SMTP(host, port) as line:
        for to, content in mails:
            line.sendmail(SENDER, [to], content)


def server() -> tuple[str, int]:
    """Return where the site sends to, in either style of settings."""
    mailers = getattr(settings, "MAILERS", None)
    if mailers:
        options = mailers["default"]["OPTIONS"]
        return options["host"], options["port"]
    return settings.EMAIL_HOST, settings.EMAIL_PORT


def timed(work: Callable[[], Any], number: int) -> dict[str, float]:
    """Return how many a second ``work`` did, and what each cost this process."""
    began, busy = time.perf_counter(), time.process_time()
    work()
    took, cost = time.perf_counter() - began, time.process_time() - busy
    return {"per_second": number / took, "cpu_ms": cost / number * 1000}


def resident() -> float:
    """Return how much memory this process holds, in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def rates(number: int, rounds: int) -> dict[str, Any]:
    """Compare the dispatcher with the bare loop, in turn."""
    like, found = pattern(), {"bare": [], "ours": []}  # type: ignore[var-annotated]
    queue(like, number, MessagePriority.PERSONAL)
    mails = ready_bytes(number)
    dispatch_due(limit=20)  # warm
    for _ in range(rounds):
        found["bare"].append(timed(lambda: send_bare(mails), number))
        queue(like, number, MessagePriority.PERSONAL)
        found["ours"].append(timed(dispatch_due, number))
    return found


def memory(number: int) -> dict[str, Any]:
    """Send many of low priority, as the worker does, and note the memory on the way."""
    queue(pattern(), number, MessagePriority.BULK)
    mailer, found, sent = Mailer(), {}, 0
    began = time.perf_counter()
    while done := dispatch_due(limit=250, mailer=mailer).tried:
        sent += done
        if sent in (1000, 2000, 5000, number):
            found[str(sent)] = round(resident(), 1)
    mailer.close()
    left = Message.objects.exclude(state="sent").count()
    return {"megabytes": found, "left": left, "per_second": sent / (time.perf_counter() - began)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["rates", "memory"])
    parser.add_argument("--number", type=int, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    answer = rates(given.number, given.rounds) if given.what == "rates" else memory(given.number)
    print(json.dumps(answer))
