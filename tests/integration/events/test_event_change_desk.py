"""The guided changes at the desk: nothing happens before the last button, and only by right."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation

from events.models import EventRecord, SeatPool, Todo
from forms.models import Message
from tests.conftest import People, log_in
from tests.factories import MadeEvent, VenueFactory, make_registration, publish

from .ledger import whole_ledger
from .visitor import Page

pytestmark = pytest.mark.django_db

TASKS = ("time", "venue", "announce", "close", "reopen", "cancel", "restore")


def url_of(made: MadeEvent, task: str) -> str:
    return reverse("kommed_events_desk:event_change", args=[made.key, task])


def look(client: Client, made: MadeEvent, task: str, **fields: str) -> HttpResponse:
    """Send the form as it is sent for a look."""
    return client.post(url_of(made, task), {**fields, "look": "1"})  # type: ignore[return-value]


def confirm(client: Client, made: MadeEvent, task: str, **fields: str) -> HttpResponse:
    """Press the last button after having looked."""
    page = Page(look(client, made, task, **fields))
    seen = page.value_of("seen") or ""
    data = {**fields, "seen": seen, "confirm": "1"}
    return client.post(url_of(made, task), data)  # type: ignore[return-value]


def local(moment: dt.datetime, made: MadeEvent) -> str:
    return moment.astimezone(made.event.zone).strftime("%Y-%m-%dT%H:%M")


def test_nothing_is_done_before_it_was_looked_at(made: MadeEvent, people: People) -> None:
    registration = make_registration(made, name="Rosa Parklund")
    client = log_in(people.staff)
    before = whole_ledger()

    response = look(client, made, "cancel", reason_da="Vi er syge.")

    page = Page(response)
    assert response.status_code == 200
    assert "Rosa Parklund" in page.text
    (frame,) = page.all("iframe", sandbox="")
    assert "Vi er syge." in (frame["srcdoc"] or "")
    assert "/r/" not in (frame["srcdoc"] or "")
    unseen = {"confirm": "1", "seen": page.value_of("seen") or "", "reason_da": "Noget andet."}
    assert client.post(url_of(made, "cancel"), unseen).status_code == 200
    assert client.post(url_of(made, "cancel"), {"confirm": "1"}).status_code == 200
    assert whole_ledger() == before

    done = confirm(client, made, "cancel", reason_da="Vi er syge.")

    assert (done.status_code, made.event.is_cancelled) == (302, True)
    mail = Message.objects.get(kind="event_cancelled")
    assert (mail.to, mail.context["note"]) == (registration.email, "Vi er syge.")
    assert confirm_again(client, made) == 422


def confirm_again(client: Client, made: MadeEvent) -> int:
    return client.post(url_of(made, "cancel"), {"confirm": "1"}).status_code


def test_every_step_can_be_read_and_changes_nothing(made: MadeEvent, people: People) -> None:
    make_registration(made)
    client = log_in(people.admin)
    before = whole_ledger()

    for task in TASKS:
        assert client.get(url_of(made, task)).status_code == 200, task

    assert whole_ledger() == before
    assert client.get(url_of(made, "explode")).status_code == 404


def test_a_new_time_is_read_in_the_events_zone(made: MadeEvent, people: People) -> None:
    make_registration(made)
    starts_at = made.event.starts_at + dt.timedelta(days=3)
    times = {
        "starts_at": local(starts_at, made),
        "ends_at": local(starts_at + dt.timedelta(hours=2), made),
    }

    response = confirm(log_in(people.admin), made, "time", event_session="", **times)

    assert response.status_code == 302
    assert made.event.starts_at == starts_at
    assert Message.objects.filter(kind="event_changed").count() == 1
    assert not Todo.objects.filter(done_at=None).exists()


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "field"),
    [
        ("2030-05-01T13:00", "2030-05-01T12:00", "ends_at"),
        ("2020-05-01T13:00", "2020-05-01T15:00", "starts_at"),
        ("2031-03-30T02:30", "2031-03-30T05:00", "starts_at"),  # no such time that night
        ("2031-10-26T02:30", "2031-10-26T05:00", "starts_at"),  # twice that night
        ("i morgen", "2030-05-01T12:00", "starts_at"),
        ("", "2030-05-01T12:00", "starts_at"),
    ],
)
def test_a_time_that_cannot_be_is_refused_at_its_field(
    made: MadeEvent, people: People, starts_at: str, ends_at: str, field: str
) -> None:
    before = whole_ledger()

    response: Any = look(
        log_in(people.admin), made, "time", event_session="", starts_at=starts_at, ends_at=ends_at
    )

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert whole_ledger() == before


@pytest.mark.parametrize("has_draft", [False, True])
def test_a_time_before_the_last_day_to_register_is_refused_before_anything_is_shown(
    made: MadeEvent, people: People, has_draft: bool
) -> None:
    page = made.reload()
    starts_at = made.event.starts_at
    page.registration_closes_on = starts_at.astimezone(page.zone).date()
    publish(page)
    if has_draft:
        page.save_revision()
    client = log_in(people.admin)
    before = whole_ledger()
    too_early = starts_at - dt.timedelta(days=2)
    times = {
        "starts_at": local(too_early, made),
        "ends_at": local(too_early + dt.timedelta(hours=2), made),
    }

    response: Any = look(client, made, "time", event_session="", reason_da="Vi må.", **times)

    form = response.context["form"]
    assert (response.status_code, list(form.errors)) == (422, ["starts_at"])
    shown = Page(response)
    assert (shown.value_of("starts_at"), shown.value_of("ends_at")) == tuple(times.values())
    assert "Vi må." in shown.text
    assert "preview" not in response.context
    assert whole_ledger() == before


def test_the_last_day_to_register_may_be_that_of_the_new_time(
    made: MadeEvent, people: People
) -> None:
    page = made.reload()
    starts_at = (made.event.starts_at + dt.timedelta(days=1)).astimezone(page.zone)
    starts_at = starts_at.replace(hour=19)
    page.starts_at, page.ends_at = starts_at, starts_at + dt.timedelta(hours=3)
    page.registration_closes_on = starts_at.date()
    publish(page)
    earlier = starts_at.replace(hour=13)
    times = {
        "starts_at": local(earlier, made),
        "ends_at": local(earlier + dt.timedelta(hours=2), made),
    }

    response = confirm(log_in(people.admin), made, "time", event_session="", **times)

    assert response.status_code == 302
    assert made.event.closes_at == made.event.starts_at == earlier


def test_a_venue_of_one_session(made: MadeEvent, people: People) -> None:
    make_registration(made, session="Aalborg")
    venue = VenueFactory(name="Nordkraft")
    key = str(made.session_key("Aalborg"))

    response = confirm(log_in(people.admin), made, "venue", event_session=key, venue=str(venue.pk))

    assert response.status_code == 302
    assert (
        SeatPool.objects.get(kind="event_session", event_session_key=key).venue_name == "Nordkraft"
    )


def test_staff_who_may_not_publish_the_page_are_told_so(made: MadeEvent, people: People) -> None:
    client = log_in(people.staff)

    response: Any = look(client, made, "time", starts_at="2030-05-01T12:00", ends_at="")

    assert response.status_code == 422
    assert len(response.context["problems"]) == 1


def test_a_host_closes_their_own_session_only(made: MadeEvent, people: People) -> None:
    here = make_registration(made, session="Aalborg", name="Min Deltager")
    make_registration(made, session="København", name="En Anden")
    client = log_in(people.host)

    for task in set(TASKS) - {"close", "reopen"}:
        assert client.get(url_of(made, task)).status_code == 302, task  # Wagtail's "no access"
    other = look(client, made, "close", event_session=str(made.session_key("København")))
    seen = look(client, made, "close", event_session=str(made.session_key("Aalborg")))
    assert (other.status_code, seen.status_code) == (422, 200)
    assert "Min Deltager" in seen.content.decode()
    assert "En Anden" not in seen.content.decode()

    key = str(made.session_key("Aalborg"))
    assert confirm(client, made, "close", event_session=key).status_code == 302

    closed = SeatPool.objects.exclude(closed_at=None).values_list("event_session_key", flat=True)
    assert [str(value) for value in closed] == [key]
    assert list(Message.objects.filter(kind="session_closed").values_list("to", flat=True)) == [
        here.email
    ]
    assert confirm(client, made, "reopen", event_session=key).status_code == 302
    assert not SeatPool.objects.exclude(closed_at=None).exists()


def test_the_to_do_leads_to_telling_people(made: MadeEvent, people: People) -> None:
    make_registration(made)
    page = made.reload()
    page.starts_at += dt.timedelta(days=1)
    page.ends_at += dt.timedelta(days=1)
    publish(page)
    client = log_in(people.staff)
    desk = client.get(reverse("kommed_events_desk:registrations", args=[made.key]))

    assert url_of(made, "announce") in desk.content.decode()
    assert confirm(client, made, "announce").status_code == 302
    assert Message.objects.filter(kind="event_changed").count() == 1
    assert not Todo.objects.filter(done_at=None).exists()


def test_what_was_called_off_can_be_undone_there(made: MadeEvent, people: People) -> None:
    make_registration(made, language="en")
    client = log_in(people.staff)
    confirm(client, made, "cancel")
    tasks = client.get(reverse("kommed_events_desk:event_changes", args=[made.key]))
    assert url_of(made, "restore") in tasks.content.decode()
    assert url_of(made, "cancel") not in tasks.content.decode()

    with translation.override("en"):
        assert confirm(client, made, "restore").status_code == 302

    assert not EventRecord.objects.get(key=made.key).is_cancelled
