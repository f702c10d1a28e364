"""A real exchange with a mail server that is down, silent, busy, strict or refuses us.

The server is a process of our own (``tests/servers/smtp_sink.py``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
import pytest
import time_machine
from django.core.mail import EmailMessage
from django.utils import timezone

from forms.mail import connections, dispatch, stopping
from forms.mail.connections import Mailer, new_connection
from forms.mail.dispatch import Dispatched, dispatch_due
from forms.mail.status import is_stopped, outbox_status
from forms.models import Message
from tests.factories import MadeEvent, make_registration
from tests.servers.mailings import copies_of
from tests.servers.sinks import Sink, smtp_sink

pytestmark = pytest.mark.django_db

MAILS = 6


@pytest.fixture
def mails(made: MadeEvent) -> list[str]:
    """Mails that wait in the outbox, by their ``Message-ID``, to ``person0@example.dk`` and on."""
    registration = make_registration(made)
    return copies_of(Message.objects.get(subject_key=registration.uuid), MAILS)


def send_to(settings: Any, port: int, **options: Any) -> None:
    """Set the site up to send to that port of this machine."""
    backend = "django.core.mail.backends.smtp.EmailBackend"
    found = {"host": "127.0.0.1", "port": port, "timeout": 1.0} | options
    if django.VERSION >= (6, 1):
        settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": found}}
        return
    names = {"username": "EMAIL_HOST_USER", "password": "EMAIL_HOST_PASSWORD"}
    settings.EMAIL_BACKEND = backend
    for option, value in found.items():
        setattr(settings, names.get(option, f"EMAIL_{option.upper()}"), value)


@pytest.fixture
def server(settings: Any, tmp_path: Path) -> Any:
    """Return a function that runs a mail server which the site sends to."""

    @contextmanager
    def run(*, log_in: dict[str, str] | None = None, **behaviour: Any) -> Iterator[Sink]:
        with smtp_sink(tmp_path, **behaviour) as sink:
            send_to(settings, sink.port, **(log_in or {}))
            yield sink

    return run


def tried() -> dict[str, int]:
    """Return how many mails were tried and not sent, and how many were not tried at all."""
    waiting = Message.objects.filter(state="queued")
    return {
        "tried": waiting.filter(attempts__gt=0).count(),
        "untried": waiting.filter(attempts=0, lease_until=None).count(),
    }


def later(seconds: float) -> Any:
    return time_machine.travel(timezone.now() + dt.timedelta(seconds=seconds))


# One connection


def test_many_mails_leave_over_one_connection(server: Any, mails: list[str]) -> None:
    with server() as sink:
        assert dispatch_due().sent == MAILS

        assert sink.accepted() == dict.fromkeys(mails, 1)
        assert len(sink.happened("connected")) == 1


def test_a_mailer_of_the_callers_keeps_the_connection_for_the_next_run(
    server: Any, mails: list[str]
) -> None:
    with server() as sink:
        mailer = Mailer()
        for _ in range(3):
            dispatch_due(limit=2, mailer=mailer)
        assert len(sink.happened("connected")) == 1
        mailer.close()


def test_a_connection_that_was_not_used_for_a_while_is_made_anew(
    server: Any, mails: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "IDLE_SECONDS", -1.0)
    with server() as sink:
        assert dispatch_due().sent == MAILS
        assert len(sink.happened("connected")) == MAILS


def test_a_server_that_takes_only_so_many_at_once_gets_the_next_over_a_new_connection(
    server: Any, mails: list[str]
) -> None:
    with server(at_most=2) as sink:
        done = dispatch_due()

        assert (done.sent, done.retried) == (MAILS, 0)
        assert len(sink.happened("connected")) == MAILS // 2


def test_a_line_that_breaks_costs_one_mail_a_second_copy_and_no_other_anything(
    server: Any, mails: list[str]
) -> None:
    with server(drop=1.0) as sink:
        assert dispatch_due().retried == MAILS
        with later(60):
            assert dispatch_due().sent == MAILS
        assert sink.accepted() == dict.fromkeys(mails, 2)


def test_a_server_that_is_busy_gets_the_mail_later_over_the_same_connection(
    server: Any, mails: list[str]
) -> None:
    with server(busy=1.0) as sink:
        assert dispatch_due().retried == MAILS
        assert len(sink.happened("connected")) == 1
    assert tried() == {"tried": MAILS, "untried": 0}


# Down and silent


def test_a_server_that_is_down_is_tried_with_one_mail_and_left_in_peace_for_longer_each_time(
    server: Any, mails: list[str], settings: Any
) -> None:
    with server() as sink:
        port = sink.port
    mailer, rests = Mailer(), []
    for seconds in (0, 10, 40, 200):
        with later(seconds):
            mailer._rests_until = 0
            assert (done := dispatch_due(mailer=mailer)).resting
            assert done.tried == 1
            assert dispatch_due(mailer=mailer).tried == 0
            rests.append(mailer._rests)
    assert rests == [1, 2, 3, 4]
    assert tried() == {"tried": 4, "untried": MAILS - 4}
    assert set(Message.objects.values_list("last_error", flat=True)) == {
        "",
        "ConnectionRefusedError",
    }

    with server(port=port) as sink, later(3600):
        assert dispatch_due().sent == MAILS
        assert sink.accepted() == dict.fromkeys(mails, 1)


@pytest.mark.parametrize("behaviour", [{"silent": True}, {"hang_after": 0}], ids=str)
def test_a_server_that_says_nothing_costs_one_mail_an_attempt(
    server: Any, mails: list[str], behaviour: dict[str, Any]
) -> None:
    with server(**behaviour):
        done = dispatch_due()

    assert (done.tried, done.resting) == (1, True)
    assert tried() == {"tried": 1, "untried": MAILS - 1}
    assert Message.objects.get(attempts=1).last_error == "TimeoutError"


def test_to_go_on_against_a_silent_server_would_use_up_every_mail(
    server: Any, mails: list[str], monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(Dispatched, "is_over", False)
    with server(silent=True) as sink:
        send_to(settings, sink.port, timeout=0.2)
        dispatch_due(limit=MAILS)

    assert tried() == {"tried": MAILS, "untried": 0}


def test_a_site_that_sets_no_timeout_gets_one(settings: Any) -> None:
    send_to(settings, 25, timeout=None)

    assert new_connection().timeout == connections.TIMEOUT_SECONDS


# Log-in


WRONG = {"username": "kommed", "password": "wrong"}


def test_a_refused_log_in_stops_every_process_and_uses_up_no_mail(
    server: Any, mails: list[str]
) -> None:
    with server(password="right", log_in=WRONG) as sink:
        for _process in range(5):
            done = dispatch_due(mailer=Mailer())
            assert (done.stopped, done.sent) == (True, 0)

        assert len(sink.happened("log-in refused")) == 1
        status = outbox_status()
        assert status.last_error == "SMTPAuthenticationError 535"
        assert status.try_again_at > status.stopped_at
        assert set(Message.objects.values_list("state", "attempts")) == {("queued", 0)}

        with later(stopping.TRY_AGAIN_AFTER.total_seconds() * 1.3):
            for _process in range(5):
                dispatch_due(mailer=Mailer())
        assert len(sink.happened("log-in refused")) == 2
        assert outbox_status().stopped_at == status.stopped_at


def test_without_the_stop_every_process_would_be_refused_again_and_again(
    server: Any, mails: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "stop_outbox", lambda *_args, **_kwargs: None)
    with server(password="right", log_in=WRONG) as sink:
        for _process in range(5):
            dispatch_due(mailer=Mailer())

        assert len(sink.happened("log-in refused")) == 5


def test_the_outbox_goes_on_by_itself_once_the_password_is_right(
    server: Any, mails: list[str], settings: Any
) -> None:
    with server(password="right", log_in=WRONG) as sink:
        dispatch_due()
        send_to(settings, sink.port, username="kommed", password="right")
        assert dispatch_due().sent == 0
        with later(stopping.TRY_AGAIN_AFTER.total_seconds() * 1.3):
            assert dispatch_due().sent == MAILS

    assert not is_stopped()
    assert (outbox_status().last_error, outbox_status().try_again_at) == ("", None)


def test_a_server_that_wants_a_log_in_where_none_is_set_up_stops_the_outbox(
    server: Any, mails: list[str]
) -> None:
    with server(password="right"):
        assert dispatch_due().stopped

    assert outbox_status().last_error == "SMTPSenderRefused 530"


def test_an_outbox_that_has_nothing_to_try_with_keeps_its_turn(server: Any, db: None) -> None:
    stopping.stop_outbox("SMTPAuthenticationError 535", at=timezone.now())
    before = outbox_status().try_again_at

    with later(3600):
        assert dispatch_due().stopped

    assert outbox_status().try_again_at == before


# Recipients


def test_a_recipient_who_is_refused_shows_and_holds_up_nobody(
    server: Any, mails: list[str]
) -> None:
    with server(refuse=["person2@example.dk"]) as sink:
        done = dispatch_due()

        assert (done.sent, done.failed) == (MAILS - 1, 1)
        refused = Message.objects.get(state="failed")
        assert (refused.to, refused.delivery) == ("person2@example.dk", "bounced")
        assert refused.last_error == "SMTPRecipientsRefused 550"
        assert sink.accepted() == dict.fromkeys(set(mails) - {mails[2]}, 1)


def test_two_recipients_in_one_mail_would_hide_that_one_is_refused(server: Any, db: None) -> None:
    with server(refuse=["b@example.dk"]) as sink:
        mail = EmailMessage("s", "b", "c@example.dk", ["a@example.dk", "b@example.dk"])

        assert new_connection().send_messages([mail]) == 1
        assert sink.happened("recipient refused")


@pytest.mark.parametrize(
    "address",
    ["a@example.dk, b@example.dk", "a@example.dk; b@example.dk", "a@example.dk b@example.dk", "a"],
)
def test_an_address_that_is_two_or_none_reaches_nobody(
    server: Any, mails: list[str], address: str
) -> None:
    Message.objects.filter(to="person0@example.dk").update(to=address)

    with server() as sink:
        assert dispatch_due().failed == 1
        assert mails[0] not in sink.accepted()
    assert Message.objects.get(to=address).last_error == "NotOneRecipient"
