"""Moving somebody to another session at the desk: whose right it takes, and what it leaves."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from events.actions.change_state import change_state
from events.enums import RegistrationAction
from events.models import EventAccess, Registration
from tests.conftest import People, log_in
from tests.factories import MadeEvent, make_registration, publish

from .ledger import mails, state_of, whole_ledger

pytestmark = pytest.mark.django_db


def at(name: str, registration: Registration) -> str:
    return reverse(f"kommed_events_desk:{name}", args=[registration.event.key, registration.uuid])


def send(client: Any, registration: Registration, to: Any, **data: Any) -> Any:
    """Move ``registration``, as it was when it was read."""
    seen = {"seen": str(registration.event_session_key), "to": str(to)}
    return client.post(at("move", registration), seen | data)


def test_staff_move_and_the_history_names_both_sessions(people: People, made: MadeEvent) -> None:
    registration = make_registration(made, session="Aalborg")
    client = log_in(people.staff)

    assert send(client, registration, made.session_key("København")).status_code == 302

    line = client.get(at("detail", registration)).context["history"][-1]
    assert (line.moved_from, line.moved_to, line.user) == ("Aalborg", "København", people.staff)
    assert mails()[-1] == ("moved", registration.email)
    assert state_of(registration) == "confirmed"


def test_it_takes_the_right_to_decide_at_both(people: People, made: MadeEvent) -> None:
    registration = make_registration(made, session="Aalborg")
    copenhagen = made.session_key("København")
    client = log_in(people.host)
    assert client.get(at("detail", registration)).context["moves"] == []
    before = whole_ledger()

    assert send(client, registration, copenhagen).status_code == 404
    assert whole_ledger() == before

    EventAccess.objects.create(
        user=people.host, event_key=made.key, event_session_key=copenhagen, can_change=True
    )
    assert [move[0] for move in client.get(at("detail", registration)).context["moves"]] == [
        copenhagen
    ]
    assert send(client, registration, copenhagen).status_code == 302


def test_a_full_session_takes_an_explicit_tick_and_what_was_typed_stays(
    people: People, made: MadeEvent
) -> None:
    page = made.reload()
    rows = list(page.event_sessions.all())
    rows[1].capacity = 0
    page.event_sessions = rows
    publish(page)
    registration = make_registration(made, session="København")
    aalborg = made.session_key("Aalborg")
    client = log_in(people.staff)
    before = whole_ledger()

    full = send(client, registration, aalborg, move_note="Kære du")

    assert full.status_code == 422
    assert "Kære du" in full.content.decode()
    assert whole_ledger() == before
    assert send(client, registration, aalborg, move_override="on").status_code == 302
    assert client.get(at("detail", registration)).context["history"][-1].is_over_capacity


def test_whoever_was_moved_meanwhile_is_not_moved_on(people: People, made: MadeEvent) -> None:
    registration = make_registration(made, session="Aalborg")
    copenhagen = made.session_key("København")
    client = log_in(people.staff)
    send(client, registration, copenhagen)
    before = whole_ledger()

    assert send(client, registration, copenhagen).status_code == 422
    assert send(client, registration, "nonsense").status_code == 422
    assert whole_ledger() == before


def test_somebody_who_is_out_is_not_moved(people: People, made: MadeEvent) -> None:
    registration = make_registration(made, session="Aalborg")
    change_state(registration=registration, action=RegistrationAction.CANCEL, by=None)
    client = log_in(people.staff)

    assert client.get(at("detail", registration)).context["moves"] == []
    assert send(client, registration, made.session_key("København")).status_code == 422
    assert state_of(registration) == "cancelled"
