"""The desk's screens about invitations: the list, inviting from a paste, reminding, withdrawing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.actions.invite import Invitee, decline_invitation, invite
from events.models import EventAccess, EventRecord, Invitation, SeatPool
from tests.conftest import People, log_in
from tests.factories import MadeEvent, make_registration

from .clock_queries import ASKING_THE_SERVER_FOR_THE_TIME
from .ledger import mails, rows_of, whole_ledger
from .visitor import Page

pytestmark = pytest.mark.django_db


def at(name: str, *args: Any) -> str:
    return reverse(f"kommed_events_desk:{name}", args=args)


def ask(made: MadeEvent, *names: str, session: str | None = None, **fields: Any) -> Any:
    if session:
        fields["event_session_key"] = made.session_key(session)
    people = [Invitee(name=n, email=f"{n.lower()}@example.dk", **fields) for n in names]
    return invite(event=made.event, people=people, by=None).invitations


def names(response: Any) -> list[str]:
    return [row.name for row in response.context["object_list"]]


def send(client: Client, made: MadeEvent, people: str, **fields: Any) -> Any:
    """Look at what is understood of a list, then send it as the page does."""
    data = {"people": people, "audience": "", "event_session": "", "language": "da", "note": ""}
    data |= fields
    looked_at = client.post(at("invite", made.key), data | {"look": "1"})
    seen = Page(looked_at).value_of("seen")
    return client.post(at("invite", made.key), data | {"send": "1", "seen": seen})


def test_the_list_shows_those_one_may_see(people: People, made: MadeEvent) -> None:
    ask(made, "Karl", session="København")
    ask(made, "Anna", session="Aalborg")
    ask(made, "Hele")

    seen = {
        name: names(log_in(getattr(people, name)).get(at("invitations", made.key)))
        for name in ("staff", "reader", "host")
    }

    assert seen == {
        "staff": ["Anna", "Hele", "Karl"],
        "reader": ["Anna", "Hele", "Karl"],
        "host": ["Anna"],
    }


def test_it_is_searched_and_filtered_by_answer_and_audience(
    people: People, made: MadeEvent
) -> None:
    key = made.audience_key("Politiker")
    anna, _bo = ask(made, "Anna", "Bo", audience_key=key, organisation="Havnen")
    ask(made, "Cleo")
    decline_invitation(invitation=anna)
    client = log_in(people.staff)

    found = {
        query: names(client.get(f"{at('invitations', made.key)}?{query}"))
        for query in (
            "state=declined",
            f"audience_key={key}",
            "q=havn",
            "q=cleo@",
            "ordering=-name",
        )
    }

    assert list(found.values()) == [
        ["Anna"],
        ["Anna", "Bo"],
        ["Anna", "Bo"],
        ["Cleo"],
        ["Cleo", "Bo", "Anna"],
    ]


def test_answers_are_counted_in_all_and_by_audience_against_the_aim(
    people: People, made: MadeEvent
) -> None:
    key = made.audience_key("Politiker")
    SeatPool.objects.filter(audience_key=key).update(aim=4)
    anna, _bo = ask(made, "Anna", "Bo", audience_key=key, session="Aalborg")
    ask(made, "Cleo")
    decline_invitation(invitation=anna)

    counted = {
        name: log_in(getattr(people, name)).get(at("invitations", made.key)).context
        for name in ("staff", "host")
    }

    for name, whole, aim in (("staff", (3, 0, 1, 2), 8), ("host", (2, 0, 1, 1), 4)):
        found = counted[name]["answers"]
        assert (found.invited, found.accepted, found.declined, found.silent) == whole
        (row,) = counted[name]["by_audience"]
        assert (row.name, row.answers.invited, row.answers.declined, row.aim) == (
            "Politiker",
            2,
            1,
            aim,
        )


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_database_as_often_however_long_it_is(
    people: People, made: MadeEvent, number: int, count_queries: Callable[[int], Any]
) -> None:
    ask(made, *("Anna", "Bo", "Cleo")[:number])
    client = log_in(people.staff)
    url = at("invitations", made.key)
    client.get(url)

    with count_queries(22 + ASKING_THE_SERVER_FOR_THE_TIME[connection.vendor]):
        client.get(url)


def test_a_pasted_list_is_shown_before_anything_is_sent(people: People, made: MadeEvent) -> None:
    before = whole_ledger()
    text = "Anna; anna@example.dk; Byen\nBo; bo@"

    response = log_in(people.staff).post(
        at("invite", made.key), {"people": text, "language": "da", "look": "1"}
    )

    lines = response.context["lines"]
    assert [(line.number, line.name, len(line.errors)) for line in lines] == [
        (1, "Anna", 0),
        (2, "Bo", 1),
    ]
    assert (response.status_code, response.context["number"]) == (200, 1)
    assert text in response.content.decode()
    assert whole_ledger() == before
    assert Invitation.objects.count() == 0


def test_what_was_looked_at_is_sent_with_what_holds_for_all(
    people: People, made: MadeEvent
) -> None:
    key, session = made.audience_key("Politiker"), made.session_key("Aalborg")

    response = send(
        log_in(people.staff),
        made,
        "Anna; anna@example.dk; Byen\nBo; bo@example.dk",
        audience=str(key),
        event_session=str(session),
        language="en",
        note="Vi glæder os",
    )

    assert (response.status_code, response["Location"]) == (302, at("invitations", made.key))
    rows = Invitation.objects.order_by("name")
    assert [(i.name, i.organisation, i.language) for i in rows] == [
        ("Anna", "Byen", "en"),
        ("Bo", "", "en"),
    ]
    assert {(i.audience_key, i.event_session_key) for i in rows} == {(key, session)}
    assert mails() == [("invitation", "anna@example.dk"), ("invitation", "bo@example.dk")]


def test_wrong_lines_stay_in_the_box_when_the_others_are_sent(
    people: People, made: MadeEvent
) -> None:
    response = send(log_in(people.staff), made, "Anna; anna@example.dk\nBo; bo@\nUden adresse")

    assert response.status_code == 200
    assert response.context["form"]["people"].value() == "Bo; bo@\nUden adresse"
    assert mails() == [("invitation", "anna@example.dk")]


def test_what_was_changed_after_looking_is_looked_at_again(people: People, made: MadeEvent) -> None:
    client = log_in(people.staff)
    data = {"people": "Anna; anna@example.dk", "language": "da", "note": "", "audience": ""}
    seen = Page(client.post(at("invite", made.key), data)).value_of("seen")

    for change in ({"people": "Bo; bo@example.dk"}, {"note": "Andre ord"}, {"language": "en"}):
        response = client.post(at("invite", made.key), data | change | {"send": "1", "seen": seen})
        assert response.status_code == 200

    assert mails() == []


@pytest.mark.parametrize(
    "data",
    [
        {"people": ""},
        {"people": "\n \n"},
        {"people": "\n".join(f"P{n}; p{n}@example.dk" for n in range(301))},
        {"people": "x" * 60_001},
        {"people": "Anna; a@example.dk", "language": "xx"},
        {"people": "Anna; a@example.dk", "audience": "no key"},
        {"people": "Anna; a@example.dk", "event_session": "6d5f0a2e-0000-4000-8000-000000000000"},
        {"people": "Anna; a@example.dk", "note": "x" * 2001},
        {"people": "Anna\x00; a@example.dk"},
        {},
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_sent(
    people: People, made: MadeEvent, data: dict[str, str]
) -> None:
    response = log_in(people.staff).post(
        at("invite", made.key), {"language": "da", "send": "1"} | data
    )

    assert response.status_code == 422
    assert mails() == []


def test_a_co_host_invites_to_their_own_session_only(people: People, made: MadeEvent) -> None:
    client = log_in(people.host)
    form = client.get(at("invite", made.key)).context["form"]
    data = {"people": "Anna; anna@example.dk", "language": "da"}

    offered = [str(key) for key, _name in form.fields["event_session"].choices]
    refused = [
        client.post(at("invite", made.key), data | {"event_session": key})
        for key in ("", str(made.session_key("København")))
    ]
    done = send(client, made, data["people"], event_session=str(made.session_key("Aalborg")))

    assert offered == [str(made.session_key("Aalborg"))]
    assert [response.status_code for response in refused] == [422, 422]
    assert done.status_code == 302
    assert Invitation.objects.get().event_session_key == made.session_key("Aalborg")


def test_a_session_that_has_begun_is_not_offered(people: People, made: MadeEvent) -> None:
    begun = made.event.seat_pools.filter(event_session_key=made.session_key("Aalborg"))
    begun.update(starts_at=timezone.now() - dt.timedelta(minutes=2))

    form = log_in(people.staff).get(at("invite", made.key)).context["form"]

    offered = [str(key) for key, _name in form.fields["event_session"].choices]
    assert offered == ["", str(made.session_key("København"))]


def test_nobody_is_invited_when_registration_has_closed(people: People, made: MadeEvent) -> None:
    EventRecord.objects.filter(key=made.key).update(closes_at=timezone.now())

    response = send(log_in(people.staff), made, "Anna; anna@example.dk")

    assert response.status_code == 422
    assert response.context["form"]["people"].value() == "Anna; anna@example.dk"
    assert mails() == []


def test_reminding_says_how_many_first_and_keeps_to_those_one_may_write_to(
    people: People, made: MadeEvent
) -> None:
    ask(made, "Anna", session="Aalborg")
    ask(made, "Karl", session="København")
    make_registration(made, email="karl@example.dk")
    ask(made, "Hele")
    numbers = {}
    for name in ("staff", "host"):
        context = log_in(getattr(people, name)).get(at("invitations_remind", made.key)).context
        numbers[name] = (context["number"], context["left"])
    before = len(mails())

    done = log_in(people.host).post(at("invitations_remind", made.key))
    again = log_in(people.host).post(at("invitations_remind", made.key))

    assert numbers == {"staff": (2, 1), "host": (1, 0)}
    assert (done.status_code, again.status_code) == (302, 302)
    assert mails()[before:] == [("invitation_reminder", "anna@example.dk")]


def test_who_may_decide_but_not_write_reminds_nobody(people: People, made: MadeEvent) -> None:
    ask(made, "Anna")
    EventAccess.objects.filter(user=people.staff).update(can_message=False)
    before = [*rows_of(Invitation), *mails()]

    for method in ("get", "post"):
        response = getattr(log_in(people.staff), method)(at("invitations_remind", made.key))
        assert (response.status_code, response["Location"]) == (302, "/admin/")

    assert [*rows_of(Invitation), *mails()] == before


def test_withdrawing_asks_first(people: People, made: MadeEvent) -> None:
    (anna,) = ask(made, "Anna")
    client = log_in(people.staff)
    url = at("invitation_withdraw", made.key, anna.uuid)
    listed = Page(client.get(at("invitations", made.key)))

    assert listed.all("a", href=url)
    assert client.get(url).status_code == 200
    anna.refresh_from_db()
    assert anna.state == "silent"
    assert client.post(url).status_code == 302
    anna.refresh_from_db()
    assert anna.state == "withdrawn"
    assert not Page(client.get(at("invitations", made.key))).all("a", href=url)


def test_the_mail_is_shown_in_the_outbox_without_its_link(people: People, made: MadeEvent) -> None:
    (anna,) = ask(made, "Anna")
    client = log_in(people.staff)

    (message,) = client.get(at("outbox")).context["object_list"]
    html = client.get(at("message", message.uuid)).content.decode()

    assert (message.subject_key, message.to) == (anna.uuid, "anna@example.dk")
    assert "/r/i/" not in html


def test_the_registrations_of_an_event_lead_to_its_invitations(
    people: People, made: MadeEvent
) -> None:
    page = Page(log_in(people.reader).get(at("registrations", made.key)))

    assert page.all("a", href=at("invitations", made.key))
    invitations = Page(log_in(people.reader).get(at("invitations", made.key)))
    assert not invitations.all("a", href=at("invite", made.key))
