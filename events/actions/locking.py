"""The one lock: the row of the event's root pool.

One lock and one event per transaction, so there is no order to get wrong and no deadlock.
"""

from __future__ import annotations

import threading
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

# A stuck lock must not fill every thread of the process with waiters: other pages go on answering.
_gate = threading.BoundedSemaphore(getattr(settings, "KOMMED_LOCK_WAITERS", DEFAULT_WAITERS))


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

    Waits ``wait`` seconds at most, ``LOCK_WAIT`` unless told otherwise. Raises ``EventBusy`` when
    the seats are not had by then, or when enough others of this process are waiting already;
    nothing is written in that case.
    """
    wait = lock_wait() if wait is None else wait
    if not _gate.acquire(timeout=wait):
        raise EventBusy
    try:
        with lock_timeouts_as_busy(), transaction.atomic():
            yield _lock(event, wait)
    finally:
        _gate.release()


def _lock(event: EventRecord, wait: float) -> EventRecord:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{int(wait * 1000)}ms'")
    # On SQLite the transaction began with the write lock (``transaction_mode`` IMMEDIATE).
    pools: Any = SeatPool.objects.filter(event=event, kind=SeatPoolKind.EVENT)
    if pools.select_for_update(no_key=True).first() is None:
        raise EventSessionGone
    return EventRecord.objects.get(pk=event.pk)
