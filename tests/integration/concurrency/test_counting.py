"""Posts that are counted at the same moment are all counted; a held database keeps nobody."""

from __future__ import annotations

import datetime as dt
import functools
import ipaddress
import itertools
import time
import uuid
from typing import Any

import pytest
from django.db import connection, transaction

from forms.models import PostCount
from forms.protection.counting import count_post, is_too_many
from tests.servers.copies import DatabaseCopy
from tests.servers.visitors import all_at_once

pytestmark = pytest.mark.concurrency

THREADS, POSTS = 8, 10
NOON = dt.datetime(2026, 10, 3, 12, 0, tzinfo=dt.UTC)


def _count(times: int) -> list[int]:
    try:
        numbers = []
        for _ in range(times):
            with transaction.atomic():
                numbers.append(count_post("scope", NOON))
        return numbers
    finally:
        connection.close()


def test_posts_at_the_same_moment_are_all_counted(database: DatabaseCopy) -> None:
    found = all_at_once([functools.partial(_count, POSTS)] * THREADS)

    assert sorted(itertools.chain(*found)) == list(range(1, THREADS * POSTS + 1))
    assert list(PostCount.objects.values_list("count", flat=True)) == [THREADS * POSTS]


def test_a_count_that_cannot_be_written_in_a_moment_is_left_out(database: DatabaseCopy) -> None:
    form, network = uuid.uuid4(), ipaddress.ip_network("192.0.2.10")
    ask = functools.partial(is_too_many, form, network, now=NOON, is_suspicious=False)
    ask()
    outside = database.outside_connection()
    try:
        if database.vendor == "postgresql":
            outside.execute(f'SELECT 1 FROM "{PostCount._meta.db_table}" FOR UPDATE')
        else:
            outside.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        answer = ask()
        waited = time.monotonic() - began
        outside.rollback()
    finally:
        outside.close()

    # The lock is held for as long as the question takes; only that it has an end is asserted.
    assert (answer, waited > 0) == (False, True)
    assert set(PostCount.objects.values_list("count", flat=True)) == {1}
    assert ask() is False
    assert set(PostCount.objects.values_list("count", flat=True)) == {2}


def test_counts_stop_at_the_first_that_is_over_and_leave_the_connection_as_it_was(
    database: DatabaseCopy, settings: Any
) -> None:
    settings.KOMMED_POSTS_PER_NETWORK, settings.KOMMED_POSTS_PER_FORM = 3, 4
    form, here, there = uuid.uuid4(), *(ipaddress.ip_network(f"192.0.2.{n}") for n in (1, 2))
    ask = functools.partial(is_too_many, form, now=NOON)
    kept = _how_safe(database)

    assert [ask(here, is_suspicious=False) for _ in range(5)] == [False, False, False, True, True]
    assert [ask(there, is_suspicious=True) for _ in range(2)] == [False, False]
    assert [ask(None, is_suspicious=False) for _ in range(2)] == [False, True]
    assert ask(None, is_suspicious=True) is False
    assert sorted(PostCount.objects.values_list("count", flat=True)) == [2, 5, 5]
    assert _how_safe(database) == kept


def _how_safe(database: DatabaseCopy) -> list[str]:
    """Return how long the connection waits for locks, and whether its commits wait for the disk."""
    names = {
        "postgresql": ["SHOW lock_timeout", "SHOW synchronous_commit"],
        "sqlite": ["PRAGMA busy_timeout", "PRAGMA synchronous"],
    }[database.vendor]
    found = []
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(name)
            found.append(str(cursor.fetchone()[0]))
    return found
