"""Inviting people, reminding the silent, withdrawing, and what each may do to the other."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from events.actions.change_answers import LOG_CHANGE_ANSWERS
from events.actions.change_email import change_email
from events.actions.invite import (
    Invitee,
    decline_invitation,
    invite,
    remind_silent,
    withdraw_invitation,
)
from events.actions.register import register
from events.enums import InvitationState, RegistrationState
from events.exceptions import EventSessionGone, InvitationUsed, RegistrationClosed
from events.jobs.invariants import find_breaches
from events.jobs.invitations import remind_the_invited
from events.models import EventRecord, Invitation, Registration, SeatPool
from events.queries.form import question_specs
from events.queries.invitations import invitation_for, invitation_token
from forms.actions.submit import keep_form_version
from forms.exceptions import ChoiceFull
from forms.mail.dispatch import dispatch_due
from forms.models import Message
from tests.conftest import People
from tests.factories import (
    MadeEvent,
    MadeSite,
    SessionSpec,
    make_applicant,
    make_event,
    make_registration,
)

from .ledger import mails, states

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def ask(made: MadeEvent, *names: str, **fields: Any) -> list[Invitation]:
    """Invite people by first name and return their invitations."""
    people = [Invitee(name=n, email=f"{n.lower()}@example.dk", **fields) for n in names]
    return invite(event=made.event, people=people, by=None).invitations


def accept(
    made: MadeEvent,
    invitation: Invitation,
    *,
    suspicion: str = "",
    answers: dict[str, Any] | None = None,
    **fields: Any,
) -> Any:
    """Accept an invitation the way its page does."""
    applicant = make_applicant(made, name=invitation.name, email=invitation.email, **fields)
    version = keep_form_version(form_key=made.key, language="da", specs=question_specs(made.page))
    return register(
        event=made.event,
        applicant=applicant,
        form_version=version,
        answers={"name": applicant.name, "email": applicant.email} | (answers or {}),
        suspicion=suspicion,
        invitation=invitation,
    ).registration


def age(days: float) -> None:
    """Make every invitation older."""
    for invitation in Invitation.objects.all():
        invitation.invited_at -= dt.timedelta(days=days)
        if invitation.reminded_at:
            invitation.reminded_at -= dt.timedelta(days=days)
        invitation.save()


def state(invitation: Invitation) -> str:
    return str(Invitation.objects.get(pk=invitation.pk).state)


def actions() -> list[str]:
    rows = ModelLogEntry.objects.filter(action__startswith="kommed_events.invitation.")
    return [row.action.rpartition(".")[2] for row in rows.order_by("pk")]


def test_each_is_asked_once_by_a_mail_and_noted_without_a_name(
    made: MadeEvent, people: People
) -> None:
    make_registration(made, email="cleo@example.dk")
    make_registration(made, email="dan@example.dk", name="Dan", is_on_behalf=True)
    Message.objects.all().delete()
    ask(made, "Bo")
    listed = [
        Invitee(name="Anna", email="anna@example.dk", organisation="Byen", language="en"),
        Invitee(name="Anna igen", email="ANNA@example.dk"),
        Invitee(name="Bo", email="bo@example.dk"),
        Invitee(name="Cleo", email="cleo@example.dk"),
        Invitee(name="Dan", email="dan@example.dk"),
    ]

    outcome = invite(event=made.event, people=listed, by=people.staff, note="Kom nu")

    assert [i.name for i in outcome.invitations] == ["Anna"]
    assert (outcome.asked_before, outcome.registered) == (2, 2)
    assert mails() == [("invitation", "bo@example.dk"), ("invitation", "anna@example.dk")]
    message = Message.objects.get(to="anna@example.dk")
    assert (message.language, message.context["note"]) == ("en", "Kom nu")
    entry = ModelLogEntry.objects.order_by("pk").last()
    assert entry is not None
    assert (entry.user_id, entry.data) == (people.staff.pk, {"event": str(made.key)})
    assert "Anna" not in entry.label


def test_the_link_is_put_in_at_sending_and_stored_nowhere(
    made: MadeEvent, mailoutbox: list[Any]
) -> None:
    (invitation,) = ask(made, "Anna")
    token = invitation_token(invitation)

    dispatch_due(limit=10)

    (mail,) = mailoutbox
    html = mail.alternatives[0][0]
    assert f"/r/i/{token}/" in mail.body
    assert f"/r/i/{token}/" in html
    assert token not in str(Message.objects.get().context)
    assert invitation_for(token) == invitation


def test_a_mail_to_somebody_who_has_answered_meanwhile_does_not_leave(
    made: MadeEvent, mailoutbox: list[Any]
) -> None:
    anna, bo, _cleo = ask(made, "Anna", "Bo", "Cleo")
    decline_invitation(invitation=anna)
    withdraw_invitation(invitation=bo, by=None)

    dispatch_due(limit=10)

    assert [mail.to for mail in mailoutbox] == [["cleo@example.dk"]]


@pytest.mark.parametrize(
    "fields",
    [
        {"closes_at": timezone.now() - DAY},
        {"is_live": False},
        {"cancelled_at": timezone.now() - DAY},
    ],
)
def test_nobody_is_asked_or_reminded_who_could_not_answer(
    made: MadeEvent, fields: dict[str, Any]
) -> None:
    ask(made, "Anna")
    EventRecord.objects.filter(key=made.key).update(**fields)

    with pytest.raises(RegistrationClosed):
        ask(made, "Bo")

    assert remind_silent(event=made.event) == 0
    assert Invitation.objects.count() == 1


def test_nobody_is_asked_to_a_session_that_is_not_there(made: MadeEvent, other: MadeEvent) -> None:
    with pytest.raises(EventSessionGone):
        ask(made, "Anna", event_session_key=other.session_key())

    assert (Invitation.objects.count(), Message.objects.count()) == (0, 0)


def test_nobody_is_asked_to_a_session_that_has_begun(made: MadeEvent) -> None:
    pools = made.event.seat_pools.filter(event_session_key=made.session_key("Aalborg"))
    pools.update(starts_at=timezone.now() - dt.timedelta(minutes=2))

    with pytest.raises(EventSessionGone):
        ask(made, "Anna", event_session_key=made.session_key("Aalborg"))

    assert (Invitation.objects.count(), Message.objects.count()) == (0, 0)


def test_nobody_is_reminded_whom_somebody_else_has_registered(made: MadeEvent) -> None:
    ask(made, "Anna", "Bo")
    secretary = {"email": "anna@example.dk", "is_on_behalf": True}
    make_registration(made, name="ANNA", **secretary)
    make_registration(made, name="Cleo", **secretary | {"email": "bo@example.dk"})
    Message.objects.all().delete()

    assert remind_silent(event=made.event) == 1

    assert mails() == [("invitation_reminder", "bo@example.dk")]


def test_only_the_silent_are_reminded_and_not_twice_within_three_days(made: MadeEvent) -> None:
    anna, bo, cleo, dan, eva = ask(made, "Anna", "Bo", "Cleo", "Dan", "Eva")
    accept(made, anna)
    decline_invitation(invitation=bo)
    withdraw_invitation(invitation=cleo, by=None)
    make_registration(made, email=dan.email)
    Message.objects.all().delete()

    assert remind_silent(event=made.event) == 1
    assert remind_silent(event=made.event) == 0
    age(2.9)
    assert remind_silent(event=made.event) == 0
    age(0.2)
    assert remind_silent(event=made.event, only=[anna.pk]) == 0
    assert remind_silent(event=made.event, only=[eva.pk]) == 1

    assert mails() == [("invitation_reminder", "eva@example.dk")] * 2


def test_accepting_gives_a_registration_that_the_invitation_knows(made: MadeEvent) -> None:
    (anna,) = ask(made, "Anna")

    registration = accept(made, anna)

    anna.refresh_from_db()
    assert (anna.state, anna.registration) == (InvitationState.ACCEPTED, registration)
    with pytest.raises(InvitationUsed):
        accept(made, anna)
    with pytest.raises(InvitationUsed):
        decline_invitation(invitation=anna)
    with pytest.raises(InvitationUsed):
        withdraw_invitation(invitation=anna, by=None)
    assert state(anna) == InvitationState.ACCEPTED
    assert actions() == ["invite"]


def test_declining_and_withdrawing_twice_writes_nothing_more(made: MadeEvent) -> None:
    anna, bo = ask(made, "Anna", "Bo")

    for _time in range(2):
        decline_invitation(invitation=anna)
        withdraw_invitation(invitation=bo, by=None)

    assert (state(anna), state(bo)) == (InvitationState.DECLINED, InvitationState.WITHDRAWN)
    assert sorted(actions()) == ["decline", "invite", "invite", "withdraw"]


def test_who_declined_can_change_their_mind_but_not_who_was_taken_off(made: MadeEvent) -> None:
    anna, bo = ask(made, "Anna", "Bo")
    decline_invitation(invitation=anna)
    withdraw_invitation(invitation=bo, by=None)

    assert accept(made, anna).state == RegistrationState.CONFIRMED
    with pytest.raises(InvitationUsed):
        accept(made, bo)
    with pytest.raises(InvitationUsed):
        decline_invitation(invitation=bo)


def test_asking_again_after_withdrawing_makes_the_old_link_useless(made: MadeEvent) -> None:
    (anna,) = ask(made, "Anna")
    old = invitation_token(anna)
    withdraw_invitation(invitation=anna, by=None)

    (again,) = ask(made, "Anna")

    assert (again.pk, again.state) == (anna.pk, InvitationState.SILENT)
    assert invitation_for(old) is None
    assert invitation_for(invitation_token(again)) == again
    assert Message.objects.filter(kind="invitation").count() == 2


def test_two_invitations_can_come_to_the_same_registration(made: MadeEvent) -> None:
    """Somebody invited at two addresses changes theirs to the other one, and says yes there too."""
    anna, other = ask(made, "Anna", "Other")
    registration = accept(made, anna)
    change_email(registration=registration, email=other.email)

    assert accept(made, other) == registration

    for invitation in (anna, other):
        invitation.refresh_from_db()
        assert (invitation.state, invitation.registration) == (
            InvitationState.ACCEPTED,
            registration,
        )
    assert list(find_breaches()) == []


# Of those who had applied


@pytest.fixture
def choosing(site: MadeSite) -> MadeEvent:
    """An event at which staff choose, with one seat in København and two in Aalborg."""
    return make_event(
        sessions=[SessionSpec("København", 1), SessionSpec("Aalborg", 2)], way_in="application"
    )


def apply(made: MadeEvent, invitation: Invitation, **fields: Any) -> Registration:
    """Apply on the event's page, as somebody who was invited."""
    registration = make_registration(made, name=invitation.name, email=invitation.email, **fields)
    assert registration.state == RegistrationState.PENDING
    Message.objects.all().delete()
    return registration


