"""A lottery as it is stored: who took part, who was drawn, and that it can be checked."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from events.actions.change_state import change_state
from events.actions.lottery import LOG_DRAW, draw, draw_order, is_repeatable
from events.enums import RegistrationAction
from events.exceptions import EventSessionGone
from events.models import Lottery, Registration
from tests.conftest import People
from tests.factories import MadeEvent, make_registration, publish

from .ledger import states

pytestmark = pytest.mark.django_db


@pytest.fixture
def choosing(made: MadeEvent) -> MadeEvent:
    """The event, where staff choose."""
    page = made.reload()
    page.way_in = "application"
    publish(page)
    return made


def applications(choosing: MadeEvent, number: int, audience: str = "Politiker") -> list[str]:
    """Make so many applications for Aalborg, and return their references."""
    key = choosing.audience_key(audience)
    return [
        make_registration(choosing, session="Aalborg", audience_key=key).reference
        for _number in range(number)
    ]


def draw_two(choosing: MadeEvent, people: People, **arguments: object) -> Lottery:
    cell = {
        "event_session_key": choosing.session_key("Aalborg"),
        "audience_key": choosing.audience_key("Politiker"),
    }
    fields: dict[str, Any] = {"seats": 2, "by": people.staff} | cell | arguments
    return draw(event=choosing.event, **fields)


def test_those_who_await_a_decision_in_the_cell_take_part_and_nobody_else(
    people: People, choosing: MadeEvent
) -> None:
    first, gone, last = applications(choosing, 3)
    applications(choosing, 2, "Embedsmand")
    make_registration(choosing, session="København")
    cancelled = Registration.objects.get(reference=gone)
    change_state(registration=cancelled, action=RegistrationAction.CANCEL, by=None)
    before = states()

    lottery = draw_two(choosing, people)

    assert lottery.entries == [first, last]
    assert sorted(lottery.drawn) == sorted([first, last])
    assert states() == before  # a draw decides nothing


def test_what_is_stored_is_enough_to_draw_again(people: People, choosing: MadeEvent) -> None:
    applications(choosing, 6)

    pk = draw_two(choosing, people).pk

    stored = Lottery.objects.get(pk=pk)
    assert len(stored.seed) == 32
    assert draw_order(stored.seed, stored.entries)[:2] == stored.drawn
    assert is_repeatable(stored)
    assert stored.drawn_by == "staff"


@pytest.mark.parametrize("part", ["seed", "drawn", "entries"])
def test_what_was_tampered_with_shows(people: People, choosing: MadeEvent, part: str) -> None:
    applications(choosing, 4)
    lottery = draw_two(choosing, people, seed="abc")
    assert is_repeatable(lottery)

    if part == "seed":
        # References are made by chance, and by chance another seed may draw the same two of them.
        lottery.entries = list("ABCDEFGH")
        lottery.drawn = draw_order("abc", lottery.entries)[:2]
        assert is_repeatable(lottery)
        lottery.seed = "abd"
    elif part == "drawn":
        lottery.drawn = lottery.drawn[::-1]
    else:
        lottery.entries = [name for name in lottery.entries if name != lottery.drawn[0]]

    assert not is_repeatable(lottery)


def test_entries_stand_in_the_order_in_which_they_came_whatever_the_database_says(
    people: People, choosing: MadeEvent
) -> None:
    references = applications(choosing, 4)
    now = timezone.now()
    for number, reference in enumerate(references):
        came = now - dt.timedelta(hours=number)
        Registration.objects.filter(reference=reference).update(created_at=came)

    lottery = draw_two(choosing, people, seed="abc")

    assert lottery.entries == references[::-1]
    assert lottery.drawn == draw_order("abc", references)[:2]


def test_every_draw_is_noted_so_that_drawing_until_it_suits_shows(
    people: People, choosing: MadeEvent
) -> None:
    applications(choosing, 3)

    for _time in range(2):
        draw_two(choosing, people)

    entries = ModelLogEntry.objects.filter(action=LOG_DRAW)
    assert [(e.user, e.data["seats"], e.data["entries"]) for e in entries] == [
        (people.staff, 2, 3)
    ] * 2
    seeds = set(Lottery.objects.values_list("seed", flat=True))
    assert len(seeds) == 2


def test_more_seats_than_applications_draws_everybody(people: People, choosing: MadeEvent) -> None:
    references = applications(choosing, 2)

    lottery = draw_two(choosing, people, seats=9)

    assert sorted(lottery.drawn) == sorted(references)
    assert is_repeatable(lottery)


@pytest.mark.parametrize("seats", [0, -1])
def test_no_seat_is_no_lottery(people: People, choosing: MadeEvent, seats: int) -> None:
    with pytest.raises(ValueError, match=str(seats)):
        draw_two(choosing, people, seats=seats)
    assert not Lottery.objects.exists()


def test_a_cell_of_another_event_is_none(
    people: People, choosing: MadeEvent, other: MadeEvent
) -> None:
    with pytest.raises(EventSessionGone):
        draw_two(choosing, people, event_session_key=other.session_key("Aalborg"))
    assert not Lottery.objects.exists()
