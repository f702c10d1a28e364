"""Registering: who gets a seat, who waits, who is refused, and what is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry

from events.actions.change_state import change_state
from events.actions.placing import CLOSING_GRACE
from events.actions.register import LOG_REGISTER, register
from events.enums import RegistrationAction, WayIn
from events.exceptions import (
    EventSessionGone,
    InvitationNeeded,
    NoSeatsForAudience,
    RegistrationClosed,
    RegistrationNotOpen,
)
from events.models import EventRecord, Registration, SeatPool
from events.signals import registration_created
from forms.models import FormVersion, Message, Submission
from tests.factories import (
    AudienceSpec,
    FormVersionFactory,
    MadeEvent,
    MadeSite,
    SessionSpec,
    UserFactory,
    copy_to_language,
    make_applicant,
    make_event,
    make_registration,
    publish,
)

from .ledger import mails, registrations_as_they_are, states, whole_ledger

pytestmark = pytest.mark.django_db

SECOND = dt.timedelta(seconds=1)


def one_session(capacity: int | None, **fields: Any) -> MadeEvent:
    return make_event(sessions=[SessionSpec("Aalborg", capacity)], **fields)


# Seats


def test_a_free_seat_is_confirmed_and_everything_is_written(made: MadeEvent) -> None:
    registration = make_registration(
        made,
        session="Aalborg",
        name="Ida Holm",
        email="Ida.Holm@Example.dk",
        organisation="Havneforeningen",
        audience_key=made.audience_key("Politiker"),
        answers={"organisation": "Havneforeningen"},
    )

    registration.refresh_from_db()
    assert (registration.state, registration.waiting_since) == ("confirmed", None)
    assert registration.event == made.event
    assert registration.event_session_key == made.session_key("Aalborg")
    assert registration.audience_key == made.audience_key("Politiker")
    assert (registration.name, registration.email) == ("Ida Holm", "Ida.Holm@Example.dk")
    assert (registration.organisation, registration.language) == ("Havneforeningen", "da")
    assert registration.identity_key == "ida.holm@example.dk"
    assert registration.submission.answers == {
        "name": "Ida Holm",
        "email": "Ida.Holm@Example.dk",
        "organisation": "Havneforeningen",
    }
    entry = ModelLogEntry.objects.get(action=LOG_REGISTER)
    assert (entry.object_id, entry.user_id) == (str(registration.pk), None)
    assert entry.data == {"state": "confirmed", "event": str(made.key)}
    assert mails() == [("confirmed", "Ida.Holm@Example.dk")]


def test_whoever_comes_after_the_last_seat_waits_in_order(site: MadeSite) -> None:
    made = one_session(2)

    made_in_order = [make_registration(made) for _ in range(5)]

    assert states() == ["confirmed"] * 2 + ["waiting"] * 3
    assert list(Registration.objects.waiting()) == made_in_order[2:]
    assert [kind for kind, _to in mails()] == ["confirmed"] * 2 + ["waiting"] * 3


# The time, pools, page and its rows for the mail; a savepoint; the lock, the event, oneself and the
# seats; four rows. Not those who wait: there is no seat that any of them could have.
QUERIES_OF_ONE = {"postgresql": 9, "sqlite": 15}


@pytest.mark.parametrize("waiting", [1, 3])
def test_who_comes_to_a_full_event_does_not_look_at_those_who_wait(
    site: MadeSite, count_queries: Callable[[int], Any], waiting: int
) -> None:
    made = one_session(2)
    for _ in range(2 + waiting):
        make_registration(made)
    newcomer = {
        "event": made.record,
        "applicant": make_applicant(made, email="ny@example.dk"),
        "form_version": FormVersionFactory(form_key=made.key),
        "answers": {},
    }

    with count_queries(QUERIES_OF_ONE[connection.vendor]):
        registered = register(**newcomer)

    assert registered.registration.state == "waiting"


@pytest.mark.parametrize(("capacity", "state"), [(0, "waiting"), (None, "confirmed")])
def test_no_seats_and_no_limit_differ(site: MadeSite, capacity: int | None, state: str) -> None:
    assert make_registration(one_session(capacity)).state == state


def test_a_full_session_leaves_the_other_alone(site: MadeSite) -> None:
    made = make_event(sessions=[SessionSpec("København", 1), SessionSpec("Aalborg", 1)])

    for town in ("København", "København", "Aalborg"):
        make_registration(made, session=town)

    assert states() == ["confirmed", "waiting", "confirmed"]


def test_the_whole_event_may_have_fewer_seats_than_its_sessions(site: MadeSite) -> None:
    made = make_event(capacity=2, sessions=[SessionSpec("København", 2), SessionSpec("Aalborg", 2)])

    for town in ("København", "Aalborg", "Aalborg"):
        make_registration(made, session=town)

    assert states() == ["confirmed", "confirmed", "waiting"]


def test_a_pool_of_an_audience_limits_that_audience_alone(site: MadeSite) -> None:
    made = make_event(
        sessions=[SessionSpec("Aalborg", 9)],
        audiences=[AudienceSpec("Politiker"), AudienceSpec("Embedsmand")],
    )
    politicians = made.audience_key("Politiker")
    SeatPool.objects.filter(audience_key=politicians).update(capacity=1)

    for key in (politicians, politicians, made.audience_key("Embedsmand")):
        make_registration(made, audience_key=key)

    assert states()[:2] == ["confirmed", "waiting"]


# Applications


def test_applications_await_a_decision_however_many_there_are(site: MadeSite) -> None:
    made = one_session(1, way_in="application")

    for _ in range(3):
        make_registration(made)

    assert states() == ["pending"] * 3
    assert [kind for kind, _to in mails()] == ["received"] * 3


def test_applications_that_hold_a_seat_wait_when_the_seats_are_taken(site: MadeSite) -> None:
    made = one_session(2, way_in="application", applications_hold_seat=True)

    for _ in range(3):
        make_registration(made)

    assert states() == ["pending", "pending", "waiting"]


def test_a_newcomer_goes_behind_those_who_wait_even_if_a_seat_is_free(site: MadeSite) -> None:
    made = one_session(1, way_in="application", applications_hold_seat=True)
    first, waiting = make_registration(made), make_registration(made)
    change_state(registration=first, action=RegistrationAction.CANCEL, by=None)

    newcomer = make_registration(made)

    assert states() == ["cancelled", "waiting", "waiting"]
    assert list(Registration.objects.waiting()) == [waiting, newcomer]


# Repeats


def test_the_same_again_writes_nothing(made: MadeEvent) -> None:
    fields = {"name": "Ida Holm", "email": "ida@example.dk", "answers": {"organisation": "A"}}
    first = make_registration(made, **fields)
    before = whole_ledger()

    second = make_registration(made, **fields)

    assert second == first
    assert whole_ledger() == before


@pytest.mark.parametrize(
    "again",
    [
        {"answers": {"organisation": "En anden"}},
        {"session": "Aalborg"},
        {"name": "Ida Holm-Beck"},
        {"email": " IDA@example.DK "},
    ],
)
def test_the_same_person_with_other_answers_is_told_and_nothing_changes(
    made: MadeEvent, again: dict[str, Any]
) -> None:
    fields = {"name": "Ida Holm", "email": "ida@example.dk", "answers": {"organisation": "A"}}
    first = make_registration(made, **fields)
    before = registrations_as_they_are()

    second = make_registration(made, **(fields | again))

    after = registrations_as_they_are()
    assert second == first
    assert after.pop("messages")[:-1] == before.pop("messages")
    assert after == before
    assert mails() == [("confirmed", "ida@example.dk"), ("already_registered", "ida@example.dk")]


def test_somebody_who_keeps_trying_is_told_once_a_day(made: MadeEvent) -> None:
    make_registration(made, name="Ida", email="ida@example.dk")
    now = timezone.now()

    for moment in (now, now + SECOND, now + dt.timedelta(days=1)):
        make_registration(
            made, name=f"Ida {moment}", email="ida@example.dk", now=lambda at=moment: at
        )

    assert [kind for kind, _to in mails()] == [
        "confirmed",
        "already_registered",
        "already_registered",
    ]


def test_an_address_is_the_same_however_it_is_written(made: MadeEvent) -> None:
    decomposed, composed = "soren.a\u030akjaer@example.dk", "SOREN.\u00e5kjaer@EXAMPLE.dk"

    first = make_registration(made, email=decomposed)

    assert make_registration(made, email=composed) == first


def test_whoever_has_cancelled_may_come_back(made: MadeEvent) -> None:
    fields = {"name": "Ida", "email": "ida@example.dk"}
    first = make_registration(made, **fields)
    change_state(registration=first, action=RegistrationAction.CANCEL, by=None)

    second = make_registration(made, **fields)

    assert second != first
    assert states() == ["cancelled", "confirmed"]


def test_one_person_may_come_to_two_events(made: MadeEvent, other: MadeEvent) -> None:
    first = make_registration(made, email="ida@example.dk")
    second = make_registration(other, email="ida@example.dk")

    assert first != second


# Opening and closing


def test_the_grace_after_closing_is_a_minute(made: MadeEvent) -> None:
    closes_at = made.event.closes_at
    assert closes_at is not None
    before = whole_ledger()

    with pytest.raises(RegistrationClosed):
        make_registration(made, now=lambda: closes_at + 60 * SECOND)
    assert whole_ledger() == before

    last = make_registration(made, now=lambda: closes_at + 59 * SECOND)
    assert last.state == "confirmed"


def test_the_first_moment_is_when_it_opens(site: MadeSite) -> None:
    opens_at = timezone.now().replace(microsecond=0) + dt.timedelta(days=1)
    made = one_session(5, registration_opens_at=opens_at)
    before = whole_ledger()

    with pytest.raises(RegistrationNotOpen):
        make_registration(made, now=lambda: opens_at - dt.timedelta(microseconds=1))
    assert whole_ledger() == before

    assert make_registration(made, now=lambda: opens_at).state == "confirmed"


def test_the_last_day_counts_through_midnight_in_the_zone_of_the_event(site: MadeSite) -> None:
    made = make_event(
        starts_at=dt.datetime(2031, 4, 10, 12, tzinfo=dt.UTC),
        registration_closes_on=dt.date(2031, 3, 30),  # Danish summer time begins that night
    )

    assert made.event.closes_at == dt.datetime(2031, 3, 30, 22, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (None, dt.datetime(2031, 4, 10, 17, tzinfo=dt.UTC)),
        (dt.time(20), dt.datetime(2031, 4, 10, 17, tzinfo=dt.UTC)),
        (dt.time(12), dt.datetime(2031, 4, 10, 10, tzinfo=dt.UTC)),
    ],
)
def test_on_the_day_of_the_event_it_closes_when_that_starts_at_the_latest(
    site: MadeSite, time: dt.time | None, expected: dt.datetime
) -> None:
    made = make_event(
        starts_at=dt.datetime(2031, 4, 10, 17, tzinfo=dt.UTC),
        registration_closes_on=dt.date(2031, 4, 10),
        registration_closes_time=time,
    )

    assert made.page.registration_closes_at == made.event.closes_at == expected
    with pytest.raises(RegistrationClosed):
        make_registration(made, now=lambda: expected + 60 * SECOND)


def test_the_clock_is_asked_again_when_the_seats_are_had(made: MadeEvent) -> None:
    closes_at = made.event.closes_at
    assert closes_at is not None
    moments = iter([closes_at - SECOND, closes_at + 60 * SECOND])
    before = registrations_as_they_are()

    with pytest.raises(RegistrationClosed):
        make_registration(made, now=lambda: next(moments))

    assert registrations_as_they_are() == before


def test_staff_are_not_bound_by_opening_times(site: MadeSite) -> None:
    opens_at = timezone.now() + dt.timedelta(days=1)
    made = one_session(5, registration_opens_at=opens_at)
    staff = UserFactory()

    registration = make_registration(made, by=staff)

    assert registration.state == "confirmed"
    assert ModelLogEntry.objects.get(action=LOG_REGISTER).user_id == staff.pk


def test_nobody_but_staff_gets_a_seat_at_a_session_that_has_begun(site: MadeSite) -> None:
    made = make_event(sessions=[SessionSpec("København", 1), SessionSpec("Aalborg", 9)])
    key = made.session_key("Aalborg")
    begins = timezone.now()
    made.event.seat_pools.filter(event_session_key=key).update(starts_at=begins)
    late = begins + CLOSING_GRACE
    before = whole_ledger()

    with pytest.raises(EventSessionGone):
        make_registration(made, session="Aalborg", now=lambda: late)
    assert whole_ledger() == before

    in_time = make_registration(made, session="Aalborg", now=lambda: late - SECOND)
    by_staff = make_registration(made, session="Aalborg", now=lambda: late, by=UserFactory())
    make_registration(made, now=lambda: late)
    second = make_registration(made, second_choice_key=key, now=lambda: late)
    assert [in_time.state, by_staff.state, second.state] == ["confirmed", "confirmed", "waiting"]


def test_an_event_that_was_taken_down_takes_nobody(made: MadeEvent) -> None:
    made.page.unpublish()

    with pytest.raises(RegistrationClosed):
        make_registration(made)


# Sessions that are not there


def test_a_session_of_another_event_is_gone(made: MadeEvent, other: MadeEvent) -> None:
    before = registrations_as_they_are()

    with pytest.raises(EventSessionGone):
        make_registration(made, event_session_key=other.session_key())

    assert registrations_as_they_are()["registrations"] == before["registrations"]
    assert registrations_as_they_are()["submissions"] == before["submissions"]


def test_a_closed_session_is_gone(made: MadeEvent) -> None:
    key = made.session_key("Aalborg")
    SeatPool.objects.filter(event_session_key=key).update(is_closed=True)

    with pytest.raises(EventSessionGone):
        make_registration(made, event_session_key=key)

    assert (Registration.objects.count(), Submission.objects.count()) == (0, 0)


# What follows


def test_nothing_is_in_the_outbox_of_a_transaction_that_failed(made: MadeEvent) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_registration(made)
        raise ZeroDivisionError

    assert (Registration.objects.count(), Message.objects.count()) == (0, 0)


def test_others_are_told_of_a_new_registration_and_not_of_a_repeat(made: MadeEvent) -> None:
    heard: list[Registration] = []

    def listen(registration: Registration, **kwargs: Any) -> None:
        heard.append(registration)

    registration_created.connect(listen)
    try:
        first = make_registration(made, name="Ida", email="ida@example.dk")
        make_registration(made, name="Ida", email="ida@example.dk")
    finally:
        registration_created.disconnect(listen)

    assert heard == [first]


def test_mails_are_in_the_language_of_the_page_that_was_answered(
    made: MadeEvent, site: MadeSite
) -> None:
    english = copy_to_language(made.page, site.english, title="Open workshops")
    publish(english)

    make_registration(made, language="en", email="ida@example.dk")

    message = Message.objects.get()
    assert message.language == "en"
    assert message.context["event_title"] == "Open workshops"
    assert "/en/" in message.context["event_url"]


def test_the_mail_keeps_what_it_was_queued_with(made: MadeEvent) -> None:
    registration = make_registration(
        made, session="Aalborg", name="Ida", answers={"organisation": "Havneforeningen"}
    )
    message = Message.objects.get()
    made.page.title = "Noget helt andet"
    publish(made.page)

    message.refresh_from_db()
    assert message.context["event_title"] == "Åbne værksteder"
    assert message.context["session_name"] == "Aalborg"
    assert message.context["state"] == "confirmed"
    assert ["Organisation", "Havneforeningen"] in message.context["answers"]
    assert (message.scope_key, message.subject_key) == (made.key, registration.uuid)
    assert message.reply_to == "postkasse@example.dk"


def test_an_outcome_says_whether_it_is_new(made: MadeEvent) -> None:
    applicant = make_applicant(made, event_session_key=made.session_key())
    arguments: dict[str, Any] = {
        "event": made.event,
        "applicant": applicant,
        "form_version": FormVersionFactory(form_key=made.key),
    }

    first = register(**arguments, answers={"a": 1, "b": [2, 3]})
    again = register(**arguments, answers={"b": [2, 3], "a": 1})

    assert (first.is_new, again.is_new) == (True, False)
    assert again.registration == first.registration


def test_only_staff_enter_somebody_whose_audience_has_no_seats_there(made: MadeEvent) -> None:
    politicians = made.audience_key("Politiker")
    SeatPool.objects.filter(audience_key=politicians).update(capacity=0)

    with pytest.raises(NoSeatsForAudience):
        make_registration(made, audience_key=politicians)
    assert states() == []
    entered = make_registration(made, audience_key=politicians, by=UserFactory())

    assert entered.state == "waiting"
    confirmed = change_state(
        registration=entered, action=RegistrationAction.CONFIRM, by=UserFactory(), override=True
    )
    assert confirmed.is_over_capacity


def ask(made: MadeEvent, email: str) -> Any:
    """Ask for a seat and return what may be said of it, or what stands in the way."""
    version = FormVersion.objects.first() or FormVersionFactory(form_key=made.key)
    try:
        outcome = register(
            event=made.record,
            applicant=make_applicant(made, event_session_key=made.session_key(), email=email),
            form_version=version,
            answers={"email": email},
        )
    except InvitationNeeded as error:
        return type(error)
    return outcome.expected


def test_what_is_said_is_the_same_for_known_and_unknown_people(site: MadeSite) -> None:
    made = one_session(1)
    confirmed = ask(made, "kendt@example.dk")
    assert confirmed.state == "confirmed"
    waiting = {ask(made, email) for email in ("kendt@example.dk", "ukendt@example.dk")}
    assert {each.state for each in waiting} == {"waiting"}
    assert len(waiting) == 1

    EventRecord.objects.update(way_in=WayIn.INVITATION)
    refused = {ask(made, email) for email in ("kendt@example.dk", "ny@example.dk")}
    assert refused == {InvitationNeeded}


def test_references_can_be_read_aloud(made: MadeEvent) -> None:
    references = {make_registration(made).reference for _ in range(20)}

    assert len(references) == 20
    assert all(len(r) == 8 and not set(r) & set("IO01258") for r in references)
