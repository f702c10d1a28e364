"""Sending what is due: verdicts on errors, backoff, leases, and mails that were overtaken."""

from __future__ import annotations

import datetime as dt
import smtplib
from collections.abc import Iterator
from typing import Any

import django
import pytest
import time_machine
from anymail.exceptions import AnymailRecipientsRefused, AnymailRequestsAPIError
from django.core.mail import BadHeaderError
from django.utils import timezone

from events.actions.change_state import change_state
from events.enums import RegistrationAction
from forms.mail import dispatch
from forms.mail.claims import LEASE, claim_due
from forms.mail.dispatch import dispatch_due
from forms.mail.kinds import MessageKind, get_kind, register_kind
from forms.mail.render import build_mail
from forms.mail.status import is_stopped
from forms.models import Message
from tests.factories import MadeEvent, MessageFactory, make_registration
from tests.servers.backends import RaisingBackend

pytestmark = pytest.mark.django_db

TEMPORARY = [
    smtplib.SMTPServerDisconnected("gone"),
    smtplib.SMTPResponseException(451, b"try later"),
    smtplib.SMTPRecipientsRefused({"a@example.dk": (450, b"busy")}),
    smtplib.SMTPConnectError(421, b"too many"),
    TimeoutError("slow"),
    ConnectionRefusedError("nobody there"),
    OSError("no route"),
    RuntimeError("a bug of ours"),
]
PERMANENT = [
    smtplib.SMTPResponseException(550, b"no such user"),
    smtplib.SMTPRecipientsRefused({"a@example.dk": (550, b"no such user")}),
    AnymailRecipientsRefused("refused"),
    BadHeaderError("newline"),
]


def api_error(status: int, **headers: str) -> AnymailRequestsAPIError:
    """Return the error of a provider's API."""
    import requests

    response = requests.Response()
    response.status_code = status
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return AnymailRequestsAPIError("said no", response=response)


REFUSED_LOGIN = [
    smtplib.SMTPAuthenticationError(535, b"wrong password"),
    api_error(401),
    api_error(403),
]


@pytest.fixture(autouse=True)
def _mail_server(settings: Any) -> Iterator[None]:
    """Send through a backend that fails as the test tells it."""
    backend = "tests.servers.backends.RaisingBackend"
    if django.VERSION >= (6, 1):
        settings.MAILERS = {"default": {"BACKEND": backend}}
    else:
        settings.EMAIL_BACKEND = backend
    RaisingBackend.errors.clear()
    RaisingBackend.accepted.clear()
    yield
    RaisingBackend.errors.clear()
    RaisingBackend.accepted.clear()


def fail_with(*errors: Exception) -> None:
    RaisingBackend.errors.extend(errors)


def sent_to() -> list[str]:
    return [mail.to[0] for mail in RaisingBackend.accepted]


@pytest.fixture
def queued(made: MadeEvent) -> Message:
    """The mail of somebody who has just registered."""
    registration = make_registration(made, email="ida@example.dk")
    return Message.objects.get(subject_key=registration.uuid)


def later(seconds: float) -> Any:
    return time_machine.travel(timezone.now() + dt.timedelta(seconds=seconds))


# What an error means


def test_a_mail_is_sent_once(queued: Message) -> None:
    first, second = dispatch_due(), dispatch_due()

    assert (first.sent, second.sent) == (1, 0)
    assert sent_to() == ["ida@example.dk"]
    queued.refresh_from_db()
    assert (queued.state, queued.attempts, queued.lease_until) == ("sent", 1, None)
    assert queued.sent_at is not None


@pytest.mark.parametrize("error", TEMPORARY, ids=repr)
def test_temporary_trouble_is_tried_again(queued: Message, error: Exception) -> None:
    before = timezone.now()
    fail_with(error)

    done = dispatch_due()

    queued.refresh_from_db()
    assert (done.retried, done.stopped) == (1, False)
    assert (queued.state, queued.attempts, queued.lease_until) == ("queued", 1, None)
    wait = (queued.next_attempt_at - before).total_seconds()
    assert 8 <= wait <= 12 + (timezone.now() - before).total_seconds()
    assert queued.last_error.startswith(type(error).__name__)
    assert dispatch_due().tried == 0
    with later(30):
        assert dispatch_due().sent == 1


