"""What staff hear of new registrations: each at once, or those of an hour or a day together."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from events.jobs.staff_notices import BATCH, send_digests, staff_are_to_be_told, tell_staff
from events.models import EventAccess, Registration
from forms.enums import Delivery, MessagePriority
from forms.mail.deliveries import note_delivery
from forms.mail.dispatch import dispatch_due
from forms.mail.render import render_message
from forms.models import Message
from tests.factories import (
    EventAccessFactory,
    GroupFactory,
    MadeEvent,
    SessionSpec,
    UserFactory,
    make_event,
    make_registration,
)

from .clock_queries import ASKING_THE_SERVER_FOR_THE_TIME

pytestmark = pytest.mark.django_db

DENMARK = ZoneInfo("Europe/Copenhagen")
TELL_QUERIES = 12
"""Two for the batches, of which one is empty, three for who hears of it, two for the mails, one for
the mark, and four to begin and to end transactions."""
DIGEST_QUERIES = 15


def notices(kind: str = "staff_new_registration") -> list[Message]:
    return list(Message.objects.filter(kind=kind).order_by("pk"))


def hears(made: MadeEvent, pace: str, session: str = "", **fields: Any) -> EventAccess:
    key = made.session_key(session) if session else None
    access: EventAccess = EventAccessFactory(
        event_key=made.key, event_session_key=key, notify=pace, **fields
    )
    return access


def registered(made: MadeEvent, at: dt.datetime, number: int = 1, **fields: Any) -> None:
    for _ in range(number):
        registration = make_registration(made, **fields)
        Registration.objects.filter(pk=registration.pk).update(created_at=at)


def digests_at(moment: dt.datetime) -> list[Message]:
    """Let the worker come by, and return the digests that it wrote."""
    before = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    send_digests(now=lambda: moment)
    return [message for message in notices("staff_digest") if message.pk > before]


class TestAtOnce:
    """A notice of each registration."""

    def test_who_asked_for_it_gets_one_without_answers(self, made: MadeEvent) -> None:
        group = GroupFactory()
        in_group = UserFactory(username="gruppe")
        in_group.groups.add(group)
        EventAccessFactory(user=None, group=group, event_key=made.key, notify="at_once")
        wanted = [
            hears(made, "at_once").user,
            hears(made, "at_once", "Aalborg").user,
            in_group,
        ]
        hears(made, "")
        hears(made, "hourly")
        hears(made, "daily")
        hears(made, "at_once", "København")
        hears(made, "at_once", user__is_active=False)
        hears(made, "at_once", user__email="")
        EventAccessFactory(event_key=uuid.uuid4(), notify="at_once")

        registration = make_registration(
            made, session="Aalborg", name="Ida Holm", email="ida@example.dk", organisation="Havnen"
        )
        assert notices() == []  # nobody who registers waits for it to be written

        assert tell_staff() == 3

        assert sorted(notice.to for notice in notices()) == sorted(user.email for user in wanted)
        for notice in notices():
            assert notice.context == {
                "event_title": "Åbne værksteder",
                "reference": registration.reference,
                "path": f"/admin/registrations/{made.key}/{registration.uuid}/",
            }
            assert (notice.scope_key, notice.subject_key) == (made.key, registration.uuid)
            assert notice.priority == MessagePriority.STAFF

    def test_it_is_told_once(self, made: MadeEvent) -> None:
        hears(made, "at_once")
        make_registration(made)
        assert staff_are_to_be_told()

        assert [tell_staff(), tell_staff()] == [1, 0]
        assert not staff_are_to_be_told()

        # Whoever dies after the mails are written and before the mark is made has written nothing;
        # even if the mark were lost, the mails would not be written twice.
        Registration.objects.update(staff_told_at=None)
        assert tell_staff() == 0
        assert len(notices()) == 1

    def test_two_rows_of_one_person_are_one_notice(self, made: MadeEvent) -> None:
        user = hears(made, "at_once").user
        hears(made, "at_once", "Aalborg", user=user)
        make_registration(made, session="Aalborg")

        assert tell_staff() == 1

    def test_what_nobody_hears_of_is_done_with(self, made: MadeEvent) -> None:
        make_registration(made)

        assert tell_staff() == 0
        assert not staff_are_to_be_told()

        hears(made, "at_once")
        assert tell_staff() == 0  # of what was there before they asked

    def test_who_may_not_see_it_any_more_is_not_told(self, made: MadeEvent) -> None:
        access = hears(made, "at_once")
        stays = hears(made, "at_once").user.email
        make_registration(made)
        tell_staff()
        access.delete()

        dispatch_due()

        assert {notice.to: notice.state for notice in notices()} == {
            access.user.email: "aborted",
            stays: "sent",
        }

    def test_how_many_queries_it_takes_does_not_depend_on_how_many_there_are(
        self, django_assert_num_queries: Any
    ) -> None:
        clock = ASKING_THE_SERVER_FOR_THE_TIME[connection.vendor]
        for number in (1, 3):
            for _ in range(number):
                event = make_event(sessions=[SessionSpec("Aalborg", None)])
                hears(event, "at_once")
                for _ in range(number):
                    make_registration(event)
            with django_assert_num_queries(TELL_QUERIES + clock):
                assert tell_staff() == number * number

    def test_more_than_a_batch_are_all_told_of(
        self, made: MadeEvent, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("events.jobs.staff_notices.BATCH", 2)
        hears(made, "at_once")
        for _ in range(5):
            make_registration(made)

        assert BATCH > 2
        assert tell_staff() == 5
        assert not staff_are_to_be_told()


class TestTogether:
    """A digest of an hour or a day."""

    noon = dt.datetime(2026, 10, 20, 12, tzinfo=dt.UTC)

    def test_an_hour_is_one_mail_with_numbers_and_no_names(self, made: MadeEvent) -> None:
        other = make_event(title="Høring", sessions=[SessionSpec("Roskilde", None)])
        user = hears(made, "hourly").user
        hears(other, "hourly", user=user)
        half_past = self.noon - dt.timedelta(minutes=30)
        registered(made, half_past, 2, session="Aalborg", name="Ida Holm")
        registered(made, half_past, session="København")
        registered(other, half_past)

        (digest,) = digests_at(self.noon + dt.timedelta(minutes=2))

        assert digest.to == user.email
        assert digest.context["number"] == 4
        assert [
            (event["title"], event["number"], sorted(event["sessions"]))
            for event in digest.context["events"]
        ] == [
            ("Høring", 1, [["Roskilde", 1]]),
            ("Åbne værksteder", 3, [["Aalborg", 2], ["København", 1]]),
        ]
        rendered = render_message(digest)
        for text in (rendered.text, rendered.html):
            assert f"/admin/registrations/{made.key}/" in text
            assert "Aalborg" in text
            assert "Ida Holm" not in text
            assert "@example.dk" not in text

    def test_each_hour_is_told_of_once_and_an_empty_one_not_at_all(self, made: MadeEvent) -> None:
        hears(made, "hourly")
        minute = dt.timedelta(minutes=1)
        registered(made, self.noon - 2 * minute)

        assert digests_at(self.noon + minute - dt.timedelta(seconds=1)) == []  # not yet settled
        assert len(digests_at(self.noon + minute)) == 1
        assert digests_at(self.noon + 2 * minute) == []
        assert digests_at(self.noon + 61 * minute) == []
        registered(made, self.noon + 62 * minute)
        assert digests_at(self.noon + 119 * minute) == []
        assert len(digests_at(self.noon + 121 * minute)) == 1

    def test_after_a_while_without_a_worker_all_of_it_is_one_mail(self, made: MadeEvent) -> None:
        hears(made, "hourly")
        hour = dt.timedelta(hours=1)
        digests_at(self.noon + dt.timedelta(minutes=1))
        for hours in (1, 5, 20):
            registered(made, self.noon + hours * hour)

        (digest,) = digests_at(self.noon + 30 * hour)

        assert digest.context["number"] == 3
        assert digests_at(self.noon + 31 * hour) == []

    def test_a_day_is_told_of_in_the_morning_and_never_at_night(self, made: MadeEvent) -> None:
        hears(made, "daily")
        morning = dt.datetime(2026, 10, 20, 7, tzinfo=DENMARK)
        registered(made, morning - dt.timedelta(hours=1))
        registered(made, morning + dt.timedelta(hours=1))

        assert digests_at(morning - dt.timedelta(minutes=1)) == []
        (digest,) = digests_at(morning + dt.timedelta(minutes=1))
        assert digest.context["number"] == 1

        # No worker until the next night but one: then in the morning, and of both days.
        night = dt.datetime(2026, 10, 22, 3, tzinfo=DENMARK)
        assert digests_at(night) == []
        (late,) = digests_at(night + dt.timedelta(hours=5))
        assert late.context["number"] == 1

    @pytest.mark.parametrize("change", [dt.date(2026, 3, 29), dt.date(2026, 10, 25)])
    def test_days_of_23_and_25_hours_are_told_of_whole(
        self, made: MadeEvent, change: dt.date
    ) -> None:
        hears(made, "daily")
        before = dt.datetime.combine(
            change - dt.timedelta(days=1), dt.time(7, 1, 1), tzinfo=DENMARK
        )
        digests_at(before)
        start = dt.datetime.combine(before.date(), dt.time(7), tzinfo=DENMARK).astimezone(dt.UTC)
        end = dt.datetime.combine(change, dt.time(7), tzinfo=DENMARK).astimezone(dt.UTC)
        assert end - start != dt.timedelta(days=1)
        second = dt.timedelta(seconds=1)
        registered(made, start + second)
        registered(made, end)
        registered(made, end + second)

        (digest,) = digests_at(end + dt.timedelta(minutes=1))

        assert digest.context["number"] == 2

    def test_what_is_told_of_at_once_is_not_told_of_again(self, made: MadeEvent) -> None:
        user = hears(made, "hourly").user
        hears(made, "at_once", "Aalborg", user=user)
        minutes = dt.timedelta(minutes=5)
        registered(made, self.noon - minutes, session="Aalborg")
        registered(made, self.noon - minutes, session="København")
        tell_staff()

        (digest,) = digests_at(self.noon + minutes)

        assert digest.context["number"] == 1
        assert digest.context["events"][0]["sessions"] == [["København", 1]]
        assert len(notices()) == 1

    def test_nobody_hears_numbers_of_what_they_may_not_see(self, made: MadeEvent) -> None:
        hears(made, "hourly", "Aalborg")
        other = make_event(sessions=[SessionSpec("Roskilde", None)])
        EventAccessFactory(event_key=other.key)
        registered(made, self.noon, session="København")
        registered(other, self.noon)

        assert digests_at(self.noon + dt.timedelta(hours=1, minutes=5)) == []

    def test_how_many_queries_it_takes_does_not_depend_on_how_many_there_are(
        self, made: MadeEvent, django_assert_num_queries: Any
    ) -> None:
        hour = dt.timedelta(hours=1)
        moment = self.noon + dt.timedelta(minutes=1)
        digests_at(moment)
        for number in (1, 3):
            for _ in range(number):
                hears(made, "hourly")
                registered(made, moment)
            moment += hour
            with django_assert_num_queries(DIGEST_QUERIES):
                assert send_digests(now=lambda at=moment: at) == number + (number > 1)


class TestBounced:
    """A mail that came back."""

    @pytest.fixture
    def staff(self, made: MadeEvent) -> list[str]:
        """Who shall hear of it: who decides, and who hears of what is new."""
        hears(made, "", "København", can_change=True)
        hears(made, "")
        return sorted(
            access.user.email
            for access in (hears(made, "", can_change=True), hears(made, "daily", "Aalborg"))
        )

    def bounce(self, registration: Registration) -> None:
        message = Message.objects.filter(subject_key=registration.uuid, to=registration.email)
        note_delivery(
            message=message.get(),
            delivery=Delivery.BOUNCED,
            happened_at=registration.created_at,
        )

    def test_who_decides_is_told_without_the_address(
        self, made: MadeEvent, staff: list[str]
    ) -> None:
        registration = make_registration(made, session="Aalborg", email="slipofthepen@example.dk")

        self.bounce(registration)

        told = notices("address_bounced")
        assert sorted(notice.to for notice in told) == staff
        rendered = render_message(told[0])
        for text in (rendered.text, rendered.html):
            assert registration.reference in text
            assert f"/admin/registrations/{made.key}/{registration.uuid}/" in text
            assert "slipofthepen" not in text + str(told[0].context)

    def test_one_a_day_of_an_event_however_many_come_back(
        self, made: MadeEvent, staff: list[str]
    ) -> None:
        other = make_event(sessions=[SessionSpec("Roskilde", None)])
        hears(other, "", can_change=True)
        for event in (made, made, made, other):
            self.bounce(make_registration(event))

        assert len(notices("address_bounced")) == len(staff) + 1

    def test_it_is_not_sent_when_somebody_has_looked(
        self, made: MadeEvent, staff: list[str]
    ) -> None:
        registration = make_registration(made)
        Message.objects.update(state="aborted")
        self.bounce(registration)
        made.event.todos.update(done_at=registration.created_at)

        dispatch_due()

        assert {notice.state for notice in notices("address_bounced")} == {"aborted"}
