"""What PostgreSQL has prepared for a connection, and what becomes of it there."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, DataError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from events.actions.locking import seats_locked
from events.enums import SeatPoolKind
from events.exceptions import EventBusy
from events.models import EventRecord, SeatPool
from forms.models import PostCount
from forms.prepared import PreparedQuery, Statement, ask_together
from forms.protection.counting import is_too_many
from tests.factories import MadeEvent
from tests.servers.copies import DatabaseCopy

pytestmark = pytest.mark.concurrency


@pytest.fixture
def postgres(database: DatabaseCopy) -> DatabaseCopy:
    """The database, if it is one that is asked to prepare what it hears often."""
    if database.vendor != "postgresql":
        pytest.skip("Python keeps the statements that SQLite has prepared")
    return database


def run(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []


def prepared() -> dict[str, int]:
    """Return the texts that the connection has prepared, and how often each has been executed."""
    found = run(
        "SELECT name, statement, generic_plans + custom_plans FROM pg_prepared_statements"
        " WHERE name LIKE 'kommed%'"
    )
    # PostgreSQL keeps the whole message in which it was told to prepare.
    return {
        message.partition(f"PREPARE {name} AS ")[2].partition("; EXECUTE")[0]: times
        for name, message, times in found
    }


def said(text: str, *values: Any) -> list[tuple[Any, ...]]:
    (answer,) = ask_together(Statement(text, values, is_kept=True))
    return answer


def test_a_text_is_prepared_once_and_executed_with_other_values(
    postgres: DatabaseCopy, event: MadeEvent
) -> None:
    query = PreparedQuery(
        lambda pk: SeatPool.objects.filter(event=pk, kind=SeatPoolKind.EVENT).order_by()
    )
    connection.close()
    with CaptureQueriesContext(connection) as asked:
        assert [pool.event_id for pool in query.all(pk=event.record.pk)] == [event.record.pk]
    # Whoever reads what was asked sees of what it was.
    assert "; EXECUTE /* SELECT kommed_events_seatpool */ kommed_" in asked[0]["sql"]
    assert query.all(pk=event.record.pk + 1) == []
    ((text, times),) = prepared().items()
    assert times == 2
    # What is always the same is in the text, where an index for it can be chosen.
    assert "$1" in text
    assert "$2" not in text
    assert "'event'" in text


def test_the_same_words_with_other_constants_are_another_question(
    postgres: DatabaseCopy, event: MadeEvent
) -> None:
    whole, sessions = (
        PreparedQuery(lambda event, kind=kind: SeatPool.objects.filter(event=event, kind=kind))
        for kind in (SeatPoolKind.EVENT, SeatPoolKind.EVENT_SESSION)
    )
    for query, kind in ((whole, "event"), (sessions, "event_session"), (whole, "event")):
        assert {pool.kind for pool in query.all(event=event.record.pk)} == {kind}


@contextmanager
def locked_elsewhere(postgres: DatabaseCopy, table: str) -> Iterator[None]:
    """Have somebody hold ``table``, as a migration does."""
    outside = postgres.outside_connection()
    outside.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
    try:
        yield
    finally:
        outside.rollback()
        outside.close()


def test_to_prepare_waits_no_longer_than_to_execute(
    postgres: DatabaseCopy, event: MadeEvent, settings: Any
) -> None:
    settings.LOCK_WAIT = 0.2
    connection.close()  # the new one has prepared nothing
    for _ in range(2):
        with (
            locked_elsewhere(postgres, SeatPool._meta.db_table),
            pytest.raises(EventBusy),
            seats_locked(event.record),
        ):
            pytest.fail("they were not to be had")
    # Of what failed half way nothing is in the way of the next.
    with seats_locked(event.record) as held:
        assert held == event.record


def test_to_prepare_a_count_waits_no_longer_either(postgres: DatabaseCopy) -> None:
    connection.close()
    now = dt.datetime(2026, 10, 3, 12, tzinfo=dt.UTC)
    with locked_elsewhere(postgres, PostCount._meta.db_table):
        assert not is_too_many(uuid.uuid4(), None, now=now, is_suspicious=False)
    assert not PostCount.objects.exists()
    assert not is_too_many(uuid.uuid4(), None, now=now, is_suspicious=False)
    assert PostCount.objects.exists()


def test_several_are_executed_at_once(postgres: DatabaseCopy) -> None:
    first, second = (Statement("SELECT %s + 1", (n,), is_kept=True) for n in (1, 41))
    other = Statement("SELECT %s || 'c%%'", ("b",), is_kept=True)
    plain = Statement("SHOW lock_timeout")
    assert ask_together(first, plain, second, other) == [[(2,)], [("0",)], [(42,)], [("bc%",)]]
    assert sorted(prepared().values()) == [1, 2]


def test_many_values_are_as_good_as_few(postgres: DatabaseCopy) -> None:
    places = ", ".join(["%s::text"] * 60)
    values = tuple(f"it's 100 % \\ {number}" for number in range(60))
    assert said(f"SELECT {places}", *values) == [values]


def test_each_connection_has_its_own(postgres: DatabaseCopy) -> None:
    assert said("SELECT 1 + %s", 1) == [(2,)]
    connection.close()
    assert prepared() == {}
    assert said("SELECT 1 + %s", 2) == [(3,)]
    assert prepared() == {"SELECT 1 + $1": 1}


def test_where_another_hand_has_dropped_them_they_are_prepared_anew(
    postgres: DatabaseCopy,
) -> None:
    assert said("SELECT 1 + %s", 1) == [(2,)]
    run("DEALLOCATE ALL")
    assert said("SELECT 1 + %s", 2) == [(3,)]
    run("DEALLOCATE ALL")
    # Within a transaction what was done before is lost; whoever comes next is served.
    with pytest.raises(DatabaseError), transaction.atomic():
        said("SELECT 1 + %s", 3)
    assert said("SELECT 1 + %s", 4) == [(5,)]


def test_a_column_may_change_its_type_meanwhile(postgres: DatabaseCopy) -> None:
    run("CREATE TABLE scratch AS SELECT 'a'::varchar(10) AS word")
    assert said("SELECT word FROM scratch") == [("a",)]
    run("ALTER TABLE scratch ALTER COLUMN word TYPE varchar(300)")
    assert said("SELECT word FROM scratch") == [("a",)]


def test_that_holds_beside_a_statement_that_is_new(postgres: DatabaseCopy) -> None:
    run("CREATE TABLE scratch AS SELECT 'a'::varchar(10) AS word")
    old = Statement("SELECT word FROM scratch", is_kept=True)
    assert ask_together(old) == [[("a",)]]
    run("ALTER TABLE scratch ALTER COLUMN word TYPE varchar(300)")
    new = Statement("SELECT 1 + %s", (1,), is_kept=True)
    assert ask_together(old, new) == [[("a",)], [(2,)]]


def test_other_errors_are_errors_and_nothing_is_forgotten(postgres: DatabaseCopy) -> None:
    assert said("SELECT 10 / %s", 5) == [(2,)]
    before = prepared()
    with pytest.raises(DataError):
        said("SELECT 10 / %s", 0)
    assert said("SELECT 10 / %s", 2) == [(5,)]
    assert prepared().keys() == before.keys()


def test_a_server_that_is_not_there_is_an_error_of_its_own(
    postgres: DatabaseCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.close()
    with monkeypatch.context() as elsewhere:
        elsewhere.setitem(connection.settings_dict, "PORT", "1")
        with pytest.raises(OperationalError):
            said("SELECT 1 + %s", 1)
    assert said("SELECT 1 + %s", 1) == [(2,)]


def test_nothing_is_prepared_where_the_next_transaction_may_go_elsewhere(
    postgres: DatabaseCopy, event: MadeEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    connection.close()
    query = PreparedQuery(lambda pk: EventRecord.objects.filter(pk=pk))
    assert query.first(pk=event.record.pk) == event.record
    assert said("SELECT 1 + %s", 1) == [(2,)]
    assert prepared() == {}
