"""One mail is on the line while the next one is made ready, and none is lost between the two."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

import django
import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import OperationalError

from events.actions.change_state import change_state
from events.enums import RegistrationAction
from events.models import Registration
from forms.mail import dispatch
from forms.mail.dispatch import dispatch_due
from forms.models import Message
from tests.factories import MadeEvent, make_registration

pytestmark = pytest.mark.django_db

PATIENCE = 5.0


@dataclass
class SlowServer:
    """Takes a mail once ``answers`` is set, or when a test has waited long enough."""

    answers: threading.Event = field(default_factory=threading.Event)
    taken: list[str] = field(default_factory=list)
    waited_in_vain: list[str] = field(default_factory=list)


class SlowBackend(BaseEmailBackend):
    """Sends by the ``SlowServer`` of the test."""

    server: ClassVar[SlowServer]

    def send_messages(self, email_messages: Any) -> int:
        """Send, as soon as the server answers."""
        for mail in email_messages:
            if not self.server.answers.wait(PATIENCE):
                self.server.waited_in_vain.append(mail.to[0])
            self.server.taken.append(mail.to[0])
        return len(email_messages)


@pytest.fixture(autouse=True)
def server(settings: Any) -> Iterator[SlowServer]:
    """The mail server that all is sent by."""
    backend = f"{__name__}.{SlowBackend.__name__}"
    if django.VERSION >= (6, 1):
        settings.MAILERS = {"default": {"BACKEND": backend}}
    else:
        settings.EMAIL_BACKEND = backend
    SlowBackend.server = SlowServer()
    yield SlowBackend.server


@pytest.fixture
def two(made: MadeEvent) -> list[Message]:
    """The mails of two who have just registered, the first of them first."""
    first, second = (
        make_registration(made, email=f"{name}@example.dk") for name in ("ida", "otto")
    )
    return [Message.objects.get(subject_key=each.uuid) for each in (first, second)]


def when_second_is_written(monkeypatch: pytest.MonkeyPatch, then: Any) -> None:
    """Do ``then`` as soon as the second mail has been made ready."""
    made, build_mail = [], dispatch.build_mail

    def noticed(message: Message) -> EmailMessage:
        made.append(message.to)
        mail = build_mail(message)
        if len(made) == 2:
            then()
        return mail

    monkeypatch.setattr(dispatch, "build_mail", noticed)


def states(messages: list[Message]) -> list[str]:
    for message in messages:
        message.refresh_from_db()
    return [message.state for message in messages]


def test_the_second_is_written_while_the_first_is_on_the_line(
    two: list[Message], server: SlowServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    when_second_is_written(monkeypatch, server.answers.set)

    assert dispatch_due().sent == len(two)

    assert (server.taken, server.waited_in_vain) == (["ida@example.dk", "otto@example.dk"], [])
    assert states(two) == ["sent", "sent"]


def test_the_first_is_noted_though_the_second_cannot_be_written(
    two: list[Message], server: SlowServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks() -> None:
        server.answers.set()
        raise RuntimeError("a bug of ours")

    when_second_is_written(monkeypatch, breaks)

    done = dispatch_due()

    assert (done.sent, done.retried, server.taken) == (1, 1, ["ida@example.dk"])
    assert states(two) == ["sent", "queued"]


def test_the_first_is_noted_though_the_database_fails_before_the_second(
    two: list[Message], server: SlowServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, renew = [], dispatch.renew

    def fails(messages: Any, **more: Any) -> Any:
        asked.append(len(messages))
        if len(asked) == 2:
            server.answers.set()
            raise OperationalError
        return renew(messages, **more)

    monkeypatch.setattr(dispatch, "renew", fails)

    with pytest.raises(OperationalError):
        dispatch_due()

    assert server.taken == ["ida@example.dk"]
    assert states(two) == ["sent", "sending"]  # the other is taken up when its lease has run out


def test_what_lay_ready_is_given_back_when_the_run_has_to_end(
    two: list[Message], server: SlowServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    when_second_is_written(monkeypatch, server.answers.set)

    done = dispatch_due(should_end=server.answers.is_set)

    assert (done.tried, done.sent, server.taken) == (1, 1, ["ida@example.dk"])
    assert states(two) == ["sent", "queued"]
    assert (two[1].attempts, two[1].lease_until) == (0, None)


@pytest.mark.parametrize(("fresh_seconds", "sent"), [(0.0, 1), (60.0, 2)])
def test_what_lay_ready_for_long_is_looked_at_again(
    two: list[Message],
    server: SlowServer,
    monkeypatch: pytest.MonkeyPatch,
    fresh_seconds: float,
    sent: int,
) -> None:
    """The other way round it is sent as it was: what makes the difference is looking again."""
    monkeypatch.setattr(dispatch, "FRESH_SECONDS", fresh_seconds)
    second = Registration.objects.get(uuid=two[1].subject_key)

    def meanwhile() -> None:
        change_state(registration=second, action=RegistrationAction.CANCEL, by=None)
        server.answers.set()

    when_second_is_written(monkeypatch, meanwhile)

    assert dispatch_due(limit=2).sent == sent
    assert states(two) == ["sent", "sent" if sent == len(two) else "aborted"]


def test_turns_are_short_while_mail_is_sent_and_as_before_afterwards(
    two: list[Message], server: SlowServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, seen = sys.getswitchinterval(), []

    def look() -> None:
        seen.append(sys.getswitchinterval())
        server.answers.set()

    when_second_is_written(monkeypatch, look)
    dispatch_due()

    assert seen[0] < before == sys.getswitchinterval()
    assert not [each for each in threading.enumerate() if each.name.startswith("mail")]
    assert states(two) == ["sent", "sent"]
