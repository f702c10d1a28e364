"""PostgreSQL crashes while people register, or all web processes are killed: what was said holds.

A visitor who was told that they are registered is in the ledger, whatever came after. Everybody
else was told in words that it did not work, and is registered once when they send it again.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from events.models import Registration
from tests.factories import MadeEvent, SessionSpec, make_event, post_data
from tests.servers.cluster import Cluster, cluster_with
from tests.servers.copies import DatabaseCopy
from tests.servers.processes import Server, serve
from tests.servers.visitors import NO_ANSWER, Answer, get, post, post_until_answered

pytestmark = pytest.mark.concurrency

VISITORS = 6
PEOPLE = 3000
MANY = 12
PATIENCE = 120
ROWS = f'SELECT email FROM "{Registration._meta.db_table}"'
REGISTERED, UNAVAILABLE, FAILED = 303, 503, 500


@dataclass
class Crowd:
    """People who register one after the other, several at a time, and what they were told."""

    told: list[tuple[str, int]] = field(default_factory=list)
    last: Answer = field(default_factory=lambda: Answer(NO_ANSWER))

    def of(self, status: int) -> list[str]:
        """Return who got this status."""
        return [email for email, found in list(self.told) if found == status]

    def until(self, is_enough: Callable[[], bool]) -> None:
        """Wait for something to be so."""
        deadline = time.monotonic() + PATIENCE
        while not is_enough():
            assert time.monotonic() < deadline, Counter(status for _email, status in self.told)
            time.sleep(0.02)


@contextmanager
def crowd(port: int, path: str, people: Sequence[dict[str, str]]) -> Iterator[Crowd]:
    """Have people register as long as the block runs; they send once, and note the answer."""
    found, stop, line = Crowd(), threading.Event(), iter(people)
    next_one = threading.Lock()

    def visit() -> None:
        while not stop.is_set():
            with next_one:
                person = next(line)
            answer = post(port, path, person)
            found.told.append((person["email"], answer.status))
            if answer.status == UNAVAILABLE:
                found.last = answer
            if answer.status != REGISTERED:
                time.sleep(0.2)

    with ThreadPoolExecutor(VISITORS) as pool:
        visits = [pool.submit(visit) for _ in range(VISITORS)]
        try:
            yield found
        finally:
            stop.set()
    for done in visits:
        done.result()


@pytest.fixture
def event(database: DatabaseCopy) -> MadeEvent:
    """A published event with room for everybody."""
    return make_event(slug="vaerksted", sessions=[SessionSpec("Aalborg", None)])


@pytest.fixture
def people(event: MadeEvent) -> list[dict[str, str]]:
    """Those who want to come, each with what their browser sends."""
    first = post_data(event)
    return [first | {"email": f"gaest-{number}@example.dk"} for number in range(PEOPLE)]


@pytest.fixture
def cluster(database: DatabaseCopy, event: MadeEvent) -> Iterator[Cluster]:
    """A PostgreSQL of its own, with the event."""
    if database.vendor != "postgresql":
        pytest.skip("SQLite has no server that could crash; its processes are killed below")
    with cluster_with(database) as cluster:
        yield cluster


def _crash_while_people_register(cluster: Cluster, server: Server, found: Crowd) -> None:
    """Crash in the middle, let some meet a database that is away, and start it again."""
    found.until(lambda: len(found.of(REGISTERED)) >= MANY)
    cluster.crash()
    crashed_at = len(found.told)
    found.until(lambda: len(found.told) >= crashed_at + MANY)
    cluster.start()
    started_at = len(found.of(REGISTERED))
    found.until(lambda: len(found.of(REGISTERED)) >= started_at + MANY)


def test_a_crash_of_postgres_takes_back_nothing_and_is_said_in_words(
    cluster: Cluster, event: MadeEvent, people: list[dict[str, str]], tmp_path: Path
) -> None:
    with serve(cluster.database, tmp_path) as server:
        with crowd(server.port, event.url, people) as found:
            _crash_while_people_register(cluster, server, found)
        rows = cluster.column(ROWS)
        again = [p for p in people if p["email"] in found.of(UNAVAILABLE)]
        answers = [post_until_answered(server.port, event.url, person) for person in again]
        rows_at_last = cluster.column(ROWS)
        log = server.log.read_text()

    assert set(dict(found.told).values()) == {REGISTERED, UNAVAILABLE}
    assert set(found.of(REGISTERED)) <= set(rows)
    assert {answer.status for answer in answers} == {REGISTERED}
    assert sorted(rows_at_last) == sorted(email for email, _status in found.told)
    # The page keeps what was sent, and no process had to be started anew.
    assert found.last.headers["Retry-After"] == "5"
    assert "no-store" in found.last.headers["Cache-Control"]
    assert 'name="email" value="gaest-' in found.last.text
    assert "Traceback" not in log
    assert "gaest-" not in log
    assert log.count("Booting worker") == 2


def test_without_the_shelter_a_crash_of_postgres_is_an_error_page(
    cluster: Cluster, event: MadeEvent, people: list[dict[str, str]], tmp_path: Path
) -> None:
    with serve(cluster.database, tmp_path, faults=["no_shelter"]) as server:
        with crowd(server.port, event.url, people) as found:
            _crash_while_people_register(cluster, server, found)
        log = server.log.read_text()

    assert found.of(FAILED)
    assert "Traceback" in log


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param("early_answer", id="commit"),
        # The seats are let go before the commit is on the disk, and the answer waits for that.
        pytest.param("no_disk", id="disk"),
    ],
)
def test_an_answer_before_the_commit_or_the_disk_would_be_taken_back_by_a_crash_of_postgres(
    cluster: Cluster, event: MadeEvent, people: list[dict[str, str]], tmp_path: Path, fault: str
) -> None:
    with serve(cluster.database, tmp_path, faults=[fault]) as server:
        with crowd(server.port, event.url, people) as found:
            _crash_while_people_register(cluster, server, found)
        time.sleep(1)  # those who were answered last may still be being written
        rows = cluster.column(ROWS)

    assert set(found.of(REGISTERED)) - set(rows)


def _kill_while_people_register(
    database: DatabaseCopy,
    event: MadeEvent,
    people: list[dict[str, str]],
    folder: Path,
    *,
    faults: Sequence[str] = (),
) -> Crowd:
    with (
        serve(database, folder, faults=faults) as server,
        crowd(server.port, event.url, people) as found,
    ):
        found.until(lambda: len(found.of(REGISTERED)) >= MANY)
        server.kill()
        found.until(lambda: len(found.of(NO_ANSWER)) >= VISITORS)
    return found


def test_when_all_web_processes_are_killed_everybody_who_was_answered_is_registered(
    database: DatabaseCopy, event: MadeEvent, people: list[dict[str, str]], tmp_path: Path
) -> None:
    found = _kill_while_people_register(database, event, people, tmp_path)
    rows = list(Registration.objects.values_list("email", flat=True))
    assert set(found.of(REGISTERED)) <= set(rows)
    assert len(set(rows)) == len(rows)

    # Some may have been told that it is busy, which SQLite is sooner than PostgreSQL.
    without = {email for email, status in found.told if status != REGISTERED}
    again = [p for p in itertools.islice(people, len(found.told)) if p["email"] in without]
    with serve(database, tmp_path) as server:
        assert get(server.port, event.url).status == 200
        answers = [post_until_answered(server.port, event.url, person) for person in again]

    assert {answer.status for answer in answers} == {REGISTERED}
    assert sorted(Registration.objects.values_list("email", flat=True)) == sorted(
        email for email, _status in found.told
    )


def test_with_an_answer_before_the_commit_they_would_not_be(
    database: DatabaseCopy, event: MadeEvent, people: list[dict[str, str]], tmp_path: Path
) -> None:
    found = _kill_while_people_register(database, event, people, tmp_path, faults=["early_answer"])

    rows = set(Registration.objects.values_list("email", flat=True))
    assert set(found.of(REGISTERED)) - rows
