"""What became of a mail: only forward, once, and what follows from it."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from events.actions.change_email import change_email
from events.enums import RegistrationState, TodoKind
from events.models import Todo
from forms.enums import Delivery
from forms.mail.deliveries import forget_delivery, note_delivery
from forms.models import Message
from forms.signals import message_delivery_changed
from tests.factories import MadeEvent, MessageFactory, make_registration

pytestmark = pytest.mark.django_db

EVENTS = {
    Delivery.DEFERRED: 1,
    Delivery.DELIVERED: 2,
    Delivery.BOUNCED: 3,
    Delivery.COMPLAINED: 4,
}
"""Minutes at which each is said to have happened."""


@pytest.fixture
def told() -> Iterator[list[tuple[str, str, str]]]:
    """Collect what the receivers of the signal hear."""
    heard: list[tuple[str, str, str]] = []

    def hear(sender: type, message: Message, before: str, reason: str, **kwargs: Any) -> None:
        heard.append((before, str(message.delivery), reason))

    message_delivery_changed.connect(hear)
    yield heard
    message_delivery_changed.disconnect(hear)


def minute(number: int) -> dt.datetime:
    """Return a moment some minutes into the last hour."""
    start = timezone.now().replace(microsecond=0) - dt.timedelta(hours=1)
    return start + dt.timedelta(minutes=number)


def as_it_is(message: Message) -> tuple[str, dt.datetime | None]:
    """Return what the database has of the delivery of ``message``."""
    found = Message.objects.get(pk=message.pk)
    return found.delivery, found.delivery_at


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_whatever_the_order_the_end_is_the_same(size: int) -> None:
    for chosen in itertools.combinations(EVENTS, size):
        ends = set()
        for order in itertools.permutations(chosen):
            message = MessageFactory.create()
            for delivery in order:
                at = dt.datetime(2026, 1, 1, 10, EVENTS[delivery], tzinfo=dt.UTC)
                note_delivery(message=message, delivery=delivery, happened_at=at)
            ends.add(as_it_is(message))
        at = dt.datetime(2026, 1, 1, 10, EVENTS[chosen[-1]], tzinfo=dt.UTC)
        assert ends == {(chosen[-1], at)}


def test_an_older_delay_does_not_undo_a_delivery(told: list[Any]) -> None:
    message = MessageFactory.create()
    at = minute(10)
    assert note_delivery(message=message, delivery=Delivery.DELIVERED, happened_at=at)
    assert not note_delivery(message=message, delivery=Delivery.DEFERRED, happened_at=minute(5))
    assert not note_delivery(message=message, delivery=Delivery.DEFERRED, happened_at=minute(20))
    assert as_it_is(message) == ("delivered", at)
    assert told == [("", "delivered", "")]


def test_the_same_a_hundred_times_is_told_once(told: list[Any]) -> None:
    message = MessageFactory.create()
    at = minute(1)
    for _number in range(100):
        note_delivery(message=message, delivery=Delivery.BOUNCED, happened_at=at, reason="invalid")
    assert as_it_is(message) == ("bounced", at)
    assert told == [("", "bounced", "invalid")]


def test_a_time_that_is_still_to_come_is_now() -> None:
    message = MessageFactory.create()
    tomorrow = timezone.now() + dt.timedelta(days=1)
    note_delivery(message=message, delivery=Delivery.BOUNCED, happened_at=tomorrow)
    at = as_it_is(message)[1]
    assert at is not None and at < tomorrow - dt.timedelta(hours=23)


def test_what_a_receiver_raises_leaves_all_as_it_was() -> None:
    message = MessageFactory.create()

    def fail(**kwargs: Any) -> None:
        raise RuntimeError("a bug")

    message_delivery_changed.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            note_delivery(message=message, delivery=Delivery.BOUNCED, happened_at=minute(1))
    finally:
        message_delivery_changed.disconnect(fail)
    assert as_it_is(message) == ("", None)


def test_a_purged_message_is_no_error() -> None:
    message = MessageFactory.create()
    Message.objects.all().delete()
    assert not note_delivery(message=message, delivery=Delivery.BOUNCED, happened_at=minute(1))


def test_a_mail_that_is_sent_once_more_begins_anew() -> None:
    message = MessageFactory.create()
    note_delivery(message=message, delivery=Delivery.BOUNCED, happened_at=minute(1))
    forget_delivery(message)
    assert note_delivery(message=message, delivery=Delivery.DELIVERED, happened_at=minute(2))
    assert as_it_is(message)[0] == "delivered"


@pytest.mark.parametrize("delivery", [Delivery.BOUNCED, Delivery.COMPLAINED])
def test_staff_are_asked_once_to_look_at_the_address(made: MadeEvent, delivery: Delivery) -> None:
    registration = make_registration(made)
    first = Message.objects.get(subject_key=registration.uuid)
    second = MessageFactory.create(subject_key=registration.uuid, to=registration.email)
    for message in (first, second):
        note_delivery(message=message, delivery=delivery, happened_at=minute(1))
    todo = Todo.objects.get()
    assert todo.kind == TodoKind.ADDRESS_BOUNCED
    assert todo.subject_key == registration.uuid
    assert todo.event_session_key == registration.event_session_key
    assert todo.name == registration.reference
    registration.refresh_from_db()
    assert registration.state == RegistrationState.CONFIRMED
    # Ticked off and come back again: asked again.
    Todo.objects.update(done_at=timezone.now())
    third = MessageFactory.create(subject_key=registration.uuid, to=registration.email)
    note_delivery(message=third, delivery=delivery, happened_at=minute(2))
    assert Todo.objects.filter(done_at=None).count() == 1


@pytest.mark.parametrize("delivery", [Delivery.DEFERRED, Delivery.DELIVERED])
def test_nobody_is_asked_about_what_arrives(made: MadeEvent, delivery: Delivery) -> None:
    registration = make_registration(made)
    message = Message.objects.get(subject_key=registration.uuid)
    note_delivery(message=message, delivery=delivery, happened_at=minute(1))
    assert not Todo.objects.exists()


def test_a_notice_to_staff_or_to_an_older_address_is_nothing_about_the_person(
    made: MadeEvent,
) -> None:
    registration = make_registration(made)
    notice = MessageFactory.create(subject_key=registration.uuid, to="staff@example.dk")
    older = Message.objects.get(subject_key=registration.uuid, to=registration.email)
    change_email(registration=registration, email="ny@example.dk")
    unrelated = MessageFactory.create()
    for message in (notice, older, unrelated):
        assert note_delivery(message=message, delivery=Delivery.BOUNCED, happened_at=minute(1))
    assert not Todo.objects.exists()