def test_whoever_had_applied_has_a_seat_by_accepting(choosing: MadeEvent) -> None:
    (anna,) = ask(choosing, "Anna")
    applied = apply(choosing, anna)

    assert accept(choosing, anna) == applied

    anna.refresh_from_db()
    assert (anna.registration, states()) == (applied, ["confirmed"])
    assert mails() == [("confirmed", anna.email)]
    entry = ModelLogEntry.objects.order_by("pk").last()
    assert entry is not None
    assert (entry.action, entry.user_id) == ("kommed_events.registration.confirm", None)
    assert entry.data["invitation"] == str(anna.uuid)
    assert list(find_breaches()) == []


def test_what_they_say_now_holds_and_one_mail_tells_of_it(site: MadeSite) -> None:
    made = make_event(
        way_in="application",
        questions=[{"label": "Kost", "field_type": "singleline", "required": False}],
    )
    (anna,) = ask(made, "Anna")
    said = {"kost": "vegetar"}
    applied = apply(made, anna, answers={"kost": "alt"}, organisation="Byen")

    accept(made, anna, answers=said, organisation="Havnen", language="en")

    applied.refresh_from_db()
    assert (applied.organisation, applied.submission.answers["kost"]) == ("Havnen", "vegetar")
    assert (states(), mails()) == (["confirmed"], [("confirmed", anna.email)])
    assert (applied.language, Message.objects.get().language) == ("en", "en")
    changed = ModelLogEntry.objects.get(action=LOG_CHANGE_ANSWERS)
    assert (changed.user_id, changed.data) == (None, {"questions": ["kost"]})
    Message.objects.all().delete()
    make_registration(made, name="Anna", email=anna.email, answers=said)  # as it stands now
    assert mails() == []


