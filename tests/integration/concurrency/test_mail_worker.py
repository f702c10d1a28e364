"""Processes that send mail: several at once, and some that are killed in the middle."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.utils import timezone

from forms.models import Message
from tests.factories import MadeEvent, make_registration
from tests.servers.copies import DatabaseCopy
from tests.servers.processes import script

pytestmark = pytest.mark.concurrency

MAILS = 12
DISPATCHER = "tests.servers.dispatcher"


@pytest.fixture
def queued(event: MadeEvent) -> list[str]:
    """Mails that wait to be sent; return how the mail server will know them."""
    registrations = [make_registration(event) for _ in range(MAILS)]
    messages = Message.objects.order_by("pk")
    assert [message.to for message in messages] == [r.email for r in registrations]
    return [f"<{message.uuid}@example.dk> {message.to}" for message in messages]


def dispatch(
    database: DatabaseCopy,
    folder: Path,
    *,
    processes: int = 1,
    faults: tuple[str, ...] = (),
    die: str = "",
) -> None:
    """Let that many processes send at the same time, until each finds nothing more or is dead."""
    environment = {"KOMMED_TEST_SINK": str(folder / "sink"), "KOMMED_TEST_DIE": die}
    with ExitStack() as stack:
        running = [
            stack.enter_context(
                script(DISPATCHER, database, folder, faults=faults, LOCK_WAIT="30", **environment)
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
            process.wait(120)


def accepted(folder: Path) -> Counter[str]:
    """Return how often the mail server accepted each mail."""
    sink = folder / "sink"
    return Counter(sink.read_text().splitlines() if sink.exists() else ())


def let_leases_run_out() -> None:
    Message.objects.filter(state="sending").update(
        lease_until=timezone.now() - dt.timedelta(seconds=1)
    )


def states() -> Counter[str]:
    return Counter(Message.objects.values_list("state", flat=True))


def test_three_workers_at_once_send_each_mail_once(
    database: DatabaseCopy, queued: list[str], tmp_path: Path
) -> None:
    dispatch(database, tmp_path, processes=3)

    assert accepted(tmp_path) == dict.fromkeys(queued, 1)
    assert states() == {"sent": MAILS}


def test_without_the_claim_workers_send_the_same_mail_twice(
    database: DatabaseCopy, queued: list[str], tmp_path: Path
) -> None:
    dispatch(database, tmp_path, processes=3, faults=("no_claim",))

    assert max(accepted(tmp_path).values()) > 1


@pytest.mark.parametrize(("die", "copies"), [("before:5", 1), ("after:5", 2)])
def test_a_worker_that_is_killed_loses_no_mail(
    database: DatabaseCopy, queued: list[str], tmp_path: Path, die: str, copies: int
) -> None:
    struck = queued[4]

    dispatch(database, tmp_path, die=die)
    assert states() == {"sent": 4, "sending": MAILS - 4}

    # As long as the lease runs, nobody else takes the mails that the dead one had.
    dispatch(database, tmp_path)
    assert states() == {"sent": 4, "sending": MAILS - 4}
    assert accepted(tmp_path)[struck] == copies - 1

    let_leases_run_out()
    dispatch(database, tmp_path)
    assert states() == {"sent": MAILS}
    assert accepted(tmp_path) == dict.fromkeys(queued, 1) | {struck: copies}


def test_a_worker_that_is_killed_again_and_again_still_sends_everything(
    database: DatabaseCopy, queued: list[str], tmp_path: Path
) -> None:
    deaths = ["after:3", "after:1", "before:1", "after:4"]

    for die in deaths:
        dispatch(database, tmp_path, die=die)
        let_leases_run_out()
    dispatch(database, tmp_path)

    assert states() == {"sent": MAILS}
    # The third mail was struck three times: twice when it had just left, once when it had not. Then
    # it left for good, and the one that had left just before the last death came twice.
    assert accepted(tmp_path) == dict.fromkeys(queued, 1) | {queued[2]: 3, queued[5]: 2}


def test_to_note_a_mail_before_it_is_sent_would_lose_it(
    database: DatabaseCopy, queued: list[str], tmp_path: Path
) -> None:
    dispatch(database, tmp_path, faults=("note_first",), die="before:5")
    let_leases_run_out()
    dispatch(database, tmp_path, faults=("note_first",))

    assert states() == {"sent": MAILS}
    assert accepted(tmp_path) == dict.fromkeys(set(queued) - {queued[4]}, 1)
