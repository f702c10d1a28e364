"""``check_registrations``: silent on a sound ledger, and one line for each thing that is not."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from events.actions.change_state import change_state
from events.actions.move import move
from events.enums import RegistrationAction
from events.jobs.invariants import find_breaches
from events.models import EventRecord, Invitation, Registration, SeatPool
from events.queries.row_checks import registration_problems
from events.validators import Identity
from forms.models import FormVersion
from tests.factories import (
    AudienceSpec,
    FormVersionFactory,
    MadeEvent,
    MadeSite,
    SessionSpec,
    UserFactory,
    make_event,
    make_registration,
    publish,
)

from .clock_queries import ASKING_THE_SERVER_FOR_THE_TIME

pytestmark = pytest.mark.django_db

QUERIES = 7


def found() -> list[tuple[str, str, str]]:
    """Return rule, reference and text of what is found."""
    return [(breach.rule, breach.reference, breach.what) for breach in find_breaches()]


@pytest.fixture
def lively(site: MadeSite) -> MadeEvent:
    """An event at which much has happened: full, over full, moved, offered, cancelled, waiting."""
    made = make_event(
        sessions=[SessionSpec("København", 2), SessionSpec("Aalborg", 5)],
        audiences=[AudienceSpec("Politiker")],
        waiting_list_mode="offer",
    )
    cph = [make_registration(made, session="København") for _ in range(5)]
    aalborg = make_registration(
        made, session="Aalborg", audience_key=made.audience_key("Politiker")
    )
    change_state(registration=cph[0], action=RegistrationAction.CANCEL, by=None)
    move(registration=cph[1], to=made.session_key("Aalborg"), by=None)
    session = made.page.event_sessions.get(name="Aalborg")
    session.capacity = 1
    made.page.event_sessions = [made.page.event_sessions.get(name="København"), session]
    publish(made.page)
    cph[4].refresh_from_db()
    change_state(
        registration=cph[4], action=RegistrationAction.CONFIRM, by=UserFactory(), override=True
    )
    Invitation.objects.create(
        event=made.event,
        name="Ida",
        email="ida@example.dk",
        identity_key="ida@example.dk",
        language="da",
        invited_at=timezone.now(),
        state="accepted",
        answered_at=timezone.now(),
        registration=aalborg,
    )
    return made


def one(**fields: Any) -> Registration:
    """Return the first registration that is like this."""
    registration: Registration = Registration.objects.filter(**fields).order_by("pk")[0]
    return registration


def set_on(registration: Registration, **fields: Any) -> str:
    """Write past everything, as only a test may, and return the reference."""
    Registration.objects.filter(pk=registration.pk).update(**fields)
    return registration.reference


def test_nothing_is_found_in_a_ledger_as_it_should_be(lively: MadeEvent) -> None:
    states = list(Registration.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["cancelled", "confirmed", "offered", "offered", "confirmed", "confirmed"]
    assert found() == []
    out = StringIO()

    call_command("check_registrations", stdout=out)

    assert out.getvalue().startswith("Checked 6 registrations at 1 events: I1, I2, I3, I7, I8,")
    assert out.getvalue().count("\n") == 1


def too_many(made: MadeEvent) -> list[tuple[str, str]]:
    SeatPool.objects.filter(kind="event_session", name="København").update(capacity=1)
    return [("I1", "")]


def unmarked(made: MadeEvent) -> list[tuple[str, str]]:
    set_on(one(is_over_capacity=True), is_over_capacity=False)
    return [("I1", "")]


def not_tolerated(made: MadeEvent) -> list[tuple[str, str]]:
    SeatPool.objects.filter(name="Aalborg").update(tolerated=0)
    return [("I1", "")]


def other_identity(made: MadeEvent) -> list[tuple[str, str]]:
    return [("I3", set_on(one(), identity_key="somebody@else.dk"))]


def one_person_twice(made: MadeEvent) -> list[tuple[str, str]]:
    first, second = Registration.objects.filter(state="confirmed").order_by("pk")[:2]
    person = {"name": first.name.upper(), "email": first.email}
    key = Identity(**person, is_on_behalf=True).key
    return [("I3", set_on(second, identity_key=key, **person))]


def stale_offer(made: MadeEvent) -> list[tuple[str, str]]:
    past = timezone.now() - dt.timedelta(hours=1)
    return [("I7", set_on(one(state="offered"), offer_expires_at=past))]


def passed_by(made: MadeEvent) -> list[tuple[str, str]]:
    waiting = make_registration(made, session="København")
    SeatPool.objects.filter(kind="event_session", name="København").update(capacity=9)
    return [("I8", waiting.reference)]


def past_the_table(made: MadeEvent) -> list[tuple[str, str]]:
    return [("I11", set_on(one(state="cancelled"), state="declined"))]


def without_birth(made: MadeEvent) -> list[tuple[str, str]]:
    ModelLogEntry.objects.filter(
        object_id=str(one().pk), action="kommed_events.registration.register"
    ).delete()
    return [("I11", one().reference)]


def with_a_gap(made: MadeEvent) -> list[tuple[str, str]]:
    registration = one(state="offered")
    change_state(registration=registration, action=RegistrationAction.CONFIRM, by=None)
    ModelLogEntry.objects.filter(
        object_id=str(registration.pk), action="kommed_events.registration.offer"
    ).delete()
    return [("I11", registration.reference)]


def other_form(made: MadeEvent) -> list[tuple[str, str]]:
    registration = one()
    version: FormVersion = FormVersionFactory()
    type(registration.submission).objects.filter(pk=registration.submission_id).update(
        form_version=version
    )
    return [("I12", registration.reference)]


def unknown_session(made: MadeEvent) -> list[tuple[str, str]]:
    return [("I13", set_on(one(state="cancelled"), second_choice_key=uuid.uuid4()))]


def unknown_audience(made: MadeEvent) -> list[tuple[str, str]]:
    return [("I13", set_on(one(state="cancelled"), audience_key=uuid.uuid4()))]


def carried_away(made: MadeEvent) -> list[tuple[str, str]]:
    there = made.session_key("Aalborg")
    return [("I13", set_on(one(state="cancelled"), event_session_key=there))]


def without_pool(made: MadeEvent) -> list[tuple[str, str]]:
    SeatPool.objects.filter(kind="event").delete()
    return [("I14", "")]


def invitation_without(made: MadeEvent) -> list[tuple[str, str]]:
    Invitation.objects.update(registration=None)
    return [("I14", str(Invitation.objects.get().uuid))]


def invitation_without_moment(made: MadeEvent) -> list[tuple[str, str]]:
    Invitation.objects.update(answered_at=None)
    return [("I11", str(Invitation.objects.get().uuid))]


def no_zone(made: MadeEvent) -> list[tuple[str, str]]:
    EventRecord.objects.update(time_zone="Mars/Base")
    return [("I15", "")]


def before_itself(made: MadeEvent) -> list[tuple[str, str]]:
    past = timezone.now() - dt.timedelta(days=9)
    return [("I15", set_on(one(), state_changed_at=past))]


def to_come(made: MadeEvent) -> list[tuple[str, str]]:
    future = timezone.now() + dt.timedelta(days=9)
    return [("I15", set_on(one(), state_changed_at=future))]


@pytest.mark.parametrize(
    "corrupt",
    [
        too_many,
        unmarked,
        not_tolerated,
        other_identity,
        one_person_twice,
        stale_offer,
        passed_by,
        past_the_table,
        without_birth,
        with_a_gap,
        other_form,
        unknown_session,
        unknown_audience,
        carried_away,
        without_pool,
        invitation_without,
        invitation_without_moment,
        no_zone,
        before_itself,
        to_come,
    ],
    ids=lambda corrupt: corrupt.__name__,
)
def test_what_does_not_hold_is_one_line(
    lively: MadeEvent, corrupt: Callable[[MadeEvent], list[tuple[str, str]]]
) -> None:
    expected = corrupt(lively)

    breaches = found()

    # A line about seats names its pool.
    named = [(rule, "" if "“" in reference else reference) for rule, reference, _what in breaches]
    assert named == expected
    out = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("check_registrations", stdout=out)
    assert error.value.returncode == 1
    (line,) = out.getvalue().splitlines()
    assert line.startswith(f"{expected[0][0]} {lively.key} “Åbne værksteder”")
    assert line.endswith(breaches[0][2])
    people = Registration.objects.values_list("name", "email")
    assert not any(name in line or email in line for name, email in people)


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"state": "asleep"}, "I10"),
        ({"waiting_since": timezone.now()}, "I8"),
        ({"offer_expires_at": timezone.now()}, "I8"),
    ],
)
def test_what_the_database_refuses_is_looked_for_all_the_same(
    lively: MadeEvent, fields: dict[str, Any], rule: str
) -> None:
    registration = one(state="confirmed")
    for name, value in fields.items():
        setattr(registration, name, value)

    problems = registration_problems(
        registration,
        entries=[],
        sessions=[registration.event_session_key],
        audiences=[],
        now=timezone.now(),
    )

    assert rule in {number for number, _what in problems}


def test_it_asks_as_often_for_many_as_for_few(lively: MadeEvent) -> None:
    with CaptureQueriesContext(connection) as few:
        assert found() == []
    for _ in range(3):
        other = make_event(sessions=[SessionSpec("Odense", 1)])
        for _ in range(3):
            make_registration(other)

    with CaptureQueriesContext(connection) as many:
        assert found() == []

    asked = QUERIES + ASKING_THE_SERVER_FOR_THE_TIME[connection.vendor]
    assert (len(few), len(many)) == (asked, asked)


def test_kept_seats_that_come_free_by_the_clock_are_given_some_minutes(site: MadeSite) -> None:
    made = make_event(sessions=[SessionSpec("Aalborg", 1)], audiences=[AudienceSpec("Politiker")])
    cell = SeatPool.objects.filter(kind="audience")
    cell.update(kept=1, kept_until=timezone.now() + dt.timedelta(days=1))
    waiting = make_registration(made)
    assert waiting.state == "waiting"

    def found_when_free_for(minutes: int) -> list[str]:
        cell.update(kept_until=timezone.now() - dt.timedelta(minutes=minutes))
        return [rule for rule, _reference, _what in found()]

    assert found_when_free_for(1) == []
    assert found_when_free_for(30) == ["I8"]
