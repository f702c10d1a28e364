"""Beginning a transaction that has to wait for its turn to write."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction

LOCK_NOT_AVAILABLE = "55P03"
FIRST_PAUSE, LONGEST_PAUSE = 0.001, 0.004
"""Seconds between two looks whether SQLite's lock is free, at first and in the end."""
DEFAULT_TIMEOUT = 5.0
"""Seconds that Python's SQLite waits for a lock where the settings say nothing."""

_turn = threading.Lock()
"""The thread of this process that may look whether SQLite's lock is free has it, until the
transaction that follows has ended."""


def is_lock_timeout(error: OperationalError) -> bool:
    """Return whether ``error`` says that a lock was not had in time."""
    sqlstate = getattr(error.__cause__, "sqlstate", None)
    return sqlstate == LOCK_NOT_AVAILABLE or "database is locked" in str(error)


@contextmanager
def atomic_within(wait: float) -> Iterator[None]:
    """Open a transaction; on SQLite wait at most ``wait`` seconds for the one who may write.

    SQLite is not left to wait by itself. It would keep the connection's mutex meanwhile, and when
    the garbage collector of another thread then takes away a cursor of that connection, that thread
    waits for the mutex too, with all that it holds: others stand still behind it. SQLite would also
    look ever more seldom, in the end ten times a second, while nobody has the lock. The threads of
    one process hand the turn on to each other without looking. Elsewhere a lock is waited for where
    it is asked for, and this is ``transaction.atomic``.

    Raises what ``is_lock_timeout`` knows when the time is up.
    """
    with ExitStack() as stack:
        if connection.vendor == "sqlite" and not connection.in_atomic_block:
            _begin(stack, wait)
        else:
            stack.enter_context(transaction.atomic())
        yield


def _begin(stack: ExitStack, wait: float) -> None:
    until, pause = time.monotonic() + wait, FIRST_PAUSE
    if not _turn.acquire(timeout=wait):
        raise OperationalError("database is locked")
    let_go = _once(_turn.release)
    stack.callback(let_go)
    _let_sqlite_wait(0.0)
    try:
        while True:
            try:
                stack.enter_context(transaction.atomic())
            except OperationalError as error:
                if not is_lock_timeout(error) or time.monotonic() >= until:
                    raise
                time.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                # Before whatever else follows the commit: that may be slow, or begin to write.
                transaction.on_commit(let_go)
                return
    finally:
        options = connection.settings_dict.get("OPTIONS", {})
        _let_sqlite_wait(float(options.get("timeout", DEFAULT_TIMEOUT)))


def _once(do: Callable[[], None]) -> Callable[[], None]:
    """Return what does that the first time it is called."""
    left = [do]
    return lambda: left.pop()() if left else None


def _let_sqlite_wait(seconds: float) -> None:
    connection.ensure_connection()
    driver: Any = connection.connection
    driver.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}").close()
