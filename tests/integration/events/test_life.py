"""Thousands of steps of anything, and everything still holds; without the rules it does not."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from events.actions import change_state, move, offers, publish, waiting_list
from events.actions.waiting_list import next_in_line
from events.capacity import SeatCount
from events.models import Registration
from events.queries.form import question_specs
from forms.actions.submit import keep_form_version
from tests.factories import (
    AudienceSpec,
    MadeSite,
    SessionSpec,
    UserFactory,
    make_event,
    make_form,
)
from tests.integration.forms.sending import kept

from .life import Life

pytestmark = pytest.mark.django_db

STEPS = 50
# How many lives of fifty steps each. ``KOMMED_TEST_LIVES=200`` makes it the ten thousand steps that
# are run before a release; a run of all tests takes a sample, a smaller one on the slower database.
LIVES = {"sqlite": 30, "postgresql": 8}


def lives() -> int:
    return int(os.environ.get("KOMMED_TEST_LIVES", LIVES[connection.vendor]))


def of(examples: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        # Making a breach small would take longer than finding it, by far.
        phases=[Phase.generate],
    )


@pytest.fixture
def life(site: MadeSite) -> type[Life]:
    """The machine, at an event of its own; each of its lives is rolled back."""
    made = make_event(
        sessions=[SessionSpec("København", 2), SessionSpec("Aalborg", 2), SessionSpec("Odense", 1)],
        audiences=[AudienceSpec("Politiker"), AudienceSpec("Embedsmand")],
        waiting_list_mode="offer",
    )
    Life.page_pk = made.page.pk
    Life.staff = UserFactory()
    Life.version = keep_form_version(
        form_key=made.key, language="da", specs=question_specs(made.page)
    )
    Life.steps = 0
    # What a purge finds: the event is in a month, and this is kept for a day.
    kept(make_form(questions=[{"label": "Besked", "keep_days": 1}]), {"besked": "Hej"})
    return Life


def test_everything_holds_whatever_happens_in_whatever_order(life: type[Life]) -> None:
    run_state_machine_as_test(life, settings=of(lives()))

    assert life.steps > lives() * STEPS * 0.5


def nobody_moves_up(**kwargs: Any) -> list[Any]:
    return []


def a_short_life(life: type[Life], *, by_mix: bool = False) -> None:
    """Three come for the one seat in Odense, the first of them leaves, and a fourth comes.

    By mix it is the turn of the last of the three, of whose audience more are wanted.
    """
    machine = life()
    try:
        machine.begin(
            way="first_come",
            mode="direct",
            lapse="out",
            by_mix=by_mix,
            holds=False,
            ways=("", ""),
            aims=(0, 0, 0, 0, 0, 2),
        )
        for person, audience in ((1, 0), (2, 1), (3, 2)):
            machine.come(person=person, session=2, second=8, audience=audience)
        machine.withdraw(number=0)
        assert machine.rows[2 if by_mix else 1]["state"] == "confirmed"
        machine.come(person=4, session=2, second=8, audience=0)
        machine.one_for_each_person()
        machine.the_checker_finds_nothing()
    finally:
        machine.teardown()


@pytest.mark.parametrize("by_mix", [False, True])
def test_a_short_life_is_without_fault(life: type[Life], by_mix: bool) -> None:
    a_short_life(life, by_mix=by_mix)

    assert life.steps == 5


# By chance alone a breach of the line may take longer to come than anybody waits; these are sure.
@pytest.mark.parametrize(
    ("broken", "by_mix", "what"),
    [
        ("seats", False, "there are no such seats"),
        ("line", False, "somebody waits beside a seat"),
        ("order", False, "somebody was passed by"),
        ("mix", True, "somebody was passed by"),
    ],
)
def test_without_the_rules_a_short_life_shows_it(
    life: type[Life], broken: str, by_mix: bool, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_rule(broken, monkeypatch)

    with pytest.raises(AssertionError, match=what):
        a_short_life(life, by_mix=by_mix)


@pytest.mark.parametrize("broken", ["seats", "order"])
def test_without_the_rules_the_machine_finds_a_breach(
    life: type[Life], broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_rule(broken, monkeypatch)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(life, settings=of(20))


def last_in_line(*, waiting: Sequence[Registration], **found: Any) -> Any:
    return next_in_line(waiting=waiting[::-1], **found)


def break_rule(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the seats there are, that people move up, in which order, or the aims."""
    if broken == "seats":
        monkeypatch.setattr(SeatCount, "has_seat", lambda *args: True)
    elif broken == "order":
        monkeypatch.setattr(waiting_list, "next_in_line", last_in_line)
    elif broken == "mix":
        monkeypatch.setattr(SeatCount, "short_of_aim", lambda *args: 0)
    else:
        for module in (change_state, move, offers, publish, waiting_list):
            monkeypatch.setattr(module, "promote_waiting", nobody_moves_up)
