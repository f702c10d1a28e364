"""Mails that did not arrive, at the desk: the badge, the filter, the to-do, the right address."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from events.actions.change_email import LOG_CORRECT_EMAIL
from events.models import Registration, Todo
from forms.enums import Delivery, MessageState
from forms.mail.deliveries import note_delivery
from forms.models import Message
from tests.conftest import People, log_in
from tests.factories import MadeEvent, MessageFactory, make_registration

from .clock_queries import COUNTING_SEATS

pytestmark = pytest.mark.django_db
BADGE = "km-mail-trouble"
LIST_QUERIES, PAGE_QUERIES = 11, 24
BOUNCED, COMPLAINED = Delivery.BOUNCED, Delivery.COMPLAINED


@pytest.fixture
def client(people: People) -> Client:
    """Staff who may decide everywhere."""
    return log_in(people.staff)


def mail_to(registration: Registration, **fields: Any) -> Message:
    """Put a further mail to the person in the outbox."""
    return MessageFactory.create(
        **({"subject_key": registration.uuid, "to": registration.email} | fields)
    )


def tell(message: Message, delivery: Delivery) -> None:
    """Note what became of ``message``."""
    note_delivery(message=message, delivery=delivery, happened_at=timezone.now())


def shown_in_list(client: Client, made: MadeEvent, query: str = "") -> tuple[int, int]:
    """Return how many rows the list has, and how many of them a badge."""
    url = reverse("kommed_events_desk:registrations_results", args=[made.key])
    html = client.get(url + query).content.decode()
    return html.count("km-state-cell"), html.count(BADGE)


def page(client: Client, registration: Registration) -> str:
    """Return the registration's page."""
    url = reverse("kommed_events_desk:detail", args=[registration.event.key, registration.uuid])
    return client.get(url).content.decode()


@pytest.mark.parametrize("what", [BOUNCED, COMPLAINED, MessageState.FAILED])
def test_a_mail_that_did_not_arrive_shows_on_the_registration(
    client: Client, made: MadeEvent, what: Any
) -> None:
    troubled, other = make_registration(made), make_registration(made)
    assert shown_in_list(client, made) == (2, 0)
    assert BADGE not in page(client, troubled)
    if what == MessageState.FAILED:
        Message.objects.filter(subject_key=troubled.uuid).update(state=what)
    else:
        tell(Message.objects.get(subject_key=troubled.uuid), what)
    assert shown_in_list(client, made) == (2, 1)
    assert BADGE in page(client, troubled)
    assert BADGE not in page(client, other)


@pytest.mark.parametrize("what", [Delivery.DEFERRED, Delivery.DELIVERED, None])
def test_what_arrives_or_is_late_shows_no_badge(
    client: Client, made: MadeEvent, what: Delivery | None
) -> None:
    registration = make_registration(made)
    if what is not None:
        tell(Message.objects.get(subject_key=registration.uuid), what)
    assert shown_in_list(client, made) == (1, 0)
    assert BADGE not in page(client, registration)


def test_only_mails_to_the_present_address_count_and_the_last_that_is_known(
    client: Client, made: MadeEvent
) -> None:
    registration = make_registration(made)
    tell(mail_to(registration, to="staff@example.dk"), BOUNCED)
    assert shown_in_list(client, made) == (1, 0)
    tell(mail_to(registration), BOUNCED)
    mail_to(registration)  # of which nothing is known yet
    assert shown_in_list(client, made) == (1, 1)
    assert BADGE in page(client, registration)
    tell(mail_to(registration), Delivery.DELIVERED)
    assert shown_in_list(client, made) == (1, 0)
    assert BADGE not in page(client, registration)


def test_the_list_is_narrowed_to_mail_trouble(client: Client, made: MadeEvent) -> None:
    troubled = [make_registration(made) for _number in range(2)]
    make_registration(made)
    for registration in troubled:
        tell(Message.objects.get(subject_key=registration.uuid), BOUNCED)
    assert shown_in_list(client, made, "?mail=trouble") == (2, 2)
    assert shown_in_list(client, made, "?mail=fine") == (1, 0)
    assert shown_in_list(client, made, "?mail=nonsense")[1] == 2


@pytest.mark.parametrize("size", [1, 3])
def test_the_list_costs_the_same_however_many_have_trouble(
    client: Client, made: MadeEvent, size: int, django_assert_num_queries: Any
) -> None:
    for _number in range(size):
        registration = make_registration(made)
        tell(Message.objects.get(subject_key=registration.uuid), BOUNCED)
    shown_in_list(client, made)
    with django_assert_num_queries(LIST_QUERIES):
        assert shown_in_list(client, made) == (size, size)


