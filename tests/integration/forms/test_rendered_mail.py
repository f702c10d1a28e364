"""What leaves: one header of each, everybody's text as text, and files that mail programs open."""

from __future__ import annotations

import email
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from events.actions.change_state import change_state
from events.enums import RegistrationAction
from events.jobs.staff_notices import tell_staff
from forms.mail.backends import EmlFileBackend
from forms.mail.dispatch import dispatch_due
from forms.mail.render import build_mail, render_message
from forms.models import Message
from tests.factories import (
    EventAccessFactory,
    MadeEvent,
    MadeSite,
    SessionSpec,
    copy_to_language,
    make_event,
    make_registration,
    publish,
)

pytestmark = pytest.mark.django_db

SINGLE_HEADERS = (
    "From",
    "To",
    "Subject",
    "Message-ID",
    "Reply-To",
    "Auto-Submitted",
    "Content-Language",
    "Date",
    "MIME-Version",
)
NASTY_NAMES = (
    "Ida\r\nBcc: alle@example.dk",
    "{reference} {state}",
    "{{ reference }}{% load i18n %}",
    "%(reference)s %s",
    "{0.__class__}",
    "<script>alert(1)</script>",
    "<img src=https://elsewhere.example/x>",
)


def as_sent(message: Message) -> EmailMessage:
    """Return the mail as the recipient's program reads it."""
    raw = build_mail(message).message().as_bytes()
    return email.message_from_bytes(raw, policy=policy.default)  # type: ignore[return-value]


def part(sent: EmailMessage, kind: str) -> str:
    body = sent.get_body(preferencelist=(kind,))
    assert body is not None
    return str(body.get_content())


def test_each_header_is_there_once(made: MadeEvent) -> None:
    make_registration(made, email="ida@example.dk")
    message = Message.objects.get()

    sent = as_sent(message)

    assert {name: len(sent.get_all(name, [])) for name in SINGLE_HEADERS} == dict.fromkeys(
        SINGLE_HEADERS, 1
    )
    assert sent["To"] == "ida@example.dk"
    assert sent["From"] == "Kom med <kommed@example.dk>"
    assert sent["Reply-To"] == "postkasse@example.dk"
    assert sent["Message-ID"] == f"<{message.uuid}@example.dk>"
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Content-Language"] == "da"
    assert (sent["Cc"], sent["Bcc"]) == (None, None)


@pytest.mark.parametrize("name", NASTY_NAMES)
def test_what_people_call_themselves_is_text_and_nothing_else(made: MadeEvent, name: str) -> None:
    registration = make_registration(made, name=name, answers={"organisation": name})

    sent = as_sent(Message.objects.get())

    assert {h: len(sent.get_all(h, [])) for h in SINGLE_HEADERS} == dict.fromkeys(SINGLE_HEADERS, 1)
    assert sent["Bcc"] is None
    text, html = part(sent, "plain"), part(sent, "html")
    assert " ".join(name.split()) in " ".join(text.split())
    assert "<script" not in html
    assert "<img" not in html
    assert text.count(registration.reference) <= 1


def test_a_title_of_several_lines_is_one_subject(site: MadeSite) -> None:
    made = make_event(title="Åbne\nBcc: alle@example.dk\nværksteder " + "x" * 180)
    make_registration(made)

    sent = as_sent(Message.objects.get())

    assert len(sent.get_all("Subject", [])) == 1
    assert sent["Bcc"] is None
    assert len(str(sent["Subject"]).strip()) <= 150


def test_a_note_is_text_and_nothing_else(made: MadeEvent) -> None:
    registration = make_registration(made)
    note = "Hej {name}\n<b>fed</b> {{ reference }}"
    change_state(registration=registration, action=RegistrationAction.CANCEL, by=None, note=note)

    sent = as_sent(Message.objects.order_by("pk").last())  # type: ignore[arg-type]

    assert "Hej {name}" in part(sent, "plain")
    assert "<b>fed</b> {{ reference }}" in part(sent, "plain")
    assert "&lt;b&gt;fed&lt;/b&gt; {{ reference }}" in part(sent, "html")


