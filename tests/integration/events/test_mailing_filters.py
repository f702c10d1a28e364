"""Choosing whom to write to by what they are and answered, and who may ask after that."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from events.actions.mailings import draft_mailing, send_mailing
from events.jobs.mailings import send_due_mailings
from events.models import EventAccess, Mailing, Registration
from events.queries.mailing_recipients import MailingFilter, asked_questions, find_recipients
from forms.models import Message
from tests.conftest import People, log_in
from tests.factories import AudienceSpec, MadeEvent, make_event, make_registration

from .visitor import send

pytestmark = pytest.mark.django_db

QUESTIONS: list[dict[str, Any]] = [
    {"label": "Kost", "field_type": "dropdown", "choices": "Alt\nVegetar", "required": False},
    {"label": "Dage", "field_type": "checkboxes", "choices": "Fredag\nSøndag", "required": False},
    {
        "label": "Allergi",
        "field_type": "radio",
        "choices": "Nødder\nSkaldyr",
        "required": False,
        "privacy_class": "special",
        "special_basis": "explicit_consent",
    },
]
WORDS = {"da": {"subject": "Nyt", "text": "Hej."}}


@pytest.fixture
def made(site: Any) -> MadeEvent:
    """An event with audiences and with questions whose answers are chosen."""
    audiences = [AudienceSpec("Politiker"), AudienceSpec("Embedsmand")]
    return make_event(title="Folkemøde", audiences=audiences, questions=QUESTIONS)


def answered(made: MadeEvent, session: str = "København", **answers: Any) -> Registration:
    """Somebody who filled in the form as a visitor does."""
    last = Registration.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    assert send(made, event_session=str(made.session_key(session)), **answers).status_code == 303
    return Registration.objects.get(pk__gt=last)


def choices(made: MadeEvent, question: str) -> list[str]:
    return list(asked_questions(made.event, language="da")[question].choices)


def asking(question: str, choice: str) -> MailingFilter:
    return MailingFilter(states=("confirmed",), question=question, choice=choice)


def found_by(made: MadeEvent, by: Any, wanted: MailingFilter) -> set[int]:
    return set(find_recipients(event=made.event, wanted=wanted, writer=by).ids)


def test_it_finds_by_audience(people: People, made: MadeEvent) -> None:
    politician, official = made.audience_key("Politiker"), made.audience_key("Embedsmand")
    one = make_registration(made, audience_key=politician)
    two = make_registration(made, session="Aalborg", audience_key=official)
    only = MailingFilter(states=("confirmed",), audiences=(str(politician),))
    either = MailingFilter(states=("confirmed",), audiences=(str(politician), str(official)))

    assert found_by(made, people.staff, only) == {one.pk}
    assert found_by(made, people.staff, either) == {one.pk, two.pk}
    assert found_by(made, people.host, only) == set()


def test_it_finds_by_what_was_answered(people: People, made: MadeEvent) -> None:
    first = answered(made)
    (meat, green), (friday, sunday) = choices(made, "kost"), choices(made, "dage")
    eats_green = answered(made, kost=green, dage=[sunday])
    eats_all = answered(made, kost=meat, dage=[friday, sunday])

    assert found_by(made, people.staff, asking("kost", green)) == {eats_green.pk}
    assert found_by(made, people.staff, asking("dage", sunday)) == {eats_green.pk, eats_all.pk}
    assert found_by(made, people.staff, asking("dage", friday)) == {eats_all.pk}
    assert found_by(made, people.staff, asking("kost", "nothing of the kind")) == set()
    assert found_by(made, people.staff, asking("no_question", green)) == set()
    mailing = draft_mailing(
        event=made.event, wanted=asking("dage", sunday), words=WORDS, by=people.staff
    )
    send_mailing(mailing=mailing, by=people.staff)
    send_due_mailings()
    sent = set(Message.objects.filter(batch_key=mailing.uuid).values_list("to", flat=True))
    assert sent == {eats_green.email, eats_all.email}
    assert first.email not in sent


def test_who_may_not_read_special_answers_does_not_learn_them_by_choosing(
    people: People, made: MadeEvent
) -> None:
    answered(made)
    nuts = choices(made, "allergi")[0]
    has_it = answered(made, allergi=nuts)
    new = reverse("kommed_events_desk:mailing_new", args=[made.key])
    asked = {"states": "confirmed", "answer": f"allergi={nuts}"}
    assert found_by(made, people.staff, asking("allergi", nuts)) == {has_it.pk}
    assert log_in(people.staff).get(new, asked).context["found"].ids == [has_it.pk]

    EventAccess.objects.filter(user=people.staff).update(can_sensitive=False)

    assert found_by(made, people.staff, asking("allergi", nuts)) == set()
    answer = log_in(people.staff).get(new, asked)
    assert set(answer.context["form"].errors) == {"answer"}
    assert answer.context["found"].ids == []
    assert nuts not in str(answer.context["form"]["answer"])


def test_a_right_to_special_answers_that_is_lost_before_it_leaves_stops_them_deciding(
    people: People, made: MadeEvent
) -> None:
    answered(made)
    nuts = choices(made, "allergi")[0]
    answered(made, allergi=nuts)
    mailing = draft_mailing(
        event=made.event, wanted=asking("allergi", nuts), words=WORDS, by=people.staff
    )
    send_mailing(mailing=mailing, by=people.staff)
    EventAccess.objects.filter(user=people.staff).update(can_sensitive=False)

    assert send_due_mailings() == 0
    assert not Message.objects.filter(batch_key=mailing.uuid).exists()


@pytest.mark.parametrize(
    "asked",
    [
        {"states": []},
        {"states": ["no state"]},
        {"states": ["confirmed"], "sessions": ["no key"]},
        {"states": ["confirmed"], "audiences": ["no key"]},
        {"states": ["confirmed"], "answer": "kost=<script>"},
        {"states": ["confirmed"], "bounced": "perhaps"},
    ],
)
def test_what_is_not_offered_is_refused(
    people: People, made: MadeEvent, asked: dict[str, Any]
) -> None:
    make_registration(made)
    new = reverse("kommed_events_desk:mailing_new", args=[made.key])

    answer = log_in(people.staff).post(new, asked | {"go": "1"})

    assert answer.status_code == 422
    assert b"=<script>" not in answer.content
    assert not Mailing.objects.exists()


def test_of_one_place_no_other_can_be_chosen(people: People, made: MadeEvent) -> None:
    answered(made)
    new = reverse("kommed_events_desk:mailing_new", args=[made.key])
    elsewhere = {"states": "confirmed", "sessions": str(made.session_key("København")), "go": "1"}

    answer = log_in(people.host).post(new, elsewhere)

    assert answer.status_code == 422
    assert not Mailing.objects.exists()
