"""Processes that do what is due: several at once, and one that is killed in the middle."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.utils import timezone

from forms.models import DueJob
from tests.servers.copies import DatabaseCopy
from tests.servers.processes import script
from tests.servers.runner import JOB

pytestmark = pytest.mark.concurrency


def run(
    database: DatabaseCopy,
    folder: Path,
    *,
    processes: int,
    faults: tuple[str, ...] = (),
    die: str = "",
) -> int:
    """Let that many do what is due at the same time; return how often the job was begun so far."""
    sink = folder / "sink"
    environment = {"KOMMED_TEST_SINK": str(sink), "KOMMED_TEST_DIE": die}
    with ExitStack() as stack:
        running = [
            stack.enter_context(
                script("tests.servers.runner", database, folder, faults=faults, **environment)
            )
            for _ in range(processes)
        ]
        for process in running:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in running:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in running:
            process.wait(60)
    return len(sink.read_text().splitlines())


def test_three_at_once_do_a_job_once(database: DatabaseCopy, tmp_path: Path) -> None:
    assert run(database, tmp_path, processes=3) == 1

    row = DueJob.objects.get(name=JOB)
    assert (row.lease_until, row.failures, row.last_error) == (None, 0, "")
    assert row.finished_at is not None


def test_without_the_lease_they_do_it_more_than_once(
    database: DatabaseCopy, tmp_path: Path
) -> None:
    DueJob.objects.create(name=JOB)

    assert run(database, tmp_path, processes=3, faults=("no_lease",)) > 1


def test_the_job_of_one_that_was_killed_is_done_when_its_lease_has_run_out(
    database: DatabaseCopy, tmp_path: Path
) -> None:
    assert run(database, tmp_path, processes=1, die="yes") == 1
    assert run(database, tmp_path, processes=1) == 1  # it may still be at it

    DueJob.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))

    assert run(database, tmp_path, processes=1) == 2
    assert DueJob.objects.get(name=JOB).finished_at is not None
