"""Offers whose session begins earlier than it did, or is closed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from events.actions.change_state import change_state
from events.actions.event_changes import close_event_session
from events.actions.move import move
from events.actions.offers import OFFER_GRACE
from events.enums import RegistrationAction, RegistrationState
from events.jobs.invariants import find_breaches
from events.jobs.waiting_lists import settle_waiting_lists
from events.models import EventRecord, Registration
from events.notifications.registrations import offer_ends_text
from forms.mail.render import render_message
from forms.models import Message
from tests.factories import MadeEvent, MadeSite, publish

from .ledger import mails, states
from .test_waiting_list import SECOND, at, begins, offered_second_choice, two_at_a_full_session

pytestmark = pytest.mark.django_db


def publish_at(made: MadeEvent, start: dt.datetime, name: str) -> None:
    """Publish the page with one session at another time."""
    page = made.reload()
    rows = list(page.event_sessions.all())
    for row in rows:
        if row.name == name:
            row.starts_at, row.ends_at = start, start + dt.timedelta(hours=2)
    page.event_sessions = rows
    publish(page)


@pytest.mark.parametrize("minutes", [180, 10])
def test_an_offer_ends_before_a_session_that_is_published_anew_as_earlier(
    site: MadeSite, minutes: int
) -> None:
    made, one, two = two_at_a_full_session(site)
    change_state(registration=one, action=RegistrationAction.CANCEL, by=None)
    two.refresh_from_db()
    before = two.offer_expires_at
    assert before is not None
    start = timezone.now() + dt.timedelta(minutes=minutes)

    publish_at(made, start, "København")
    two.refresh_from_db()
    assert two.offer_expires_at == before

    publish_at(made, start, "Aalborg")
    two.refresh_from_db()
    assert two.state == "offered"
    assert two.offer_expires_at is not None
    assert two.offer_expires_at <= start
    if minutes > 60:
        assert two.offer_expires_at < start
    settle_waiting_lists(now=at(start + OFFER_GRACE))
    assert states() == ["cancelled", "waiting"]


def test_an_offer_that_is_moved_ends_before_the_session_that_it_is_moved_to(site: MadeSite) -> None:
    made, one, two = two_at_a_full_session(site)
    change_state(registration=one, action=RegistrationAction.CANCEL, by=None)
    two.refresh_from_db()
    before = two.offer_expires_at
    start = timezone.now() + dt.timedelta(hours=3)
    begins(made, "København", start)

    moved = move(registration=two, to=made.session_key("København"), by=None)

    assert moved.state == RegistrationState.OFFERED
    assert moved.offer_expires_at is not None
    assert moved.offer_expires_at < start
    shorter = moved.offer_expires_at
    (mail,) = Message.objects.filter(kind="moved")
    assert mail.context["offer_ends"] == offer_ends_text(moved)
    assert before is not None
    assert shorter < before

    back = move(registration=moved, to=made.session_key("Aalborg"), by=None)
    assert back.offer_expires_at == shorter


@pytest.mark.parametrize("rule", ["requeue", "out"])
def test_whoever_is_offered_their_second_choice_waits_on_when_it_is_closed(
    site: MadeSite, rule: str
) -> None:
    made, one = offered_second_choice(site)
    EventRecord.objects.update(lapse_rule=rule)
    ends = one.offer_expires_at
    assert ends is not None
    aalborg, here = made.session_key("Aalborg"), Registration.objects.order_by("pk")[0]
    before = mails()

    told = close_event_session(
        event=made.event, event_session_key=aalborg, by=None, reasons={"da": "Salen er brændt."}
    )

    one.refresh_from_db()
    assert (one.state, one.event_session_key) == ("waiting", made.session_key("København"))
    assert (one.first_choice_key, one.takes_any_session) == (None, True)
    assert one.waiting_since == one.created_at
    assert Registration.objects.waiting().first() == one
    assert (told, mails()[len(before) :]) == (1, [("waiting", one.email)])
    text = render_message(Message.objects.latest("pk")).text
    assert "Vi tilbød dig en plads på sessionen Aalborg. Den bliver ikke holdt" in text
    assert "Salen er brændt." in text
    settle_waiting_lists(now=at(ends + OFFER_GRACE))
    assert states() == ["confirmed", "cancelled", "waiting", "waiting"]
    change_state(registration=here, action=RegistrationAction.CANCEL, by=None)
    assert states() == ["cancelled", "cancelled", "offered", "waiting"]
    assert list(find_breaches()) == []


def test_at_an_event_that_is_called_off_they_wait_on_without_a_mail(site: MadeSite) -> None:
    made, one = offered_second_choice(site)
    EventRecord.objects.update(cancelled_at=timezone.now())
    before = mails()

    key = made.session_key("Aalborg")
    told = close_event_session(event=made.event, event_session_key=key, by=None)

    one.refresh_from_db()
    assert one.state == RegistrationState.WAITING
    assert (told, mails()) == (0, before)


def test_whoever_has_no_first_choice_to_come_back_to_stays_where_it_is_closed(
    site: MadeSite,
) -> None:
    made, one = offered_second_choice(site)
    begins(made, "København", timezone.now() - SECOND)

    key = made.session_key("Aalborg")
    close_event_session(event=made.event, event_session_key=key, by=None)

    one.refresh_from_db()
    assert (one.state, one.event_session_key) == ("offered", key)
    assert mails()[-1] == ("session_closed", one.email)
