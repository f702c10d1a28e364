"""Mails that only the clock gives rise to: before and after an event, and while an offer runs."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from events.actions.change_state import change_state
from events.actions.offers import answer_offer
from events.enums import RegistrationAction
from events.jobs.reminders import remind_before_events, remind_of_offers, thank_after_events
from events.models import EventRecord, Registration, SeatPool
from forms.mail.dispatch import dispatch_due
from forms.mail.render import build_mail
from forms.models import Message
from tests.factories import MadeEvent, SessionSpec, make_event, make_registration

pytestmark = pytest.mark.django_db

DENMARK = ZoneInfo("Europe/Copenhagen")
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
START = dt.datetime(2026, 10, 27, 13, tzinfo=DENMARK)
"""Two days after the clocks were put back."""
DUE = dt.datetime(2026, 10, 24, 13, tzinfo=DENMARK)
"""Three days before, by the clock on the wall: seventy-three hours."""
END = dt.datetime(2026, 10, 27, 16, tzinfo=DENMARK)
REMIND_QUERIES, THANK_QUERIES, OFFER_QUERIES = 11, 11, 12


def an_event(*sessions: SessionSpec, **fields: Any) -> MadeEvent:
    return make_event(
        sessions=sessions or [SessionSpec("Aalborg", None)],
        **{
            "starts_at": START,
            "ends_at": END,
            "reminder_days": 3,
            "thanks_days": 2,
            "registration_closes_on": None,
        }
        | fields,
    )


def registered(made: MadeEvent, **fields: Any) -> Registration:
    """Register somebody a month before the event."""
    at = fields.pop("at", START - 30 * DAY)
    return make_registration(made, now=lambda: at, **fields)


def mails(kind: str) -> list[Message]:
    return list(Message.objects.filter(kind=kind).order_by("pk"))


def remind_at(moment: dt.datetime) -> int:
    return remind_before_events(now=lambda: moment)


def thank_at(moment: dt.datetime) -> int:
    return thank_after_events(now=lambda: moment)


def sent_at(moment: dt.datetime, kind: str) -> list[str]:
    """Let what is queued leave at ``moment``, and return what became of the mails of a kind."""
    Message.objects.exclude(kind=kind).delete()
    Message.objects.update(next_attempt_at=moment, created_at=moment)
    with time_machine.travel(moment, tick=False):
        dispatch_due()
    return [message.state for message in mails(kind)]


class TestBefore:
    """The reminder of those who have a seat."""

    def test_it_comes_so_many_days_before_by_the_clock_on_the_wall(self) -> None:
        assert START.astimezone(dt.UTC) - DUE.astimezone(dt.UTC) == 73 * HOUR
        registration = registered(an_event())

        assert remind_at(DUE - MINUTE) == 0
        assert remind_at(DUE) == 1

        (message,) = mails("reminder")
        assert (message.to, message.subject_key) == (registration.email, registration.uuid)
        assert message.reply_to == "postkasse@example.dk"
        mail = build_mail(message)
        assert "/r/" in str(mail.body)
        assert [attachment[0] for attachment in mail.attachments] == ["invitation.ics"]

    def test_once_however_often_the_worker_comes_by(self) -> None:
        registered(an_event())

        assert [remind_at(DUE), remind_at(DUE), remind_at(DUE + DAY)] == [1, 0, 0]

    def test_only_those_who_have_a_seat(self) -> None:
        made = an_event(SessionSpec("Aalborg", 1))
        has_a_seat, waits, cancelled = (registered(made, at=START - n * DAY) for n in (9, 8, 7))
        change_state(registration=cancelled, action=RegistrationAction.CANCEL, by=None)
        assert waits.state == "waiting"

        assert remind_at(DUE) == 1
        assert mails("reminder")[0].subject_key == has_a_seat.uuid

    def test_not_who_was_confirmed_within_a_day_of_it(self) -> None:
        made = an_event()
        early = registered(made, at=DUE - DAY)
        registered(made, at=DUE - DAY + MINUTE)
        registered(made, at=DUE + HOUR)

        assert [remind_at(DUE), remind_at(DUE + DAY + HOUR)] == [1, 0]
        assert mails("reminder")[0].subject_key == early.uuid

    @pytest.mark.parametrize("fields", [{"reminder_days": None}, {"is_cancelled": True}])
    def test_not_where_nobody_wants_it_nor_where_nothing_takes_place(
        self, fields: dict[str, Any]
    ) -> None:
        is_cancelled = fields.pop("is_cancelled", False)
        registered(an_event(**fields))
        if is_cancelled:
            EventRecord.objects.update(cancelled_at=DUE)

        assert remind_at(DUE) == 0

    def test_between_eight_and_twenty_where_the_event_is_held(self) -> None:
        registered(
            an_event(
                starts_at=dt.datetime(2026, 10, 27, 22, tzinfo=DENMARK),
                ends_at=dt.datetime(2026, 10, 27, 23, tzinfo=DENMARK),
            )
        )
        evening = dt.datetime(2026, 10, 24, 22, tzinfo=DENMARK)
        morning = dt.datetime(2026, 10, 25, 8, tzinfo=DENMARK)  # the clocks are back by then

        assert [remind_at(evening), remind_at(morning - MINUTE)] == [0, 0]
        assert remind_at(morning) == 1

    def test_the_hours_are_those_of_the_event(self) -> None:
        zone = ZoneInfo("America/Los_Angeles")
        start = dt.datetime(2026, 10, 27, 9, tzinfo=zone)
        registered(an_event(starts_at=start, ends_at=start + HOUR, time_zone=zone.key))
        due = dt.datetime(2026, 10, 24, 9, tzinfo=zone)

        assert remind_at(due - MINUTE) == 0
        assert remind_at(due) == 1

    def test_after_a_while_without_a_worker_it_is_late_but_not_too_late(self) -> None:
        made = an_event()
        registered(made)
        registered(made, at=DUE + HOUR)

        assert remind_at(START) == 0
        assert remind_at(START + HOUR) == 0
        assert remind_at(START - HOUR) == 1

    def test_a_new_time_is_another_reminder_and_the_old_one_does_not_leave(self) -> None:
        made = an_event()
        registered(made)
        assert remind_at(DUE) == 1

        later = START + 7 * DAY
        EventRecord.objects.update(starts_at=later, ends_at=later + HOUR)
        SeatPool.objects.filter(starts_at__isnull=False).update(
            starts_at=later, ends_at=later + HOUR
        )

        assert remind_at(DUE + DAY) == 0
        assert remind_at(later - 3 * DAY) == 1
        assert remind_at(later - 2 * DAY) == 0
        assert sent_at(later - 2 * DAY, "reminder") == ["aborted", "sent"]

    def test_two_sessions_have_each_their_own_time(self) -> None:
        soon = {"starts_at": START - 5 * DAY, "ends_at": END - 5 * DAY}
        made = an_event(SessionSpec("Aalborg", None, soon), SessionSpec("Odense", None))
        first = registered(made, session="Aalborg")
        second = registered(made, session="Odense")

        assert remind_at(DUE - 4 * DAY) == 1
        assert remind_at(DUE) == 1
        assert [m.subject_key for m in mails("reminder")] == [first.uuid, second.uuid]

    @pytest.mark.parametrize("what", ["cancelled", "moved", "called_off", "closed", "begun", "not"])
    def test_it_is_not_sent_when_it_makes_no_sense_any_more(self, what: str) -> None:
        made = an_event(SessionSpec("Aalborg", None), SessionSpec("Odense", None))
        registration = registered(made)
        remind_at(DUE)
        moment = DUE + HOUR
        if what == "cancelled":
            change_state(registration=registration, action=RegistrationAction.CANCEL, by=None)
        elif what == "moved":
            Registration.objects.update(event_session_key=made.session_key("Odense"))
        elif what == "called_off":
            EventRecord.objects.update(cancelled_at=DUE)
        elif what == "closed":
            SeatPool.objects.update(closed_at=DUE)
        elif what == "begun":
            moment = START

        assert sent_at(moment, "reminder") == ["sent" if what == "not" else "aborted"]

    def test_an_address_that_takes_no_mail_gets_none(self) -> None:
        made = an_event()
        registered(made, email="Ida@example.dk")
        fine = registered(made)
        Message.objects.filter(to="Ida@example.dk").update(
            to="ida@example.dk", delivery="bounced", delivery_at=DUE
        )

        assert remind_at(DUE) == 1
        assert mails("reminder")[0].to == fine.email

    def test_many_are_written_to_in_batches(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("events.jobs.reminders.BATCH", 2)
        made = an_event()
        for _ in range(5):
            registered(made)

        assert [remind_at(DUE), remind_at(DUE)] == [5, 0]

    def test_a_batch_that_was_lost_is_made_good(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("events.jobs.reminders.BATCH", 2)
        made = an_event()
        for _ in range(5):
            registered(made)
        remind_at(DUE)
        Message.objects.filter(pk__in=[message.pk for message in mails("reminder")[2:]]).delete()

        assert [remind_at(DUE), remind_at(DUE)] == [3, 0]
        assert len(mails("reminder")) == 5

    def test_how_many_queries_it_takes_does_not_depend_on_how_many_there_are(
        self, django_assert_num_queries: Any
    ) -> None:
        for number in (1, 3, 20):
            made = an_event()
            one = registered(made)
            copy_registration(one, number - 1)
            with django_assert_num_queries(REMIND_QUERIES):
                assert remind_at(DUE) == number
            EventRecord.objects.update(cancelled_at=DUE)


def copy_registration(registration: Registration, times: int) -> None:
    """Put more of the same in the ledger, quicker than they could register."""
    submission = registration.submission
    event = registration.event
    for number in range(times):
        submission.pk, submission.uuid = None, type(submission)().uuid
        submission._state.adding = True
        submission.save()
        values = {
            field.attname: getattr(registration, field.attname)
            for field in Registration._meta.concrete_fields
            if field.name not in ("id", "uuid", "reference", "submission", "identity_key")
        }
        values |= {"identity_key": f"{event.pk}-{number}@example.dk", "submission": submission}
        Registration.objects.create(**values)


class TestAfter:
    """Thanks to those who had a seat."""

    due = END + 2 * DAY

    def test_it_comes_so_many_days_after_and_once(self) -> None:
        registration = registered(an_event())

        assert thank_at(self.due - MINUTE) == 0
        assert [thank_at(self.due), thank_at(self.due + DAY)] == [1, 0]

        (message,) = mails("thanks")
        assert message.to == registration.email
        assert message.context["event_url"] in str(build_mail(message).body)
        assert build_mail(message).attachments == []

    def test_not_who_had_no_seat_and_not_where_nobody_wants_it(self) -> None:
        made = an_event(SessionSpec("Aalborg", 1))
        registered(made)
        waits = registered(made)
        assert waits.state == "waiting"
        registered(an_event(thanks_days=None))
        called_off = an_event()
        registered(called_off)
        EventRecord.objects.filter(key=called_off.key).update(cancelled_at=DUE)

        assert thank_at(self.due) == 1

    def test_not_at_night(self) -> None:
        end = dt.datetime(2026, 10, 27, 23, tzinfo=DENMARK)
        registered(an_event(ends_at=end))

        assert thank_at(end + 2 * DAY) == 0
        assert thank_at(end + 2 * DAY + 9 * HOUR) == 1

    def test_two_weeks_late_it_is_pointless(self) -> None:
        registered(an_event())

        assert thank_at(self.due + 14 * DAY) == 0
        assert thank_at(self.due + 14 * DAY - MINUTE) == 1

    @pytest.mark.parametrize("what", ["cancelled", "late", "not"])
    def test_it_is_not_sent_when_it_makes_no_sense_any_more(self, what: str) -> None:
        registration = registered(an_event())
        thank_at(self.due)
        if what == "cancelled":
            change_state(registration=registration, action=RegistrationAction.CANCEL, by=None)
        if what == "late":
            Message.objects.exclude(kind="thanks").delete()
            Message.objects.update(next_attempt_at=self.due)
            with time_machine.travel(self.due + 15 * DAY, tick=False):
                dispatch_due()
            assert mails("thanks")[0].state == "aborted"
            return

        assert sent_at(self.due, "thanks") == ["sent" if what == "not" else "aborted"]

    def test_how_many_queries_it_takes_does_not_depend_on_how_many_there_are(
        self, django_assert_num_queries: Any
    ) -> None:
        for number in (1, 3):
            made = an_event()
            for _ in range(number):
                registered(made)
            with django_assert_num_queries(THANK_QUERIES):
                assert thank_at(self.due) == number
            EventRecord.objects.update(cancelled_at=DUE)


class TestOffers:
    """The reminder of an offer that nobody has answered."""

    offered_at = dt.datetime(2026, 10, 1, 20, tzinfo=dt.UTC)

    def offered(self, number: int = 1, *, hours: int = 24) -> Registration:
        made = an_event(SessionSpec("Aalborg", 0), waiting_list_mode="offer", offer_hours=hours)
        for _ in range(number):
            registration = registered(made)
        Registration.objects.filter(event=made.event).update(
            state="offered",
            waiting_since=None,
            state_changed_at=self.offered_at,
            offer_expires_at=self.offered_at + hours * HOUR,
        )
        registration.refresh_from_db()
        return registration

    def at(self, moment: dt.datetime) -> int:
        return remind_of_offers(now=lambda: moment)

    def test_it_comes_when_half_of_the_time_is_over_and_once(self) -> None:
        registration = self.offered()
        half = self.offered_at + 12 * HOUR

        assert self.at(half - MINUTE) == 0
        assert [self.at(half), self.at(half), self.at(half + 3 * HOUR)] == [1, 0, 0]

        (message,) = mails("offer_reminder")
        assert message.to == registration.email
        body = str(build_mail(message).body)
        assert message.context["offer_ends"]
        assert " ".join(message.context["offer_ends"].split()) in " ".join(body.split())
        assert "/r/" in body

    def test_not_when_less_than_two_hours_are_left(self) -> None:
        self.offered(hours=3)

        assert self.at(self.offered_at + HOUR + MINUTE) == 0

        self.offered()
        assert self.at(self.offered_at + 22 * HOUR + MINUTE) == 0
        assert self.at(self.offered_at + 22 * HOUR) == 1

    def test_a_second_offer_is_another(self) -> None:
        self.offered()
        self.at(self.offered_at + 12 * HOUR)
        again = self.offered_at + 3 * DAY
        Registration.objects.update(state_changed_at=again, offer_expires_at=again + 24 * HOUR)

        assert self.at(again + 11 * HOUR) == 0
        assert self.at(again + 12 * HOUR) == 1
        assert sent_at(again + 13 * HOUR, "offer_reminder") == ["aborted", "sent"]

    @pytest.mark.parametrize("what", ["answered", "lapsed", "called_off", "not"])
    def test_it_is_not_sent_when_it_makes_no_sense_any_more(self, what: str) -> None:
        registration = self.offered()
        moment = self.offered_at + 12 * HOUR
        self.at(moment)
        if what == "answered":
            answer_offer(registration=registration, accepts=False, now=lambda: moment)
        elif what == "called_off":
            EventRecord.objects.update(cancelled_at=DUE)
        elif what == "lapsed":
            moment = self.offered_at + 24 * HOUR

        assert sent_at(moment, "offer_reminder") == ["sent" if what == "not" else "aborted"]

    def test_not_at_an_event_that_was_called_off(self) -> None:
        self.offered()
        EventRecord.objects.update(cancelled_at=DUE)

        assert self.at(self.offered_at + 12 * HOUR) == 0

    def test_how_many_queries_it_takes_does_not_depend_on_how_many_there_are(
        self, django_assert_num_queries: Any
    ) -> None:
        for number in (1, 3):
            self.offered(number)
            with django_assert_num_queries(OFFER_QUERIES):
                assert self.at(self.offered_at + 12 * HOUR) == number
