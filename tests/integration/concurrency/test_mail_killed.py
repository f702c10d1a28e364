"""Workers are killed again and again while the mail server misbehaves: no mail is lost.

Exactly once cannot be promised: whoever dies between the server's "accepted" and our note of it
cannot say so. What is promised is that a mail has at most one copy more than it was struck, by a
death or by a line that broke after the server had accepted; so two copies, unless the same mail is
struck twice.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from forms.models import Message
from tests.factories import MadeEvent, make_registration
from tests.servers.copies import DatabaseCopy
from tests.servers.mailings import Fleet, copies_of, fleet, states, wait_until
from tests.servers.sinks import Sink, smtp_sink

pytestmark = pytest.mark.concurrency

MAILS, DEATHS = 400, 25
FEW_MAILS, ACCEPTED_BEFORE = 60, 20
LEASE_SECONDS = 2.0
BAD_DAY = {"seed": 6, "busy": 0.05, "drop": 0.03}


def kill_while_they_send(workers: Fleet, sink: Sink, *, mails: int, deaths: int) -> Counter[str]:
    """Kill one worker after the other, spread over all mails; return which mails that struck.

    Struck is a mail that the server has accepted while its state still says that it is being sent.
    """
    chance = random.Random(25)
    struck: Counter[str] = Counter()
    for death in range(1, deaths + 1):
        worker = workers.start()
        enough = mails * death // (deaths + 1) - chance.randrange(5)
        wait_until(lambda enough=enough: len(sink.happened("accepted")) >= enough)  # type: ignore[misc]
        time.sleep(chance.random() * 0.02)
        workers.end(worker)
        wait_until(sink.is_alone)
        last = sink.happened("accepted")[-1]["id"]
        is_unsaid = Message.objects.filter(uuid=last[1:37], state="sending").exists()
        if is_unsaid and not was_dropped_at_last(sink):
            struck[last] += 1
    return struck


def was_dropped_at_last(sink: Sink) -> bool:
    """Return whether the server dropped the line after the mail that it accepted last."""
    dropped = sink.happened("dropped")
    return bool(dropped) and dropped[-1]["at"] >= sink.happened("accepted")[-1]["at"]


def is_stuck() -> bool:
    """Return whether a mail is being sent by nobody, as far as leases go."""
    now = timezone.now()
    return Message.objects.filter(state="sending", lease_until__lt=now).exists()


@pytest.fixture
def pattern(event: MadeEvent) -> Message:
    """A mail that others are copied from."""
    registration = make_registration(event)
    return Message.objects.get(subject_key=registration.uuid)


def test_of_400_mails_none_is_lost_by_25_deaths(
    database: DatabaseCopy, pattern: Message, tmp_path: Path
) -> None:
    mails = copies_of(pattern, MAILS)
    with smtp_sink(tmp_path, **BAD_DAY) as sink, fleet(database, tmp_path, sink) as workers:
        struck = kill_while_they_send(workers, sink, mails=MAILS, deaths=DEATHS)
        last = workers.start()
        time.sleep(2 * LEASE_SECONDS)
        wait_until(lambda: not is_stuck())
        wait_until(lambda: states() == {"sent": MAILS})
        workers.end(last)

    accepted = sink.accepted()
    dropped = Counter(line["id"] for line in sink.happened("dropped"))
    assert accepted == Counter(mails) + struck + dropped
    assert struck.total() <= DEATHS
    assert dropped
    assert sink.happened("busy")
    assert all(accepted[mail] <= 2 for mail in mails if struck[mail] + dropped[mail] <= 1)


@pytest.fixture
def holding(tmp_path: Path) -> Iterator[Sink]:
    """A mail server that lets nobody go on after the first mails, until it is told to."""
    hold = tmp_path / "hold"
    hold.touch()
    how = {"hold_after": ACCEPTED_BEFORE, "hold": str(hold), "hold_at": "sender"}
    with smtp_sink(tmp_path, **how) as sink:
        yield sink


def kill_while_a_mail_waits(workers: Fleet, sink: Sink, folder: Path) -> None:
    """Kill a worker that has begun to send a mail of which the server has seen nothing yet."""
    worker = workers.start()
    wait_until(lambda: bool(sink.happened("held")))
    workers.end(worker)
    (folder / "hold").unlink()
    wait_until(sink.is_alone)


def test_to_note_mails_before_they_are_sent_would_lose_some(
    database: DatabaseCopy, pattern: Message, holding: Sink, tmp_path: Path
) -> None:
    mails = copies_of(pattern, FEW_MAILS)
    with fleet(database, tmp_path, holding, faults=("note_first",)) as workers:
        kill_while_a_mail_waits(workers, holding, tmp_path)
        workers.start()
        wait_until(lambda: states() == {"sent": FEW_MAILS})

    assert set(mails) - set(holding.accepted())


def test_without_a_look_at_what_the_dead_have_left_mails_would_be_stuck(
    database: DatabaseCopy, pattern: Message, holding: Sink, tmp_path: Path
) -> None:
    copies_of(pattern, FEW_MAILS)
    with fleet(database, tmp_path, holding, faults=("never_look_back",)) as workers:
        kill_while_a_mail_waits(workers, holding, tmp_path)
        workers.start()
        wait_until(lambda: not Message.objects.filter(state="queued").exists())
        time.sleep(2 * LEASE_SECONDS)

        assert is_stuck()
