"""A process in which many do something to registrations at once: ``python -m tests.servers.racer``.

``KOMMED_TEST_JOBS`` is a JSON list, one entry a thread: what that thread does, one thing after the
other, each ``[what, *arguments]``. Printed is a JSON list of what came of each. With the fault
``no_lock`` nobody locks the seats, and all count before any of them writes.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import django

WAIT_FOR_OTHERS = 3.0
TRIES = 100


def _take_no_lock(threads: int) -> None:
    """Take no lock, and let all threads look at the seats before any of them writes."""
    from django.db import connection, transaction

    from events.actions import move, offers, register
    from events.models import EventRecord

    from .faults import situation_by, situation_of

    meeting = threading.Barrier(threads)

    def after_all(function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            try:
                meeting.wait(WAIT_FOR_OTHERS)
            except threading.BrokenBarrierError:
                meeting.reset()
            return function(*args, **kwargs)

        return wrapped

    @contextmanager
    def unlocked(event: EventRecord, **kwargs: Any) -> Iterator[EventRecord]:
        if connection.vendor == "postgresql":
            with transaction.atomic():
                yield EventRecord.objects.get(pk=event.pk)
        else:  # there the transaction is the lock
            yield EventRecord.objects.get(pk=event.pk)

    register.situation_locked = situation_by(unlocked, situation_of)
    move.seats_locked = offers.seats_locked = register.seats_locked = unlocked
    move.notify_registration = after_all(move.notify_registration)
    move.promote_waiting = lambda **kwargs: []
    move._check = _and_then(move._check, after_all(lambda: None))
    offers.apply_transition = after_all(offers.apply_transition)
    register.place = _and_then(register.place, after_all(lambda: None))


def _and_then(function: Callable[..., Any], then: Callable[[], Any]) -> Callable[..., Any]:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        found = function(*args, **kwargs)
        then()
        return found

    return wrapped


def _clock(moment: str | None) -> dict[str, Any]:
    if moment is None:
        return {}
    at = dt.datetime.fromisoformat(moment)
    return {"now": lambda: at}


def _register(form: dict[str, Any]) -> str:
    from events.actions.applicant import Applicant
    from events.actions.register import register
    from events.models import EventRecord
    from forms.models import FormVersion

    keys = {name: uuid.UUID(value) for name, value in form["keys"].items() if value}
    applicant = Applicant(
        name="Gæst", email=form["email"], takes_any_session=form.get("any", False), **keys
    )
    register(
        event=EventRecord.objects.get(),
        applicant=applicant,
        form_version=FormVersion.objects.get(),
        answers={"name": "Gæst", "email": form["email"]},
    )
    return "done"


def _move(pk: int, to: str) -> str:
    from events.actions.move import move
    from events.models import Registration

    move(registration=Registration.objects.get(pk=pk), to=uuid.UUID(to), by=None)
    return "done"


def _accept(pk: int, moment: str) -> str:
    from events.actions.offers import answer_offer
    from events.models import Registration

    registration = Registration.objects.get(pk=pk)
    answer_offer(registration=registration, accepts=True, **_clock(moment))
    return "accepted"


def _lapse(pk: int, moment: str) -> str:
    from events.actions.offers import settle_waiting_list
    from events.models import EventRecord

    return f"lapsed {settle_waiting_list(event=EventRecord.objects.get(pk=pk), **_clock(moment))}"


WORK: dict[str, Callable[..., str]] = {
    "accept": _accept,
    "lapse": _lapse,
    "move": _move,
    "register": _register,
}


def _do(what: str, *arguments: Any) -> str:
    """Do it, and again as long as the seats are busy; return what came of it."""
    from django.db import OperationalError

    from events.exceptions import EventBusy
    from forms.transactions import is_lock_timeout

    for _attempt in range(TRIES):
        try:
            return WORK[what](*arguments)
        except EventBusy:
            pass
        except OperationalError as error:
            if not is_lock_timeout(error):  # such as a deadlock
                return f"{type(error).__name__}: {error}"
        except Exception as error:  # noqa: BLE001 (what came of it is the answer)
            return type(error).__name__
        time.sleep(0.02)
    return "busy"


def main() -> None:
    """Wait until the gun goes off, race, and say how it went."""
    django.setup()
    from django.db import connections

    jobs = json.loads(os.environ["KOMMED_TEST_JOBS"])
    if "no_lock" in os.environ["KOMMED_TEST_FAULTS"]:
        _take_no_lock(len(jobs))
    outcomes: list[list[str]] = [[] for _ in jobs]

    def run(number: int) -> None:
        outcomes[number] = [_do(*task) for task in jobs[number]]
        connections.close_all()

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.stdout.write(json.dumps(outcomes) + "\n")


if __name__ == "__main__":
    main()
