"""Waiting for a lock: not for long, and with few of this process' requests at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.conf import settings
from django.db import OperationalError, connection, transaction

from .exceptions import FormBusy
from .prepared import Statement, ask_together, takes_many_statements
from .prepared_insert import NewRows
from .transactions import atomic_within, is_lock_timeout

DEFAULT_LOCK_WAIT = 3.0
DEFAULT_WAITERS = 4
STUCK_AFTER = 0.5
LOOK_AGAIN_AFTER = 0.05

T = TypeVar("T")


class Gate:
    """Lets few requests of this process wait for a lock, so that other pages go on answering.

    While those inside get their lock, one after the other, others wait before the gate for their
    turn. Once those inside have waited for ``STUCK_AFTER`` seconds and none of them has had it,
    everybody before the gate is turned away at once: a lock that is stuck must not fill every
    thread with waiters.
    """

    def __init__(self, places: int) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._waiting: dict[int, float] = {}
        self._last_had = 0.0

    def enter(self, wait: float) -> bool:
        """Take a place and return True, or False when there is none to be had."""
        until = time.monotonic() + wait
        while not self._places.acquire(timeout=LOOK_AGAIN_AFTER):
            if self._is_stuck() or time.monotonic() >= until:
                return False
        self._waiting[threading.get_ident()] = time.monotonic()
        return True

    def got_the_lock(self) -> None:
        """Say that this thread waits no longer, since it has what it waited for."""
        self._last_had = time.monotonic()
        self._waiting.pop(threading.get_ident(), None)

    def leave(self) -> None:
        """Give the place back."""
        self._waiting.pop(threading.get_ident(), None)
        self._places.release()

    def _is_stuck(self) -> bool:
        longest = min(list(self._waiting.values()), default=None)
        if longest is None:
            return False
        return time.monotonic() - max(longest, self._last_had) > STUCK_AFTER


def _places() -> int:
    """Return how many of this process may wait for a lock at a time.

    On SQLite everybody waits for the same one by looking again, and so one of a process does.
    """
    is_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    default = 1 if is_sqlite else DEFAULT_WAITERS
    return int(getattr(settings, "KOMMED_LOCK_WAITERS", default))


process_gate = Gate(_places())
"""The gate of this process, whatever its requests wait for."""


def lock_wait() -> float:
    """Return the seconds to wait for a lock."""
    return float(getattr(settings, "LOCK_WAIT", DEFAULT_LOCK_WAIT))


@contextmanager
def lock_timeouts_as(busy: type[Exception]) -> Iterator[None]:
    """Raise ``busy`` for whatever in the block did not get its lock in time.

    Goes around a transaction, never inside it: there the connection can only be rolled back.
    """
    try:
        yield
    except OperationalError as error:
        if is_lock_timeout(error):
            raise busy from error
        raise


@contextmanager
def locked(
    lock: Callable[..., T],
    *,
    busy: type[Exception] = FormBusy,
    gate: Gate | None = None,
    wait: float | None = None,
    limits_itself: bool = False,
    last: NewRows | None = None,
) -> Iterator[T]:
    """Hold for one transaction what ``lock`` locks, and yield what it returns.

    Waits ``LOCK_WAIT`` seconds at most. Raises ``busy`` when the lock is not had by then, or when
    enough others of this process are waiting already; nothing is written in that case. With
    ``wait`` of its own, in seconds, a caller is patient and passes by the others. A ``lock`` that
    ``limits_itself`` is given the statements that limit its wait, and asks them before its own. The
    rows that are added to ``last`` are written when the block is done: on PostgreSQL in one breath
    with the commit, so that the lock is not held while Python finds its way to it.
    """
    if wait is not None:
        with lock_timeouts_as(busy), atomic_within(wait):
            yield _had(lock, wait, limits_itself=limits_itself)
            if last is not None:
                last.write()
        return
    gate = gate or process_gate
    if not gate.enter(lock_wait()):
        raise busy
    ending = _Ending(last)
    try:
        with lock_timeouts_as(busy), atomic_within(lock_wait()):
            transaction.on_commit(ending.on_the_disk)  # the first: whatever follows is kept by then
            held = _had(lock, lock_wait(), limits_itself=limits_itself, is_short=True)
            gate.got_the_lock()
            yield held
            ending.write()
    finally:
        gate.leave()


def _had(lock: Callable[..., T], wait: float, *, limits_itself: bool, is_short: bool = False) -> T:
    limits: list[Statement] = []
    # On SQLite the transaction began with the write lock (``transaction_mode`` IMMEDIATE).
    if connection.vendor == "postgresql":
        limits.append(Statement(f"SET LOCAL lock_timeout = '{int(wait * 1000)}ms'"))
        if is_short:
            limits.append(Statement("SET LOCAL synchronous_commit = off"))
    if limits_itself:
        return lock(limits)
    ask_together(*limits)
    return lock()


class _Ending:
    """How a transaction under a lock that many wait for comes to its end."""

    def __init__(self, rows: NewRows | None) -> None:
        self._rows = rows
        self._is_on_the_disk = False

    def write(self) -> None:
        """Write the rows; and commit and wait for the disk with them, if this is the whole of it.

        Django commits once more, of which nothing is left to do by then.
        """
        if self._rows is None:
            return
        is_whole = takes_many_statements() and not connection.savepoint_ids
        if not is_whole or not self._rows.may_end_the_transaction:
            self._rows.write()
            return
        self._rows.write(Statement("COMMIT"), *_until_the_disk())
        self._is_on_the_disk = True

    def on_the_disk(self) -> None:
        """Return when what was committed is on the disk."""
        if not self._is_on_the_disk:
            _wait_for_the_disk()


def _wait_for_the_disk() -> None:
    ask_together(*_until_the_disk())


def _until_the_disk() -> list[Statement]:
    """Return what waits until what was committed is on the disk; the lock has been let go then.

    PostgreSQL keeps a lock until the commit is on the disk, and so the next in line would wait for
    that, one after the other. Here the commit only takes its place in the log, the lock goes to the
    next, and a message to nobody waits for the log up to itself. Many wait for the same write.
    """
    if connection.vendor != "postgresql":
        return []
    return [Statement("SELECT pg_logical_emit_message(true, 'kommed', '')", is_kept=True)]
