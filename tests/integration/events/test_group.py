"""Registering several colleagues in one go."""

from __future__ import annotations

import datetime as dt
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from events.exceptions import EventBusy, GroupDoesNotFit, NoSeatsForAudience
from events.jobs.invariants import find_breaches
from events.models import Registration, SeatPool
from events.views import group as group_view
from forms.models import Message
from tests.factories import (
    AudienceSpec,
    MadeEvent,
    MadeSite,
    SessionSpec,
    make_event,
    make_registration,
    opened_a_while_ago,
)

from .ledger import mails, whole_ledger
from .visitor import Page, visit
from .visitor import send as send_alone

pytestmark = pytest.mark.django_db

SENDER = "sekretaer@example.dk"


def data(
    made: MadeEvent, *names: str, audience: str | None = None, **fields: Any
) -> dict[str, Any]:
    """Return what a browser sends: one line for each name."""
    said = {"email": SENDER, **opened_a_while_ago(made.key)}
    if made.page.event_sessions.count() > 1:
        said["event_session"] = str(made.session_key())
    rows = list(made.page.audiences.all())
    for number in range(1, made.page.group_size + 1):
        name = names[number - 1] if number <= len(names) else ""
        said[f"km-person-{number}-name"] = name
        if rows:
            said[f"km-person-{number}-audience"] = str(rows[0].translation_key) if name else ""
    return said | fields


def send(made: MadeEvent, *names: str, **fields: Any) -> HttpResponse:
    """Send the form as a stranger does."""
    client = Client(enforce_csrf_checks=True)
    return client.post(  # type: ignore[return-value]
        f"{made.url}flere/",
        data(made, *names, **fields),
        headers={"Sec-Fetch-Site": "same-origin"},
    )


def people() -> list[tuple[str, str]]:
    """Return name and state of everybody, in their order."""
    return list(Registration.objects.order_by("pk").values_list("name", "state"))


@pytest.fixture
def two_seats(site: MadeSite) -> MadeEvent:
    """An event with two seats at its only session."""
    return make_event(sessions=[SessionSpec("Aalborg", 2)])


def test_each_gets_a_registration_and_a_mail_of_their_own(made: MadeEvent) -> None:
    response = send(made, "Åse Bæk", "Bo Dam", "Carla Ek", organisation="Havneforeningen")

    assert response.status_code == 303
    assert response["Location"].startswith(f"{made.url}kvittering/?s=")
    assert people() == [
        ("Åse Bæk", "confirmed"),
        ("Bo Dam", "confirmed"),
        ("Carla Ek", "confirmed"),
    ]
    rows = list(Registration.objects.all())
    assert {row.email for row in rows} == {SENDER}
    assert {row.organisation for row in rows} == {"Havneforeningen"}
    assert len({row.group for row in rows}) == 1
    assert rows[0].group is not None
    assert mails() == [("confirmed", SENDER)] * 3
    names = {message.context["name"] for message in Message.objects.all()}
    assert names == {"Åse Bæk", "Bo Dam", "Carla Ek"}
    receipt = Page(visit(response["Location"]))
    assert "3" in receipt.text
    assert "Åse" not in receipt.text


def test_the_same_sent_twice_writes_nothing_twice(made: MadeEvent) -> None:
    send(made, "Åse", "Bo")
    before = whole_ledger()

    assert send(made, "Åse", "Bo").status_code == 303
    assert whole_ledger() == before


def test_an_audience_without_seats_is_said_at_the_line_of_whoever_comes_as_it(
    made: MadeEvent,
) -> None:
    politicians = made.audience_key("Politiker")
    SeatPool.objects.filter(audience_key=politicians).update(capacity=0)
    officials = {"km-person-1-audience": str(made.audience_key("Embedsmand"))}
    before = whole_ledger()

    response = send(made, "Åse", "Bo", **officials)

    assert response.status_code == 422
    first, second = response.context["group"].rows[:2]
    assert (first.errors, list(second.errors)) == ({}, ["audience"])
    assert whole_ledger() == before


