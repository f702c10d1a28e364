"""Protections switched off, and deaths at chosen points: put into a process from the outside.

The product has no switch for any of this. Each function takes hold of a name that a module of the
product has imported, and puts something else there.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from django.db import connection, transaction

from events.actions import locking, register
from events.actions.placing import place
from events.capacity import count_seats
from events.models import EventRecord
from events.queries.live_registration import Situation, situation_found, situation_questions
from events.signals import registration_created
from events.validators import Identity
from events.views import send as page
from forms import locking as forms_locking
from forms.prepared import ask_together

TOGETHER = 8
WAIT_FOR_OTHERS = 3.0


def apply(names: Iterable[str]) -> None:
    """Put the named faults into this process."""
    for name in names:
        FAULTS[name]()


def no_lock() -> None:
    """Take no lock on the seats, and let many count before any of them writes.

    On PostgreSQL the transaction stays, without the row lock. On SQLite it is the lock itself,
    so the count is taken before it begins.
    """
    meeting = threading.Barrier(TOGETHER)
    create = register._create

    def meet() -> None:
        try:
            meeting.wait(WAIT_FOR_OTHERS)
        except threading.BrokenBarrierError:
            meeting.reset()

    def look_and_wait(*args: Any, **kwargs: Any) -> Any:
        found = situation_of(*args, **kwargs)
        meet()
        return found

    @contextmanager
    def unlocked(event: EventRecord, **kwargs: Any) -> Iterator[EventRecord]:
        if connection.vendor == "postgresql":
            with transaction.atomic():
                yield EventRecord.objects.get(pk=event.pk)
        else:
            yield EventRecord.objects.get(pk=event.pk)

    def create_in_turn(**kwargs: Any) -> Any:
        with transaction.atomic():
            return create(**kwargs)

    register.seats_locked = unlocked
    register.situation_locked = situation_by(unlocked, look_and_wait)
    register._create = create_in_turn


def situation_of(event: EventRecord, identity: Identity, *, at: dt.datetime) -> Situation:
    """Return what somebody finds at ``event`` now."""
    live, numbers, pools = ask_together(*situation_questions(event, identity))
    return situation_found(event, identity, live, numbers, pools, at=at)


def situation_by(lock: Callable[..., Any], look: Callable[..., Any]) -> Callable[..., Any]:
    """Return what stands for ``situation_locked`` with another lock and another way to look."""

    @contextmanager
    def situation(event: EventRecord, identity: Identity, **how: Any) -> Iterator[Any]:
        with lock(event) as held:
            yield look(held, identity, at=how["now"]())

    return situation


def no_transaction() -> None:
    """Write each row for itself."""

    @contextmanager
    def loose(event: EventRecord, **kwargs: Any) -> Iterator[EventRecord]:
        yield EventRecord.objects.get(pk=event.pk)

    register.seats_locked = loose
    register.situation_locked = situation_by(loose, situation_of)


def no_disk() -> None:
    """Answer when the commit has its place in the log, whether or not that is on the disk."""
    forms_locking._until_the_disk = list


def no_gate() -> None:
    """Let any number of this process' threads wait for the seats."""
    locking._gate = locking.Gate(1000)


def slow_lock() -> None:
    """Hold the seats a little longer, so that requests meet while somebody has them."""
    notify = register.notify_registration

    def slowly(*args: Any, **kwargs: Any) -> None:
        notify(*args, **kwargs)
        time.sleep(0.05)

    register.notify_registration = slowly


def early_answer() -> None:
    """Answer that somebody is registered a little before they are."""
    registered = page.register

    def register_soon(*, event: EventRecord, applicant: Any, **kwargs: Any) -> Any:
        def work() -> None:
            try:
                registered(event=event, applicant=applicant, **kwargs)
            finally:
                connection.close()

        threading.Timer(0.3, work).start()
        return SimpleNamespace(expected=place(count_seats(event), applicant.wish))

    page.register = register_soon


# Deaths

_request = threading.local()


def _die_if_told(point: str) -> None:
    if getattr(_request, "die_at", "") == point:
        os.kill(os.getpid(), signal.SIGKILL)


def _dying(point: str, function: Callable[..., Any], *, after: bool) -> Callable[..., Any]:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if not after:
            _die_if_told(point)
        result = function(*args, **kwargs)
        if after:
            _die_if_told(point)
        return result

    return wrapped


def _dying_inside(point: str, lock: Callable[..., Any]) -> Callable[..., Any]:
    @contextmanager
    def wrapped(*args: Any, **kwargs: Any) -> Iterator[Any]:
        with lock(*args, **kwargs) as held:
            _die_if_told(point)
            yield held

    return wrapped


def _die_after_commit(**kwargs: Any) -> None:
    _die_if_told("after_commit")


def deadly() -> None:
    """Kill the process at the point that the request's header ``X-Die-At`` names."""
    before = _dying("before_lock", register.situation_locked, after=False)
    register.situation_locked = _dying_inside("in_lock", before)
    register.store_submission = _dying("half_written", register.store_submission, after=True)
    register.notify_registration = _dying("before_commit", register.notify_registration, after=True)
    registration_created.connect(_die_after_commit)
    page.to_receipt = _dying("before_answer", page.to_receipt, after=True)


def note_the_point(application: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``application``, remembering for each request at which point it is to die."""

    def wrapped(environ: dict[str, Any], start_response: Any) -> Any:
        _request.die_at = environ.get("HTTP_X_DIE_AT", "")
        return application(environ, start_response)

    return wrapped


FAULTS = {
    "deadly": deadly,
    "early_answer": early_answer,
    "no_disk": no_disk,
    "no_gate": no_gate,
    "no_lock": no_lock,
    "no_shelter": lambda: None,  # the settings see to it: middleware is loaded before this
    "no_transaction": no_transaction,
    "slow_lock": slow_lock,
}