def test_it_takes_the_place_of_what_a_machine_sent(choosing: MadeEvent) -> None:
    (anna,) = ask(choosing, "Anna")
    junk = {"organisation": "junk"}
    sent = make_registration(
        choosing, name="Spam Bot", email=anna.email, suspicion="honeypot", answers=junk, **junk
    )
    former = sent.submission

    assert accept(choosing, anna, suspicion="too_fast") == sent

    sent.refresh_from_db()
    assert (sent.state, sent.name, sent.organisation) == (RegistrationState.CONFIRMED, "Anna", "")
    assert sent.submission.answers == {"name": "Anna", "email": anna.email}
    assert sent.submission.suspicion == "too_fast"
    assert sent.answer_changes.get().previous == former
    assert list(find_breaches()) == []


def test_a_choice_that_is_theirs_already_is_not_full_for_them(site: MadeSite) -> None:
    choices = [{"key": key, "label": key, "places": 1} for key in ("havn", "by")]
    question = {"label": "Tur", "field_type": "radio", "choices": choices, "required": False}
    made = make_event(way_in="application", questions=[question])
    anna, bo = ask(made, "Anna", "Bo")
    apply(made, anna, answers={"tur": "havn"})
    applied = apply(made, bo, answers={"tur": "by"})

    with pytest.raises(ChoiceFull):
        accept(made, bo, answers={"tur": "havn"})
    assert states() == ["pending", "pending"]

    bo.name = "Bo Bo"
    accept(made, bo, answers={"tur": "by"})

    applied.refresh_from_db()
    assert (applied.state, applied.name) == (RegistrationState.CONFIRMED, "Bo Bo")
    assert list(find_breaches()) == []


