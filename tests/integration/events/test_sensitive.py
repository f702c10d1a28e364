"""Confidential answers: not in mails, and those of special categories for those with a right."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from events.models import EventAccess, EventQuestion, Registration
from forms.enums import Autocomplete
from forms.mail.render import render_message
from forms.models import Message
from tests.conftest import People, log_in
from tests.factories import MadeEvent, publish

from .visitor import send

pytestmark = pytest.mark.django_db

ORDINARY, CONFIDENTIAL, SPECIAL = "Drejebænk", "Hemmelig sag 7", "Nøddeallergi"


@pytest.fixture
def registration(people: People, made: MadeEvent) -> Registration:
    """Somebody who answered a question of each class."""
    page = made.reload()
    page.questions = [
        *page.questions.all(),
        EventQuestion(label="Fag"),
        EventQuestion(label="Sag", privacy_class="confidential"),
        EventQuestion(label="Allergi", privacy_class="special", special_basis="explicit_consent"),
    ]
    publish(page)
    response = send(made, fag=ORDINARY, sag=CONFIDENTIAL, allergi=SPECIAL)
    assert response.status_code == 303
    return Registration.objects.get()


def shown_to(user: Any, made: MadeEvent, registration: Registration) -> set[str]:
    url = reverse("kommed_events_desk:detail", args=[made.key, registration.uuid])
    html = log_in(user).get(url).content.decode()
    return {text for text in (ORDINARY, CONFIDENTIAL, SPECIAL) if text in html}


def test_mails_carry_ordinary_answers_alone_and_say_so(registration: Registration) -> None:
    for message in Message.objects.all():
        mail = render_message(message)
        for text in (mail.text, mail.html):
            assert CONFIDENTIAL not in text
            assert SPECIAL not in text
        assert SPECIAL not in str(message.context)
    to_person = Message.objects.get(to=registration.email)
    assert ORDINARY in render_message(to_person).text
    assert to_person.context["answers_left_out"] is True


def test_answers_of_special_categories_are_shown_to_those_who_may_see_them(
    people: People, made: MadeEvent, registration: Registration
) -> None:
    assert shown_to(people.admin, made, registration) == {ORDINARY, CONFIDENTIAL, SPECIAL}
    assert shown_to(people.staff, made, registration) == {ORDINARY, CONFIDENTIAL, SPECIAL}
    assert shown_to(people.reader, made, registration) == {ORDINARY, CONFIDENTIAL}

    EventAccess.objects.filter(user=people.staff).update(can_sensitive=False)

    assert shown_to(people.staff, made, registration) == {ORDINARY, CONFIDENTIAL}


def test_an_organisation_of_a_special_category_is_nothing_but_an_answer(
    people: People, made: MadeEvent
) -> None:
    page = made.reload()
    page.questions = [
        EventQuestion(
            label="Fagforening",
            autocomplete=Autocomplete.ORGANISATION,
            privacy_class="special",
            special_basis="explicit_consent",
        )
    ]
    publish(page)

    assert send(made, fagforening="HK Aarhus").status_code == 303

    registration = Registration.objects.get()
    assert registration.submission.answers["fagforening"] == "HK Aarhus"
    assert registration.organisation == ""
