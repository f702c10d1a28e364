"""Sending a mail again, letting it be, and having the mail server tried again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from wagtail.models import ModelLogEntry

from forms.actions.outbox import (
    LOG_ABORT,
    LOG_RESTART,
    LOG_RETRY,
    abort_message,
    restart_outbox,
    retry_message,
)
from forms.enums import Delivery, MessageState
from forms.exceptions import MessageStateNotAllowed, MessageWordsGone
from forms.mail.dispatch import dispatch_due
from forms.mail.status import may_be_aborted, may_be_retried
from forms.models import DeliveryEvent, Message, OutboxStatus
from tests.factories import MadeEvent, UserFactory, make_registration

pytestmark = pytest.mark.django_db

ADDRESS = "kanariefugl@example.dk"


@pytest.fixture
def failed(made: MadeEvent) -> Message:
    """A confirmation that was refused for good."""
    make_registration(made, email=ADDRESS)
    message = Message.objects.get()
    Message.objects.update(
        state=MessageState.FAILED,
        attempts=50,
        last_error="SMTPRecipientsRefused 550",
        delivery=Delivery.BOUNCED,
        delivery_at=timezone.now(),
        next_attempt_at=timezone.now() - dt.timedelta(days=1),
    )
    message.refresh_from_db()
    return message


def as_it_is(message: Message) -> dict[str, Any]:
    return Message.objects.filter(pk=message.pk).values().get()


def set_to(message: Message, state: str, **fields: Any) -> Message:
    fields.setdefault("sent_at", timezone.now() if state == MessageState.SENT else None)
    Message.objects.filter(pk=message.pk).update(state=state, **fields)
    message.refresh_from_db()
    return message


def test_a_failed_mail_is_sent_again_and_arrives(failed: Message) -> None:
    at = timezone.now() - dt.timedelta(seconds=1)

    retried = retry_message(message=failed, by=None, now=lambda: at)

    assert (retried.state, retried.attempts, retried.last_error) == (MessageState.QUEUED, 0, "")
    assert (retried.delivery, retried.delivery_at) == ("", None)
    assert as_it_is(failed)["next_attempt_at"] == at
    dispatch_due()
    assert [sent.to for sent in mail.outbox] == [[ADDRESS]]
    assert as_it_is(failed)["state"] == MessageState.SENT


def test_what_providers_told_of_it_stays(failed: Message) -> None:
    now = timezone.now()
    DeliveryEvent.objects.create(
        provider="postmark",
        event_id="1",
        kind="bounced",
        happened_at=now,
        received_at=now,
        message=failed,
    )

    retry_message(message=failed, by=None)

    assert failed.delivery_events.count() == 1


def test_it_is_asked_again_whether_it_is_still_wanted(failed: Message) -> None:
    Message.objects.update(context={**failed.context, "state": "waiting"})

    retry_message(message=failed, by=None)
    dispatch_due()

    assert mail.outbox == []
    assert as_it_is(failed)["state"] == MessageState.ABORTED


def test_one_that_waits_for_another_attempt_need_not_wait(failed: Message) -> None:
    later = timezone.now() + dt.timedelta(hours=5)
    set_to(failed, MessageState.QUEUED, attempts=3, next_attempt_at=later)

    retry_message(message=failed, by=None)
    dispatch_due()

    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "state", [MessageState.SENDING, MessageState.SENT, MessageState.ABORTED, MessageState.QUEUED]
)
def test_nothing_else_is_sent_again(failed: Message, state: str) -> None:
    set_to(failed, state, attempts=0 if state == MessageState.QUEUED else 1)
    before = as_it_is(failed)

    with pytest.raises(MessageStateNotAllowed) as refused:
        retry_message(message=failed, by=None)

    assert refused.value.message_state == state
    assert not may_be_retried(failed)
    assert as_it_is(failed) == before


def test_two_who_press_at_once_send_it_once(failed: Message) -> None:
    seen_by_the_other = Message.objects.get()
    retry_message(message=failed, by=None)

    with pytest.raises(MessageStateNotAllowed):
        retry_message(message=seen_by_the_other, by=None)

    assert ModelLogEntry.objects.filter(action=LOG_RETRY).count() == 1


def test_without_its_words_it_is_not_sent_again(failed: Message) -> None:
    set_to(failed, MessageState.FAILED, context={}, cleared_at=timezone.now())

    with pytest.raises(MessageWordsGone):
        retry_message(message=failed, by=None)

    assert not may_be_retried(failed)
    assert as_it_is(failed)["state"] == MessageState.FAILED


@pytest.mark.parametrize("state", [MessageState.QUEUED, MessageState.FAILED])
def test_what_is_let_be_is_not_sent(failed: Message, state: str) -> None:
    set_to(failed, state, next_attempt_at=timezone.now() - dt.timedelta(minutes=1))

    abort_message(message=failed, by=None)
    dispatch_due()

    assert mail.outbox == []
    assert as_it_is(failed)["state"] == MessageState.ABORTED


@pytest.mark.parametrize("state", [MessageState.SENDING, MessageState.SENT, MessageState.ABORTED])
def test_what_is_out_or_on_its_way_cannot_be_let_be(failed: Message, state: str) -> None:
    set_to(failed, state)
    before = as_it_is(failed)

    with pytest.raises(MessageStateNotAllowed):
        abort_message(message=failed, by=None)

    assert not may_be_aborted(failed)
    assert as_it_is(failed) == before


@pytest.mark.parametrize(("act", "name"), [(retry_message, LOG_RETRY), (abort_message, LOG_ABORT)])
def test_the_audit_says_who_and_no_address(failed: Message, act: Any, name: str) -> None:
    user = UserFactory()

    act(message=failed, by=user)

    entry = ModelLogEntry.objects.get(action=name)
    assert (entry.user, entry.data) == (user, {"kind": "confirmed", "before": "failed"})
    assert ADDRESS not in entry.label + str(entry.data)
    assert entry.message != ""


def test_the_mail_server_is_tried_again_at_once() -> None:
    now = timezone.now()
    OutboxStatus.objects.create(
        stopped_at=now,
        last_error="SMTPAuthenticationError 535",
        try_again_at=now + dt.timedelta(minutes=5),
    )
    user = UserFactory()

    assert restart_outbox(by=user, now=lambda: now)

    assert OutboxStatus.objects.get().try_again_at == now
    assert ModelLogEntry.objects.get(action=LOG_RESTART).user == user


@pytest.mark.parametrize("is_noted", [True, False])
def test_where_nothing_is_stopped_nothing_is_started(is_noted: bool) -> None:
    if is_noted:
        OutboxStatus.objects.create()

    assert not restart_outbox(by=None)

    assert not ModelLogEntry.objects.filter(action=LOG_RESTART).exists()