def test_staff_look_at_whom_somebody_else_has_registered_besides(choosing: MadeEvent) -> None:
    (anna,) = ask(choosing, "Anna")
    make_registration(choosing, name="Spam Bot", email=anna.email, suspicion="honeypot")
    make_registration(choosing, name="Anna", email=anna.email, is_on_behalf=True)
    Message.objects.all().delete()

    accept(choosing, anna)

    assert (states(), mails()) == (["pending"] * 2, [("already_registered", anna.email)])


def test_where_it_is_full_they_wait_like_others_who_were_invited(choosing: MadeEvent) -> None:
    anna, bo = ask(choosing, "Anna", "Bo")
    apply(choosing, anna)
    accept(choosing, bo)
    Message.objects.all().delete()

    accept(choosing, anna)

    assert (states(), mails()) == (["waiting", "confirmed"], [("waiting", anna.email)])
    assert list(find_breaches()) == []


def test_where_it_is_full_a_second_choice_is_theirs(choosing: MadeEvent) -> None:
    anna, bo = ask(choosing, "Anna", "Bo")
    wish = {"second_choice_key": choosing.session_key("Aalborg")}
    applied = apply(choosing, anna, **wish)
    accept(choosing, bo)

    accept(choosing, anna, **wish)

    applied.refresh_from_db()
    assert applied.state == RegistrationState.CONFIRMED
    assert applied.event_session_key == choosing.session_key("Aalborg")
    assert applied.first_choice_key == choosing.session_key("København")
    assert list(find_breaches()) == []


def test_an_application_that_holds_a_seat_has_that_one(choosing: MadeEvent) -> None:
    EventRecord.objects.update(applications_hold_seat=True)
    anna, bo = ask(choosing, "Anna", "Bo")
    apply(choosing, anna)
    accept(choosing, bo)

    accept(choosing, anna)

    assert states() == ["confirmed", "waiting"]
    assert list(find_breaches()) == []


def applied_and_put_at_the_second_choice(
    made: MadeEvent,
) -> tuple[Invitation, dict[str, Any], Registration]:
    """Return somebody invited who asked for København and holds a seat in Aalborg meanwhile."""
    EventRecord.objects.update(applications_hold_seat=True)
    (anna,) = ask(made, "Anna")
    make_registration(made)
    wish = {"second_choice_key": made.session_key("Aalborg")}
    return anna, wish, apply(made, anna, **wish)


def test_an_application_that_holds_a_seat_at_the_second_choice_has_that_one(
    choosing: MadeEvent,
) -> None:
    anna, wish, applied = applied_and_put_at_the_second_choice(choosing)

    accept(choosing, anna, **wish)

    applied.refresh_from_db()
    assert (applied.state, mails()) == (RegistrationState.CONFIRMED, [("confirmed", anna.email)])
    assert applied.event_session_key == choosing.session_key("Aalborg")
    assert applied.first_choice_key == choosing.session_key("København")
    assert list(find_breaches()) == []


