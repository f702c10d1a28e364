"""A web process is killed, as by a power cut or the kernel, while somebody registers."""

from __future__ import annotations

import functools
from collections import Counter
from pathlib import Path

import pytest
from wagtail.models import ModelLogEntry

from events.models import Registration
from forms.models import Message, Submission
from tests.factories import MadeEvent, post_data
from tests.servers.copies import DatabaseCopy
from tests.servers.processes import Server, serve
from tests.servers.visitors import (
    NO_ANSWER,
    Answer,
    all_at_once,
    get,
    post,
    post_until_answered,
)

pytestmark = pytest.mark.concurrency

ROLLED_BACK = ["before_lock", "in_lock", "half_written", "before_commit"]
DURABLE = ["after_commit", "before_answer"]
WHOLE = {"registrations": 1, "submissions": 1, "messages": 1, "audit": 1}
NOTHING = dict.fromkeys(WHOLE, 0)


def _rows() -> dict[str, int]:
    return {
        "registrations": Registration.objects.count(),
        "submissions": Submission.objects.count(),
        "messages": Message.objects.count(),
        "audit": ModelLogEntry.objects.filter(action="kommed_events.registration.register").count(),
    }


def _post_to_die(server: Server, event: MadeEvent, data: dict[str, str], point: str) -> Answer:
    return post(server.port, event.url, data, X_Die_At=point)


def test_a_killed_process_leaves_all_of_a_registration_or_nothing(
    database: DatabaseCopy, event: MadeEvent, tmp_path: Path
) -> None:
    with serve(database, tmp_path, workers=1, faults=["deadly"], LOCK_WAIT="1") as server:
        for number, point in enumerate([*ROLLED_BACK, *DURABLE]):
            data = post_data(event)
            before = {name: number * count for name, count in WHOLE.items()}
            left = WHOLE if point in DURABLE else NOTHING

            answer = _post_to_die(server, event, data, point)

            assert answer.status == NO_ANSWER, point
            assert _rows() == {name: before[name] + left[name] for name in before}, point
            # The dead process holds no lock: the very next post has it before LOCK_WAIT is over.
            assert (get(server.port, "/").status, post(server.port, event.url, data).status) == (
                200,
                303,
            ), point
            assert _rows() == {name: before[name] + WHOLE[name] for name in before}, point


def test_without_the_transaction_a_killed_process_leaves_half_a_registration(
    database: DatabaseCopy, event: MadeEvent, tmp_path: Path
) -> None:
    faults = ["no_transaction", "deadly"]
    with serve(database, tmp_path, workers=1, faults=faults) as server:
        answer = _post_to_die(server, event, post_data(event), "half_written")

    assert answer.status == NO_ANSWER
    assert _rows() == NOTHING | {"submissions": 1}


def test_people_whose_connection_broke_try_again_and_are_registered_once(
    database: DatabaseCopy, event: MadeEvent, tmp_path: Path
) -> None:
    people = [post_data(event) for _ in range(20)]

    def register(number: int) -> Answer:
        if number in (3, 9, 15):
            point = ("in_lock", "before_commit", "after_commit")[number // 6]
            _post_to_die(server, event, people[number], point)
        return post_until_answered(server.port, event.url, people[number])

    with serve(database, tmp_path, faults=["deadly"], LOCK_WAIT="30") as server:
        answers = all_at_once([functools.partial(register, n) for n in range(len(people))])

    assert Counter(answer.status for answer in answers) == {303: len(people)}
    assert sorted(Registration.objects.values_list("email", flat=True)) == sorted(
        person["email"] for person in people
    )
    assert _rows() == {name: count * len(people) for name, count in WHOLE.items()}
