"""The page a personal invitation leads to: reading it, saying yes, saying no."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone, translation

from events.actions.invite import Invitee, decline_invitation, invite, withdraw_invitation
from events.actions.locking import Gate
from events.enums import InvitationState
from events.models import EventRecord, Invitation, Registration, SeatPool
from events.queries.invitations import invitation_token
from events.queries.own_page import own_page_token
from events.templatetags.kommed_events_tags import event_day, event_moment
from tests.factories import MadeEvent, MadeSite, make_event, make_registration
from tests.factories.registrations import opened_a_while_ago

from .ledger import mails, rows_of, states, whole_ledger
from .visitor import Page, send

pytestmark = pytest.mark.django_db


def ask(made: MadeEvent, name: str = "Anna", **fields: Any) -> Invitation:
    person = Invitee(name=name, email=f"{name.lower()}@example.dk", **fields)
    (invitation,) = invite(event=made.event, people=[person], by=None).invitations
    return invitation


def path(invitation: Invitation, rest: str = "") -> str:
    return f"/r/i/{invitation_token(invitation)}/{rest}"


def read(url: str, method: str = "get") -> HttpResponse:
    response: HttpResponse = getattr(Client(enforce_csrf_checks=True), method)(url)
    return response


def post(url: str, **fields: Any) -> HttpResponse:
    client = Client(enforce_csrf_checks=True)
    return client.post(url, fields, headers={"Sec-Fetch-Site": "same-origin"})  # type: ignore[return-value]


def say_yes(made: MadeEvent, invitation: Invitation, **fields: Any) -> HttpResponse:
    """Send the form as the page has it: what the invitation says goes along as it stands."""
    data = {
        "name": invitation.name,
        "email": invitation.email,
        "event_session": str(invitation.event_session_key or made.session_key()),
        "audience": str(invitation.audience_key or made.audience_key("Politiker")),
    }
    return post(path(invitation), **(opened_a_while_ago(made.key) | data | fields))


def everything() -> Any:
    return whole_ledger() | {"invitations": rows_of(Invitation)}


@pytest.fixture
def by_invitation(made: MadeEvent) -> MadeEvent:
    """The event, to which only those come who were invited."""
    EventRecord.objects.filter(key=made.key).update(way_in="invitation")
    return made


def test_the_form_is_filled_in_with_what_the_invitation_says(made: MadeEvent) -> None:
    invitation = ask(
        made,
        organisation="Byen",
        audience_key=made.audience_key("Embedsmand"),
        event_session_key=made.session_key("Aalborg"),
    )

    page = Page(read(path(invitation)))

    for name, value in {
        "name": "Anna",
        "email": "anna@example.dk",
        "organisation": "Byen",
        "audience": str(invitation.audience_key),
        "event_session": str(invitation.event_session_key),
    }.items():
        assert page.value_of(name) == value
    assert page.all("input", name="email") == [
        {"type": "hidden", "name": "email", "value": "anna@example.dk"}
    ]
    assert "København" not in page.text


def test_what_the_invitation_leaves_open_is_asked(made: MadeEvent) -> None:
    page = Page(read(path(ask(made))))

    assert len(page.all("input", name="event_session", type="radio")) == 2
    assert len(page.all("input", name="audience", type="radio")) == 2


def test_the_answer_is_kept_from_caches_search_engines_and_other_sites(made: MadeEvent) -> None:
    invitation = ask(made)

    for url in (path(invitation), path(invitation, "no/"), "/r/i/" + "x" * 48 + "/"):
        response = read(url)
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["X-Robots-Tag"] == "noindex"
        assert not response.cookies


def test_reading_answers_nothing(made: MadeEvent) -> None:
    invitation = ask(made)
    before = everything()

    for method in ("get", "head", "options", "put", "delete"):
        for rest in ("", "no/"):
            read(path(invitation, rest), method)

    assert everything() == before


def test_a_post_from_another_site_answers_nothing(made: MadeEvent) -> None:
    invitation = ask(made)
    before = everything()

    for rest in ("", "no/"):
        client = Client(enforce_csrf_checks=True)
        response = client.post(path(invitation, rest), headers={"Sec-Fetch-Site": "cross-site"})
        assert response.status_code == 403

    assert everything() == before


def test_saying_yes_gives_a_seat_where_others_are_turned_away(by_invitation: MadeEvent) -> None:
    invitation = ask(by_invitation)
    turned_away = send(by_invitation, email="bo@example.dk")

    response = say_yes(by_invitation, invitation)

    assert turned_away.status_code == 422
    assert (response.status_code, response["Location"]) == (303, path(invitation))
    registration = Registration.objects.get()
    assert (registration.email, registration.state) == ("anna@example.dk", "confirmed")
    invitation.refresh_from_db()
    assert (invitation.state, invitation.registration) == ("accepted", registration)
    assert mails()[-1] == ("confirmed", "anna@example.dk")
    assert read(path(invitation)).status_code == 200
    assert Page(read(path(invitation))).all("form") == []


def test_an_audience_that_only_comes_by_invitation_gets_in_by_link(made: MadeEvent) -> None:
    key = made.audience_key("Politiker")
    SeatPool.objects.filter(audience_key=key).update(way_in="invitation")
    invitation = ask(made, audience_key=key)

    assert send(made, audience=str(key)).status_code == 422
    assert send(made, audience=str(made.audience_key("Embedsmand"))).status_code == 303
    assert say_yes(made, invitation).status_code == 303
    assert states() == ["confirmed", "confirmed"]


def test_what_the_invitation_says_cannot_be_answered_otherwise(by_invitation: MadeEvent) -> None:
    made = by_invitation
    invitation = ask(
        made,
        audience_key=made.audience_key("Politiker"),
        event_session_key=made.session_key("Aalborg"),
    )

    response = say_yes(
        made,
        invitation,
        email="somebody.else@example.dk",
        audience=str(made.audience_key("Embedsmand")),
        event_session=str(made.session_key("København")),
    )

    assert response.status_code == 303
    registration = Registration.objects.get()
    assert registration.email == "anna@example.dk"
    assert registration.audience_key == invitation.audience_key
    assert registration.event_session_key == invitation.event_session_key
    assert registration.submission.answers["email"] == "anna@example.dk"


def test_what_is_missing_is_told_and_what_was_typed_is_kept(made: MadeEvent) -> None:
    invitation = ask(made)

    response = say_yes(made, invitation, name="", organisation="Byen")

    page = Page(response)
    assert response.status_code == 422
    assert page.value_of("organisation") == "Byen"
    assert page.all("input", name="email")[0]["value"] == "anna@example.dk"
    assert page.all("a", href="#id_name")
    assert states() == []


def test_the_answers_are_looked_through_where_the_page_says_so(made: MadeEvent) -> None:
    page = made.reload()
    page.check_answers = True
    page.save_revision().publish()
    invitation = ask(made)

    looked_at = say_yes(made, invitation)
    sent = say_yes(made, invitation, form_step="send")

    assert (looked_at.status_code, sent.status_code) == (200, 303)
    assert Page(looked_at).all("button", name="form_step", value="send")
    assert states() == ["confirmed"]


def test_at_a_full_event_one_goes_on_the_waiting_list(made: MadeEvent) -> None:
    SeatPool.objects.filter(event__key=made.key, kind="event_session").update(capacity=1)
    make_registration(made)
    invitation = ask(made)

    assert say_yes(made, invitation).status_code == 303

    assert states() == ["confirmed", "waiting"]
    assert read(path(invitation)).status_code == 200


def test_saying_no_is_a_question_then_a_post(made: MadeEvent) -> None:
    invitation = ask(made)

    asked = read(path(invitation, "no/"))
    said = post(path(invitation, "no/"))
    again = post(path(invitation, "no/"))

    assert [r.status_code for r in (asked, said, again)] == [200, 303, 303]
    assert said["Location"] == path(invitation)
    invitation.refresh_from_db()
    assert invitation.state == InvitationState.DECLINED
    assert (states(), len(mails())) == ([], 1)


def test_who_said_no_can_still_say_yes(made: MadeEvent) -> None:
    invitation = ask(made)
    decline_invitation(invitation=invitation)

    page = Page(read(path(invitation)))
    assert page.all("button", type="submit")
    assert say_yes(made, invitation).status_code == 303

    invitation.refresh_from_db()
    assert invitation.state == InvitationState.ACCEPTED


def test_an_invitation_is_used_once(made: MadeEvent) -> None:
    invitation = ask(made)
    say_yes(made, invitation)
    before = everything()

    again = say_yes(made, invitation, name="En Anden")
    no = post(path(invitation, "no/"))

    assert (again.status_code, no.status_code) == (409, 409)
    assert everything() == before


def test_who_loses_the_race_is_told_so(made: MadeEvent, monkeypatch: pytest.MonkeyPatch) -> None:
    """The invitation is answered between reading it and having the lock."""
    invitation = ask(made)
    as_it_was = Invitation.objects.select_related("event").get(pk=invitation.pk)
    say_yes(made, invitation)
    monkeypatch.setattr("events.views.invitation.invitation_for", lambda token: as_it_was)
    before = everything()

    again = say_yes(made, invitation, name="En Anden")
    no = post(path(invitation, "no/"))

    assert (again.status_code, no.status_code) == (409, 409)
    changed = {name: rows for name, rows in everything().items() if rows != before[name]}
    assert changed == {}


def test_a_withdrawn_invitation_says_so_whatever_one_does(made: MadeEvent) -> None:
    invitation = ask(made)
    withdraw_invitation(invitation=invitation, by=None)
    before = everything()

    answers = [
        read(path(invitation)),
        read(path(invitation, "no/")),
        say_yes(made, invitation),
        post(path(invitation, "no/")),
    ]

    assert [response.status_code for response in answers] == [410] * 4
    assert everything() == before


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: "x" * 48,
        lambda token: "i",
        lambda token: token + "A",
        lambda token: "æ" * 48,
    ],
)
def test_what_is_no_invitation_is_met_with_plain_words(
    made: MadeEvent, change: Callable[[str], str]
) -> None:
    token = change(invitation_token(ask(made)))

    for method in ("get", "post"):
        for rest in ("", "no/"):
            response = getattr(Client(), method)(f"/r/i/{token}/{rest}")
            assert response.status_code == 404
            assert len(Page(response).all("h1")) == 1


def test_the_link_of_a_registration_opens_no_invitation(made: MadeEvent) -> None:

    token = own_page_token(make_registration(made))

    assert read(f"/r/i/{token}/").status_code == 404
    assert read(f"/r/{invitation_token(ask(made))}/").status_code == 404


def test_it_says_the_time_if_one_can_answer_until_the_event_begins(site: MadeSite) -> None:
    day = timezone.localdate() + dt.timedelta(days=9)
    nine = dt.datetime.combine(day, dt.time(9), zoneinfo.ZoneInfo("Europe/Copenhagen"))
    last_day = {"registration_closes_on": day}
    on_the_day = make_event(starts_at=nine, **last_day)
    later = make_event(starts_at=nine + dt.timedelta(days=3), **last_day)
    with translation.override("da"):
        at_nine, by_the_day = event_moment(nine), event_day(day)

    texts = [Page(read(path(ask(made)))).text for made in (on_the_day, later)]

    assert f"Svar senest {at_nine}" in texts[0]
    assert f"Svar senest {by_the_day} Læs" in texts[1]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"closes_at": timezone.now() - dt.timedelta(hours=1)}, 409),
        ({"opens_at": timezone.now() + dt.timedelta(hours=1)}, 409),
        ({"cancelled_at": timezone.now()}, 409),
    ],
)
def test_while_registration_is_not_open_one_reads_so_and_nothing_is_saved(
    made: MadeEvent, fields: dict[str, Any], status: int
) -> None:
    invitation = ask(made)
    EventRecord.objects.filter(key=made.key).update(**fields)

    shown, sent = read(path(invitation)), say_yes(made, invitation)

    assert (shown.status_code, sent.status_code) == (200, status)
    assert Page(shown).all("form") == []
    assert states() == []


def test_a_session_that_is_gone_and_a_page_that_is_gone_are_told(made: MadeEvent) -> None:
    invitation = ask(made, event_session_key=made.session_key("Aalborg"))
    page = made.reload()
    page.event_sessions = [row for row in page.event_sessions.all() if row.name != "Aalborg"]
    page.save_revision().publish()

    assert read(path(invitation)).status_code == 410
    assert say_yes(made, invitation).status_code == 410
    made.reload().unpublish()
    assert read(path(invitation)).status_code == 410
    assert states() == []


def test_when_the_seats_are_not_had_in_time_nothing_is_lost(
    made: MadeEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    invitation = ask(made)
    monkeypatch.setattr("events.actions.locking._gate", Gate(0))

    yes, no = say_yes(made, invitation, organisation="Byen"), post(path(invitation, "no/"))

    assert (yes.status_code, no.status_code) == (503, 503)
    assert yes["Retry-After"] == no["Retry-After"] == "3"
    assert Page(yes).value_of("organisation") == "Byen"


@pytest.mark.parametrize(
    ("fixed", "target"),
    [
        ((), "#id_audience_0"),
        (("audience",), "#id_event_session_0"),
        (("audience", "session"), None),
    ],
)
def test_an_audience_without_seats_at_the_session_is_said_where_one_can_choose(
    made: MadeEvent, fixed: tuple[str, ...], target: str | None
) -> None:
    key = made.audience_key("Politiker")
    invitation = ask(
        made,
        audience_key=key if "audience" in fixed else None,
        event_session_key=made.session_key() if "session" in fixed else None,
    )
    SeatPool.objects.filter(audience_key=key, event_session_key=made.session_key()).update(
        capacity=0
    )
    before = everything()

    response = say_yes(made, invitation)

    assert response.status_code == 422
    page = Page(response)
    assert "Der er ingen pladser til denne målgruppe" in page.text
    assert target is None or page.all("a", href=target)
    assert everything() == before
