"""Deciding: every state with every action, seats that are not there, and who moves up."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from events.actions.change_state import change_state
from events.enums import RegistrationAction, RegistrationState
from events.exceptions import AlreadyRegistered, CapacityExceeded, TransitionNotAllowed
from events.models import Registration
from events.signals import registration_state_changed
from forms.models import Message
from tests.factories import (
    MadeEvent,
    MadeSite,
    SessionSpec,
    UserFactory,
    make_event,
    make_registration,
    publish,
)

from .ledger import mails, state_of, states, whole_ledger

pytestmark = pytest.mark.django_db

# Written down a second time on purpose: the product's table is what is tested.
ALLOWED = {
    ("pending", "confirm"): "confirmed",
    ("pending", "decline"): "declined",
    ("pending", "wait"): "waiting",
    ("pending", "cancel"): "cancelled",
    ("confirmed", "wait"): "waiting",
    ("confirmed", "cancel"): "cancelled",
    ("confirmed", "reopen"): "pending",
    ("waiting", "confirm"): "confirmed",
    ("waiting", "decline"): "declined",
    ("waiting", "cancel"): "cancelled",
    ("offered", "confirm"): "confirmed",
    ("offered", "wait"): "waiting",
    ("offered", "cancel"): "cancelled",
    ("declined", "confirm"): "confirmed",
    ("declined", "reopen"): "pending",
    ("cancelled", "confirm"): "confirmed",
    ("cancelled", "reopen"): "pending",
    ("lapsed", "confirm"): "confirmed",
    ("lapsed", "wait"): "waiting",
    ("lapsed", "reopen"): "pending",
}
EVERY_PAIR = [(s, a) for s in RegistrationState.values for a in RegistrationAction.values]
MAIL_OF_STATE = {
    "confirmed": "confirmed",
    "declined": "declined",
    "waiting": "waiting",
    "cancelled": "cancelled",
    "pending": "reopened",  # a decision is undone
}


def put(registration: Registration, state: str) -> Registration:
    """Put a registration into a state from outside, as only a test may."""
    moment = timezone.now()
    Registration.objects.filter(pk=registration.pk).update(
        state=state,
        waiting_since=moment if state == "waiting" else None,
        offer_expires_at=moment + dt.timedelta(days=1) if state == "offered" else None,
    )
    registration.refresh_from_db()
    return registration


def act(registration: Registration, action: str, **arguments: Any) -> Registration:
    arguments = {"by": None} | arguments
    return change_state(registration=registration, action=RegistrationAction(action), **arguments)


@pytest.fixture
def choosing(site: MadeSite) -> MadeEvent:
    """An event where staff choose, with one session without limit."""
    return make_event(sessions=[SessionSpec("Aalborg", None)], way_in="application")


# The table


@pytest.mark.parametrize(("state", "action"), [pair for pair in EVERY_PAIR if pair in ALLOWED])
def test_what_the_table_allows_is_done_and_told(
    choosing: MadeEvent, state: str, action: str
) -> None:
    registration = put(make_registration(choosing), state)
    staff = UserFactory()

    changed = act(registration, action, by=staff, note="Vi ses")

    target = ALLOWED[state, action]
    assert (changed.state, state_of(registration)) == (target, target)
    assert (changed.waiting_since is not None) == (target == "waiting")
    assert changed.offer_expires_at is None
    entry = ModelLogEntry.objects.get(action=f"kommed_events.registration.{action}")
    assert entry.data == {
        "before": state,
        "after": target,
        "over_capacity": False,
        "event_session": str(choosing.session_key()),
    }
    assert entry.user_id == staff.pk
    message = Message.objects.order_by("pk").last()
    assert message is not None
    assert (message.kind, message.to) == (MAIL_OF_STATE[target], registration.email)
    assert message.context["note"] == "Vi ses"


@pytest.mark.parametrize(("state", "action"), [pair for pair in EVERY_PAIR if pair not in ALLOWED])
def test_what_the_table_does_not_allow_is_refused(
    choosing: MadeEvent, state: str, action: str
) -> None:
    registration = put(make_registration(choosing), state)
    before = whole_ledger()

    with pytest.raises(TransitionNotAllowed):
        act(registration, action, override=True)

    assert whole_ledger() == before


def test_a_decision_is_about_the_state_that_holds_now(choosing: MadeEvent) -> None:
    registration = make_registration(choosing)
    stale = Registration.objects.get(pk=registration.pk)
    act(registration, "cancel")

    with pytest.raises(TransitionNotAllowed):
        act(stale, "confirm")


def test_others_are_told_of_a_change(choosing: MadeEvent) -> None:
    heard: list[tuple[str, str, str]] = []

    def listen(registration: Registration, action: str, before: str, **kwargs: Any) -> None:
        heard.append((registration.state, action, before))

    registration = make_registration(choosing)
    registration_state_changed.connect(listen)
    try:
        act(registration, "confirm")
    finally:
        registration_state_changed.disconnect(listen)

    assert heard == [("confirmed", "confirm", "pending")]


def test_a_note_is_for_the_person_and_not_for_the_history(choosing: MadeEvent) -> None:
    registration = make_registration(choosing)

    act(registration, "decline", note="Kanariefugl")

    assert "Kanariefugl" not in str(list(ModelLogEntry.objects.values()))
    assert Message.objects.filter(context__note="Kanariefugl").count() == 1


# Seats


def test_confirming_more_than_there_are_seats_needs_an_override(site: MadeSite) -> None:
    made = make_event(sessions=[SessionSpec("Aalborg", 1)], way_in="application")
    first, second = make_registration(made), make_registration(made)
    act(first, "confirm")
    before = whole_ledger()

    with pytest.raises(CapacityExceeded):
        act(second, "confirm")
    assert whole_ledger() == before

    act(second, "confirm", override=True)
    assert states() == ["confirmed", "confirmed"]
    entries = ModelLogEntry.objects.filter(action="kommed_events.registration.confirm")
    over = entries.order_by("pk").values_list("data__over_capacity", flat=True)
    assert list(over) == [False, True]


def test_the_limit_of_the_whole_event_counts_too(site: MadeSite) -> None:
    made = make_event(
        capacity=1,
        way_in="application",
        sessions=[SessionSpec("København", None), SessionSpec("Aalborg", None)],
    )
    act(make_registration(made, session="København"), "confirm")
    second = make_registration(made, session="Aalborg")

    with pytest.raises(CapacityExceeded):
        act(second, "confirm")


def test_an_application_that_holds_a_seat_keeps_it_when_confirmed(site: MadeSite) -> None:
    made = make_event(
        sessions=[SessionSpec("Aalborg", 1)], way_in="application", applications_hold_seat=True
    )
    registration = make_registration(made)

    assert act(registration, "confirm").state == "confirmed"


def test_somebody_declined_may_be_confirmed_after_all_if_there_is_a_seat(site: MadeSite) -> None:
    made = make_event(sessions=[SessionSpec("Aalborg", 1)], way_in="application")
    first, second = make_registration(made), make_registration(made)
    first = act(first, "decline")
    act(second, "confirm")

    with pytest.raises(CapacityExceeded):
        act(first, "confirm")


@pytest.mark.parametrize("is_on_behalf", [False, True])
def test_somebody_who_registered_anew_is_not_brought_back_a_second_time(
    choosing: MadeEvent, is_on_behalf: bool
) -> None:
    fields = {"name": "Ida", "email": "ida@example.dk"}
    first = make_registration(choosing, **fields)
    first = act(first, "decline")
    make_registration(choosing, is_on_behalf=is_on_behalf, **fields)
    before = whole_ledger()

    with pytest.raises(AlreadyRegistered):
        act(first, "confirm")

    assert whole_ledger() == before


# Moving up


def test_a_freed_seat_goes_to_whoever_has_waited_longest(site: MadeSite) -> None:
    made = make_event(sessions=[SessionSpec("Aalborg", 2)])
    registrations = [make_registration(made) for _ in range(5)]

    act(registrations[0], "cancel")
    act(registrations[1], "cancel")

    assert states() == ["cancelled", "cancelled", "confirmed", "confirmed", "waiting"]
    told = [to for kind, to in mails() if kind == "confirmed"][2:]
    assert told == [registrations[2].email, registrations[3].email]


def test_those_who_wait_for_another_session_are_not_held_up(site: MadeSite) -> None:
    made = make_event(sessions=[SessionSpec("København", 1), SessionSpec("Aalborg", 1)])
    for town in ("København", "København"):
        make_registration(made, session=town)
    in_aalborg = make_registration(made, session="Aalborg")
    make_registration(made, session="Aalborg")

    act(in_aalborg, "cancel")

    assert states() == ["confirmed", "waiting", "cancelled", "confirmed"]


def test_nobody_moves_up_while_the_whole_event_is_full(site: MadeSite) -> None:
    made = make_event(capacity=1, sessions=[SessionSpec("København", 1), SessionSpec("Aalborg", 1)])
    first = make_registration(made, session="København")
    make_registration(made, session="Aalborg")
    make_registration(made, session="København")

    assert states() == ["confirmed", "waiting", "waiting"]
    act(first, "cancel")

    assert states() == ["cancelled", "confirmed", "waiting"]


def test_at_an_event_where_staff_choose_nobody_moves_up_by_themselves(site: MadeSite) -> None:
    made = make_event(
        sessions=[SessionSpec("Aalborg", 1)], way_in="application", applications_hold_seat=True
    )
    first, second = make_registration(made), make_registration(made)

    act(first, "cancel")

    assert states() == ["cancelled", "waiting"]
    assert act(second, "confirm").state == "confirmed"


def test_whoever_is_confirmed_out_of_turn_leaves_the_order_of_the_others(site: MadeSite) -> None:
    made = make_event(sessions=[SessionSpec("Aalborg", 1)])
    registrations = [make_registration(made) for _ in range(4)]

    act(registrations[2], "confirm", override=True)

    assert states() == ["confirmed", "waiting", "confirmed", "waiting"]
    assert list(Registration.objects.waiting()) == [registrations[1], registrations[3]]
    act(registrations[0], "cancel")
    assert states() == ["cancelled", "waiting", "confirmed", "waiting"]


def test_leaving_the_waiting_list_frees_no_seat(site: MadeSite) -> None:
    made = make_event(sessions=[SessionSpec("Aalborg", 1)])
    registrations = [make_registration(made) for _ in range(3)]

    act(registrations[1], "cancel")

    assert states() == ["confirmed", "cancelled", "waiting"]


def test_put_on_the_waiting_list_by_staff_means_at_its_end(site: MadeSite) -> None:
    made = make_event(
        sessions=[SessionSpec("Aalborg", 1)], way_in="application", applications_hold_seat=True
    )
    first, second = make_registration(made), make_registration(made)

    act(first, "wait")

    assert list(Registration.objects.waiting()) == [second, first]


# Changing how many seats there are


@pytest.mark.parametrize(
    ("seats", "expected"),
    [
        (1, ["confirmed", "confirmed", "waiting", "waiting", "waiting"]),
        (2, ["confirmed", "confirmed", "waiting", "waiting", "waiting"]),
        (4, ["confirmed", "confirmed", "confirmed", "confirmed", "waiting"]),
        (9, ["confirmed"] * 5),
        (None, ["confirmed"] * 5),
    ],
)
def test_more_seats_promote_in_order_and_fewer_throw_nobody_out(
    site: MadeSite, seats: int | None, expected: list[str]
) -> None:
    made = make_event(sessions=[SessionSpec("Aalborg", 2)])
    for _ in range(5):
        make_registration(made)
    session = made.page.event_sessions.get()
    session.capacity = seats
    made.page.event_sessions = [session]

    publish(made.page)

    assert states() == expected
    assert len(mails()) == 5 + expected.count("confirmed") - 2


def test_no_newcomer_gets_in_while_more_are_in_than_there_are_seats(site: MadeSite) -> None:
    made = make_event(sessions=[SessionSpec("Aalborg", 2)])
    registrations = [make_registration(made) for _ in range(2)]
    session = made.page.event_sessions.get()
    session.capacity = 1
    made.page.event_sessions = [session]
    publish(made.page)

    make_registration(made)
    act(registrations[0], "cancel")

    assert states() == ["cancelled", "confirmed", "waiting"]
