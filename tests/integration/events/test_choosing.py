"""Choosing a session: a second choice, what is left just now, closed sessions, ways in."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from events.models import EventRecord, Registration, SeatPool
from events.queries.form import event_form
from forms.builder import form_from_json
from tests.factories import (
    AudienceSpec,
    MadeEvent,
    MadeSite,
    SessionSpec,
    make_event,
    make_registration,
)

from .ledger import states, whole_ledger
from .visitor import Page, send, visit

pytestmark = pytest.mark.django_db

SMALL = (SessionSpec("København", 1), SessionSpec("Aalborg", 9))


@pytest.fixture
def small(site: MadeSite) -> MadeEvent:
    """One seat in København, which is taken, and nine in Aalborg."""
    made = make_event(sessions=SMALL)
    make_registration(made, session="København")
    return made


def key(made: MadeEvent, name: str) -> str:
    """Return the key of a session as a form has it."""
    return str(made.session_key(name))


def last() -> Registration:
    """Return whoever registered last."""
    return Registration.objects.order_by("pk").last()  # type: ignore[return-value]


def numbers(made: MadeEvent) -> dict[str, Any]:
    """Return what the page's script reads, by session."""
    found = json.loads(visit(f"{made.url}pladser.json").content)
    return {session["key"]: session for session in found["sessions"]}


# Second choice


@pytest.mark.parametrize("said", ["Aalborg", "either"])
def test_who_would_take_another_session_gets_the_seat_there(small: MadeEvent, said: str) -> None:
    second = said if said == "either" else key(small, said)
    response = send(small, event_session=key(small, "København"), second_choice=second)

    assert response.status_code == 303
    registration = last()
    assert (registration.state, registration.event_session_key) == (
        "confirmed",
        small.session_key("Aalborg"),
    )
    assert registration.first_choice_key == small.session_key("København")
    assert registration.takes_any_session is (said == "either")
    receipt = visit(response["Location"])
    assert receipt.status_code == 200
    text = Page(receipt).text
    assert "København" in text
    assert "Aalborg" in text
    assert registration.name not in text


@pytest.mark.parametrize("said", ["", "København"])
def test_without_another_session_one_waits_for_the_first(small: MadeEvent, said: str) -> None:
    second = key(small, said) if said else ""
    send(small, event_session=key(small, "København"), second_choice=second)

    assert (last().state, last().second_choice_key) == ("waiting", None)
    assert last().event_session_key == small.session_key("København")


def test_a_second_choice_that_is_none_is_an_error_and_nothing_is_written(small: MadeEvent) -> None:
    before = whole_ledger()

    response = send(small, event_session=key(small, "Aalborg"), second_choice="x" * 50, name="Åse")

    assert response.status_code == 422
    assert Page(response).value_of("name") == "Åse"
    assert whole_ledger() == before


@pytest.mark.parametrize(
    ("value", "is_right"),
    [("either", True), ("", True), (None, True), (["either"], False), (7, False), ("x", False)],
)
def test_json_meets_the_same_validator(small: MadeEvent, value: Any, is_right: bool) -> None:
    said = {"event_session": key(small, "Aalborg"), "name": "Åse", "email": "a@example.dk"}

    form = form_from_json(event_form(small.page).form_class(), said | {"second_choice": value})

    assert form.is_valid() is is_right
    assert set(form.errors) == (set() if is_right else {"second_choice"})


@pytest.mark.parametrize(
    "fields", [{"sessions": [SessionSpec("Aalborg")]}, {"asks_second_choice": False}]
)
def test_nobody_is_asked_where_there_is_nothing_to_ask(
    site: MadeSite, fields: dict[str, Any]
) -> None:
    made = make_event(**fields)

    assert "second_choice" not in event_form(made.page).form_class().base_fields
    assert not Page(visit(made.url)).all("select", name="second_choice")


# Places left


def test_the_numbers_are_those_of_now(small: MadeEvent) -> None:
    before = numbers(small)
    make_registration(small, session="Aalborg")
    after = numbers(small)

    copenhagen, aalborg = key(small, "København"), key(small, "Aalborg")
    assert (before[copenhagen]["state"], before[aalborg]["state"]) == ("full", "seats")
    assert (before[aalborg]["taken"], after[aalborg]["taken"]) == (0, 1)
    assert before[aalborg]["text"] != after[aalborg]["text"]
    for _number in range(3):
        make_registration(small, session="Aalborg")
    assert numbers(small)[aalborg]["state"] == "few"


def test_the_numbers_leave_no_cookie_and_are_a_second_old_at_most(small: MadeEvent) -> None:
    response = visit(f"{small.url}pladser.json")

    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "public, max-age=1"
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert Client().post(f"{small.url}pladser.json").status_code == 405


@pytest.mark.parametrize("size", [1, 4])
def test_the_numbers_cost_the_same_however_many_sessions(
    site: MadeSite, size: int, django_assert_num_queries: Any
) -> None:
    made = make_event(
        sessions=[SessionSpec(f"By {number}") for number in range(size)],
        audiences=[AudienceSpec(f"Gruppe {number}") for number in range(size)],
    )
    make_registration(made)
    url = f"{made.url}pladser.json"
    visit(url)
    with django_assert_num_queries(12):
        visit(url)


def test_an_audience_with_less_within_reach_is_told_apart(made: MadeEvent) -> None:
    SeatPool.objects.filter(
        kind="audience",
        event_session_key=made.session_key("Aalborg"),
        audience_key=made.audience_key("Politiker"),
    ).update(kept=24)

    aalborg = numbers(made)[key(made, "Aalborg")]

    assert aalborg["state"] == "seats"
    assert set(aalborg["audiences"]) == {str(made.audience_key("Embedsmand"))}
    assert aalborg["audiences"][str(made.audience_key("Embedsmand"))]["state"] == "few"


