"""Somebody holds the seats and does not let go."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path

import pytest

from events.models import Registration, SeatPool
from forms.models import Submission
from tests.factories import MadeEvent, SessionSpec, make_event, post_data
from tests.servers.copies import DatabaseCopy
from tests.servers.processes import serve
from tests.servers.visitors import all_at_once, get, post

pytestmark = pytest.mark.concurrency

THREADS = 8
POSTS = THREADS * 2
PAGES = 4
LOCK_WAIT = 12
PAGE_TIME = LOCK_WAIT / 2


@contextmanager
def seats_held(database: DatabaseCopy, event: MadeEvent) -> Iterator[None]:
    """Hold the seats in a connection that Django knows nothing of."""
    pool = SeatPool.objects.get(event=event.event, kind="event")
    outside = database.outside_connection()
    try:
        if database.vendor == "postgresql":
            outside.execute(
                f'SELECT 1 FROM "{SeatPool._meta.db_table}" WHERE id = {pool.pk} FOR UPDATE'
            )
        else:
            outside.execute("BEGIN IMMEDIATE")
        yield
        outside.rollback()
    finally:
        outside.close()


def test_a_held_lock_is_an_answer_that_keeps_what_was_typed(
    database: DatabaseCopy, event: MadeEvent, tmp_path: Path
) -> None:
    data = post_data(event, name="Åse Bæk-Ørsted")
    with serve(database, tmp_path, workers=1, LOCK_WAIT="0.5") as server:
        assert get(server.port, event.url).status == 200
        # The very first post of a form, which also keeps the form version.
        with seats_held(database, event):
            answer = post(server.port, event.url, data)
        again = post(server.port, event.url, data)

    assert (answer.status, answer.headers.get("Retry-After")) == (503, "3")
    assert 'value="Åse Bæk-Ørsted"' in answer.text
    assert f'value="{data["email"]}"' in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    assert again.status == 303
    assert (Registration.objects.count(), Submission.objects.count()) == (1, 1)


def test_a_held_lock_on_one_event_stops_another_only_on_sqlite(
    database: DatabaseCopy, event: MadeEvent, tmp_path: Path
) -> None:
    other = make_event(slug="et-andet", sessions=[SessionSpec("Vejle", 5)])
    with serve(database, tmp_path, workers=1, LOCK_WAIT="1") as server:
        assert get(server.port, other.url).status == 200
        first = post(server.port, other.url, post_data(other))
        with seats_held(database, event):
            second = post(server.port, other.url, post_data(other))

    expected = {"postgresql": 303, "sqlite": 503}[database.vendor]
    assert (first.status, second.status) == (303, expected)


def _pages_while_all_threads_get_posts(
    database: DatabaseCopy, event: MadeEvent, tmp_path: Path, *, faults: list[str]
) -> list[int]:
    """Hold the seats, send twice as many posts as there are threads, and ask for pages meanwhile.

    Return the statuses of the pages, 0 for one that did not come before half the time was over that
    a post may wait.
    """
    server_settings = {"workers": 1, "threads": THREADS, "LOCK_WAIT": str(LOCK_WAIT)}
    with (
        serve(database, tmp_path, faults=faults, **server_settings) as server,  # type: ignore[arg-type]
        ThreadPoolExecutor(POSTS) as pool,
    ):
        assert post(server.port, event.url, post_data(event)).status == 303
        assert get(server.port, "/").status == 200
        with seats_held(database, event):
            posts = [
                pool.submit(functools.partial(post, server.port, event.url, post_data(event)))
                for _ in range(POSTS)
            ]
            wait(posts, timeout=1, return_when=FIRST_COMPLETED)
            ask = functools.partial(get, server.port, "/", timeout=PAGE_TIME)
            pages = all_at_once([ask] * PAGES)
        assert {answer.result().status for answer in posts} <= {303, 503}
    return [page.status for page in pages]


def test_other_pages_answer_while_posts_wait_for_a_held_lock(
    database: DatabaseCopy, event: MadeEvent, tmp_path: Path
) -> None:
    statuses = _pages_while_all_threads_get_posts(database, event, tmp_path, faults=[])

    assert statuses == [200] * PAGES


def test_without_the_gate_waiting_posts_fill_all_threads(
    database: DatabaseCopy, event: MadeEvent, tmp_path: Path
) -> None:
    statuses = _pages_while_all_threads_get_posts(database, event, tmp_path, faults=["no_gate"])

    assert statuses != [200] * PAGES