@pytest.mark.parametrize("error", PERMANENT, ids=repr)
def test_permanent_trouble_shows_and_is_not_tried_again(queued: Message, error: Exception) -> None:
    fail_with(error)

    assert dispatch_due().failed == 1

    queued.refresh_from_db()
    assert (queued.state, queued.attempts) == ("failed", 1)
    assert queued.last_error.startswith(type(error).__name__)
    with later(100_000):
        assert dispatch_due().tried == 0


@pytest.mark.parametrize("error", REFUSED_LOGIN, ids=repr)
def test_a_refused_log_in_stops_the_queue(made: MadeEvent, error: Exception) -> None:
    messages = [make_registration(made) for _ in range(3)]
    fail_with(error)

    done = dispatch_due()

    assert (done.stopped, done.tried, done.sent) == (True, 1, 0)
    assert sent_to() == []
    assert is_stopped()
    with later(30):
        assert (dispatch_due().stopped, dispatch_due().tried) == (True, 0)
    with later(361):
        assert dispatch_due().sent == len(messages)
    assert not is_stopped()


def test_a_wrong_password_uses_up_no_mail(queued: Message) -> None:
    for day in range(60):
        fail_with(smtplib.SMTPAuthenticationError(535, b"wrong password"))
        with later(day * 3600 + 1):
            dispatch_due()
    RaisingBackend.errors.clear()

    queued.refresh_from_db()
    assert queued.state == "queued"
    with later(61 * 3600):
        assert dispatch_due().sent == 1


def test_a_mail_is_given_up_after_about_a_day_of_trouble(queued: Message) -> None:
    start = timezone.now()
    waits: list[float] = []
    moment = start
    while queued.state == "queued":
        with time_machine.travel(moment, tick=False):
            fail_with(smtplib.SMTPResponseException(451, b"try later"))
            dispatch_due()
        queued.refresh_from_db()
        waits.append((queued.next_attempt_at - moment).total_seconds())
        moment = max(queued.next_attempt_at, moment)

    assert queued.state == "failed"
    hours = (moment - start).total_seconds() / 3600
    assert 12 <= hours <= 30
    nominal = [min(10.0 * 2**number, 1800.0) for number in range(len(waits) - 1)]
    assert all(0.8 * n <= w <= 1.2 * n for n, w in zip(nominal, waits, strict=False))


def test_a_provider_that_says_when_to_come_back_is_believed(queued: Message) -> None:
    before = timezone.now()
    fail_with(api_error(429, Retry_After="600"))

    dispatch_due()

    queued.refresh_from_db()
    assert queued.next_attempt_at >= before + dt.timedelta(seconds=600)


def test_an_error_is_noted_without_the_address(queued: Message, caplog: Any) -> None:
    fail_with(smtplib.SMTPResponseException(550, b"<ida@example.dk> unknown"))

    dispatch_due()

    queued.refresh_from_db()
    assert queued.last_error == "SMTPResponseException 550"
    assert "ida@example.dk" not in caplog.text


def test_one_bad_mail_does_not_hold_up_the_others(made: MadeEvent) -> None:
    bad, good = make_registration(made), make_registration(made)
    fail_with(smtplib.SMTPResponseException(550, b"no"))

    done = dispatch_due()

    assert (done.failed, done.sent) == (1, 1)
    assert sent_to() == [good.email]
    assert Message.objects.get(subject_key=bad.uuid).state == "failed"


def test_a_kind_that_nobody_knows_fails_and_the_rest_is_sent(queued: Message) -> None:
    unknown = MessageFactory(kind="of_an_app_that_is_gone")

    done = dispatch_due()

    unknown.refresh_from_db()
    assert (done.failed, done.sent) == (1, 1)
    assert (unknown.state, unknown.last_error) == ("failed", "UnknownMessageKind")


def test_a_template_that_breaks_is_tried_again(db: None) -> None:
    register_kind(MessageKind(name="broken", template="tests/missing", label="Broken"))
    message = MessageFactory(kind="broken")

    dispatch_due()

    message.refresh_from_db()
    assert (message.state, message.last_error) == ("queued", "TemplateDoesNotExist")


# Order, limits and leases


