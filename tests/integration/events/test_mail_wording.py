"""The editors' own words in the mails that leave: whose hold, and that they are text."""

from __future__ import annotations

import email
import re
import uuid
from email import policy
from html import unescape
from typing import Any

import pytest
from django.core import mail

from events.actions.change_state import change_state
from events.enums import RegistrationAction
from events.models import Registration
from events.queries.own_page import own_page_url
from forms.enums import MessageState
from forms.mail.dispatch import dispatch_due
from forms.mail.kinds import all_kinds
from forms.mail.render import build_mail, render_message
from forms.mail.wording import built_in_words, words_for, words_in
from forms.models import Message, MessageTemplate
from tests.factories import MadeEvent, make_registration

pytestmark = pytest.mark.django_db

HOSTILE = [
    "{other_placeholder}",
    "{reference}",
    "{{7*7}}",
    "{% load i18n %}",
    "{0.__class__}",
    "<script>alert(1)</script>",
    '"><img src=https://elsewhere.example/x>',
    "Ida\r\nBcc: alle@example.dk",
    "https://elsewhere.example/win",
    "javascript:alert(1)",
]


def words(subject: str, text: str, **fields: Any) -> MessageTemplate:
    given: dict[str, Any] = {"kind": "confirmed", "language": "da"} | fields
    return MessageTemplate.objects.create(subject=subject, text=text, **given)


def receive(made: MadeEvent, **fields: Any) -> Message:
    registration = make_registration(made, **fields)
    return Message.objects.get(subject_key=registration.uuid)


def links_in(html: str) -> list[tuple[str, str]]:
    """Return where the links of the mail lead, and what they say."""
    found = re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', html)
    return [(unescape(href), unescape(said)) for href, said in found]


def test_without_words_of_their_own_a_mail_is_the_built_in_one(made: MadeEvent) -> None:
    message = receive(made)
    words("{event_title}", "Andet sprog", language="en")
    words("{event_title}", "Andet arrangement", scope_key=uuid.uuid4())
    words("{event_title}", "Anden mail", kind="waiting")

    assert words_for(message) is None
    assert "Andet" not in render_message(message).text


def test_the_site_s_words_stand_where_the_built_in_ones_stood(made: MadeEvent) -> None:
    message = receive(made, name="Ida Holm")
    before = render_message(message)
    words("Vi ses, {name}", "Kom til {event_title}.\n\nRef. {reference}\nHilsen os")

    after = render_message(message)

    assert after.subject == "Vi ses, Ida Holm"
    title = made.page.title
    assert f"Kom til {title}.\n\nRef. {message.context['reference']}\nHilsen os\n" in after.text
    assert f"<bdi>{title}</bdi>.</p>" in after.html
    assert "<br>Hilsen os</p>" in after.html
    built_in = built_in_words(next(kind for kind in all_kinds() if kind.name == "confirmed"), "da")[
        "text"
    ].split("\n\n")[0]
    assert built_in in " ".join(before.text.split())
    assert built_in not in " ".join(after.text.split())
    # The frame stays: greeting, facts and the address to write to.
    for part in ("Ida Holm", title, message.context["reference"], "postkasse@example.dk"):
        assert part in after.text
        assert part in after.html


def test_an_event_s_words_go_before_the_site_s(made: MadeEvent) -> None:
    message = receive(made)
    words("Alle", "For alle")
    words("Eget", "Kun her", scope_key=made.key)

    assert words_for(message) == {"subject": "Eget", "text": "Kun her"}


def test_words_are_looked_up_once_for_a_mail(made: MadeEvent, count_queries: Any) -> None:
    message = receive(made)

    with count_queries(1):
        assert words_for(message) is None
    words("Eget", "Kun her")
    with count_queries(1):
        assert words_for(message) is not None
    message.kind = "staff_new_registration"  # nobody's to change
    with count_queries(0):
        assert words_for(message) is None
    message.words = {"subject": "Sendt", "text": "Med disse"}
    with count_queries(0):
        assert words_for(message) == message.words


def test_what_was_sent_stays_what_it_was(made: MadeEvent) -> None:
    message = receive(made)
    template = words("Da den blev sendt", "Ordene fra dengang, {name}")
    dispatch_due()
    assert mail.outbox[0].subject == "Da den blev sendt"

    template.subject, template.text = "Nu", "Nye ord"
    template.save()

    message.refresh_from_db()
    assert message.state == MessageState.SENT
    shown = render_message(message, with_links=False)
    assert shown.subject == "Da den blev sendt"
    assert "Ordene fra dengang" in shown.text


def test_what_was_sent_with_built_in_words_is_not_reworded(made: MadeEvent) -> None:
    message = receive(made)
    dispatch_due()
    subject = mail.outbox[0].subject
    words("Nu", "Nye ord")

    message.refresh_from_db()

    assert render_message(message).subject == subject


