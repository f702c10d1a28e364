"""Deciding on many at once: all of it or nothing, and a reason for each that stood in the way."""

from __future__ import annotations

import pytest
from wagtail.models import ModelLogEntry

from events.actions.change_state import change_state
from events.actions.decide_many import Hindrance, NotAllDecided, Wanted, decide_many
from events.enums import RegistrationAction as Action
from events.models import Registration
from forms.models import Message
from tests.conftest import People
from tests.factories import MadeEvent, make_registration, publish

from .ledger import mails, states, whole_ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def choosing(made: MadeEvent) -> MadeEvent:
    """The event, where staff choose; two seats in Aalborg."""
    page = made.reload()
    page.way_in = "application"
    rows = list(page.event_sessions.all())
    rows[1].capacity = 2
    page.event_sessions = rows
    publish(page)
    return made


@pytest.fixture
def four(choosing: MadeEvent) -> list[Registration]:
    """Four applications for Aalborg."""
    return [make_registration(choosing, session="Aalborg") for _number in range(4)]


def test_all_are_decided_each_with_an_audit_entry_and_a_mail(
    people: People, choosing: MadeEvent, four: list[Registration]
) -> None:
    wanted = [
        *(Wanted(each, Action.CONFIRM, note="Velkommen") for each in four[:2]),
        Wanted(four[2], Action.DECLINE, note="Desværre"),
        Wanted(four[3], Action.WAIT),
    ]

    decide_many(event=choosing.event, wanted=wanted, by=people.staff)

    assert states() == ["confirmed", "confirmed", "declined", "waiting"]
    told = mails()[4:]
    assert sorted(told) == sorted(
        zip(
            ["confirmed", "confirmed", "declined", "waiting"],
            [each.email for each in four],
            strict=True,
        )
    )
    notes = dict(Message.objects.filter(kind="declined").values_list("to", "context__note"))
    assert notes == {four[2].email: "Desværre"}
    entries = ModelLogEntry.objects.filter(user=people.staff)
    assert entries.count() == 4
    assert "Velkommen" not in str(list(entries.values_list("data", flat=True)))


def hindered(caught: pytest.ExceptionInfo[NotAllDecided]) -> list[tuple[int, Hindrance]]:
    return [(each.registration.pk, each.why) for each in caught.value.hindered]


def test_one_without_a_seat_and_nobody_is_decided(
    people: People, choosing: MadeEvent, four: list[Registration]
) -> None:
    before = whole_ledger()
    wanted = [Wanted(each, Action.CONFIRM) for each in four[:3]]

    with pytest.raises(NotAllDecided) as caught:
        decide_many(event=choosing.event, wanted=wanted, by=people.staff)

    assert hindered(caught) == [(four[2].pk, Hindrance.NO_SEAT)]
    assert whole_ledger() == before

    decide_many(event=choosing.event, wanted=wanted, by=people.staff, override=True)
    marks = Registration.objects.order_by("pk").values_list("is_over_capacity", flat=True)
    assert list(marks) == [False, False, True, False]


def test_whoever_changed_meanwhile_stands_in_the_way_and_is_named(
    people: People, choosing: MadeEvent, four: list[Registration], other: MadeEvent
) -> None:
    change_state(registration=four[0], action=Action.CANCEL, by=None)
    elsewhere = make_registration(other)
    before = whole_ledger()
    wanted = [Wanted(each, Action.CONFIRM) for each in (*four[:2], elsewhere)]

    with pytest.raises(NotAllDecided) as caught:
        decide_many(event=choosing.event, wanted=wanted, by=people.staff)

    assert hindered(caught) == [
        (four[0].pk, Hindrance.CHANGED),
        (elsewhere.pk, Hindrance.CHANGED),
    ]
    assert whole_ledger() == before


@pytest.mark.parametrize("action", [Action.CANCEL, Action.REOPEN, Action.ACCEPT])
def test_what_is_not_decided_in_bulk_is_refused(
    people: People, choosing: MadeEvent, four: list[Registration], action: Action
) -> None:
    before = whole_ledger()

    with pytest.raises(NotAllDecided) as caught:
        decide_many(event=choosing.event, wanted=[Wanted(four[0], action)], by=people.staff)

    assert hindered(caught) == [(four[0].pk, Hindrance.NOT_ALLOWED)]
    assert whole_ledger() == before


def test_the_same_one_twice_is_refused(
    people: People, choosing: MadeEvent, four: list[Registration]
) -> None:
    wanted = [Wanted(four[0], Action.CONFIRM), Wanted(four[0], Action.DECLINE)]

    with pytest.raises(NotAllDecided):
        decide_many(event=choosing.event, wanted=wanted, by=people.staff)

    assert states() == ["pending"] * 4


def test_a_seat_that_an_application_gives_up_can_be_taken_at_once(
    people: People, choosing: MadeEvent
) -> None:
    page = choosing.reload()
    page.applications_hold_seat = True
    publish(page)
    first, second, third = (make_registration(choosing, session="Aalborg") for _ in range(3))
    assert third.state == "waiting"

    decide_many(
        event=choosing.event,
        wanted=[Wanted(third, Action.CONFIRM), Wanted(first, Action.DECLINE)],
        by=people.staff,
    )

    assert states() == ["declined", "pending", "confirmed"]
    assert second.state == "pending"