@pytest.mark.parametrize("size", [1, 3])
def test_the_page_costs_the_same_however_many_mails_bounced(
    client: Client, made: MadeEvent, size: int, django_assert_num_queries: Any
) -> None:
    registration = make_registration(made)
    for _number in range(size - 1):
        mail_to(registration)
    for message in Message.objects.filter(subject_key=registration.uuid):
        tell(message, BOUNCED)
    page(client, registration)
    with django_assert_num_queries(PAGE_QUERIES + COUNTING_SEATS[connection.vendor]):
        page(client, registration)


def test_the_to_do_leads_to_the_registration_and_names_nobody(
    client: Client, made: MadeEvent, people: People
) -> None:
    registration = make_registration(made, session="København")
    tell(Message.objects.get(subject_key=registration.uuid), BOUNCED)
    url = reverse("kommed_events_desk:registrations", args=[made.key])
    html = client.get(url).content.decode()
    todos = html[html.index("km-todos") : html.index("</section>", html.index("km-todos"))]
    there = reverse("kommed_events_desk:detail", args=[made.key, registration.uuid])
    assert there in todos
    assert registration.reference in todos
    assert registration.email not in todos
    assert registration.name not in todos
    # Who decides at another session only does not see it.
    assert there not in log_in(people.host).get(url).content.decode()


# The right address


def correct(client: Client, registration: Registration, email: str, **fields: str) -> int:
    """Send the right address, and return the status of the answer."""
    url = reverse("kommed_events_desk:address", args=[registration.event.key, registration.uuid])
    return client.post(url, {"email": email, "seen": registration.email} | fields).status_code


def test_staff_correct_the_address(client: Client, made: MadeEvent, people: People) -> None:
    registration = make_registration(made)
    tell(Message.objects.get(subject_key=registration.uuid), BOUNCED)
    assert "address/" in page(client, registration)
    assert correct(client, registration, "rigtig@example.dk") == 302
    found = Registration.objects.get(pk=registration.pk)
    assert found.email == "rigtig@example.dk"
    assert found.state == registration.state
    assert Message.objects.filter(subject_key=found.uuid, to="rigtig@example.dk").count() == 1
    entry = ModelLogEntry.objects.get(action=LOG_CORRECT_EMAIL)
    assert entry.user == people.staff
    assert "example.dk" not in str(entry.data)
    assert BADGE not in page(client, found)


@pytest.mark.parametrize(
    ("email", "fields"),
    [
        ("", {}),
        ("ida", {}),
        ("a@example.dk, b@example.dk", {}),
        ("a@example.dk\nBcc: b@example.dk", {}),
        (f"{'a' * 250}@example.dk", {}),
        ("taken@example.dk", {}),
        ("ny@example.dk", {"seen": "another@example.dk"}),
    ],
)
def test_what_cannot_be_the_address_is_said(
    client: Client, made: MadeEvent, email: str, fields: dict[str, str]
) -> None:
    make_registration(made, email="taken@example.dk")
    registration = make_registration(made)
    tell(Message.objects.get(subject_key=registration.uuid), BOUNCED)
    assert correct(client, registration, email, **fields) == 422
    assert Registration.objects.get(pk=registration.pk).email == registration.email


def test_the_same_address_and_what_is_over_are_refused(client: Client, made: MadeEvent) -> None:
    registration = make_registration(made)
    tell(Message.objects.get(subject_key=registration.uuid), BOUNCED)
    assert correct(client, registration, registration.email) == 422
    Registration.objects.update(state="cancelled")
    assert correct(client, registration, "ny@example.dk") == 422
    assert "km-undelivered" in page(client, registration)
    assert "address/" not in page(client, registration)


def test_who_may_only_read_is_shown_it_and_cannot_correct_it(
    made: MadeEvent, people: People
) -> None:
    registration = make_registration(made)
    tell(Message.objects.get(subject_key=registration.uuid), BOUNCED)
    reader = log_in(people.reader)
    assert "km-undelivered" in page(reader, registration)
    assert "address/" not in page(reader, registration)
    assert correct(reader, registration, "ny@example.dk") in {302, 403}
    assert Registration.objects.get(pk=registration.pk).email == registration.email


def test_a_corrected_address_that_bounces_too_is_a_new_to_do(
    client: Client, made: MadeEvent
) -> None:
    registration = make_registration(made)
    tell(Message.objects.get(subject_key=registration.uuid), BOUNCED)
    Todo.objects.update(done_at=timezone.now() - dt.timedelta(minutes=1))
    correct(client, registration, "ny@example.dk")
    tell(Message.objects.get(to="ny@example.dk"), BOUNCED)
    assert Todo.objects.filter(done_at=None).count() == 1
