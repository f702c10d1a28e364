"""What staff hear of forms that were sent in an hour or a day, and of a stopped outbox."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from forms.jobs.staff_notices import (
    admins_are_to_be_told,
    send_form_digests,
    tell_of_stopped_outbox,
)
from forms.mail.dispatch import dispatch_due
from forms.mail.render import render_message
from forms.mail.stopping import note_that_mail_leaves, stop_outbox
from forms.models import Message, Submission
from tests.factories import FormAccessFactory, MadeForm, UserFactory, make_form
from tests.integration.forms.sending import kept

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 10, 20, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
DIGEST_QUERIES = 14


@pytest.fixture
def form() -> MadeForm:
    """A published form."""
    return make_form()


def sent(form: MadeForm, at: dt.datetime, number: int = 1, **fields: Any) -> None:
    for _ in range(number):
        submission = kept(form, now=timezone.now)
        Submission.objects.filter(pk=submission.pk).update(submitted_at=at, **fields)


def digests_at(moment: dt.datetime) -> list[Message]:
    before = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    send_form_digests(now=lambda: moment)
    return list(Message.objects.filter(kind="staff_form_digest", pk__gt=before).order_by("pk"))


def test_an_hour_is_one_mail_with_numbers(form: MadeForm) -> None:
    other = make_form()
    user = FormAccessFactory(form_key=form.key, notify="hourly").user
    FormAccessFactory(form_key=other.key, notify="hourly", user=user)
    sent(form, NOON - MINUTE, 2)
    sent(other, NOON - MINUTE)
    sent(form, NOON + MINUTE)

    (digest,) = digests_at(NOON + 2 * MINUTE)

    assert digest.to == user.email
    assert digest.context["number"] == 3
    rendered = render_message(digest)
    for record in (form, other):
        assert f"/{record.key}/" in rendered.text
        assert f"/{record.key}/" in rendered.html
    assert digests_at(NOON + 3 * MINUTE) == []


def test_what_looks_like_a_machines_is_no_reason_to_write(form: MadeForm) -> None:
    FormAccessFactory(form_key=form.key, notify="hourly")
    sent(form, NOON - MINUTE, suspicion="too_many")

    assert digests_at(NOON + 2 * MINUTE) == []


def test_only_who_asked_for_it_and_may_see_it_hears_of_it(form: MadeForm) -> None:
    FormAccessFactory(form_key=form.key)
    FormAccessFactory(form_key=form.key, notify="daily")
    FormAccessFactory(form_key=form.key, notify="hourly", user__is_active=False)
    FormAccessFactory(form_key=make_form().key, notify="hourly")
    both = FormAccessFactory(form_key=form.key, notify="at_once").user
    FormAccessFactory(form_key=form.key, notify="hourly", user=both)
    sent(form, NOON - MINUTE)

    assert digests_at(NOON + 2 * MINUTE) == []


def test_a_day_is_told_of_in_the_morning(form: MadeForm) -> None:
    FormAccessFactory(form_key=form.key, notify="daily")
    morning = dt.datetime(2026, 10, 20, 5, tzinfo=dt.UTC)  # seven o'clock in Denmark
    sent(form, morning - MINUTE)

    assert digests_at(morning) == []
    assert len(digests_at(morning + MINUTE)) == 1
    assert digests_at(morning + 2 * MINUTE) == []


def test_how_many_queries_it_takes_does_not_depend_on_how_many_there_are(
    form: MadeForm, django_assert_num_queries: Any
) -> None:
    moment, hour = NOON + MINUTE, dt.timedelta(hours=1)
    digests_at(moment)
    for number in (1, 3):
        for _ in range(number):
            FormAccessFactory(form_key=form.key, notify="hourly")
            sent(form, moment)
        moment += hour
        with django_assert_num_queries(DIGEST_QUERIES):
            assert send_form_digests(now=lambda at=moment: at) == number + (number > 1)


class TestStopped:
    """The mail that says that no mail left."""

    def test_superusers_are_told_once_for_each_stop(self) -> None:
        admin = UserFactory(is_superuser=True)
        UserFactory()
        UserFactory(is_superuser=True, is_active=False)
        UserFactory(is_superuser=True, email="")
        assert not admins_are_to_be_told()

        for day in (1, 2):
            stop_outbox("SMTPAuthenticationError 535", at=NOON + day * dt.timedelta(days=1))
            assert admins_are_to_be_told()
            assert tell_of_stopped_outbox() == 1
            stop_outbox("SMTPAuthenticationError 535", at=NOON + day * dt.timedelta(days=1))
            assert not admins_are_to_be_told()
            assert tell_of_stopped_outbox() == 0
            note_that_mail_leaves()

        assert [message.to for message in Message.objects.all()] == [admin.email] * 2

    def test_it_waits_until_mail_leaves(self) -> None:
        UserFactory(is_superuser=True)
        stop_outbox("SMTPAuthenticationError 535", at=timezone.now())
        tell_of_stopped_outbox()
        message = Message.objects.get()

        assert dispatch_due().sent == 0
        note_that_mail_leaves()
        assert dispatch_due().sent == 1

        message.refresh_from_db()
        assert (message.state, message.scope_key.int) == ("sent", 0)

    def test_nothing_is_told_of_a_start_that_came_meanwhile(self) -> None:
        UserFactory(is_superuser=True)
        stop_outbox("SMTPAuthenticationError 535", at=timezone.now())
        note_that_mail_leaves()

        assert tell_of_stopped_outbox() == 0
