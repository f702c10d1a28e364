"""Second choices, moves and offers that meet: several processes, all at the same moment."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from wagtail.models import ModelLogEntry

from events.actions.change_state import change_state
from events.actions.offers import OFFER_GRACE
from events.enums import RegistrationAction
from events.models import Registration
from events.queries.form import question_specs
from forms.actions.submit import keep_form_version
from tests.factories import MadeEvent, SessionSpec, make_event, make_registration
from tests.servers.copies import DatabaseCopy

from .races import dealt, flat, race

pytestmark = pytest.mark.concurrency

SEATS, PEOPLE, THREADS = 10, 48, 6


# Second choices


def _two_sessions() -> MadeEvent:
    sessions = [SessionSpec("Aalborg", SEATS), SessionSpec("Vejle", SEATS)]
    made = make_event(slug="to-steder", sessions=sessions)
    keep_form_version(form_key=made.key, language="da", specs=question_specs(made.page))
    return made


def _wishes(made: MadeEvent) -> list[list[Any]]:
    """Half want Aalborg, else Vejle; a third whatever there is; a sixth Vejle, else Aalborg.

    Fewer than Vejle has seats want Vejle first, so it fills up with second choices in any order.
    """
    here, there = str(made.session_key("Aalborg")), str(made.session_key("Vejle"))
    aalborg, vejle, either = (here, there, False), (there, here, False), (here, None, True)
    choices = [aalborg, either, aalborg, vejle, aalborg, either]
    return [
        [
            "register",
            {
                "email": f"gaest{number}@example.dk",
                "any": takes_any,
                "keys": {"event_session_key": first, "second_choice_key": second},
            },
        ]
        for number in range(PEOPLE)
        for first, second, takes_any in [choices[number % len(choices)]]
    ]


def _misplaced() -> list[int]:
    """Return those who are not where they belong when they are let in one by one, in their order.

    A seat at the first choice, else at the second, else a place in the line for the first.
    """
    free: Counter[Any] = Counter()
    wrong = []
    registrations = list(Registration.objects.order_by("id"))
    keys = {registration.event_session_key for registration in registrations}
    for registration in registrations:
        first = registration.first_choice_key or registration.event_session_key
        choices = [first, registration.second_choice_key]
        choices += sorted(keys - {first}) if registration.takes_any_session else []
        place = next((key for key in choices if key and free[key] < SEATS), None)
        free[place] += 1
        found = (registration.state, registration.event_session_key)
        if found != (("confirmed", place) if place else ("waiting", first)):
            wrong.append(registration.pk)
    return wrong


def test_second_choices_are_given_in_order_while_both_sessions_fill_up(
    database: DatabaseCopy, tmp_path: Path
) -> None:
    made = _two_sessions()
    tasks = _wishes(made)

    outcomes = race(database, tmp_path, dealt(tasks, processes=3, threads=THREADS))

    assert Counter(flat(outcomes)) == {"done": PEOPLE}
    assert Counter(Registration.objects.values_list("state", flat=True)) == {
        "confirmed": 2 * SEATS,
        "waiting": PEOPLE - 2 * SEATS,
    }
    assert _misplaced() == []
    assert Registration.objects.exclude(first_choice_key=None).exists()


def test_without_the_lock_second_choices_oversell(database: DatabaseCopy, tmp_path: Path) -> None:
    made = _two_sessions()
    tasks = _wishes(made)

    race(database, tmp_path, dealt(tasks, processes=1, threads=12), faults=["no_lock"])

    taken = Registration.objects.filter(state="confirmed").values_list(
        "event_session_key", flat=True
    )
    assert max(Counter(taken).values()) > SEATS


# Moves

TAKEN, MOVES = SEATS - 1, 8


def _nearly_full() -> MadeEvent:
    """Both sessions lack one person."""
    made = _two_sessions()
    for name in ("Aalborg", "Vejle"):
        for _ in range(TAKEN):
            make_registration(made, session=name)
    return made


def _swaps(made: MadeEvent, *, from_each: tuple[int, int]) -> list[list[list[Any]]]:
    """Return, for each of some people, that they move to the other session and back, many times."""
    here, there = str(made.session_key("Aalborg")), str(made.session_key("Vejle"))
    hands = []
    for start, other, number in zip((here, there), (there, here), from_each, strict=True):
        rows = Registration.objects.filter(event_session_key=start).order_by("id")[:number]
        hands += [
            [["move", row.pk, (other, start)[turn % 2]] for turn in range(MOVES)] for row in rows
        ]
    return hands


def _most_at_once() -> int:
    """Return how many were at one session at most, by the audit entries in their order."""
    entries = ModelLogEntry.objects.filter(action="kommed_events.registration.move")
    taken: Counter[str] = Counter(
        str(key) for key in Registration.objects.values_list("event_session_key", flat=True)
    )
    most = max(taken.values())
    for entry in entries.order_by("-id"):  # from the end back to the beginning
        taken[entry.data["after"]] -= 1
        taken[entry.data["before"]] += 1
        most = max(most, *taken.values())
    return most


def test_people_who_swap_sessions_are_never_too_many_nor_lost(
    database: DatabaseCopy, tmp_path: Path
) -> None:
    made = _nearly_full()
    hands = _swaps(made, from_each=(3, 3))

    outcomes = race(database, tmp_path, [hands[0::2], hands[1::2]])

    found = Counter(flat(outcomes))
    # Who found no seat tries the next move, which is to where they are.
    assert set(found) <= {"done", "CapacityExceeded", "SamePlace"}
    assert found["done"] >= 1
    log = ModelLogEntry.objects.filter(action="kommed_events.registration.move")
    assert log.count() == found["done"]
    assert _most_at_once() <= SEATS
    assert Counter(Registration.objects.values_list("state", "is_over_capacity")) == {
        ("confirmed", False): 2 * TAKEN
    }


def test_without_the_lock_moves_fill_a_session_over_its_seats(
    database: DatabaseCopy, tmp_path: Path
) -> None:
    made = _nearly_full()
    hands = [hand[:1] for hand in _swaps(made, from_each=(4, 0))]

    race(database, tmp_path, [hands], faults=["no_lock"])

    assert _most_at_once() > SEATS


# Offers

EVENTS = 6


def _offered(number: int) -> Registration:
    """Make an event with one seat, which is offered to the first of two who wait for it."""
    made = make_event(
        slug=f"tilbud-{number}",
        sessions=[SessionSpec("Aalborg", 1)],
        waiting_list_mode="offer",
        lapse_rule="out",
    )
    first, second, _third = [make_registration(made) for _ in range(3)]
    change_state(registration=first, action=RegistrationAction.CANCEL, by=None)
    second.refresh_from_db()
    assert second.state == "offered"
    return second


def _answers_and_ends(offers: list[Registration]) -> tuple[list[Any], list[Any]]:
    """Return that each offer is accepted in its last moment, and that it lapses just after it."""
    accepts, lapses = [], []
    for offer in offers:
        assert offer.offer_expires_at is not None
        end = offer.offer_expires_at + OFFER_GRACE
        accepts.append(["accept", offer.pk, (end - dt.timedelta(seconds=1)).isoformat()])
        lapses.append(["lapse", offer.event_id, end.isoformat()])
    return accepts, lapses


def _holding(offer: Registration) -> list[str]:
    return list(
        Registration.objects.filter(event_id=offer.event_id, state__in=("confirmed", "offered"))
        .order_by("id")
        .values_list("state", flat=True)
    )


def test_an_offer_is_accepted_or_lapses_but_never_both(
    database: DatabaseCopy, tmp_path: Path
) -> None:
    offers = [_offered(number) for number in range(EVENTS)]
    accepts, lapses = _answers_and_ends(offers)

    accepted, lapsed, lapsed_too = race(
        database,
        tmp_path,
        [[[task] for task in accepts], [[task] for task in lapses], [[task] for task in lapses]],
    )

    for number, offer in enumerate(offers):
        came_of_it = sorted(process[number][0] for process in (accepted, lapsed, lapsed_too))
        offer.refresh_from_db()
        if offer.state == "confirmed":
            assert came_of_it == ["accepted", "lapsed 0", "lapsed 0"]
            assert _holding(offer) == ["confirmed"]
        else:
            assert (offer.state, came_of_it) == ("lapsed", ["OfferGone", "lapsed 0", "lapsed 1"])
            assert _holding(offer) == ["offered"]  # the next in line, once


def test_without_the_lock_an_offer_is_accepted_and_lapses(
    database: DatabaseCopy, tmp_path: Path
) -> None:
    offer = _offered(0)
    accepts, lapses = _answers_and_ends([offer])

    outcomes = race(database, tmp_path, [[accepts, lapses]], faults=["no_lock"])

    assert sorted(flat(outcomes)) == ["accepted", "lapsed 1"]