def _one_of_each(site: MadeSite, language: str) -> list[Message]:
    made = make_event(sessions=[SessionSpec("Aalborg", 2)])
    publish(copy_to_language(made.page, site.english, title="Open workshops"))
    EventAccessFactory(event_key=made.key, notify="at_once")
    choosing = make_event(sessions=[SessionSpec("Aalborg", 2)], way_in="application")
    publish(copy_to_language(choosing.page, site.english, title="Open hearing"))
    fields: dict[str, Any] = {"language": language}
    first = make_registration(made, email="ida@example.dk", **fields)
    make_registration(made, name="Ida II", email="ida@example.dk", **fields)
    make_registration(made, **fields)
    make_registration(made, **fields)
    change_state(registration=first, action=RegistrationAction.CANCEL, by=None)
    applied = make_registration(choosing, **fields)
    change_state(registration=applied, action=RegistrationAction.DECLINE, by=None)
    tell_staff()
    return list(Message.objects.order_by("kind", "pk").distinct())


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_kind_of_mail_can_be_read_in_both_languages(site: MadeSite, language: str) -> None:
    messages = _one_of_each(site, language)
    assert {message.kind for message in messages} == {
        "already_registered",
        "cancelled",
        "confirmed",
        "declined",
        "received",
        "staff_new_registration",
        "waiting",
    }

    for message in messages:
        sent = as_sent(message)
        text, html = part(sent, "plain"), part(sent, "html")
        expected = "da" if message.kind == "staff_new_registration" else language
        assert f'lang="{expected}"' in html, message.kind
        assert message.context["event_title"] in " ".join(text.split()), message.kind
        assert "{{" not in text + html, message.kind
        assert "{%" not in text + html, message.kind
        assert "<script" not in html, message.kind
        assert "src=" not in html, message.kind


def test_the_two_languages_are_not_the_same(site: MadeSite) -> None:
    danish = {m.kind: render_message(m).subject for m in _one_of_each(site, "da")}
    Message.objects.all().delete()
    english = {m.kind: render_message(m).subject for m in _one_of_each(site, "en")}

    same = [kind for kind in danish if danish[kind] == english[kind]]
    assert same == ["staff_new_registration"]  # in the language of who gets it


def test_mail_to_staff_holds_no_answers(made: MadeEvent) -> None:
    EventAccessFactory(event_key=made.key, notify="at_once")
    make_registration(
        made,
        name="Kanariefugl",
        email="kanariefugl@example.dk",
        organisation="Kanariefuglen",
        answers={"organisation": "Kanariefuglen"},
    )
    tell_staff()

    sent = as_sent(Message.objects.get(kind="staff_new_registration"))

    assert "anariefugl" not in sent.as_string()


def test_every_mail_is_a_file_that_mail_programs_open(
    made: MadeEvent, settings: Any, tmp_path: Path
) -> None:
    settings.KOMMED_MAIL_DIR = tmp_path / "mail"
    make_registration(made, name="Åse Bæk", email="aase@example.dk")
    message = Message.objects.get()

    EmlFileBackend().send_messages([build_mail(message)])
    EmlFileBackend().send_messages([build_mail(message)])

    files = sorted((tmp_path / "mail").iterdir())
    assert len(files) == 2
    assert all(path.suffix == ".eml" and "aase" not in path.name for path in files)
    raw = files[0].read_bytes()
    assert raw.count(b"\r\n") == raw.count(b"\n")
    read = email.message_from_bytes(raw, policy=policy.default)
    assert read["To"] == "aase@example.dk"
    assert "Åse Bæk" in part(read, "plain")  # type: ignore[arg-type]
    assert [a.get_filename() for a in read.iter_attachments()] == ["invitation.ics"]  # type: ignore[attr-defined]


def test_the_dispatcher_sends_what_is_built(made: MadeEvent) -> None:
    make_registration(made, email="ida@example.dk")

    dispatch_due()

    (sent,) = mail.outbox
    assert sent.to == ["ida@example.dk"]
    assert sent.extra_headers["Message-ID"] == f"<{Message.objects.get().uuid}@example.dk>"
