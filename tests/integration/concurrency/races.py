"""Starting several processes of ``tests.servers.racer`` at the same moment."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.servers.copies import DatabaseCopy
from tests.servers.processes import script

Jobs = list[list[list[Any]]]
"""For each thread of a process, what it does one after the other: ``[what, *arguments]``."""


def race(
    database: DatabaseCopy, folder: Path, processes: Sequence[Jobs], *, faults: Sequence[str] = ()
) -> list[list[list[str]]]:
    """Run one process for each of ``processes``; return what came of each thing each thread did."""
    with contextlib.ExitStack() as stack:
        racers = [
            stack.enter_context(
                script(
                    "tests.servers.racer",
                    database,
                    folder,
                    faults=faults,
                    LOCK_WAIT="30",
                    KOMMED_TEST_JOBS=json.dumps(jobs),
                )
            )
            for jobs in processes
        ]
        for racer in racers:
            assert racer.stdout is not None
            assert racer.stdout.readline() == "ready\n"
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write("go\n")
            racer.stdin.flush()
        return [json.loads(racer.stdout.readline()) for racer in racers if racer.stdout]


def dealt(tasks: Sequence[list[Any]], *, processes: int, threads: int) -> list[Jobs]:
    """Deal ``tasks`` to threads of processes, in turn."""
    hands = [list(tasks[number :: processes * threads]) for number in range(processes * threads)]
    return [hands[number::processes] for number in range(processes)]


def flat(outcomes: list[list[list[str]]]) -> list[str]:
    """Return every outcome, whoever's it is."""
    return [one for process in outcomes for thread in process for one in thread]
