"""What somebody does with their own registration: rules, audit, mails, and what is not written."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone, translation
from wagtail.models import ModelLogEntry

from events.actions.change_answers import LOG_CHANGE_ANSWERS, change_answers
from events.actions.change_email import LOG_CHANGE_EMAIL, change_email
from events.actions.hand_over import LOG_HAND_OVER, hand_over
from events.actions.move import move
from events.actions.own_registration import cancel_own, move_own
from events.actions.send_link import LOG_SEND_LINK, send_links
from events.enums import RegistrationState
from events.exceptions import (
    AlreadyRegistered,
    CapacityExceeded,
    ChangeTooLate,
    EventSessionGone,
    TransitionNotAllowed,
)
from events.models import EventRecord, Registration
from events.queries.answer_changes import answer_changes
from events.queries.form import question_specs
from events.queries.own_page import own_page_token, registration_for
from events.queries.own_page_view import other_sessions
from events.queries.self_service import self_service_at
from forms.actions.submit import keep_form_version
from forms.exceptions import ChoiceFull
from forms.mail.render import render_message
from forms.models import Message, Submission
from tests.factories import (
    AudienceSpec,
    MadeEvent,
    SessionSpec,
    UserFactory,
    make_event,
    make_registration,
)

from .ledger import registrations_as_they_are, state_of

pytestmark = pytest.mark.django_db

QUESTIONS = (
    {
        "label": "Arbejdsplads",
        "field_type": "singleline",
        "clean_name": "organisation",
        "autocomplete": "organization",
    },
    {
        "label": "Helbred",
        "field_type": "singleline",
        "clean_name": "health",
        "privacy_class": "special",
        "special_basis": "explicit_consent",
    },
)
TOURS = [
    {"key": "havn", "label": "Havnen", "places": 1},
    {"key": "skov", "label": "Skoven", "places": None},
]


@pytest.fixture
def made(site: Any) -> MadeEvent:
    return make_event(
        sessions=[SessionSpec("København", 1), SessionSpec("Aalborg", 1)],
        audiences=[AudienceSpec("Politiker"), AudienceSpec("Borger")],
        questions=QUESTIONS,
    )


def version_of(made: MadeEvent) -> Any:
    with translation.override("da"):
        specs = question_specs(made.page)
    return keep_form_version(form_key=made.key, language="da", specs=specs)


def change(made: MadeEvent, registration: Registration, **answers: Any) -> Registration:
    return change_answers(
        registration=registration,
        form_version=version_of(made),
        answers={"name": registration.name, "organisation": "", "health": ""} | answers,
    )


def audit(action: str) -> list[ModelLogEntry]:
    return list(ModelLogEntry.objects.filter(action=action).order_by("pk"))


def newest(kind: str) -> Message:
    found = Message.objects.filter(kind=kind).order_by("-pk").first()
    assert found is not None
    return found


def set_event(made: MadeEvent, **fields: Any) -> None:
    EventRecord.objects.filter(key=made.key).update(**fields)


def fresh(registration: Registration) -> Registration:
    found: Registration = Registration.objects.select_related("event", "submission").get(
        pk=registration.pk
    )
    return found


class TestChangeAnswers:
    def test_it_keeps_what_was_said_before_and_says_what_is_different(
        self, made: MadeEvent
    ) -> None:
        first = make_registration(made, answers={"organisation": "Ribe", "health": "astma"})
        before = registrations_as_they_are()
        after = change(made, first, name="Nyt Navn", organisation="Esbjerg", health="gigt")

        assert (after.name, after.organisation, after.email) == ("Nyt Navn", "Esbjerg", first.email)
        assert after.state == RegistrationState.CONFIRMED
        assert after.fingerprint != first.fingerprint
        assert after.submission_id != first.submission_id
        assert Submission.objects.get(pk=first.submission_id).answers["organisation"] == "Ribe"
        (seen,) = answer_changes(after)
        said = {row.spec.key: (row.before, row.after) for row in seen.rows}
        assert said == {
            "name": (first.name, "Nyt Navn"),
            "organisation": ("Ribe", "Esbjerg"),
            "health": ("astma", "gigt"),
        } | ({"event_session": ("", "København")} if "event_session" in said else {})
        (entry,) = audit(LOG_CHANGE_ANSWERS)
        assert "Esbjerg" not in str(entry.data)
        assert entry.user is None
        assert len(registrations_as_they_are()["messages"]) == len(before["messages"]) + 1

    def test_staff_see_every_change_the_newest_first(
        self, made: MadeEvent, django_assert_num_queries: Any
    ) -> None:
        mine = make_registration(made, answers={"organisation": "Ribe"})
        for place in ("Esbjerg", "Varde", "Ribe"):
            mine = change(made, mine, organisation=place)
        mine = Registration.objects.select_related("submission__form_version").get(pk=mine.pk)
        with django_assert_num_queries(1):
            seen = answer_changes(mine)
        said = [
            [(row.before, row.after) for row in view.rows if row.spec.key == "organisation"]
            for view in seen
        ]
        assert said == [[("Varde", "Ribe")], [("Esbjerg", "Varde")], [("Ribe", "Esbjerg")]]

    def test_confidential_answers_are_not_mailed(self, made: MadeEvent) -> None:
        first = make_registration(made, answers={"organisation": "Ribe", "health": "astma"})
        change(made, first, organisation="Esbjerg", health="gigt")
        mail = newest("changed")
        rendered = render_message(mail)
        for words in (str(mail.context), rendered.text, rendered.html):
            assert "Esbjerg" in words
            assert "gigt" not in words
            assert "astma" not in words
        assert mail.context["changes_left_out"] is True

    def test_nothing_new_writes_nothing(self, made: MadeEvent) -> None:
        first = make_registration(made)
        changed = change(made, first, organisation="Esbjerg")
        before = registrations_as_they_are()
        change(made, changed, organisation="Esbjerg")
        assert registrations_as_they_are() == before

    @pytest.mark.parametrize("action", ["closed", "begun", "cancelled_event", "unpublished"])
    def test_too_late(self, made: MadeEvent, action: str) -> None:
        first = make_registration(made)
        past = timezone.now() - dt.timedelta(minutes=2)
        set_event(
            made,
            **{
                "closed": {"closes_at": past},
                "begun": {"starts_at": past, "closes_at": None},
                "cancelled_event": {"cancelled_at": past},
                "unpublished": {"is_live": False},
            }[action],
        )
        made.event.seat_pools.update(starts_at=None)
        before = registrations_as_they_are()
        with pytest.raises(ChangeTooLate):
            change(made, fresh(first), organisation="Esbjerg")
        assert registrations_as_they_are() == before

    def test_what_was_sent_in_time_counts_for_a_minute(self, made: MadeEvent) -> None:
        first = make_registration(made)
        set_event(made, closes_at=timezone.now() - dt.timedelta(seconds=30))
        assert change(made, fresh(first), organisation="Esbjerg").organisation == "Esbjerg"

    def test_a_registration_that_is_not_live_is_left_alone(self, made: MadeEvent) -> None:
        first = make_registration(made)
        cancel_own(registration=first)
        before = registrations_as_they_are()
        with pytest.raises(TransitionNotAllowed):
            change(made, fresh(first), organisation="Esbjerg")
        assert registrations_as_they_are() == before

    def test_somebody_else_of_the_same_mailbox_keeps_their_name(self, made: MadeEvent) -> None:
        one = make_registration(made, email="sek@example.dk", name="Anna", is_on_behalf=True)
        make_registration(
            made, session="Aalborg", email="sek@example.dk", name="Bo", is_on_behalf=True
        )
        with pytest.raises(AlreadyRegistered):
            change(made, one, name="Bo")
        assert change(made, one, name="Cia").identity_key == "sek@example.dk\ncia"

    def test_a_name_that_makes_two_of_one_person(self, made: MadeEvent) -> None:
        alone = make_registration(made, email="sek@example.dk", name="Siv")
        other = make_registration(
            made, session="Aalborg", email="sek@example.dk", name="Bo", is_on_behalf=True
        )
        for one, name in ((alone, "bo "), (other, "SIV")):
            with pytest.raises(AlreadyRegistered):
                change(made, one, name=name)
        assert change(made, alone, name="Siv Friis").identity_key == "sek@example.dk"
        assert change(made, other, name="Siv").identity_key == "sek@example.dk\nsiv"

    def test_limited_choices(self, site: Any) -> None:
        made = make_event(
            sessions=[SessionSpec("Her", 9)],
            questions=[{"label": "Tur", "field_type": "radio", "choices": TOURS}],
        )
        harbour, wood = "havn", "skov"
        one = make_registration(made, answers={"tur": harbour})
        two = make_registration(made, answers={"tur": wood})

        def choose(registration: Registration, choice: str) -> None:
            change_answers(
                registration=fresh(registration),
                form_version=version_of(made),
                answers={"name": "Ny", "tur": choice},
            )

        with pytest.raises(ChoiceFull):
            choose(two, harbour)
        choose(one, harbour)  # their own place is no obstacle
        choose(one, wood)
        choose(two, harbour)  # and is free when they leave it


class TestChangeEmail:
    def test_the_link_is_a_new_one(self, made: MadeEvent) -> None:
        first = make_registration(made)
        old_link = own_page_token(first)
        after = change_email(registration=first, email="ny@example.dk")

        now = timezone.now()
        assert registration_for(old_link, now=now) is None
        assert registration_for(own_page_token(after), now=now) == after
        assert after.link_generation == first.link_generation + 1
        assert after.identity_key == "ny@example.dk"
        assert after.submission.answers["email"] == "ny@example.dk"
        (entry,) = audit(LOG_CHANGE_EMAIL)
        assert "example.dk" not in str(entry.data)

        to_new, to_old = newest("email_changed"), newest("old_address")
        assert (to_new.to, to_old.to) == ("ny@example.dk", first.email)
        assert own_page_token(after) in render_message(to_new).text
        warning = render_message(to_old)
        for words in (warning.text, warning.html):
            assert own_page_token(after) not in words
            assert "/r/" not in words
            assert "ny@example.dk" not in words

    def test_a_mail_under_way_to_the_old_address_has_no_link(self, made: MadeEvent) -> None:
        first = make_registration(made)
        confirmed = newest("confirmed")
        assert "/r/" in render_message(confirmed).text
        assert "/r/" not in render_message(confirmed, with_links=False).text
        change_email(registration=first, email="ny@example.dk")
        assert "/r/" not in render_message(confirmed).text

    def test_the_same_address_changes_nothing(self, made: MadeEvent) -> None:
        first = make_registration(made)
        before = registrations_as_they_are()
        change_email(registration=first, email=first.email)
        assert registrations_as_they_are() == before

    def test_somebody_elses_address(self, made: MadeEvent) -> None:
        first = make_registration(made)
        other = make_registration(made, session="Aalborg")
        before = registrations_as_they_are()["registrations"]
        with pytest.raises(AlreadyRegistered):
            change_email(registration=first, email=other.email.upper())
        assert registrations_as_they_are()["registrations"] == before
        assert newest("already_registered").to == other.email
        assert audit(LOG_CHANGE_EMAIL) == []

    def test_ones_own_address_where_one_is_registered_already(self, made: MadeEvent) -> None:
        alone = make_registration(made, name="Anna Holm", email="anna@example.dk")
        fields = {"session": "Aalborg", "email": "sek@example.dk", "is_on_behalf": True}
        twice = make_registration(made, name="anna holm", **fields)
        bo = make_registration(made, name="Bo", **fields)
        for first, address in ((twice, alone.email), (alone, twice.email)):
            Message.objects.all().delete()
            with pytest.raises(AlreadyRegistered):
                change_email(registration=first, email=address)
            assert newest("already_registered").to == address
        # Somebody else can be reached there.
        assert change_email(registration=bo, email=alone.email).email == alone.email

    def test_not_once_it_is_cancelled(self, made: MadeEvent) -> None:
        first = make_registration(made)
        cancel_own(registration=first)
        with pytest.raises(TransitionNotAllowed):
            change_email(registration=fresh(first), email="ny@example.dk")


class TestCancelAndMove:
    def test_the_seat_goes_to_the_next_in_line(self, made: MadeEvent) -> None:
        set_event(made, waiting_list_mode="offer")
        first, second = make_registration(made), make_registration(made)
        assert state_of(second) == RegistrationState.WAITING
        assert cancel_own(registration=first).state == RegistrationState.CANCELLED
        assert state_of(second) == RegistrationState.OFFERED

    def test_cancelling_ends_when_the_session_begins(self, made: MadeEvent) -> None:
        first = make_registration(made)
        pools = made.event.seat_pools.filter(event_session_key=first.event_session_key)
        pools.update(starts_at=timezone.now() + dt.timedelta(minutes=1))
        set_event(made, closes_at=timezone.now() - dt.timedelta(days=1))
        in_time = cancel_own(registration=fresh(first))
        assert in_time.state == RegistrationState.CANCELLED

        before_closing = timezone.now() - dt.timedelta(days=2)
        late = make_registration(made, session="Aalborg", now=lambda: before_closing)
        made.event.seat_pools.update(starts_at=timezone.now() - dt.timedelta(minutes=2))
        before = registrations_as_they_are()
        with pytest.raises(ChangeTooLate):
            cancel_own(registration=fresh(late))
        assert registrations_as_they_are() == before

    def test_moving_takes_one_seat_and_frees_the_other(self, made: MadeEvent) -> None:
        here, waiting = make_registration(made), make_registration(made)
        moved = move_own(registration=here, to=made.session_key("Aalborg"))
        assert moved.event_session_key == made.session_key("Aalborg")
        assert state_of(waiting) == RegistrationState.CONFIRMED

    def test_a_seat_that_is_just_gone(self, made: MadeEvent) -> None:
        here = make_registration(made)
        make_registration(made, session="Aalborg")
        before = registrations_as_they_are()
        with pytest.raises(CapacityExceeded):
            move_own(registration=here, to=made.session_key("Aalborg"))
        assert registrations_as_they_are() == before

    @pytest.mark.parametrize("way_in", ["first_come", "application"])
    def test_nobody_moves_to_where_their_audience_has_no_seats(
        self, made: MadeEvent, way_in: str
    ) -> None:
        key = made.audience_key("Borger")
        make_registration(made)
        set_event(made, way_in=way_in)
        here = make_registration(made, audience_key=key)  # waits, or awaits a decision
        pools = made.event.seat_pools.filter(audience_key=key)
        pools.filter(event_session_key=made.session_key("Aalborg")).update(capacity=0)
        before = registrations_as_they_are()

        now = timezone.now()
        (other,) = other_sessions(here, may=self_service_at(here, now), at=now)
        assert not other.has_seat
        with pytest.raises(CapacityExceeded):
            move_own(registration=here, to=made.session_key("Aalborg"))
        assert registrations_as_they_are() == before
        move(registration=here, to=made.session_key("Aalborg"), by=UserFactory())  # staff may

    def test_moving_ends_when_registration_closes(self, made: MadeEvent) -> None:
        here = make_registration(made)
        set_event(made, closes_at=timezone.now() - dt.timedelta(minutes=2))
        with pytest.raises(ChangeTooLate):
            move_own(registration=fresh(here), to=made.session_key("Aalborg"))

    def test_moving_to_a_session_that_has_begun_is_not_offered(self, made: MadeEvent) -> None:
        here = make_registration(made)
        now = timezone.now()
        assert self_service_at(here, now).may_move
        pools = made.event.seat_pools.filter(event_session_key=made.session_key("Aalborg"))
        pools.update(starts_at=now - dt.timedelta(minutes=2))
        may = self_service_at(here, now)
        assert not may.may_move
        assert other_sessions(here, may=may, at=now) == []

    def test_nobody_moves_to_a_session_that_has_begun(self, site: Any) -> None:
        made = make_event(sessions=[SessionSpec(name, 1) for name in ("Her", "Der", "Hist")])
        here = make_registration(made)
        pools = made.event.seat_pools.filter(event_session_key=made.session_key("Der"))
        pools.update(starts_at=timezone.now() - dt.timedelta(minutes=2))
        before = registrations_as_they_are()
        with pytest.raises(EventSessionGone):
            move_own(registration=fresh(here), to=made.session_key("Der"))
        assert registrations_as_they_are() == before
        moved = move_own(registration=fresh(here), to=made.session_key("Hist"))
        assert moved.event_session_key == made.session_key("Hist")


class TestHandOver:
    def give(self, made: MadeEvent, registration: Registration, **fields: Any) -> Registration:
        said = {"name": "Kollega", "email": "kollega@example.dk"} | fields
        return hand_over(registration=registration, form_version=version_of(made), **said)

    def test_the_seat_is_never_anybody_elses(self, made: MadeEvent) -> None:
        giver = make_registration(
            made,
            audience_key=made.audience_key("Borger"),
            organisation="Ribe",
            answers={"organisation": "Ribe", "health": "astma"},
        )
        waiting = make_registration(made)
        taker = self.give(made, giver)

        assert state_of(giver) == RegistrationState.CANCELLED
        assert state_of(taker) == RegistrationState.CONFIRMED
        assert state_of(waiting) == RegistrationState.WAITING
        assert taker.replaces == giver
        assert taker.event_session_key == giver.event_session_key
        assert taker.audience_key == giver.audience_key
        assert taker.organisation == "Ribe"
        assert taker.submission.answers == {
            "event_session": str(giver.event_session_key),
            "audience": str(giver.audience_key),
            "second_choice": "",
            "name": "Kollega",
            "email": "kollega@example.dk",
            "organisation": "Ribe",
        }
        to_giver, to_taker = newest("handed_over"), newest("taken_over")
        assert (to_giver.to, to_taker.to) == (giver.email, "kollega@example.dk")
        assert own_page_token(taker) in render_message(to_taker).text
        assert own_page_token(giver) not in render_message(to_taker).text
        (entry,) = audit(LOG_HAND_OVER)
        assert entry.data == {"replaces": giver.reference}
        assert Message.objects.filter(kind="cancelled").count() == 0

    @pytest.mark.parametrize("state", ["waiting", "cancelled"])
    def test_only_a_confirmed_seat(self, made: MadeEvent, state: str) -> None:
        first, second = make_registration(made), make_registration(made)
        if state == "cancelled":
            cancel_own(registration=first)
        before = registrations_as_they_are()
        with pytest.raises(TransitionNotAllowed):
            self.give(made, fresh(first if state == "cancelled" else second))
        assert registrations_as_they_are() == before

    def test_not_to_somebody_who_is_registered(self, made: MadeEvent) -> None:
        giver, other = make_registration(made), make_registration(made, session="Aalborg")
        before = registrations_as_they_are()
        with pytest.raises(AlreadyRegistered):
            self.give(made, giver, email=other.email)
        assert registrations_as_they_are() == before

    def test_not_to_somebody_whom_a_colleague_registered(self, made: MadeEvent) -> None:
        giver = make_registration(made)
        anna = {"name": "Anna Holm", "email": "anna@example.dk"}
        make_registration(made, session="Aalborg", is_on_behalf=True, **anna)
        with pytest.raises(AlreadyRegistered):
            self.give(made, giver, **anna)

    def test_not_once_it_has_begun(self, made: MadeEvent) -> None:
        giver = make_registration(made)
        made.event.seat_pools.update(starts_at=timezone.now() - dt.timedelta(minutes=2))
        with pytest.raises(ChangeTooLate):
            self.give(made, fresh(giver))

    def test_a_seat_beyond_capacity_stays_one(self, made: MadeEvent) -> None:
        giver = make_registration(made)
        Registration.objects.filter(pk=giver.pk).update(is_over_capacity=True)
        assert fresh(self.give(made, fresh(giver))).is_over_capacity


class TestSendLink:
    def test_all_live_registrations_once_a_day(self, made: MadeEvent, site: Any) -> None:
        elsewhere = make_event(title="Et andet")
        mine = {"email": "mig@example.dk"}
        here, there = make_registration(made, **mine), make_registration(elsewhere, **mine)
        gone = make_registration(make_event(title="Aflyst"), **mine)
        cancel_own(registration=gone)

        assert send_links(email=" MIG@example.dk ") == 2
        sent = Message.objects.filter(kind="link").order_by("pk")
        assert [mail.subject_key for mail in sent] == [here.uuid, there.uuid]
        for mail, registration in zip(sent, (here, there), strict=True):
            assert own_page_token(registration) in render_message(mail).text
        assert len(audit(LOG_SEND_LINK)) == 2

        assert send_links(email="mig@example.dk") == 0
        tomorrow = timezone.now() + dt.timedelta(days=1, seconds=1)
        assert send_links(email="mig@example.dk", now=lambda: tomorrow) == 2

    def test_nobody_known(self, made: MadeEvent) -> None:
        make_registration(made)
        before = registrations_as_they_are()
        assert send_links(email="fremmed@example.dk") == 0
        assert registrations_as_they_are() == before
