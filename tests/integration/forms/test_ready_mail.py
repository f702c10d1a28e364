"""The bytes of a mail that are made beforehand are those that would be sent."""

from __future__ import annotations

import email
from email.policy import compat32
from pathlib import Path
from typing import Any, ClassVar

import django
import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend

from forms.mail import ready
from forms.mail.dispatch import dispatch_due
from forms.mail.ready import ReadyMail
from tests.factories import MadeEvent, make_registration
from tests.integration.forms.test_mail_server import send_to
from tests.servers.sinks import smtp_sink

LINE = {"linesep": "\r\n"}
SUBJECTS = [
    "Kort",
    "Æblegrød",
    "x" * 200,
    "ord " * 40,
    "a" * 69,
    "a" * 70,
    "  luft  ",
    "tab\there",
    "",
]


@pytest.fixture(autouse=True)
def nobody_has_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start as a process does."""
    monkeypatch.setattr(ReadyMail, "last_asked", None)


def mail_about(subject: str, kind: type[EmailMultiAlternatives] = ReadyMail) -> Any:
    mail = kind(
        subject=subject,
        body="Kære Ida",
        from_email="Kom med <kommed@example.dk>",
        to=["ida@example.dk"],
        headers={"Message-ID": "<1@example.dk>", "Date": "Sat, 28 Nov 2026 11:00:00 -0000"},
    )
    mail.attach_alternative("<p>Kære Ida</p>", "text/html")
    mail.attach("kalender.ics", b"BEGIN:VCALENDAR", "text/calendar")
    return mail


def test_the_first_shows_how_the_next_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    write = ReadyMail._written

    def counted(self: ReadyMail, *args: Any, **options: Any) -> Any:
        written.append(self.subject)
        return write(self, *args, **options)

    monkeypatch.setattr(ReadyMail, "_written", counted)
    first, second = mail_about("første"), mail_about("anden")

    first.make_bytes()
    assert written == []
    first.message().as_bytes(**LINE)
    second.make_bytes()
    assert written == ["første", "anden"]
    sent = second.message().as_bytes(**LINE)

    assert written == ["første", "anden"]
    assert email.message_from_bytes(sent)["Message-ID"] == "<1@example.dk>"
    assert sent.count(b"\n") == sent.count(b"\r\n") > 0


def test_who_asks_in_another_way_gets_what_they_ask_for() -> None:
    mail_about("første").message().as_bytes(**LINE)
    mail = mail_about("anden")
    mail.make_bytes()

    assert b"\r\n" not in mail.message().as_bytes()
    assert b"\r\n" in mail.message().as_bytes(**LINE)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_headers_are_as_python_writes_them(subject: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ready, "token_hex", lambda size: "0" * size)
    quick = mail_about(subject).message().as_bytes(**LINE)
    monkeypatch.setattr(ready, "_QUICK", compat32)

    assert mail_about(subject).message().as_bytes(**LINE) == quick


def types_of(made: Any) -> list[str]:
    return [part.get_content_type() for part in made.walk()]


def test_parts_are_told_apart_by_lines_that_nobody_knows_beforehand() -> None:
    first, second = (mail_about("ens").message() for _ in range(2))
    parts = [*first.walk(), *second.walk()]
    plain = mail_about("ens", EmailMultiAlternatives).message()

    assert len({part.get_boundary() for part in parts if part.is_multipart()}) == 4
    assert types_of(email.message_from_bytes(first.as_bytes())) == types_of(plain)
    assert types_of(plain).count("text/html") == 1


class EditingBackend(EmailBackend):
    """Adds a header before it sends, as the backend for Amazon does."""

    sent: ClassVar[list[bytes]] = []

    def open(self) -> bool:
        """Connect to nobody."""
        return True

    def close(self) -> None:
        """Leave nobody."""

    def send_messages(self, email_messages: Any) -> int:
        """Keep what would be sent."""
        for mail in email_messages:
            message = mail.message()
            message["X-Added"] = mail.to[0]
            self.sent.append(message.as_bytes(**LINE))
        return len(email_messages)


def send_three(made: MadeEvent, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Send three mails, and return those whose bytes were made beforehand."""
    beforehand: list[str] = []
    make_bytes = ReadyMail.make_bytes

    def noticed(self: ReadyMail) -> None:
        beforehand.append(self.to[0])
        make_bytes(self)

    monkeypatch.setattr(ReadyMail, "make_bytes", noticed)
    for number in range(3):
        make_registration(made, email=f"person{number}@example.dk")
    assert dispatch_due().sent == 3
    return beforehand


@pytest.mark.django_db
def test_a_backend_that_changes_mails_sends_what_it_has_made_of_them(
    made: MadeEvent, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = f"{__name__}.{EditingBackend.__name__}"
    if django.VERSION >= (6, 1):
        settings.MAILERS = {"default": {"BACKEND": backend}}
    else:
        settings.EMAIL_BACKEND = backend
    monkeypatch.setattr(EditingBackend, "sent", [])

    assert send_three(made, monkeypatch) == []

    found = [email.message_from_bytes(each) for each in EditingBackend.sent]
    assert [each["X-Added"] for each in found] == [each["To"] for each in found]
    assert len(found) == 3


@pytest.mark.django_db
def test_for_a_mail_server_the_bytes_of_all_but_the_first_are_made_beforehand(
    made: MadeEvent, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    write = ReadyMail._written

    def counted(self: ReadyMail, *args: Any, **options: Any) -> Any:
        written.append(self.to[0])
        return write(self, *args, **options)

    monkeypatch.setattr(ReadyMail, "_written", counted)
    with smtp_sink(tmp_path) as sink:
        send_to(settings, sink.port)
        beforehand = send_three(made, monkeypatch)

        assert sum(sink.accepted().values()) == 3
    # The second may have been made ready before the first had opened the connection.
    assert beforehand[-1:] == ["person2@example.dk"]
    assert written == [f"person{number}@example.dk" for number in range(3)]
