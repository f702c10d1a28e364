"""``worker --once``: mail, scheduled publishing and the task queue, in one go."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from django_tasks import TaskResultStatus, task

from cms.worker import MAILS_A_ROUND, TASKS_A_ROUND
from events.actions.change_state import change_state
from events.enums import RegistrationAction
from events.models import EventPage, EventRecord
from forms.models import Message, PostCount, Submission, WorkerHeartbeat
from forms.protection.counting import window_start
from tests.factories import MadeEvent, SessionSpec, make_event, make_form, make_registration
from tests.integration.forms.sending import days_ago, kept
from tests.servers.copies import DatabaseCopy

# The worker gives its connection back between rounds, and with it any test's transaction.
pytestmark = [pytest.mark.concurrency, pytest.mark.usefixtures("database")]


@task()
def add(a: int, b: int) -> int:
    """Something to do in the background."""
    return a + b


@task()
def stumble() -> None:
    """Something that cannot be done."""
    raise ValueError("Der er ikke noget her.")


@pytest.fixture
def event(database: DatabaseCopy) -> MadeEvent:
    """A published event with seats for all."""
    return make_event(sessions=[SessionSpec("Aalborg", None)])


def work() -> None:
    call_command("worker", "--once")


def test_how_many_posts_came_from_where_is_forgotten() -> None:
    PostCount.objects.create(scope="over", window_start=timezone.now() - dt.timedelta(hours=1))
    PostCount.objects.create(scope="now", window_start=window_start(timezone.now()))

    work()

    assert list(PostCount.objects.values_list("scope", flat=True)) == ["now"]


def test_what_is_due_is_sent_and_what_was_overtaken_is_not(event: MadeEvent) -> None:
    first, second = make_registration(event), make_registration(event)
    change_state(registration=first, action=RegistrationAction.CANCEL, by=None)

    work()

    outcome = Message.objects.order_by("pk").values_list("to", "kind", "state")
    assert list(outcome) == [
        (first.email, "confirmed", "aborted"),
        (second.email, "confirmed", "sent"),
        (first.email, "cancelled", "sent"),
    ]
    assert [sent.to for sent in mail.outbox] == [[second.email], [first.email]]


def test_what_is_not_due_stays(event: MadeEvent) -> None:
    make_registration(event)
    Message.objects.update(next_attempt_at=timezone.now() + dt.timedelta(hours=1))

    work()

    assert mail.outbox == []
    assert Message.objects.get().state == "queued"


def test_it_ends_when_everything_is_done_and_not_after_one_round(event: MadeEvent) -> None:
    for _ in range(MAILS_A_ROUND + 2):
        make_registration(event)
    results = [add.enqueue(number, 1) for number in range(TASKS_A_ROUND + 2)]

    work()

    assert len(mail.outbox) == MAILS_A_ROUND + 2
    for number, result in enumerate(results):
        result.refresh()
        assert (result.status, result.return_value) == (TaskResultStatus.SUCCESSFUL, number + 1)


def test_a_task_that_fails_holds_up_nothing(event: MadeEvent) -> None:
    make_registration(event)
    failing, other = stumble.enqueue(), add.enqueue(2, 3)

    work()

    failing.refresh()
    other.refresh()
    assert failing.status == TaskResultStatus.FAILED
    assert (other.status, other.return_value) == (TaskResultStatus.SUCCESSFUL, 5)
    assert len(mail.outbox) == 1


def test_a_page_is_published_when_its_time_has_come() -> None:
    due, later = make_event(published=False).page, make_event(published=False).page
    with time_machine.travel(timezone.now() - dt.timedelta(minutes=10)):
        for page, wait in ((due, 5), (later, 60)):
            page.go_live_at = timezone.now() + dt.timedelta(minutes=wait)
            page.save_revision().publish()
    assert not EventPage.objects.live().exists()

    work()

    assert [page.pk for page in EventPage.objects.live()] == [due.pk]
    assert [record.key for record in EventRecord.objects.filter(is_live=True)] == [
        due.translation_key
    ]


def test_a_page_is_taken_down_when_its_time_has_passed(event: MadeEvent) -> None:
    EventPage.objects.update(expire_at=timezone.now() - dt.timedelta(minutes=1))

    work()

    assert not EventPage.objects.get().live
    assert not event.event.is_live


def test_it_shows_that_it_is_alive() -> None:
    assert not WorkerHeartbeat.is_alive()

    work()

    assert WorkerHeartbeat.is_alive()


def test_answers_whose_time_is_over_are_removed() -> None:
    form = make_form()
    old = kept(form, now=days_ago(91))
    fresh = kept(form)

    work()

    assert list(Submission.objects.all()) == [fresh]
    assert old != fresh