def test_staff_look_at_a_seat_that_is_held_where_nobody_comes_any_more(
    choosing: MadeEvent,
) -> None:
    anna, _wish, applied = applied_and_put_at_the_second_choice(choosing)
    SeatPool.objects.filter(name="Aalborg").update(is_closed=True)

    accept(choosing, anna)

    applied.refresh_from_db()
    assert applied.state == RegistrationState.PENDING


def test_whoever_waits_does_so_with_the_second_choice_they_name_now(choosing: MadeEvent) -> None:
    anna, bo = ask(choosing, "Anna", "Bo")
    applied = apply(choosing, anna, takes_any_session=True)
    accept(choosing, bo)
    SeatPool.objects.filter(name="Aalborg").update(capacity=0)

    accept(choosing, anna, second_choice_key=choosing.session_key("Aalborg"))

    applied.refresh_from_db()
    assert (applied.state, applied.takes_any_session) == (RegistrationState.WAITING, False)
    assert applied.second_choice_key == choosing.session_key("Aalborg")


def test_staff_choose_between_what_was_applied_for_and_what_is_accepted(
    choosing: MadeEvent,
) -> None:
    (anna,) = ask(choosing, "Anna")
    apply(choosing, anna)

    accept(choosing, anna, event_session_key=choosing.session_key("Aalborg"))

    assert (states(), mails()) == (["pending"], [("already_registered", anna.email)])


def test_what_a_machine_sends_chooses_nobody(choosing: MadeEvent) -> None:
    (anna,) = ask(choosing, "Anna")
    apply(choosing, anna)

    accept(choosing, anna, suspicion="honeypot")

    assert states() == ["pending"]


def test_who_waits_keeps_their_place_in_the_line(site: MadeSite) -> None:
    made = make_event(sessions=[SessionSpec("København", 1)])
    (bo,) = ask(made, "Bo")
    make_registration(made)
    waiting = make_registration(made, name="Bo", email="bo@example.dk")

    accept(made, bo)

    since = waiting.waiting_since
    waiting.refresh_from_db()
    assert (waiting.state, waiting.waiting_since) == (RegistrationState.WAITING, since)


# By themselves


@pytest.fixture
def closing(made: MadeEvent) -> dt.datetime:
    """When registration closes: at noon in Copenhagen in the middle of March."""
    moment = dt.datetime(2027, 3, 17, 11, 0, tzinfo=dt.UTC)
    EventRecord.objects.filter(key=made.key).update(closes_at=moment, opens_at=None)
    return moment


def at(moment: dt.datetime) -> int:
    return remind_the_invited(now=lambda: moment)


def test_the_silent_are_reminded_seven_and_two_days_before_closing_once_each(
    made: MadeEvent, closing: dt.datetime
) -> None:
    ask(made, "Anna", "Bo")
    Invitation.objects.update(invited_at=closing - 20 * DAY)
    minute = dt.timedelta(minutes=1)

    reminded = [
        (days, at(closing - days * DAY + offset))
        for days, offset in (
            (8, minute),
            (7, -minute),
            (7, minute),
            (7, 2 * minute),
            (5, minute),
            (3, minute),
            (2, -minute),
            (2, minute),
            (2, 2 * minute),
            (1, minute),
            (0, -minute),
            (0, minute),
        )
    ]

    assert [number for _days, number in reminded] == [0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0]


def test_nobody_is_reminded_at_night_and_who_was_invited_since_is_left_in_peace(
    made: MadeEvent, closing: dt.datetime
) -> None:
    anna, _bo = ask(made, "Anna", "Bo")
    Invitation.objects.update(invited_at=closing - 20 * DAY)
    Invitation.objects.filter(pk=anna.pk).update(invited_at=closing - 6 * DAY)
    night = closing.replace(day=12, hour=23)

    assert at(night) == 0
    assert at(night + dt.timedelta(hours=9)) == 1
    # Bo was reminded two days ago: it is Anna's turn alone, and his the day after.
    assert at(closing - 2 * DAY) == 1
    assert at(closing - 1 * DAY) == 1


def test_a_reminder_by_hand_just_before_is_enough(made: MadeEvent, closing: dt.datetime) -> None:
    ask(made, "Anna")
    Invitation.objects.update(invited_at=closing - 20 * DAY, reminded_at=closing - 8 * DAY)

    assert [at(closing - days * DAY) for days in (7, 6, 5, 4)] == [0, 0, 1, 0]
