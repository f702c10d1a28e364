"""Thirty people want the five places of one choice, all at once."""

from __future__ import annotations

import functools
from collections import Counter
from pathlib import Path

import pytest

from events.models import EventQuestion, Registration
from forms.models import TakenPlace
from tests.factories import MadeEvent, post_data, publish
from tests.servers.copies import DatabaseCopy
from tests.servers.processes import serve
from tests.servers.visitors import Answer, all_at_once, post_until_answered

pytestmark = pytest.mark.concurrency

PEOPLE, PLACES = 30, 5
PATIENT = {"LOCK_WAIT": "30"}
CHOICES = [{"key": "tur", "label": "Rundvisning", "places": PLACES}]


@pytest.fixture
def tour(event: MadeEvent) -> MadeEvent:
    """The event, with a tour for five."""
    page = event.reload()
    page.questions = [EventQuestion(label="Med på", field_type="radio", choices=CHOICES)]
    publish(page)
    event.reload()
    return event


def _rush(port: int, made: MadeEvent) -> list[Answer]:
    return all_at_once(
        [
            functools.partial(post_until_answered, port, made.url, post_data(made, med_paa="tur"))
            for _ in range(PEOPLE)
        ]
    )


def test_no_more_than_there_are_get_a_place_and_the_others_are_told(
    database: DatabaseCopy, tour: MadeEvent, tmp_path: Path
) -> None:
    with serve(database, tmp_path, **PATIENT) as server:
        answers = _rush(server.port, tour)

    statuses = Counter(answer.status for answer in answers)
    assert statuses == {303: PLACES, 422: PEOPLE - PLACES}
    assert Registration.objects.count() == TakenPlace.objects.count() == PLACES


def test_without_the_lock_the_same_rush_gives_away_too_many(
    database: DatabaseCopy, tour: MadeEvent, tmp_path: Path
) -> None:
    with serve(database, tmp_path, workers=1, faults=["no_lock"], **PATIENT) as server:
        _rush(server.port, tour)

    assert Registration.objects.count() > PLACES
