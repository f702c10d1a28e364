"""Many mails in the outbox, workers that send them, and waiting until they have."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from forms.models import Message

from .copies import DatabaseCopy
from .processes import script
from .sinks import Sink

PATIENCE = 90.0


def copies_of(message: Message, number: int) -> list[str]:
    """Put that many mails like ``message`` in its place, and return their ``Message-ID``."""
    made = []
    for count in range(number):
        message.pk, message.uuid, message.dedupe_key = None, uuid.uuid4(), None
        message.to = f"person{count}@example.dk"
        made.append(
            Message(**{f.attname: getattr(message, f.attname) for f in Message._meta.fields})
        )
    Message.objects.all().delete()
    Message.objects.bulk_create(made)
    return [f"<{each.uuid}@example.dk>" for each in made]


def states() -> Counter[str]:
    """Return how many mails are in each state."""
    return Counter(Message.objects.values_list("state", flat=True))


def wait_until(is_so: Callable[[], bool], *, seconds: float = PATIENCE) -> None:
    """Wait for something to be so."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, states()
        time.sleep(0.01)


@dataclass
class Fleet:
    """Where workers come from."""

    process: subprocess.Popen[str]

    def start(self) -> int:
        """Start a worker and return the number of its process."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("start\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    @staticmethod
    def end(number: int, how: signal.Signals = signal.SIGKILL) -> None:
        """End a worker, and wait until it is gone."""
        os.kill(number, how)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                os.kill(number, 0)
            except ProcessLookupError:
                return
            time.sleep(0.002)
        raise AssertionError("The worker did not end.")


@contextmanager
def fleet(
    database: DatabaseCopy, folder: Path, sink: Sink, *, faults: tuple[str, ...] = (), **more: str
) -> Iterator[Fleet]:
    """Have workers at hand that send to ``sink``; all are gone when the block ends."""
    environment = sink.environment(LOCK_WAIT="30", **more)
    with script("tests.servers.fleet", database, folder, faults=faults, **environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield Fleet(process)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