def test_the_own_page_s_link_is_put_in_when_sending_and_nowhere_else(made: MadeEvent) -> None:
    message = receive(made)
    words("Til dig", "Ret den her: {own_page_url}")
    dispatch_due()
    link = own_page_url(Registration.objects.get(uuid=message.subject_key))
    html = str(mail.outbox[0].alternatives[0][0])  # type: ignore[attr-defined]

    assert (link, link) in links_in(html)
    assert f"Ret den her: {link}" in mail.outbox[0].body.replace("\n", " ")
    message.refresh_from_db()
    assert link not in str(message.words) + str(message.context)
    seen = render_message(message, with_links=False)
    assert link not in seen.text + seen.html
    assert "Ret den her: [" in seen.text


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_somebody_is_called_it_stays_their_name(made: MadeEvent, name: str) -> None:
    message = receive(made, name="Ida Holm")
    message.context["name"] = name
    message.save()
    words("{name}: {event_title}", "Kære {name}, ref. {reference}.")
    in_one_line = " ".join(name.split())

    sent = email.message_from_bytes(build_mail(message).message().as_bytes(), policy=policy.default)
    rendered = render_message(message)

    assert [one.strip() for one in sent.get_all("Subject", [])] == [
        f"{in_one_line}: {made.page.title}"
    ]
    assert sent.get_all("Bcc") is None
    assert f"Kære {in_one_line}, ref. {message.context['reference']}." in " ".join(
        rendered.text.split()
    )
    assert "<script" not in rendered.html
    assert "<img" not in rendered.html
    assert 'href="https://elsewhere' not in rendered.html
    assert 'href="javascript' not in rendered.html


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_an_editor_writes_it_is_text(made: MadeEvent, text: str) -> None:
    message = receive(made, name="Ida Holm")
    words(text, text)  # past the form, which refuses some of it

    rendered = render_message(message)

    assert "49" not in rendered.subject
    assert "<script" not in rendered.html
    assert "<img" not in rendered.html
    assert 'href="javascript' not in rendered.html
    assert "\n" not in rendered.subject


def test_addresses_that_editors_write_can_be_clicked(made: MadeEvent) -> None:
    message = receive(made)
    words("Hej", "Se https://example.dk/a?b=1&c=2, eller skriv til os@example.dk.")

    found = links_in(render_message(message).html)

    assert ("https://example.dk/a?b=1&c=2", "https://example.dk/a?b=1&c=2") in found
    assert ("mailto:os@example.dk", "os@example.dk") in found


def test_what_a_mail_has_to_say_besides_is_said_with_any_words(made: MadeEvent) -> None:
    registration = make_registration(made)
    change_state(
        registration=registration,
        action=RegistrationAction.CANCEL,
        note="Tag en regnjakke med",
        by=None,
    )
    words("Farvel", "Vi ses en anden gang.", kind="cancelled")
    message = Message.objects.get(kind="cancelled")

    rendered = render_message(message)

    assert "Vi ses en anden gang." in rendered.text
    assert "Tag en regnjakke med" in rendered.text
    assert "Tag en regnjakke med" in rendered.html


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("kind", [k.name for k in all_kinds() if k.placeholders])
def test_every_kind_that_may_be_written_takes_other_words(kind: str, language: str) -> None:
    found = next(one for one in all_kinds() if one.name == kind)
    built_in = built_in_words(found, language)
    message = Message(
        kind=kind,
        language=language,
        context=found.sample(language),
        scope_key=uuid.uuid4(),
        words={"subject": "Emne her", "text": "Ganske andre ord"},
    )

    rendered = render_message(message, with_links=False)

    assert built_in["subject"]
    assert built_in["text"]
    assert "{" not in fill_all(built_in["subject"] + built_in["text"], found)
    assert rendered.subject == "Emne her"
    assert "Ganske andre ord" in rendered.text
    assert "<p>Ganske andre ord</p>" in rendered.html or ">Ganske andre ord</p>" in rendered.html
    first = built_in["text"].split("{")[0].split("\n")[0]
    if first:
        assert first not in " ".join(rendered.text.split())


def fill_all(text: str, kind: Any) -> str:
    for one in kind.placeholders:
        text = text.replace("{" + one.name + "}", "")
    return text


def test_the_words_of_an_event_are_found_by_its_key_in_letters_too(made: MadeEvent) -> None:
    """A mail that is only looked at has it so, or none at all; it may be the first to ask."""
    words("Fra stedet", "Hej", kind="confirmed", language="da", scope_key=None)
    words("Fra arrangementet", "Hej", kind="confirmed", language="da", scope_key=made.key)
    for key, subject in (
        (str(made.key), "Fra arrangementet"),
        (made.key, "Fra arrangementet"),
        (None, "Fra stedet"),
        (uuid.uuid4(), "Fra stedet"),
    ):
        found = words_in(kind="confirmed", language="da", scope_key=key)
        assert found is not None
        assert found["subject"] == subject