def test_a_session_that_staff_closed_cannot_be_chosen(made: MadeEvent) -> None:
    SeatPool.objects.filter(event_session_key=made.session_key("Aalborg")).update(
        closed_at=timezone.now()
    )

    page = Page(visit(made.url))
    inputs = page.all("input", name="event_session")

    assert [(found["value"], "disabled" in found) for found in inputs] == [
        (key(made, "København"), False),
        (key(made, "Aalborg"), True),
    ]
    assert numbers(made)[key(made, "Aalborg")]["state"] == "closed"
    assert send(made, event_session=key(made, "Aalborg")).status_code == 410
    assert states() == []


def test_a_full_session_names_the_others_and_the_second_choice(small: MadeEvent) -> None:
    page = Page(visit(small.url))

    shown = [found for found in page.all("p", class_="km-notice km-full") if "hidden" not in found]
    assert [found["data-km-full"] for found in shown] == [key(small, "København")]
    assert page.all("a", href="#km-second-choice")
    assert page.all("select", id="id_second_choice", name="second_choice")


def test_where_no_session_has_a_seat_the_page_does_not_repeat_it(site: MadeSite) -> None:
    small = make_event(sessions=(SessionSpec("København", 1), SessionSpec("Aalborg", 1)))
    for name in ("København", "Aalborg"):
        make_registration(small, session=name)

    page = Page(visit(small.url))

    hints = page.all("p", class_="km-notice km-full")
    assert {found["data-km-full"] for found in hints} == set(numbers(small))
    assert all("hidden" in found for found in hints)


# Ways in


def test_an_audience_by_invitation_is_an_error_at_the_audience(made: MadeEvent) -> None:
    row = made.page.audiences.get(name="Politiker")
    row.way_in = "invitation"
    row.save()
    SeatPool.objects.filter(audience_key=row.translation_key).update(way_in="invitation")
    before = whole_ledger()

    response = send(made, audience=str(row.translation_key), name="Åse")

    assert response.status_code == 422
    page = Page(response)
    assert page.value_of("name") == "Åse"
    assert page.all("a", href="#id_audience_0")
    assert whole_ledger() == before
    other = send(made, audience=str(made.audience_key("Embedsmand")))
    assert other.status_code == 303


# Audiences without seats


def shut(made: MadeEvent, *sessions: str, audience: str = "Politiker") -> str:
    """Let the audience have no seats at these sessions, and return its key."""
    key = made.audience_key(audience)
    keys = [made.session_key(name) for name in sessions]
    SeatPool.objects.filter(audience_key=key, event_session_key__in=keys).update(capacity=0)
    return str(key)


NO_SEATS = "Der er ingen pladser til denne målgruppe på den session."


def test_a_session_without_seats_for_the_audience_is_an_error_at_the_audience(
    made: MadeEvent,
) -> None:
    politicians = shut(made, "Aalborg")
    before = whole_ledger()

    refused = send(made, audience=politicians, event_session=key(made, "Aalborg"), name="Åse")

    assert refused.status_code == 422
    page = Page(refused)
    assert page.value_of("name") == "Åse"
    assert page.all("a", href="#id_audience_0")
    assert NO_SEATS in page.text
    assert whole_ledger() == before
    for other in (
        {"audience": politicians, "event_session": key(made, "København")},
        {"audience": str(made.audience_key("Embedsmand")), "event_session": key(made, "Aalborg")},
    ):
        assert send(made, **other).status_code == 303
    assert states() == ["confirmed", "confirmed"]


def test_an_audience_without_seats_anywhere_is_refused_whatever_else_it_would_take(
    made: MadeEvent,
) -> None:
    politicians = shut(made, "København", "Aalborg")

    refused = send(made, audience=politicians, second_choice="either")

    assert refused.status_code == 422
    assert NO_SEATS in Page(refused).text
    assert states() == []


def test_nobody_known_is_told_otherwise(made: MadeEvent) -> None:
    politicians = str(made.audience_key("Politiker"))
    send(made, audience=politicians, email="kendt@example.dk")
    shut(made, "København", "Aalborg")

    answers = [
        send(made, audience=politicians, email=email).status_code
        for email in ("kendt@example.dk", "ny@example.dk")
    ]

    assert answers == [422, 422]
    assert states() == ["confirmed"]


# Cancelled


def test_a_cancelled_event_says_so_and_takes_nobody(made: MadeEvent) -> None:
    EventRecord.objects.update(cancelled_at=timezone.now())
    before = whole_ledger()

    response = visit(made.url)
    page = Page(response)

    assert response.status_code == 200
    assert page.all("p", id="cancelled")
    assert not page.all("form", method="post")
    assert "https://schema.org/EventCancelled" in response.content.decode()
    assert json.loads(visit(f"{made.url}pladser.json").content)["status"] == "cancelled"
    assert send(made).status_code == 409
    assert visit(f"{made.url}flere/").status_code == 409
    assert whole_ledger() == before


def test_the_receipt_of_a_second_choice_says_nothing_personal(small: MadeEvent) -> None:
    response = send(
        small,
        name="Åse Bæk",
        email="aase@example.dk",
        event_session=key(small, "København"),
        second_choice="either",
    )

    (said,) = parse_qs(urlsplit(response["Location"]).query)["s"]
    assert "aase" not in said.casefold()