def test_the_oldest_is_sent_first_and_a_limit_holds(made: MadeEvent) -> None:
    registrations = [make_registration(made) for _ in range(3)]

    done = dispatch_due(limit=2)

    assert (done.sent, done.tried) == (2, 2)
    assert sent_to() == [registration.email for registration in registrations[:2]]


def test_a_limit_holds_for_what_somebody_has_died_with_too(made: MadeEvent) -> None:
    for _ in range(3):
        make_registration(made)
    Message.objects.update(state="sending", lease_until=timezone.now() - LEASE, attempts=1)

    assert [dispatch_due(limit=2).tried, dispatch_due(limit=2).tried] == [2, 1]


def test_what_somebody_has_died_with_is_taken_alone(made: MadeEvent) -> None:
    for _ in range(3):
        make_registration(made)
    now = timezone.now()
    oldest = Message.objects.order_by("pk").first()
    Message.objects.filter(pk=oldest.pk).update(state="sending", lease_until=now - LEASE)  # type: ignore[union-attr]

    taken = [claim_due(now), claim_due(now), claim_due(now)]

    assert [len(claimed) for claimed in taken] == [1, 2, 0]


def test_who_is_told_to_end_gives_back_what_was_not_tried(made: MadeEvent) -> None:
    for _ in range(3):
        make_registration(made)

    done = dispatch_due(should_end=lambda: len(RaisingBackend.accepted) > 0)

    assert (done.tried, done.sent) == (1, 1)
    left = Message.objects.order_by("pk").values_list("state", "attempts", "lease_until")
    assert list(left) == [("sent", 1, None), ("queued", 0, None), ("queued", 0, None)]


def test_what_staff_hear_leaves_after_what_anybody_else_hears() -> None:
    start = timezone.now() - dt.timedelta(minutes=10)
    kinds = ("staff_new_submission", "confirmed", "staff_new_registration", "already_registered")
    for minutes, kind in enumerate(kinds):
        due = start + dt.timedelta(minutes=minutes)
        MessageFactory(
            kind=kind,
            priority=get_kind(kind).priority,
            next_attempt_at=due,
            created_at=due,
        )
    taken = []
    while claimed := claim_due(timezone.now(), at_most=1):
        taken += [message.kind for message in claimed]

    assert taken == ["confirmed", "already_registered", kinds[0], kinds[2]]


def test_what_is_not_due_waits(queued: Message) -> None:
    Message.objects.update(next_attempt_at=timezone.now() + dt.timedelta(minutes=1))

    assert dispatch_due().tried == 0
    with later(61):
        assert dispatch_due().sent == 1


@pytest.mark.parametrize(("passed", "tried"), [(LEASE / 2, 0), (LEASE * 1.1, 1)])
def test_a_lease_is_respected_until_it_has_run_out(
    queued: Message, passed: dt.timedelta, tried: int
) -> None:
    Message.objects.update(state="sending", lease_until=timezone.now() + LEASE, attempts=1)

    with later(passed.total_seconds()):
        assert dispatch_due().tried == tried


def test_who_was_too_slow_does_not_overwrite_the_outcome(
    queued: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While we are at a mail, another worker, who has taken it over, sends it."""

    def overtaken(message: Message) -> Any:
        mail = build_mail(message)
        Message.objects.update(state="sent", lease_until=None, sent_at=timezone.now())
        return mail

    monkeypatch.setattr(dispatch, "build_mail", overtaken)
    fail_with(smtplib.SMTPResponseException(451, b"try later"))

    assert dispatch_due().tried == 1

    assert RaisingBackend.errors == []
    queued.refresh_from_db()
    assert (queued.state, queued.last_error) == ("sent", "")


# Overtaken


def test_a_mail_about_a_state_that_no_longer_holds_is_not_sent(made: MadeEvent) -> None:
    registration = make_registration(made)
    change_state(registration=registration, action=RegistrationAction.CANCEL, by=None)

    done = dispatch_due()

    assert (done.aborted, done.sent) == (1, 1)
    outcome = Message.objects.order_by("pk").values_list("kind", "state")
    assert list(outcome) == [("confirmed", "aborted"), ("cancelled", "sent")]


def test_a_mail_that_says_you_are_registered_already_holds_in_any_state(made: MadeEvent) -> None:
    make_registration(made, email="ida@example.dk", name="Ida")
    make_registration(made, email="ida@example.dk", name="Ida Holm")

    assert dispatch_due().sent == 2