def test_an_audience_that_lost_its_seats_meanwhile_is_no_server_error(
    made: MadeEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(**kwargs: Any) -> None:
        raise NoSeatsForAudience

    monkeypatch.setattr(group_view, "register_group", too_late)

    response = send(made, "Åse", "Bo")

    assert response.status_code == 422
    assert Page(response).all("a", href="#id_event_session_0")


ANNA = {"name": "Anna Holm", "email": "anna@example.dk"}


def test_whoever_came_alone_is_known_in_a_group_too(made: MadeEvent) -> None:
    send_alone(made, **ANNA)
    alone = Registration.objects.get()

    assert send(made, " anna  HOLM", "Bo", email="Anna@example.dk").status_code == 303

    assert people() == [("Anna Holm", "confirmed"), ("Bo", "confirmed")]
    assert mails()[1:] == [("already_registered", alone.email), ("confirmed", "Anna@example.dk")]
    assert list(find_breaches()) == []


def test_whoever_came_in_a_group_is_known_alone_too(made: MadeEvent) -> None:
    send(made, "Anna Holm", "Bo", email=ANNA["email"])

    assert send_alone(made, **ANNA).status_code == 303

    assert people() == [("Anna Holm", "confirmed"), ("Bo", "confirmed")]
    assert mails()[2:] == [("already_registered", ANNA["email"])]


def test_the_owner_of_the_mailbox_is_somebody_else_than_those_they_register(
    made: MadeEvent,
) -> None:
    send(made, "Anna Holm", email=SENDER)
    send_alone(made, name="Siv Friis", email=SENDER)
    send(made, "Siv Friis", "Carla", email=SENDER)
    # Alone the address decides, whatever the name: it is the owner's, and not Anna's.
    send_alone(made, name="Anna Holm", email=SENDER)

    assert [name for name, _state in people()] == ["Anna Holm", "Siv Friis", "Carla"]
    assert list(find_breaches()) == []


def test_all_or_none_writes_nothing_when_one_too_many_comes(two_seats: MadeEvent) -> None:
    before = whole_ledger()

    response = send(two_seats, "Åse", "Bo", "Carla", **{"km-rule": "all_or_none"})

    assert response.status_code == 422
    assert whole_ledger() == before
    page = Page(response)
    assert "2" in page.text
    assert [page.value_of(f"km-person-{n}-name") for n in (1, 2, 3)] == ["Åse", "Bo", "Carla"]
    assert page.value_of("email") == SENDER
    assert page.all("a", href="#km-rule")


def test_without_the_rule_some_would_be_registered(two_seats: MadeEvent) -> None:
    """The control: with the rule off the same post writes three rows."""

    def as_many(**arguments: Any) -> Any:
        return register_group(**(arguments | {"rule": "as_many_as_fit"}))

    register_group = group_view.register_group
    with mock.patch.object(group_view, "register_group", as_many):
        send(two_seats, "Åse", "Bo", "Carla", **{"km-rule": "all_or_none"})

    assert len(people()) == 3


def test_as_many_as_fit_have_a_seat_and_the_rest_wait(two_seats: MadeEvent) -> None:
    response = send(two_seats, "Åse", "Bo", "Carla", **{"km-rule": "as_many_as_fit"})

    assert response.status_code == 303
    assert people() == [("Åse", "confirmed"), ("Bo", "confirmed"), ("Carla", "waiting")]
    assert mails() == [("confirmed", SENDER), ("confirmed", SENDER), ("waiting", SENDER)]


def test_a_group_goes_on_to_its_second_choice(site: MadeSite) -> None:
    made = make_event(sessions=[SessionSpec("København", 1), SessionSpec("Aalborg", 5)])

    send(made, "Åse", "Bo", second_choice=str(made.session_key("Aalborg")))

    keys = list(Registration.objects.order_by("pk").values_list("event_session_key", flat=True))
    assert keys == [made.session_key("København"), made.session_key("Aalborg")]
    assert [state for _name, state in people()] == ["confirmed", "confirmed"]


@pytest.mark.parametrize(
    ("names", "fields", "targets"),
    [
        ((), {}, ["#id_1_name"]),
        (("Åse", "Bo", " åse "), {}, ["#id_3_name"]),
        (("Åse",), {"km-person-2-audience": "x"}, ["#id_2_name", "#id_2_audience"]),
        (("Åse",), {"km-person-1-audience": ""}, ["#id_1_audience"]),
        (("x" * 161,), {}, ["#id_1_name"]),
        (("Åse",), {"email": "ingen adresse"}, ["#id_email"]),
        (("Åse",), {"event_session": ""}, ["#id_event_session_0"]),
    ],
)
def test_what_is_wrong_is_said_where_it_is(
    made: MadeEvent, names: tuple[str, ...], fields: dict[str, Any], targets: list[str]
) -> None:
    before = whole_ledger()

    response = send(made, *names, **fields)

    assert response.status_code == 422
    links = [a["href"] for a in Page(response).all("a") if (a["href"] or "").startswith("#id_")]
    assert links == targets
    assert whole_ledger() == before


def test_what_the_editor_asks_is_asked_once_and_is_required(site: MadeSite) -> None:
    made = make_event(
        sessions=[SessionSpec("Aalborg")],
        questions=[
            {"label": "Afdeling", "field_type": "singleline", "required": True},
            {"label": "Fil", "field_type": "file", "required": True},
        ],
    )

    assert send(made, "Åse", "Bo").status_code == 422
    assert people() == []
    assert send(made, "Åse", "Bo", afdeling="Havnen").status_code == 303
    answers = [row.submission.answers for row in Registration.objects.order_by("pk")]
    assert [(said["name"], said["afdeling"]) for said in answers] == [
        ("Åse", "Havnen"),
        ("Bo", "Havnen"),
    ]


def test_when_the_seats_cannot_be_had_everything_typed_is_kept(made: MadeEvent) -> None:
    with mock.patch.object(group_view, "register_group", side_effect=EventBusy):
        response = send(made, "Åse", "Bo")

    assert response.status_code == 503
    assert response["Retry-After"] == "3"
    page = Page(response)
    assert [page.value_of(f"km-person-{n}-name") for n in (1, 2)] == ["Åse", "Bo"]
    assert people() == []


def test_a_machine_gets_a_second_step_that_carries_everybody(made: MadeEvent) -> None:
    response = send(made, "Åse", "Bo", form_website="https://spam.example")

    assert response.status_code == 200
    page = Page(response)
    assert page.value_of("km-person-2-name") == "Bo"
    assert page.value_of("form_asked")
    assert people() == []


def test_an_event_that_takes_no_groups_has_no_such_page(site: MadeSite) -> None:
    made = make_event(group_size=1)

    assert visit(f"{made.url}flere/").status_code == 404
    assert not Page(visit(made.url)).all("a", href=f"{made.url}flere/")


def test_before_it_opens_and_after_it_closes_nobody_is_registered(made: MadeEvent) -> None:
    event = made.event
    event.closes_at = timezone.now() - dt.timedelta(days=1)
    event.save()

    assert send(made, "Åse").status_code == 409
    assert people() == []


def test_nobody_learns_who_is_registered_already(made: MadeEvent) -> None:
    known = send(made, "Åse", "Bo")
    stranger = send(made, "Carla", "Dan")

    assert (known.status_code, stranger.status_code) == (303, 303)
    assert send(made, "Åse", "Bo").status_code == 303


DEPARTMENT = {"label": "Afdeling", "field_type": "singleline"}


def test_a_full_event_answers_the_same_to_known_and_unknown_people(site: MadeSite) -> None:
    made = make_event(sessions=[SessionSpec("Aalborg", 2)], questions=[DEPARTMENT])
    send(made, "Åse", "Bo")
    send_alone(made, name="Dan", email="dan@example.dk")
    before = whole_ledger()

    answers = [
        send(made, *names, afdeling="Havnen", **fields)
        for names, fields in [
            (("Åse", "Bo"), {}),
            (("Åse", "Erik"), {}),
            (("Finn", "Erik"), {}),
            (("Dan", "Erik"), {"email": "dan@example.dk"}),
        ]
    ]

    assert [answer.status_code for answer in answers] == [422] * 4
    assert len({answer.context["does_not_fit"] for answer in answers}) == 1
    assert whole_ledger() == before


def test_the_rule_counts_the_known_as_if_they_came_now(site: MadeSite) -> None:
    made = make_event(sessions=[SessionSpec("Aalborg", 3)], questions=[DEPARTMENT])
    send(made, "Åse")
    both = ("Åse", "Bo")

    assert send(made, *both, "Carla", afdeling="Havnen").status_code == 422
    assert send(made, *both, afdeling="Havnen").status_code == 303
    # Åse took no second seat: whoever presses twice is answered as the first time.
    assert send(made, *both, afdeling="Havnen").status_code == 303
    assert people() == [("Åse", "confirmed"), ("Bo", "confirmed")]


def test_whoever_presses_twice_for_the_last_seats_is_told_the_same(two_seats: MadeEvent) -> None:
    send(two_seats, "Åse", "Bo")
    before = whole_ledger()

    assert send(two_seats, "Åse", "Bo").status_code == 303
    assert send(two_seats, "Bo").status_code == 303
    assert whole_ledger() == before


def test_seats_that_came_free_by_the_clock_are_first_for_those_who_wait(site: MadeSite) -> None:
    made = make_event(sessions=[SessionSpec("Aalborg", 3)], audiences=[AudienceSpec("Politiker")])
    cell = SeatPool.objects.filter(kind="audience")
    cell.update(kept=3, kept_until=timezone.now() + dt.timedelta(days=1))
    assert make_registration(made).state == "waiting"
    cell.update(kept_until=timezone.now() - dt.timedelta(seconds=1))

    assert send(made, "Åse", "Bo", "Carla").status_code == 422
    assert send(made, "Åse", "Bo").status_code == 303
    assert [state for _name, state in people()] == ["confirmed"] * 3


@pytest.mark.parametrize("names", [("Åse",), ("Åse", "Bo", "Carla")])
def test_each_of_a_group_costs_the_same(
    made: MadeEvent, names: tuple[str, ...], django_assert_num_queries: Any
) -> None:
    send(made, "Dan")
    each, once = {"postgresql": (9, 21), "sqlite": (9, 29)}[connection.vendor]
    with django_assert_num_queries(once + each * len(names)):
        send(made, *names)


def test_the_page_has_a_line_for_each_and_no_cookie(made: MadeEvent) -> None:
    response = visit(f"{made.url}flere/")

    assert response.status_code == 200
    assert not response.cookies
    fields = [found["name"] for found in Page(response).all("input", type="text")]
    assert len([name for name in fields if (name or "").startswith("km-person-")]) == 8


@pytest.mark.parametrize("size", [1, 3])
def test_reading_the_page_costs_the_same_however_many_sessions(
    site: MadeSite, size: int, django_assert_num_queries: Any
) -> None:
    made = make_event(sessions=[SessionSpec(f"By {number}") for number in range(size)])
    make_registration(made)
    visit(f"{made.url}flere/")
    with django_assert_num_queries({"postgresql": 9, "sqlite": 17}[connection.vendor]):
        visit(f"{made.url}flere/")


def test_the_error_says_how_many_seats_there_are() -> None:
    assert GroupDoesNotFit(seats=2).seats == 2
