"""What looks like a machine's is held for staff: it is kept and shown, and takes no seat."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.users.models import UserProfile

from events.actions.change_state import change_state
from events.capacity import count_seats
from events.enums import RegistrationAction
from events.models import Registration
from forms.enums import HELD, Suspicion
from tests.conftest import People, log_in
from tests.factories import MadeEvent, MadeSite, SessionSpec, make_event, make_registration

from .ledger import mails
from .visitor import Page

pytestmark = pytest.mark.django_db

HELD_BADGE = "Held: looks like a machine's"
TOLD_BADGE = "Looked like a machine's"


@pytest.fixture
def small(site: MadeSite) -> MadeEvent:
    """An event with one seat."""
    return make_event(sessions=[SessionSpec("Aalborg", 1)])


@pytest.mark.parametrize("suspicion", Suspicion.values)
def test_only_what_is_held_awaits_a_decision(small: MadeEvent, suspicion: str) -> None:
    registration = make_registration(small, suspicion=suspicion)

    assert registration.state == ("pending" if suspicion in HELD else "confirmed")
    assert registration.submission.suspicion == suspicion


def test_what_is_held_takes_no_seat_from_anybody(small: MadeEvent) -> None:
    held = [make_registration(small, suspicion="honeypot") for _ in range(3)]
    person = make_registration(small)

    assert [r.state for r in (*held, person)] == ["pending"] * 3 + ["confirmed"]
    assert count_seats(small.event).of(count_seats(small.event).root).taken == 1
    assert make_registration(small).state == "waiting"


def test_what_is_held_is_answered_like_an_application(small: MadeEvent) -> None:
    registration = make_registration(small, suspicion="honeypot")

    assert mails() == [("received", registration.email)]


@pytest.mark.parametrize(("action", "state"), [("confirm", "confirmed"), ("decline", "declined")])
def test_staff_decide_as_on_an_application(
    small: MadeEvent, people: People, action: str, state: str
) -> None:
    registration = make_registration(small, suspicion="honeypot")

    change_state(registration=registration, action=RegistrationAction(action), by=people.admin)

    registration.refresh_from_db()
    assert (registration.state, registration.submission.suspicion) == (state, "honeypot")


def test_where_applications_hold_a_seat_what_is_held_never_oversells(site: MadeSite) -> None:
    made = make_event(
        sessions=[SessionSpec("Aalborg", 1)], way_in="application", applications_hold_seat=True
    )

    states = [make_registration(made, suspicion="honeypot").state for _ in range(2)]

    assert states == ["pending", "waiting"]


def _show(client: Client, name: str, *arguments: object) -> str:
    return Page(client.get(reverse(f"kommed_events_desk:{name}", args=arguments))).text  # type: ignore[arg-type]


def test_staff_see_it_in_the_list_and_in_full(made: MadeEvent, people: People) -> None:
    registrations = {
        kind: make_registration(made, suspicion=kind) for kind in ("honeypot", "too_fast", "")
    }
    UserProfile.objects.create(user=people.staff, preferred_language="en")
    staff = log_in(people.staff)

    listed = _show(staff, "registrations", made.key)
    shown = {
        kind: _show(staff, "detail", made.key, registration.uuid)
        for kind, registration in registrations.items()
    }

    assert (listed.count(HELD_BADGE), listed.count(TOLD_BADGE)) == (1, 1)
    assert {kind: (HELD_BADGE in text, TOLD_BADGE in text) for kind, text in shown.items()} == {
        "honeypot": (True, False),
        "too_fast": (False, True),
        "": (False, False),
    }
    with translation.override("en"):
        assert str(Suspicion.HONEYPOT.label) in shown["honeypot"]
        assert str(Suspicion.TOO_FAST.label) in shown["too_fast"]
    assert Registration.objects.count() == 3
