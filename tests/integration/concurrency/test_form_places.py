"""Many want the few places of one choice on a form of its own, all at once.

As it is, and with the lock off, where it must fail: without the second the first proves nothing.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from forms.actions.submit import keep_form_version
from forms.models import FormVersion, Message, Submission, TakenPlace
from forms.queries.places import places_left
from tests.factories import FormAccessFactory, MadeForm, make_form
from tests.servers.copies import DatabaseCopy
from tests.servers.processes import script
from tests.servers.sender import THREADS

pytestmark = pytest.mark.concurrency

PLACES = 5
PROCESSES = 3


@pytest.fixture
def form(database: DatabaseCopy) -> MadeForm:
    """A published form: a trip for five."""
    form = make_form(
        questions=[
            {"label": "Navn"},
            {
                "label": "Tur",
                "field_type": "radio",
                "choices": [{"key": "skov", "label": "Skov", "places": PLACES}],
            },
        ]
    )
    keep_form_version(form_key=form.key, language="da", specs=form.page.question_specs())
    return form


def send_at_once(
    database: DatabaseCopy,
    folder: Path,
    *,
    processes: int,
    faults: Sequence[str] = (),
    answer: str = "",
) -> Counter[str]:
    """Let all threads of some processes send at once; return how often it went how."""
    outcomes: Counter[str] = Counter()
    with ExitStack() as stack:
        running = [
            stack.enter_context(
                script(
                    "tests.servers.sender",
                    database,
                    folder,
                    faults=faults,
                    LOCK_WAIT="30",
                    KOMMED_TEST_ANSWER=answer,
                )
            )
            for _ in range(processes)
        ]
        for process in running:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in running:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        for process in running:
            assert process.stdout is not None
            outcomes.update(ast.literal_eval(process.stdout.readline()))
    return outcomes


def test_as_many_get_the_choice_as_there_are_places(
    database: DatabaseCopy, form: MadeForm, tmp_path: Path
) -> None:
    FormAccessFactory(form_key=form.key, notify="at_once")
    outcomes = send_at_once(database, tmp_path, processes=PROCESSES)

    assert outcomes == {"new": PLACES, "full": PROCESSES * THREADS - PLACES}
    assert Submission.objects.count() == PLACES
    assert TakenPlace.objects.count() == PLACES
    # Two in any ten minutes, and the ten minutes may end meanwhile.
    assert Message.objects.count() in (2, 3)
    specs = FormVersion.objects.get().specs
    assert places_left(form.key, specs) == {"tur": {"skov": 0}}


def test_without_the_lock_the_same_rush_oversells(
    database: DatabaseCopy, form: MadeForm, tmp_path: Path
) -> None:
    send_at_once(database, tmp_path, processes=1, faults=["no_form_lock"])

    assert TakenPlace.objects.count() > PLACES


def test_the_same_answers_sent_at_once_are_one_submission(
    database: DatabaseCopy, form: MadeForm, tmp_path: Path
) -> None:
    FormAccessFactory(form_key=form.key, notify="at_once")
    outcomes = send_at_once(database, tmp_path, processes=PROCESSES, answer="Anna")

    assert outcomes == {"new": 1, "repeat": PROCESSES * THREADS - 1}
    assert (Submission.objects.count(), Message.objects.count()) == (1, 1)
