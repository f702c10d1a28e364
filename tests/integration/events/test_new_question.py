"""A question that an editor adds is in five places, under the words of the day of the answer."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from events.models import EventQuestion, Registration
from forms.mail.render import render_message
from forms.models import Message
from tests.conftest import People, log_in
from tests.factories import MadeEvent, publish

from .visitor import send, visit

pytestmark = pytest.mark.django_db

LABEL = "Hvad glæder du dig til?"
KEY = "hvad_glaeder_du_dig_til"
ANSWER = "At møde <andre>"


def add_question(made: MadeEvent) -> None:
    page = made.reload()
    page.questions = [*page.questions.all(), EventQuestion(label=LABEL, field_type="singleline")]
    publish(page)


def words(response: HttpResponse) -> str:
    return response.content.decode()


def latest(made: MadeEvent) -> tuple[Registration, Message]:
    registration = Registration.objects.filter(event__key=made.key).latest("pk")
    return registration, Message.objects.get(subject_key=registration.uuid, to=registration.email)


def detail(people: People, made: MadeEvent, registration: Registration) -> str:
    url = reverse("kommed_events_desk:detail", args=[made.key, registration.uuid])
    return words(log_in(people.staff).get(url))


def test_a_new_question_is_in_form_error_page_receipt_desk_and_mail(
    people: People, made: MadeEvent
) -> None:
    assert KEY not in words(visit(made.url))

    add_question(made)
    form = words(visit(made.url))
    refused = send(made, email="ingen adresse", **{KEY: ANSWER})
    sent = send(made, **{KEY: ANSWER})
    receipt = words(Client().get(sent["Location"]))
    registration, message = latest(made)
    mail = render_message(message)

    assert re.search(rf'<input[^>]*name="{KEY}"', form)
    assert refused.status_code == 422
    assert re.search(rf'<input[^>]*name="{KEY}"[^>]*value="{escape(ANSWER)}"', words(refused))
    assert LABEL in receipt
    assert escape(ANSWER) not in receipt
    shown = detail(people, made, registration)
    assert LABEL in shown
    assert escape(ANSWER) in shown
    assert LABEL in mail.text
    assert ANSWER in mail.text
    assert escape(ANSWER) in mail.html


@pytest.mark.parametrize("change", ["rename", "remove"])
def test_what_was_answered_stays_under_the_words_of_that_day(
    people: People, made: MadeEvent, change: str
) -> None:
    add_question(made)
    send(made, **{KEY: ANSWER})
    registration, _message = latest(made)

    page: Any = made.reload()
    rows = list(page.questions.all())
    (added,) = [row for row in rows if row.clean_name == KEY]
    if change == "rename":
        added.label = "Noget helt andet"
    else:
        rows.remove(added)
    page.questions = rows
    publish(page)

    shown = detail(people, made, registration)
    assert LABEL in shown
    assert escape(ANSWER) in shown
    assert "Noget helt andet" not in shown
    assert (KEY in words(visit(made.url))) == (change == "rename")
