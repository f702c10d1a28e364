"""The worker is told to stop, or its database restarts: no mail is left in anybody's hands."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.utils import timezone

from forms.models import Message
from tests.factories import MadeEvent, make_registration
from tests.servers.cluster import Cluster, cluster_with
from tests.servers.copies import DatabaseCopy
from tests.servers.fleet import MISSED
from tests.servers.mailings import copies_of, states, wait_until
from tests.servers.processes import script
from tests.servers.sinks import Sink, smtp_sink

pytestmark = pytest.mark.concurrency

MAILS = 40
LEASE_SECONDS = {"short": "2", "longer than the restart": "30"}
SLOW = 0.05
PATIENCE = 60


@contextmanager
def worker(
    database: DatabaseCopy, folder: Path, sink: Sink, *faults: str, lease: str = "short"
) -> Iterator[subprocess.Popen[str]]:
    """Run the worker as long as the block runs."""
    environment = sink.environment(
        LOCK_WAIT="30", KOMMED_TEST_LEASE=LEASE_SECONDS[lease], KOMMED_TEST_TIMEOUT="60"
    )
    with script("tests.servers.worker", database, folder, faults=faults, **environment) as process:
        yield process


@pytest.fixture
def mails(event: MadeEvent) -> list[str]:
    """Mails that wait in the outbox, by their ``Message-ID``."""
    registration = make_registration(event)
    return copies_of(Message.objects.get(subject_key=registration.uuid), MAILS)


def tell(process: subprocess.Popen[str], times: int) -> None:
    """Tell the worker to stop, once or again while it is at it, and wait until it has."""
    for _ in range(times):
        process.send_signal(signal.SIGTERM)
        time.sleep(SLOW / 4)
    assert process.wait(PATIENCE) == 0


@pytest.mark.parametrize("times", [1, 2])
def test_a_worker_that_is_told_to_stop_finishes_the_mail_in_hand_and_keeps_none(
    database: DatabaseCopy, mails: list[str], tmp_path: Path, times: int
) -> None:
    with smtp_sink(tmp_path, slow=SLOW) as sink:
        with worker(database, tmp_path, sink) as process:
            wait_until(lambda: len(sink.happened("accepted")) >= 3)
            tell(process, times)
        left = states()
        untried = Message.objects.filter(state="queued").values_list("attempts", flat=True)

        assert left["sent"] == len(sink.happened("accepted")) < MAILS
        assert left["sending"] == 0
        assert set(untried) == {0}

        with worker(database, tmp_path, sink) as process:
            wait_until(lambda: states() == {"sent": MAILS})
            tell(process, 1)
        assert sink.accepted() == dict.fromkeys(mails, 1)


def test_a_worker_that_keeps_its_claim_leaves_mails_in_the_hands_of_nobody(
    database: DatabaseCopy, mails: list[str], tmp_path: Path
) -> None:
    with (
        smtp_sink(tmp_path, slow=SLOW) as sink,
        worker(database, tmp_path, sink, "keep_the_claim") as process,
    ):
        wait_until(lambda: len(sink.happened("accepted")) >= 3)
        tell(process, 1)

    assert states()["sending"] > 0


@pytest.fixture
def cluster(database: DatabaseCopy, mails: list[str]) -> Iterator[Cluster]:
    """A PostgreSQL of its own, with the mails."""
    if database.vendor != "postgresql":
        pytest.skip("SQLite has no server that could restart")
    with cluster_with(database) as cluster:
        yield cluster


def sent_in(cluster: Cluster) -> int:
    table = Message._meta.db_table
    return len(cluster.column(f"SELECT id FROM \"{table}\" WHERE state = 'sent'"))


def held_past_their_lease(cluster: Cluster) -> int:
    late = f"state = 'sending' AND lease_until < '{timezone.now().isoformat()}'"
    return len(cluster.column(f'SELECT id FROM "{Message._meta.db_table}" WHERE {late}'))


ACCEPTED_BEFORE = 3


@pytest.fixture
def holding(tmp_path: Path) -> Iterator[Sink]:
    """A mail server that keeps the fourth mail waiting until it is told to accept it."""
    hold = tmp_path / "hold"
    hold.touch()
    with smtp_sink(tmp_path, slow=SLOW, hold_after=ACCEPTED_BEFORE, hold=str(hold)) as sink:
        yield sink


def restart_while_a_mail_is_being_accepted(cluster: Cluster, sink: Sink, folder: Path) -> None:
    """Crash the database and start it again once the mail's outcome has met no database."""
    wait_until(lambda: len(sink.happened("received")) == ACCEPTED_BEFORE + 1)
    cluster.crash()
    (folder / "hold").unlink()
    wait_until((folder / MISSED).exists)
    cluster.start()


def test_a_worker_whose_database_restarts_goes_on_and_sends_each_mail_once(
    cluster: Cluster, mails: list[str], holding: Sink, tmp_path: Path
) -> None:
    lease = "longer than the restart"
    with worker(cluster.database, tmp_path, holding, "note_missing", lease=lease) as process:
        restart_while_a_mail_is_being_accepted(cluster, holding, tmp_path)
        wait_until(lambda: sent_in(cluster) == MAILS)
        assert held_past_their_lease(cluster) == 0
        tell(process, 1)

    # What had been accepted just before is noted when the database is back, so it leaves once.
    assert holding.accepted() == dict.fromkeys(mails, 1)


def test_without_patience_what_was_accepted_just_before_the_restart_leaves_twice(
    cluster: Cluster, mails: list[str], holding: Sink, tmp_path: Path
) -> None:
    faults = ("note_missing", "no_patience")
    with worker(cluster.database, tmp_path, holding, *faults) as process:
        restart_while_a_mail_is_being_accepted(cluster, holding, tmp_path)
        wait_until(lambda: sent_in(cluster) == MAILS)
        tell(process, 1)

    assert max(holding.accepted().values()) == 2
