"""Markup in answers and in editors' words is text wherever it is shown.

A page with payloads must be made of the very elements and attributes that it is made of with
harmless words: nothing a payload says has become a part of it.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from events.models import Registration
from forms.mail.render import render_message
from forms.models import Message, Submission
from tests.factories import MadeEvent, make_registration

from .doors import DOORS, FORM, Door, Shape, open_door
from .payloads import PAYLOADS

pytestmark = pytest.mark.django_db

RUNS = ("src", "action", "formaction", "srcdoc", "style", "data", "content", "background")
WITH_CHOICES = ("radio", "dropdown", "checkboxes", "multiselect")
EDITORS_TYPES = (
    *("singleline", "multiline", "email", "address", "number", "date", "radio", "dropdown"),
    *("checkboxes", "multiselect", "checkbox", "consent", "section", "explanation", "hidden"),
)


def one_line(payload: str) -> str:
    """Return ``payload`` as somebody could write it on one line."""
    return payload.replace("\n", " ").replace("\x0c", " ")


def harmless(text: str) -> str:
    """Return a text of the same shape that says nothing."""
    return re.sub(r"[^\n ]", "x", text)


def editors_form(word: Any) -> list[dict[str, Any]]:
    """Return questions with ``word(payload)`` in everything an editor writes."""
    questions = []
    for number, payload in enumerate(PAYLOADS):
        kind = EDITORS_TYPES[number % len(EDITORS_TYPES)]
        text = word(one_line(payload))
        question: dict[str, Any] = {
            "clean_name": f"q{number}",
            "label": text,
            "field_type": kind,
            "required": kind not in ("section", "explanation", "hidden"),
            "help_text": text,
            "error_text": text,
            "purpose": text,
        }
        if kind in ("consent", "explanation"):
            question["statement"] = text
        if kind in WITH_CHOICES:
            question["choices"] = [{"key": "a", "label": text}, {"key": text[:60], "label": "B"}]
            question["has_other"] = True
        if kind == "hidden":
            question["default_value"] = text
        questions.append(question)
    return questions


def visitors_form() -> list[dict[str, Any]]:
    """Return questions of one and of several lines, one for each payload, and one that is wrong."""
    kinds = ("singleline", "multiline")
    return [
        {
            "label": f"Q{number}",
            "field_type": kinds[number % 2],
            "required": False,
        }
        for number in range(len(PAYLOADS))
    ] + [{"label": "Ret", "field_type": "email", "required": True}]


def answers_of(word: Any) -> dict[str, str]:
    """Return a payload for each question."""
    return {
        f"q{number}": word(payload if number % 2 else one_line(payload))
        for number, payload in enumerate(PAYLOADS)
    }


def assert_same_shape(hostile: Any, calm: Any) -> None:
    """Assert that both are made of the same parts, and that nothing in them would run."""
    one, other = Shape(hostile), Shape(calm)
    assert one.parts == other.parts
    running = [
        (tag, name, value)
        for tag, name, value in one.values
        if "alert" in value and (name in RUNS or name.startswith("on"))
    ]
    assert running == []
    links = [value for _tag, name, value in one.values if name == "href" and "alert" in value]
    assert all(value.startswith(("mailto:", "#", "/")) for value in links)


@pytest.mark.parametrize("kind", DOORS)
def test_what_editors_write_is_text(kind: str, site: Any) -> None:
    nasty, calm = open_door(kind, editors_form(str)), open_door(kind, editors_form(harmless))

    assert_same_shape(Client().get(nasty.url), Client().get(calm.url))
    wrong = nasty.send(), calm.send()

    assert [response.status_code for response in wrong] == [422, 422]
    assert_same_shape(*wrong)
    words = Shape(wrong[0]).text
    unseen = [text for text in map(one_line, PAYLOADS) if text not in words]
    assert unseen == [
        one_line(payload)
        for number, payload in enumerate(PAYLOADS)
        if EDITORS_TYPES[number % len(EDITORS_TYPES)] == "hidden"
    ]


@pytest.mark.parametrize("kind", DOORS)
def test_what_visitors_write_comes_back_as_text(kind: str, site: Any) -> None:
    door = open_door(kind, visitors_form())

    hostile, calm = door.send(**answers_of(str)), door.send(**answers_of(harmless))

    assert (hostile.status_code, calm.status_code) == (422, 422)
    assert set(hostile.context["form"].errors) == {"ret"}
    assert_same_shape(hostile, calm)
    shape = Shape(hostile)
    shown = {value for _tag, name, value in shape.values if name == "value"} | {shape.text}
    for key, payload in answers_of(str).items():
        assert (key, any(payload in text for text in shown)) == (key, True)


@pytest.mark.parametrize("kind", DOORS)
def test_what_visitors_write_is_read_by_staff_as_text(kind: str, site: Any) -> None:
    page = {"copy_to_sender": True} if kind == FORM else {}
    nasty, calm = (open_door(kind, visitors_form(), **page) for _ in range(2))
    for door, word in ((nasty, str), (calm, harmless)):
        assert door.send(**answers_of(word), ret="ida@example.dk").status_code == 303

    pages = [[door.read_desk_page(number) for number in (0, 1)] for door in (nasty, calm)]

    for hostile, other in zip(*pages, strict=True):
        assert (hostile.status_code, other.status_code) == (200, 200)
        assert_same_shape(hostile, other)
    words = Shape(pages[0][1]).text
    assert [
        p for p in answers_of(str).values() if "".join(p.split()) not in "".join(words.split())
    ] == []
    # Kept as they were written: what is escaped is the page, not the ledger.
    answers = Submission.objects.order_by("pk").first().answers
    assert {key: answers[key] for key in answers_of(str)} == {
        key: text.strip() for key, text in answers_of(str).items()
    }


@pytest.mark.parametrize("kind", DOORS)
def test_mails_hold_what_was_written_as_text(kind: str, site: Any) -> None:
    page = {"copy_to_sender": True} if kind == FORM else {}
    nasty, calm = (open_door(kind, visitors_form(), **page) for _ in range(2))
    for door, word in ((nasty, str), (calm, harmless)):
        assert door.send(**answers_of(word), ret="ida@example.dk").status_code == 303

    hostile, other = (render_message(message) for message in Message.objects.order_by("pk"))

    assert_same_shape(hostile.html, other.html)


def test_names_are_text_in_every_list_and_mail(made: MadeEvent) -> None:
    for number, payload in enumerate(PAYLOADS):
        make_registration(
            made,
            name=one_line(payload),
            organisation=one_line(payload),
            email=f"a{number}@example.dk",
        )
    hostile = Door(made)
    pages = hostile.read_desk(most=6)
    mails = [render_message(message) for message in Message.objects.order_by("pk")]
    for registration in Registration.objects.all():
        registration.name = harmless(registration.name)
        registration.organisation = harmless(registration.organisation)
        registration.save()
    for message in Message.objects.all():
        message.context = {
            key: harmless(value) if key in ("name", "organisation") else value
            for key, value in message.context.items()
        }
        message.save()

    calm = hostile.read_desk(most=6)
    calm_mails = [render_message(message) for message in Message.objects.order_by("pk")]

    assert {page.status_code for page in (*pages, *calm)} == {200}
    assert_same_shape(pages[0], calm[0])
    for one, other in zip(pages[1:], calm[1:], strict=True):
        assert_same_shape(one, other)
    assert len(mails) == len(PAYLOADS)
    for mail, other_mail in zip(mails, calm_mails, strict=True):
        assert_same_shape(mail.html, other_mail.html)
        assert "\n" not in mail.subject
