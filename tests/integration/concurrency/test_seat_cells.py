"""A whole matrix of cells under a rush: every limit at once, and seats kept for two audiences."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from events.actions.waiting_list import next_in_line
from events.capacity import count_seats
from events.models import Registration
from tests.factories import AudienceSpec, MadeEvent, SessionSpec, make_event, post_data, publish
from tests.servers.copies import DatabaseCopy
from tests.servers.processes import serve
from tests.servers.visitors import Answer, post_until_answered

pytestmark = pytest.mark.concurrency

EVENT_SEATS, SESSION_SEATS = 20, 12
SESSIONS, AUDIENCES = ("Aalborg", "Vejle"), ("Politikere", "Forskere", "Borgere")
CELLS: dict[tuple[str, str], dict[str, int]] = {
    ("Aalborg", "Politikere"): {"kept": 3},
    ("Aalborg", "Forskere"): {"most": 4},
    ("Vejle", "Politikere"): {"most": 3},
    ("Vejle", "Forskere"): {"kept": 2},
}
EACH = 14
AT_ONCE = 24
PATIENT = {"LOCK_WAIT": "30"}


@pytest.fixture
def matrix(database: DatabaseCopy) -> MadeEvent:
    """Limits on the event, on both sessions and on cells; the kept seats are kept for long."""
    made = make_event(
        slug="matrix",
        sessions=[SessionSpec(name, SESSION_SEATS) for name in SESSIONS],
        audiences=[AudienceSpec(name) for name in AUDIENCES],
        capacity=EVENT_SEATS,
    )
    page = made.reload()
    rows = {row.name: str(row.row_key) for row in page.event_sessions.all()}
    groups = {row.name: str(row.row_key) for row in page.audiences.all()}
    until = (timezone.now() + dt.timedelta(days=20)).date().isoformat()
    page.seat_matrix = {}
    for (session, audience), said in CELLS.items():
        cell = said | ({"until": until} if "kept" in said else {})
        page.seat_matrix.setdefault(rows[session], {})[groups[audience]] = cell
    publish(page)
    made.reload()
    return made


def _rush(port: int, made: MadeEvent, audiences: tuple[str, ...]) -> list[Answer]:
    people = [
        post_data(
            made,
            event_session=str(made.session_key(session)),
            audience=str(made.audience_key(audience)),
        )
        for _ in range(EACH)
        for session, audience in itertools.product(SESSIONS, audiences)
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(functools.partial(post_until_answered, port, made.url), people))


def _taken(made: MadeEvent) -> Counter[tuple[str, str]]:
    sessions = {made.session_key(name): name for name in SESSIONS}
    audiences: dict[Any, str] = {made.audience_key(name): name for name in AUDIENCES}
    rows = Registration.objects.filter(state="confirmed")
    return Counter(
        (sessions[session], audiences[audience])
        for session, audience in rows.values_list("event_session_key", "audience_key")
    )


def _broken_limits(taken: Counter[tuple[str, str]]) -> list[str]:
    """Return each limit that does not hold, those of the seats that are kept from others too."""
    broken = ["event"] if taken.total() > EVENT_SEATS else []
    free_for_all = EVENT_SEATS
    for session in SESSIONS:
        here = {audience: taken[session, audience] for audience in AUDIENCES}
        if sum(here.values()) > SESSION_SEATS:
            broken.append(session)
        for audience in AUDIENCES:
            said = CELLS.get((session, audience), {})
            if here[audience] > said.get("most", EVENT_SEATS):
                broken.append(f"{session}, {audience}: at most")
            left = max(0, said.get("kept", 0) - here[audience])
            free_for_all -= left
            if sum(here.values()) > SESSION_SEATS - left:
                broken.append(f"{session}, {audience}: kept")
    if taken.total() > free_for_all:
        broken.append("event: kept")
    return broken


def test_no_pool_is_over_its_limit_and_kept_seats_stay_kept(
    database: DatabaseCopy, matrix: MadeEvent, tmp_path: Path
) -> None:
    # Nobody whom the seats in Aalborg are kept for comes yet.
    with serve(database, tmp_path, **PATIENT) as server:
        first = _rush(server.port, matrix, AUDIENCES[1:])
        before = _taken(matrix)
        second = _rush(server.port, matrix, AUDIENCES)
    after = _taken(matrix)

    assert {answer.status for answer in first + second} == {303}
    assert (_broken_limits(before), _broken_limits(after)) == ([], [])
    assert before.total() == EVENT_SEATS - 3
    assert after["Aalborg", "Politikere"] == 3
    assert after.total() == EVENT_SEATS
    # Nobody waits for a seat that they could have.
    event = matrix.event
    waiting = list(Registration.objects.waiting().filter(event=event))
    assert len(waiting) == EACH * 10 - EVENT_SEATS
    assert next_in_line(count=count_seats(event), waiting=waiting, at=timezone.now()) is None


def test_without_the_lock_the_same_rush_breaks_limits(
    database: DatabaseCopy, matrix: MadeEvent, tmp_path: Path
) -> None:
    with serve(database, tmp_path, workers=1, faults=["no_lock"], **PATIENT) as server:
        _rush(server.port, matrix, AUDIENCES)

    assert _broken_limits(_taken(matrix))
