"""A lock is let go before the commit is on the disk; nobody hears of the commit before it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.signals import post_save
from django.test.utils import CaptureQueriesContext

from forms import locking
from forms.models import PostCount
from forms.prepared import Statement
from forms.prepared_insert import NewRows, PreparedInsert
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


# Rows that are written together with the commit

_COUNTS = PreparedInsert(PostCount)


def _add(rows: NewRows, scope: str) -> None:
    rows.add(_COUNTS, scope=scope, window_start=window_start(NOON), count=1)


@contextmanager
def _rows_at_the_end() -> Iterator[NewRows]:
    """Hold a lock, and yield the rows that are written when it is let go."""
    rows = NewRows()
    rows.use_keys({})
    with locking.locked(lambda: None, last=rows):
        yield rows


def _kept() -> list[str]:
    return sorted(PostCount.objects.values_list("scope", flat=True))


def test_the_last_rows_and_the_commit_are_one_question(postgres: DatabaseCopy) -> None:
    with CaptureQueriesContext(connection) as asked, _rows_at_the_end() as rows:
        _add(rows, "a")
        _add(rows, "b")
        before = len(asked)
    assert _kept() == ["a", "b"]
    rows_and_commit, once_more = (each["sql"] for each in list(asked)[before:])
    assert rows_and_commit.count("EXECUTE") == 3  # two rows, and the disk
    assert "COMMIT" in rows_and_commit
    assert once_more == "COMMIT"  # Django's, with nothing left to do
    assert not connection.in_atomic_block


def test_nothing_of_the_last_rows_is_kept_if_one_is_refused(database: DatabaseCopy) -> None:
    with pytest.raises(IntegrityError), _rows_at_the_end() as rows:
        _add(rows, "a")
        _add(rows, "a")
    assert _kept() == []
    _write()
    assert _kept() == ["scope"]


def test_nothing_of_the_last_rows_is_kept_if_the_block_fails(database: DatabaseCopy) -> None:
    with pytest.raises(ZeroDivisionError), _rows_at_the_end() as rows:
        _add(rows, "a")
        _ = 1 / 0
    assert _kept() == []


def test_a_transaction_around_it_takes_the_last_rows_back(database: DatabaseCopy) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        with _rows_at_the_end() as rows:
            _add(rows, "a")
        assert _kept() == ["a"]
        _ = 1 / 0
    assert _kept() == []


def test_whoever_listens_to_saving_can_still_refuse(database: DatabaseCopy) -> None:
    def refuse(**_what: Any) -> None:
        raise PermissionError

    post_save.connect(refuse, sender=PostCount)
    try:
        with pytest.raises(PermissionError), _rows_at_the_end() as rows:
            _add(rows, "a")
    finally:
        post_save.disconnect(refuse, sender=PostCount)
    assert _kept() == []


def test_whoever_waits_patiently_has_the_last_rows_too(database: DatabaseCopy) -> None:
    rows = NewRows()
    rows.use_keys({})
    with locking.locked(lambda: None, wait=3, last=rows):
        _add(rows, "a")
    assert _kept() == ["a"]


# The disk

_NOTE = "SELECT set_config('kommed.at', pg_current_wal_insert_lsn()::text, false)"


def _write_at_the_end() -> None:
    with _rows_at_the_end() as rows:
        _add(rows, f"{PostCount.objects.count()}")


def _writes_on_the_disk(
    monkeypatch: pytest.MonkeyPatch,
    write: Callable[[], None],
    until_the_disk: Callable[[], list[Statement]],
) -> set[str]:
    """Write some times; return whether what had been committed was on the disk at the end."""
    monkeypatch.setattr(locking, "_until_the_disk", lambda: [Statement(_NOTE), *until_the_disk()])
    found = set()
    for _ in range(20):
        write()
        found.add(_one("SELECT pg_current_wal_flush_lsn() >= current_setting('kommed.at')::pg_lsn"))
    return found


@pytest.mark.parametrize("write", [_write, _write_at_the_end])
def test_what_was_committed_is_on_the_disk_when_it_is_answered(
    postgres: DatabaseCopy, monkeypatch: pytest.MonkeyPatch, write: Callable[[], None]
) -> None:
    assert _writes_on_the_disk(monkeypatch, write, locking._until_the_disk) == {"True"}


@pytest.mark.parametrize("write", [_write, _write_at_the_end])
def test_without_waiting_it_would_not_be(
    postgres: DatabaseCopy, monkeypatch: pytest.MonkeyPatch, write: Callable[[], None]
) -> None:
    assert "False" in _writes_on_the_disk(monkeypatch, write, list)
