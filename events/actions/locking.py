"""The one lock: the row of the event's root pool.

One lock and one event per transaction, so there is no order to get wrong and no deadlock.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, transaction

from ..enums import SeatPoolKind
from ..exceptions import EventBusy, EventSessionGone
from ..models import EventRecord, SeatPool

DEFAULT_LOCK_WAIT = 3.0
DEFAULT_WAITERS = 4
LOCK_NOT_AVAILABLE = "55P03"
STUCK_AFTER = 0.5
LOOK_AGAIN_AFTER = 0.05


class Gate:
    """Lets few requests of this process wait for seats, so that other pages go on answering.

    While those inside get their lock quickly, others wait before the gate for their turn. Once
    somebody inside has waited for ``STUCK_AFTER`` seconds, everybody before the gate is turned away
    at once: a lock that is stuck must not fill every thread with waiters.
    """

    def __init__(self, places: int) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._waiting: dict[int, float] = {}

    def enter(self, wait: float) -> None:
        """Take a place, or raise ``EventBusy``."""
        until = time.monotonic() + wait
        while not self._places.acquire(timeout=LOOK_AGAIN_AFTER):
            if self._is_stuck() or time.monotonic() >= until:
                raise EventBusy
        self._waiting[threading.get_ident()] = time.monotonic()

    def got_the_lock(self) -> None:
        """Say that this thread waits no longer."""
        self._waiting.pop(threading.get_ident(), None)

    def leave(self) -> None:
        """Give the place back."""
        self.got_the_lock()
        self._places.release()

    def _is_stuck(self) -> bool:
        longest = min(list(self._waiting.values()), default=None)
        return longest is not None and time.monotonic() - longest > STUCK_AFTER


_gate = Gate(getattr(settings, "KOMMED_LOCK_WAITERS", DEFAULT_WAITERS))


def is_lock_timeout(error: OperationalError) -> bool:
    """Return whether ``error`` says that a lock was not had in time."""
    sqlstate = getattr(error.__cause__, "sqlstate", None)
    return sqlstate == LOCK_NOT_AVAILABLE or "database is locked" in str(error)


def lock_wait() -> float:
    """Return the seconds to wait for the seats."""
    return float(getattr(settings, "LOCK_WAIT", DEFAULT_LOCK_WAIT))


@contextmanager
def lock_timeouts_as_busy() -> Iterator[None]:
    """Raise ``EventBusy`` for whatever in the block did not get its lock in time.

    Goes around a transaction, never inside it: there the connection can only be rolled back.
    """
    try:
        yield
    except OperationalError as error:
        if is_lock_timeout(error):
            raise EventBusy from error
        raise


@contextmanager
def seats_locked(event: EventRecord, *, wait: float | None = None) -> Iterator[EventRecord]:
    """Hold the seats of ``event`` for one transaction, and yield the event as it is under the lock.

    Waits ``LOCK_WAIT`` seconds at most. Raises ``EventBusy`` when the seats are not had by then, or
    when enough others of this process are waiting already; nothing is written in that case. With
    ``wait`` of its own, in seconds, a caller is patient and passes by the others.
    """
    if wait is not None:
        with lock_timeouts_as_busy(), transaction.atomic():
            yield _lock(event, wait)
        return
    _gate.enter(lock_wait())
    try:
        with lock_timeouts_as_busy(), transaction.atomic():
            locked = _lock(event, lock_wait())
            _gate.got_the_lock()
            yield locked
    finally:
        _gate.leave()


def _lock(event: EventRecord, wait: float) -> EventRecord:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{int(wait * 1000)}ms'")
    # On SQLite the transaction began with the write lock (``transaction_mode`` IMMEDIATE).
    pools: Any = SeatPool.objects.filter(event=event, kind=SeatPoolKind.EVENT)
    if pools.select_for_update(no_key=True).first() is None:
        raise EventSessionGone
    return EventRecord.objects.get(pk=event.pk)
