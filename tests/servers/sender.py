"""A process in which many send a form at once: ``python -m tests.servers.sender``.

Each writes who they are and asks for the one choice that only some can have.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import django

THREADS = 8
TRIES = 100
WAIT_FOR_OTHERS = 3.0


def _take_no_lock(submit: Any) -> None:
    """Take no lock on the form, and let all look at the places before any takes one."""
    from django.db import connection, transaction

    meeting = threading.Barrier(THREADS)
    check_places = submit.check_places

    def check_and_wait(**arguments: Any) -> None:
        check_places(**arguments)
        try:
            meeting.wait(WAIT_FOR_OTHERS)
        except threading.BrokenBarrierError:
            meeting.reset()

    @contextmanager
    def unlocked(lock: Callable[[], Any]) -> Iterator[Any]:
        record = lock.args[0]  # type: ignore[attr-defined]
        if connection.vendor == "postgresql":
            with transaction.atomic():
                yield record
        else:  # there the transaction is the lock
            yield record

    submit.check_places, submit.locked = check_and_wait, unlocked


def main() -> None:
    """Wait until the gun goes off, send, and say how it went."""
    django.setup()
    from django.db import OperationalError, connections

    from forms.actions import submit
    from forms.exceptions import ChoiceFull, FormBusy
    from forms.models import FormRecord, FormVersion
    from forms.protection.sending import Sending

    if "no_form_lock" in os.environ["KOMMED_TEST_FAULTS"]:
        _take_no_lock(submit)
    record, version = FormRecord.objects.get(), FormVersion.objects.get()
    same = os.environ.get("KOMMED_TEST_ANSWER", "")
    outcomes: list[str] = []

    def send(number: int) -> None:
        answers = {"navn": same or f"{os.getpid()}-{number}", "tur": "skov"}
        for _attempt in range(TRIES):
            try:
                done = submit.submit_form(
                    record=record, form_version=version, answers=answers, sending=Sending("page")
                )
            except ChoiceFull:
                outcomes.append("full")
            except (FormBusy, OperationalError):
                time.sleep(0.05)
                continue
            else:
                outcomes.append("new" if done.is_new else "repeat")
            break
        connections.close_all()

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    threads = [threading.Thread(target=send, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.stdout.write(f"{dict(sorted(Counter(outcomes).items()))}\n")


if __name__ == "__main__":
    main()
