"""The words of mails go when they have been over for two weeks; what became of them stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from events.notifications.event_changes import last_told
from forms.actions.outbox import retry_message
from forms.enums import MessageState
from forms.jobs import retention
from forms.jobs.retention import clear_old_words
from forms.mail.dispatch import dispatch_due
from forms.models import Message
from tests.conftest import People, log_in
from tests.factories import MadeEvent, MessageFactory, make_registration

pytestmark = pytest.mark.django_db

NOW = timezone.now()
OLD, YOUNG = NOW - dt.timedelta(days=15), NOW - dt.timedelta(days=13)
SAID = {"name": "Kanariefugl", "answers": [["Hvad", "Hemmeligt"]], "when": "i morgen"}


def a_mail(state: MessageState, at: dt.datetime) -> Message:
    message: Message = MessageFactory.create(
        state=state,
        context=SAID,
        words={"subject": "Kære Kanariefugl", "text": "Hej"},
        created_at=at,
        next_attempt_at=at,
        sent_at=at if state == MessageState.SENT else None,
    )
    return message


@pytest.mark.parametrize("state", [MessageState.SENT, MessageState.FAILED, MessageState.ABORTED])
def test_what_is_over_loses_its_words_and_nothing_else(state: MessageState) -> None:
    old, young = a_mail(state, OLD), a_mail(state, YOUNG)

    assert clear_old_words(now=lambda: NOW) == 1
    assert clear_old_words(now=lambda: NOW) == 0

    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.context, old.words, old.cleared_at) == ({"when": "i morgen"}, None, NOW)
    assert Message.objects.get(words__isnull=True) == old
    assert (old.state, old.kind) == (state, "test")
    assert (young.context, young.cleared_at) == (SAID, None)


@pytest.mark.parametrize("state", [MessageState.QUEUED, MessageState.SENDING])
def test_what_waits_keeps_its_words_however_old_it_is(state: MessageState) -> None:
    waiting = a_mail(state, OLD)

    assert clear_old_words(now=lambda: NOW) == 0

    waiting.refresh_from_db()
    assert waiting.context == SAID


def test_what_waited_long_and_has_just_failed_can_still_be_sent_again() -> None:
    late = a_mail(MessageState.QUEUED, OLD)  # no worker ran; its kind is nobody's meanwhile
    dispatch_due()
    late.refresh_from_db()
    assert late.state == MessageState.FAILED

    assert clear_old_words(now=timezone.now) == 0

    assert retry_message(message=late, by=None).context == SAID


def test_a_site_says_for_how_long(settings: Any) -> None:
    settings.KOMMED_MAIL_RETENTION_DAYS = 3
    a_mail(MessageState.SENT, YOUNG)

    assert clear_old_words(now=lambda: NOW) == 1


@pytest.mark.parametrize("number", [1, 3])
def test_a_batch_costs_the_same_however_many(
    count_queries: Callable[[int], Any], number: int
) -> None:
    for _ in range(number):
        a_mail(MessageState.SENT, OLD)

    # Two batches, the second of them empty, each with the bounds of its transaction.
    with count_queries(7):
        clear_old_words(now=lambda: NOW)


def test_many_are_cleared_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for _ in range(5):
        a_mail(MessageState.SENT, OLD)

    assert clear_old_words(now=lambda: NOW) == 5
    assert not Message.objects.filter(cleared_at=None).exists()


def test_what_somebody_was_told_of_time_and_place_is_still_known(
    people: People, made: MadeEvent
) -> None:
    registration = make_registration(made)
    message = Message.objects.get(subject_key=registration.uuid)
    before = last_told(made.event)
    assert before
    Message.objects.update(state=MessageState.SENT, sent_at=OLD)

    clear_old_words(now=lambda: NOW)

    assert last_told(made.event) == before
    assert registration.name not in str(Message.objects.values_list("context", flat=True))
    url = reverse("kommed_events_desk:message", args=[message.uuid])
    assert log_in(people.staff).get(url).status_code == 200
