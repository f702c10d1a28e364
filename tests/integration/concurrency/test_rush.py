"""Two hundred people want fifty seats, 32 at once: real servers, real databases.

Each promise is shown twice: as it is, and with the protection off, where it must fail. Without the
second the first would prove nothing.
"""

from __future__ import annotations

import functools
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from events.models import Registration
from forms.models import Message, Submission
from tests.factories import MadeEvent, post_data
from tests.servers.copies import DatabaseCopy
from tests.servers.processes import serve
from tests.servers.visitors import Answer, all_at_once, post, post_until_answered

pytestmark = pytest.mark.concurrency

PEOPLE = 200
AT_ONCE = 32
SEATS = 50
REPEATS = 20
PATIENT = {"LOCK_WAIT": "30"}


def _rush(port: int, event: MadeEvent) -> list[Answer]:
    people = [post_data(event) for _ in range(PEOPLE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(functools.partial(post_until_answered, port, event.url), people))


def test_two_hundred_get_the_seats_there_are_and_one_mail_each(
    database: DatabaseCopy, event: MadeEvent, tmp_path: Path
) -> None:
    with serve(database, tmp_path, **PATIENT) as server:
        answers = _rush(server.port, event)

    assert Counter(answer.status for answer in answers) == {303: PEOPLE}
    in_order = Registration.objects.order_by("id")
    states = list(in_order.values_list("state", flat=True))
    assert states == ["confirmed"] * SEATS + ["waiting"] * (PEOPLE - SEATS)
    waiting = list(Registration.objects.waiting())
    assert waiting == list(in_order.filter(state="waiting"))
    since = [registration.waiting_since for registration in waiting]
    assert since == sorted(set(since))
    assert Counter(Message.objects.values_list("kind", flat=True)) == {
        "confirmed": SEATS,
        "waiting": PEOPLE - SEATS,
    }
    assert set(Message.objects.values_list("to", "subject_key", "kind")) == set(
        Registration.objects.values_list("email", "uuid", "state")
    )
    assert Submission.objects.count() == PEOPLE


def test_without_the_lock_the_same_rush_oversells(
    database: DatabaseCopy, event: MadeEvent, tmp_path: Path
) -> None:
    with serve(database, tmp_path, workers=1, faults=["no_lock"], **PATIENT) as server:
        _rush(server.port, event)

    assert Registration.objects.filter(state="confirmed").count() > SEATS


def _repeats(port: int, event: MadeEvent) -> list[Answer]:
    data = post_data(event)
    return all_at_once([functools.partial(post, port, event.url, data) for _ in range(REPEATS)])


def test_twenty_equal_posts_at_once_are_one_registration(
    database: DatabaseCopy, event: MadeEvent, tmp_path: Path
) -> None:
    data = post_data(event)
    with serve(database, tmp_path, faults=["slow_lock"], **PATIENT) as server:
        answers = all_at_once(
            [
                functools.partial(post_until_answered, server.port, event.url, data)
                for _ in range(REPEATS)
            ]
        )

    assert Counter((a.status, a.headers.get("Location")) for a in answers) == {
        (303, answers[0].headers["Location"]): REPEATS
    }
    assert Registration.objects.count() == 1
    assert Submission.objects.count() == 1
    assert list(Message.objects.values_list("kind", "to")) == [("confirmed", data["email"])]


def test_without_the_lock_twenty_equal_posts_do_not_get_equal_answers(
    database: DatabaseCopy, event: MadeEvent, tmp_path: Path
) -> None:
    with serve(database, tmp_path, workers=1, faults=["no_lock"], **PATIENT) as server:
        answers = _repeats(server.port, event)

    # The unique index is the last line: it keeps a second row out, at the price of an error page.
    assert Registration.objects.count() == 1
    assert Counter(answer.status for answer in answers)[500] > 0
