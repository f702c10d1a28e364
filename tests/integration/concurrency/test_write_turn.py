"""On SQLite whoever waits for the turn to write has it as soon as it is free."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from forms import transactions
from forms.transactions import atomic_within, is_lock_timeout
from tests.servers.copies import DatabaseCopy

pytestmark = pytest.mark.concurrency


@pytest.fixture(autouse=True)
def only_sqlite(database: DatabaseCopy) -> None:
    """Elsewhere this is ``transaction.atomic``."""
    if database.vendor != "sqlite":
        pytest.skip("only SQLite has one lock for all")


@contextmanager
def held(database: DatabaseCopy) -> Iterator[Any]:
    """Hold SQLite's lock in a connection that Django knows nothing of."""
    outside = database.outside_connection()
    outside.execute("BEGIN IMMEDIATE")
    try:
        yield outside
    finally:
        outside.close()


def timeout() -> int:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        return int(cursor.fetchone()[0])


def test_it_is_asked_for_again_and_again_until_it_is_free(
    database: DatabaseCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, looks = timeout(), []
    with held(database) as outside:

        def look_again(seconds: float) -> None:
            looks.append(timeout())
            if len(looks) == 3:
                outside.rollback()

        monkeypatch.setattr(transactions.time, "sleep", look_again)
        with atomic_within(30):
            assert connection.in_atomic_block
            assert timeout() == before

    assert looks == [0, 0, 0]
    assert not connection.in_atomic_block


def test_who_has_waited_long_enough_is_told_so_and_leaves_nothing_behind(
    database: DatabaseCopy,
) -> None:
    before = timeout()
    with held(database), pytest.raises(OperationalError) as refused, atomic_within(0.05):
        pytest.fail("it was not free")

    assert is_lock_timeout(refused.value)
    assert (timeout(), connection.in_atomic_block) == (before, False)
    with atomic_within(0.05):
        pass


@contextmanager
def held_by_another_thread() -> Iterator[threading.Event]:
    """Hold the lock in another thread of this process until the event is set."""
    has_it, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with atomic_within(30):
                has_it.set()
                may_end.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert has_it.wait(30)
    try:
        yield may_end
    finally:
        may_end.set()
        thread.join()


def test_another_thread_of_the_process_hands_it_on_without_a_look(
    database: DatabaseCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []
    monkeypatch.setattr(transactions.time, "sleep", looks.append)
    with held_by_another_thread() as may_end:
        threading.Timer(0.2, may_end.set).start()
        with atomic_within(30):
            assert may_end.is_set()

    assert looks == []


def test_who_waits_too_long_for_another_thread_is_told_the_same(database: DatabaseCopy) -> None:
    with (
        held_by_another_thread(),
        pytest.raises(OperationalError) as refused,
        atomic_within(0.05),
    ):
        pytest.fail("it was not free")

    assert is_lock_timeout(refused.value)
    with atomic_within(0.05):
        pass


def test_what_follows_a_commit_may_write_and_keeps_nobody(database: DatabaseCopy) -> None:
    written: list[str] = []

    def elsewhere() -> None:
        try:
            with atomic_within(5):
                written.append("another thread")
        finally:
            connection.close()

    def follow() -> None:
        with atomic_within(1):
            written.append("the same thread")
        other = threading.Thread(target=elsewhere)
        other.start()
        other.join(10)

    with atomic_within(5):
        transaction.on_commit(follow)
    assert written == ["the same thread", "another thread"]
    with suppress(ZeroDivisionError), atomic_within(5):
        _ = 1 / 0
    with atomic_within(0.05):  # it was let go after what was taken back, too
        pass


WAIT, PATIENCE = 3.0, 30.0


def held_up_by_a_waiting(
    database: DatabaseCopy, begin: Callable[[], AbstractContextManager[None]]
) -> float:
    """Take away a cursor of a connection that waits in another thread; return the seconds it took.

    The garbage collector does that at any time, in whichever thread it runs.
    """
    cursors: list[Any] = []
    is_connected, may_wait = threading.Event(), threading.Event()

    def wait_in_vain() -> None:
        try:
            connection.ensure_connection()
            cursors.append(connection.connection.cursor().execute("SELECT 1 UNION SELECT 2"))
            is_connected.set()
            may_wait.wait(PATIENCE)
            with suppress(OperationalError), begin():
                pass
        finally:
            connection.close()

    thread = threading.Thread(target=wait_in_vain)
    thread.start()
    assert is_connected.wait(PATIENCE)
    with held(database):
        may_wait.set()
        time.sleep(WAIT / 10)
        began = time.monotonic()
        cursors.clear()
        took = time.monotonic() - began
        thread.join()
    return took


def test_a_thread_that_waits_holds_up_no_other(database: DatabaseCopy) -> None:
    assert held_up_by_a_waiting(database, lambda: atomic_within(WAIT)) < WAIT / 2


def test_a_thread_that_sqlite_lets_wait_holds_up_another(database: DatabaseCopy) -> None:
    """Should this fail, Python or SQLite have got better, and ``atomic_within`` could go."""

    @contextmanager
    def left_to_sqlite() -> Iterator[None]:
        connection.connection.execute(f"PRAGMA busy_timeout = {int(WAIT * 1000)}").close()
        with transaction.atomic():
            yield

    assert held_up_by_a_waiting(database, left_to_sqlite) > WAIT / 2
