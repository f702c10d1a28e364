"""Choices of the form that only so many may take: counted for live registrations."""

from __future__ import annotations

from typing import Any

import pytest

from events.actions.change_state import change_state
from events.actions.register import register
from events.enums import RegistrationAction as Action
from events.enums import RegistrationState as State
from events.exceptions import CapacityExceeded
from events.models import EventQuestion, Registration
from forms.exceptions import ChoiceFull
from forms.models import Message, Submission, TakenPlace
from tests.factories import MadeEvent, UserFactory, make_registration, publish

from .visitor import send

pytestmark = pytest.mark.django_db

CHOICES = [
    {"key": "tidlig", "label": "Rundvisning kl. 12", "places": 2},
    {"key": "sen", "label": "Rundvisning kl. 16", "places": None},
]


@pytest.fixture
def tours(made: MadeEvent) -> MadeEvent:
    """An event whose form offers two tours, one of them to two people only."""
    page = made.reload()
    page.questions = [
        *page.questions.all(),
        EventQuestion(label="Rundvisning", field_type="radio", choices=CHOICES),
    ]
    publish(page)
    made.reload()
    return made


def early(made: MadeEvent, **fields: Any) -> Registration:
    return make_registration(made, answers={"rundvisning": "tidlig"}, **fields)


def decide(registration: Registration, action: Action, **options: Any) -> Registration:
    return change_state(registration=registration, action=action, by=UserFactory(), **options)


def test_the_third_of_two_places_is_refused_and_nothing_is_written(tours: MadeEvent) -> None:
    early(tours), early(tours)
    before = (Submission.objects.count(), Message.objects.count(), TakenPlace.objects.count())

    with pytest.raises(ChoiceFull) as full:
        early(tours)

    assert (full.value.question_key, full.value.choice_key) == ("rundvisning", "tidlig")
    after = (Submission.objects.count(), Message.objects.count(), TakenPlace.objects.count())
    assert after == before == (2, 2, 2)


def test_the_other_choice_and_no_choice_are_not_limited(tours: MadeEvent) -> None:
    early(tours), early(tours)

    for answer in ("sen", "sen", "sen", None):
        make_registration(tours, answers={"rundvisning": answer})

    assert Registration.objects.count() == 6


def test_a_place_comes_free_with_its_registration(tours: MadeEvent) -> None:
    first, _second = early(tours), early(tours)

    decide(first, Action.CANCEL)

    assert early(tours).state == State.CONFIRMED


def test_those_who_wait_for_a_seat_hold_their_place(tours: MadeEvent) -> None:
    page = tours.reload()
    rows = list(page.event_sessions.all())
    for row in rows:
        row.capacity = 0
    page.event_sessions = rows
    publish(page)

    assert [early(tours).state, early(tours).state] == [State.WAITING] * 2
    with pytest.raises(ChoiceFull):
        early(tours)


def test_whoever_comes_back_needs_a_place_or_an_override(tours: MadeEvent) -> None:
    first, _second = early(tours), early(tours)
    declined = decide(first, Action.CANCEL)
    Registration.objects.filter(pk=declined.pk).update(state=State.DECLINED)
    declined.refresh_from_db()
    early(tours)

    with pytest.raises(CapacityExceeded):
        decide(declined, Action.CONFIRM)

    back = decide(declined, Action.CONFIRM, override=True)
    assert back.state == State.CONFIRMED
    assert TakenPlace.objects.filter(choice_key="tidlig").count() == 3


def test_a_repeat_by_somebody_who_has_the_last_place_is_no_refusal(tours: MadeEvent) -> None:
    early(tours)
    last = early(tours)
    again = register(
        event=tours.event,
        applicant=_same(last),
        form_version=last.submission.form_version,
        answers=last.submission.answers,
    )

    assert (again.registration, again.is_new) == (last, False)


def _same(registration: Registration) -> Any:
    from events.actions.applicant import Applicant

    return Applicant(
        name=registration.name,
        email=registration.email,
        event_session_key=registration.event_session_key,
    )


def test_both_languages_share_the_places(tours: MadeEvent) -> None:
    early(tours, language="da")
    early(tours, language="en")

    with pytest.raises(ChoiceFull):
        early(tours, language="en")


def test_the_visitor_is_told_at_the_question_and_keeps_what_was_typed(tours: MadeEvent) -> None:
    early(tours), early(tours)

    response = send(tours, rundvisning="tidlig", name="Ida Nordlund")

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["rundvisning"]
    assert 'value="Ida Nordlund"' in response.content.decode()
    assert send(tours, rundvisning="sen").status_code == 303


def test_a_full_choice_is_said_to_known_and_unknown_people_alike(tours: MadeEvent) -> None:
    known = {"email": "kendt@example.dk", "name": "Ida Nordlund"}
    assert send(tours, rundvisning="sen", **known).status_code == 303
    early(tours), early(tours)

    for person in (known, {"email": "ukendt@example.dk", "name": "Ida Nordlund"}):
        response = send(tours, rundvisning="tidlig", **person)
        assert response.status_code == 422
        assert list(response.context["form"].errors) == ["rundvisning"]

    assert send(tours, rundvisning="sen", **known).status_code == 303


def test_the_page_says_how_many_places_are_left(tours: MadeEvent, client: Any) -> None:
    early(tours)

    response = client.get(tours.url)

    assert response.context["places_left"] == {"rundvisning": {"tidlig": 1}}


def test_a_first_limit_counts_those_who_chose_before_there_was_any(made: MadeEvent) -> None:
    page = made.reload()
    free = [choice | {"places": None} for choice in CHOICES]
    page.questions = [
        *page.questions.all(),
        EventQuestion(label="Rundvisning", field_type="radio", choices=free),
    ]
    publish(page)
    early(made), early(made)
    assert not TakenPlace.objects.exists()
    page = made.reload()
    rows = list(page.questions.all())
    next(row for row in rows if row.key == "rundvisning").choices = CHOICES
    page.questions = rows
    publish(page)
    made.reload()

    with pytest.raises(ChoiceFull):
        early(made)

    assert TakenPlace.objects.count() == 2
