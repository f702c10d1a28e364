"""The staff desk: what its screens show, how decisions are passed on, and queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from events.actions.change_state import change_state
from events.enums import RegistrationAction, TodoKind
from events.models import Registration, Todo
from tests.conftest import People, log_in
from tests.factories import (
    MadeEvent,
    MadeSite,
    SessionSpec,
    make_event,
    make_registration,
    publish,
)

from .clock_queries import COUNTING_SEATS
from .ledger import state_of, states, whole_ledger
from .visitor import Page

pytestmark = pytest.mark.django_db

DESK = "kommed_events_desk"


def at(name: str, *args: Any) -> str:
    return reverse(f"{DESK}:{name}", args=args)


def decide(client: Any, registration: Registration, **data: Any) -> Any:
    """Decide on ``registration`` as it was when it was read."""
    url = at("decide", registration.event.key, registration.uuid)
    return client.post(url, {"note": "", "seen": str(registration.state)} | data)


@pytest.fixture
def choosing(people: People, made: MadeEvent) -> MadeEvent:
    """The event of the people, where staff now choose; one seat in Aalborg."""
    page = made.reload()
    page.way_in = "application"
    rows = list(page.event_sessions.all())
    rows[1].capacity = 1
    page.event_sessions = rows
    publish(page)
    return made


def test_the_first_screen_counts_what_one_may_see(people: People, made: MadeEvent) -> None:
    make_registration(made, session="København")
    make_registration(made, session="Aalborg")

    counted = {
        name: [
            (event.title, event.number_confirmed)
            for event in log_in(getattr(people, name)).get(at("events")).context["object_list"]
        ]
        for name in ("staff", "host", "outsider")
    }

    assert counted == {
        "staff": [("Åbne værksteder", 2)],
        "host": [("Åbne værksteder", 1)],
        "outsider": [("Høring om havnen", 0)],
    }


def test_the_list_of_an_event_shows_those_one_may_see(people: People, made: MadeEvent) -> None:
    make_registration(made, session="København", name="Karl Kbh")
    make_registration(made, session="Aalborg", name="Anna Aal")
    seen = {}
    for name in ("staff", "reader", "host"):
        response = log_in(getattr(people, name)).get(at("registrations", made.key))
        seen[name] = sorted(row.name for row in response.context["object_list"])
        sessions = [mix.whole.name for mix in response.context["mixes"]]
        assert sessions == (["Aalborg"] if name == "host" else ["København", "Aalborg"])

    assert seen == {
        "staff": ["Anna Aal", "Karl Kbh"],
        "reader": ["Anna Aal", "Karl Kbh"],
        "host": ["Anna Aal"],
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "havne"}, ["Anna"]),
        ({"q": "bo@example.dk"}, ["Bo"]),
        ({"state": "waiting"}, ["Cleo"]),
        ({"q": "findes ikke"}, []),
        ({"ordering": "name"}, ["Anna", "Bo", "Cleo"]),
        ({"ordering": "-name"}, ["Cleo", "Bo", "Anna"]),
    ],
)
def test_the_list_is_searched_filtered_and_ordered(
    people: People, made: MadeEvent, query: dict[str, str], found: list[str]
) -> None:
    page = made.reload()
    rows = list(page.event_sessions.all())
    rows[1].capacity = 2
    page.event_sessions = rows
    publish(page)
    make_registration(made, session="Aalborg", name="Anna", organisation="Havneforeningen")
    make_registration(made, session="Aalborg", name="Bo", email="bo@example.dk")
    make_registration(made, session="Aalborg", name="Cleo")

    for name in ("registrations", "registrations_results"):
        response = log_in(people.staff).get(at(name, made.key), query)
        assert [row.name for row in response.context["object_list"]] == found


def test_a_registration_is_shown_with_its_answers_history_and_mails(
    people: People, made: MadeEvent
) -> None:
    registration = make_registration(
        made,
        session="Aalborg",
        audience_key=made.audience_key("Politiker"),
        name="Anna <b>Holm</b>",
        answers={"organisation": "=HYPERLINK(1)"},
    )

    response = log_in(people.staff).get(at("detail", made.key, registration.uuid))

    context = response.context
    assert (context["session_name"], context["audience_name"]) == ("Aalborg", "Politiker")
    answers = {spec.label: text for spec, text in context["answers"]}
    assert answers["Organisation"] == "=HYPERLINK(1)"
    assert [entry.action for entry in context["history"]] == ["kommed_events.registration.register"]
    assert [mail.kind for mail, _label, _why in context["mails"]] == ["confirmed"]
    assert "<b>Holm" not in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_the_answers_keep_the_labels_of_their_day(people: People, made: MadeEvent) -> None:
    registration = make_registration(made, answers={"organisation": "Havnen"})
    page = made.reload()
    (question,) = page.questions.all()
    question.label = "Firma"
    page.questions = [question]
    publish(page)

    response = log_in(people.staff).get(at("detail", made.key, registration.uuid))

    labels = [spec.label for spec, _text in response.context["answers"]]
    assert ("Organisation" in labels, "Firma" in labels) == (True, False)


def test_staff_decide_and_the_history_says_who(people: People, choosing: MadeEvent) -> None:
    registration = make_registration(choosing, session="Aalborg")
    client = log_in(people.staff)

    response = decide(client, registration, action="confirm", note="Velkommen")

    detail = at("detail", choosing.key, registration.uuid)
    assert (response.status_code, response["Location"]) == (302, detail)
    assert state_of(registration) == "confirmed"
    history = client.get(detail).context["history"]
    assert [(entry.action, entry.user) for entry in history] == [
        ("kommed_events.registration.register", None),
        ("kommed_events.registration.confirm", people.staff),
    ]


def test_what_cannot_be_done_is_said_and_what_was_typed_comes_back(
    people: People, choosing: MadeEvent
) -> None:
    first = make_registration(choosing, session="Aalborg")
    second = make_registration(choosing, session="Aalborg")
    client = log_in(people.staff)
    decide(client, first, action="confirm")
    before = whole_ledger()

    full = decide(client, second, action="confirm", note="Kære du")
    again = decide(client, first, action="confirm")
    nonsense = decide(client, second, action="explode")

    assert [r.status_code for r in (full, again, nonsense)] == [422, 422, 422]
    assert "Kære du" in Page(full).text
    assert "no-store" in full["Cache-Control"]
    assert whole_ledger() == before

    assert decide(client, second, action="confirm", override="on").status_code == 302
    assert states() == ["confirmed", "confirmed"]


@pytest.mark.parametrize("name", ["reader", "staff"])
def test_only_those_who_may_decide_are_offered_to(
    people: People, choosing: MadeEvent, name: str
) -> None:
    registration = make_registration(choosing)

    response = log_in(getattr(people, name)).get(at("detail", choosing.key, registration.uuid))

    expected = ["confirm", "decline", "wait", "cancel"] if name == "staff" else []
    assert [str(action) for action in response.context["actions"]] == expected


def test_the_outbox_shows_mails_about_those_one_may_see(people: People, made: MadeEvent) -> None:
    make_registration(made, session="København", email="k@example.dk")
    in_aalborg = make_registration(made, session="Aalborg", email="a@example.dk")

    host = log_in(people.host)
    rows = host.get(at("outbox")).context["object_list"]

    assert [row.to for row in rows] == ["a@example.dk"]
    (message,) = rows
    shown = host.get(at("message", message.uuid))
    assert shown.context["mail"].subject
    assert in_aalborg.reference in Page(shown).text


def test_a_to_do_is_ticked_off(people: People, made: MadeEvent) -> None:
    todo = Todo.objects.create(event=made.event, kind=TodoKind.PAGE_DELETED, name="X")
    client = log_in(people.staff)
    listed = client.get(at("registrations", made.key)).context["todos"]

    response = client.post(at("todo_done", todo.uuid))

    assert listed == [(todo, "")]
    assert response["Location"] == at("registrations", made.key)
    assert client.get(at("registrations", made.key)).context["todos"] == []


def test_a_decision_made_elsewhere_is_noticed(people: People, choosing: MadeEvent) -> None:
    registration = make_registration(choosing)
    change_state(registration=registration, action=RegistrationAction.CANCEL, by=None)

    response = decide(log_in(people.staff), registration, action="confirm")

    assert response.status_code == 422
    assert state_of(registration) == "cancelled"


# Queries: log-in and rights (those to forms too, for the menu), the rows, their count, names of
# sessions and audiences, the filters; on the list of an event, whether one decides there; on the
# first screen and the outbox, how the outbox is doing.
QUERIES = {"events": 17, "registrations": 19, "outbox": 21}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", list(QUERIES))
def test_lists_take_the_same_queries_however_long_they_are(
    people: People,
    site: MadeSite,
    count_queries: Callable[[int], Any],
    name: str,
    rows: int,
) -> None:
    events = [make_event(sessions=[SessionSpec("Aalborg")]) for _ in range(rows)]
    for made in events:
        for _ in range(rows):
            make_registration(made)
    arguments = [events[0].key] if name == "registrations" else []
    client = log_in(people.admin)
    client.get(at(name, *arguments))

    counts = COUNTING_SEATS[connection.vendor] if name == "registrations" else 0
    with count_queries(QUERIES[name] + counts):
        response = client.get(at(name, *arguments))

    listed = {"events": rows + 2, "registrations": rows, "outbox": rows * rows}[name]
    assert len(response.context["object_list"]) == listed
