"""A lock is let go before the commit is on the disk; nobody hears of the commit before it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from forms import locking
from forms.models import PostCount
from forms.protection.counting import count_post, window_start
from tests.servers.copies import DatabaseCopy

from .test_counting import NOON

pytestmark = pytest.mark.concurrency


def _one(question: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return str(cursor.fetchone()[0])


def _write() -> None:
    with locking.locked(lambda: None):
        count_post("scope", window_start(NOON))


def test_the_disk_comes_before_whatever_follows_the_commit(
    database: DatabaseCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []

    def note(what: str) -> Callable[[], None]:
        return lambda: order.append(f"{what}, {PostCount.objects.count()} kept")

    monkeypatch.setattr(locking, "_wait_for_the_disk", note("disk"))

    def lock() -> None:
        transaction.on_commit(note("told"))

    with locking.locked(lock):
        count_post("scope", window_start(NOON))
        order.append("written")

    assert order == ["written", "disk, 1 kept", "told, 1 kept"]


def test_nothing_waits_for_the_disk_when_nothing_is_kept(
    database: DatabaseCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[bool] = []
    monkeypatch.setattr(locking, "_wait_for_the_disk", lambda: waited.append(True))

    with pytest.raises(ZeroDivisionError), locking.locked(lambda: None):
        count_post("scope", window_start(NOON))
        _ = 1 / 0

    assert waited == []
    assert not PostCount.objects.exists()


@pytest.fixture
def postgres(database: DatabaseCopy) -> DatabaseCopy:
    """The database, if it keeps its locks until the disk has answered."""
    if database.vendor != "postgresql":
        pytest.skip("SQLite is asked to wait for the disk in the commit itself")
    return database


def test_only_a_lock_that_many_wait_for_is_let_go_early(postgres: DatabaseCopy) -> None:
    with locking.locked(lambda: None):
        assert _one("SHOW synchronous_commit") == "off"
    with locking.locked(lambda: None, wait=3):
        assert _one("SHOW synchronous_commit") == "on"
    assert _one("SHOW synchronous_commit") == "on"


def _writes_on_the_disk(monkeypatch: pytest.MonkeyPatch, wait: Callable[[], None]) -> set[str]:
    """Write some times; return whether what had been committed was on the disk at the end."""
    committed: list[str] = []

    def note_and_wait() -> None:
        committed.append(_one("SELECT pg_current_wal_insert_lsn()"))
        wait()

    monkeypatch.setattr(locking, "_wait_for_the_disk", note_and_wait)
    found = set()
    for _ in range(20):
        _write()
        found.add(_one(f"SELECT pg_current_wal_flush_lsn() >= '{committed[-1]}'::pg_lsn"))
    return found


def test_what_was_committed_is_on_the_disk_when_it_is_answered(
    postgres: DatabaseCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _writes_on_the_disk(monkeypatch, locking._wait_for_the_disk) == {"True"}


def test_without_waiting_it_would_not_be(
    postgres: DatabaseCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "False" in _writes_on_the_disk(monkeypatch, lambda: None)
