"""The registrant's own page: who gets in, what reading does, and each step by its form."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from unittest import mock

import icalendar
import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from events.actions.event_changes import close_event_session
from events.actions.own_registration import cancel_own
from events.enums import RegistrationState
from events.exceptions import EventBusy
from events.links import Purpose, make_token
from events.models import EventRecord, Registration, SeatPool
from events.queries.own_page import own_page_token
from forms.mail.render import render_message
from forms.models import Message
from tests.factories import (
    AudienceSpec,
    MadeEvent,
    SessionSpec,
    make_event,
    make_registration,
)

from .ledger import state_of, states, whole_ledger
from .visitor import Page

pytestmark = pytest.mark.django_db

STEPS = ("", "svar/", "adresse/", "afmeld/", "flyt/", "overdrag/", "tilbud/", "calendar.ics")
OWN_LINK = re.compile(r"https?://[^\s\"<>]+/r/[^\s\"<>]+")
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def made(site: Any) -> MadeEvent:
    return make_event(
        sessions=[SessionSpec("København", 1), SessionSpec("Aalborg", 1)],
        audiences=[AudienceSpec("Politiker"), AudienceSpec("Borger")],
        questions=[
            {"label": "Arbejdsplads", "field_type": "singleline", "required": True},
            {"label": "Ankomst", "field_type": "date", "required": False},
            {"label": "Frokost", "field_type": "checkbox", "required": False},
        ],
        waiting_list_mode="offer",
    )


def path(registration: Registration, step: str = "") -> str:
    return f"/r/{own_page_token(registration)}/{step}"


def read(url: str) -> HttpResponse:
    return Client().get(url)  # type: ignore[return-value]


def post(url: str, **fields: Any) -> HttpResponse:
    client = Client(enforce_csrf_checks=True)
    return client.post(url, fields, headers=SAME_ORIGIN)  # type: ignore[return-value]


def fresh(registration: Registration) -> Registration:
    found: Registration = Registration.objects.select_related("event", "submission").get(
        pk=registration.pk
    )
    return found


def offered(made: MadeEvent) -> tuple[Registration, Registration]:
    """Return who has given up a seat, and who was offered it."""
    first, second = make_registration(made), make_registration(made)
    cancel_own(registration=first)
    assert state_of(second) == RegistrationState.OFFERED
    return fresh(first), fresh(second)


def close(made: MadeEvent, session: str = "København") -> None:
    key = made.session_key(session)
    close_event_session(event=made.event, event_session_key=key, by=None)


def begin(made: MadeEvent, session: str) -> None:
    """Let one session have begun."""
    pools = SeatPool.objects.filter(event_session_key=made.session_key(session))
    pools.update(starts_at=timezone.now() - dt.timedelta(minutes=2))


def heading(page: Page) -> str:
    """Return how the page begins, without the name of the event."""
    return page.titles[0].split(" – ")[0].strip()


def seen_on(url: str) -> str:
    """Return which offer the form of a page answers."""
    return Page(read(url)).value_of("seen") or ""


def answers_on(page: Page) -> dict[str, str]:
    """Return what a browser would send of a form that it was given filled in."""
    found = {}
    for field in page.all("input"):
        if field.get("type") in ("checkbox", "radio") and "checked" not in field:
            continue
        if field.get("name"):
            default = "on" if field.get("type") == "checkbox" else ""
            found[str(field["name"])] = str(field.get("value") or default)
    return found


class TestWhoGetsIn:
    def refused(self, url: str) -> bytes:
        response = read(url)
        assert response.status_code == 404
        assert "no-store" in response["Cache-Control"]
        return response.content

    def test_all_that_opens_nothing_is_refused_alike(self, made: MadeEvent) -> None:
        mine = make_registration(made)
        token = own_page_token(mine)
        rotated = make_registration(made, session="Aalborg")
        old = path(rotated)
        Registration.objects.filter(pk=rotated.pk).update(link_generation=2)
        expired = make_registration(made, session="Aalborg")
        Registration.objects.filter(pk=expired.pk).update(link_expires_at=timezone.now())
        invitation = make_token(Purpose.INVITATION, mine.uuid, mine.link_generation)
        flipped = ("B" if token[0] != "B" else "C") + token[1:]
        refused = (old, path(expired), *(f"/r/{it}/" for it in (invitation, flipped, "nothing")))
        pages = {self.refused(url) for url in refused}
        assert len(pages) == 1
        assert b'href="/r/"' in pages.pop()
        for step in STEPS[1:]:
            assert read(f"/r/{flipped}/{step}").status_code == 404
            assert post(f"/r/{flipped}/{step}").status_code == 404
        assert read(path(mine)).status_code == 200

    def test_it_ends_a_while_after_the_event(self, made: MadeEvent) -> None:
        mine = make_registration(made)
        EventRecord.objects.filter(key=made.key).update(
            starts_at=timezone.now() - dt.timedelta(days=91),
            ends_at=timezone.now() - dt.timedelta(days=91),
        )
        assert read(path(mine)).status_code == 404

    @pytest.mark.parametrize("step", STEPS)
    def test_nothing_of_it_is_kept_or_told_on(self, made: MadeEvent, step: str) -> None:
        response = read(path(make_registration(made), step))
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response["X-Robots-Tag"]
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")

    def test_it_speaks_the_persons_language(self, made: MadeEvent) -> None:
        danish, english = (
            make_registration(made, language=language, session=session)
            for language, session in (("da", "København"), ("en", "Aalborg"))
        )
        for registration in (danish, english):
            page = Page(read(path(registration)))
            assert page.all("html", lang=registration.language)
        assert "You have a seat" in Page(read(path(english))).text

    def test_a_post_from_elsewhere_is_refused(self, made: MadeEvent) -> None:
        mine = make_registration(made)
        client = Client(enforce_csrf_checks=True)
        for step in ("svar/", "adresse/", "afmeld/", "flyt/", "overdrag/", "tilbud/"):
            headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
            assert client.post(path(mine, step), headers=headers).status_code == 403
        assert client.post("/r/", {"email": mine.email}, headers=headers).status_code == 403
        assert state_of(mine) == RegistrationState.CONFIRMED


class TestReading:
    def test_programs_that_open_every_link_of_every_mail_change_nothing(
        self, made: MadeEvent
    ) -> None:
        offered(made)
        waiting = make_registration(made)
        assert state_of(waiting) == RegistrationState.WAITING
        links = {
            link
            for message in Message.objects.all()
            for link in OWN_LINK.findall(render_message(message).html)
        }
        assert len(links) == 3
        before = whole_ledger()
        for link in links:
            own = link[link.index("/r/") :]
            for url in (own, *(f"{own}{step}" for step in STEPS)):
                assert Client().get(url).status_code < 500
                assert Client().head(url).status_code < 500
        assert whole_ledger() == before

    @pytest.mark.parametrize("state", list(RegistrationState))
    def test_each_state_says_what_can_be_done(
        self, made: MadeEvent, state: RegistrationState
    ) -> None:
        mine = make_registration(made, language="en")
        soon = timezone.now() + dt.timedelta(hours=3)
        Registration.objects.filter(pk=mine.pk).update(
            state=state,
            waiting_since=soon if state == RegistrationState.WAITING else None,
            offer_expires_at=soon if state == RegistrationState.OFFERED else None,
        )
        page = Page(read(path(mine)))
        assert mine.reference in page.text
        assert mine.name in page.text
        can_answer = bool(page.all("button", name="answer"))
        assert can_answer == (state == RegistrationState.OFFERED)
        can_cancel = bool(page.all("a", href=path(mine, "afmeld/")))
        assert can_cancel == (state in ("pending", "confirmed", "waiting", "offered"))
        can_hand_over = bool(page.all("a", href=path(mine, "overdrag/")))
        assert can_hand_over == (state == RegistrationState.CONFIRMED)

    def test_no_two_states_have_the_same_words(self, made: MadeEvent) -> None:
        mine = make_registration(made, language="en")
        soon = timezone.now() + dt.timedelta(hours=3)
        titles = set()
        for state in RegistrationState:
            Registration.objects.filter(pk=mine.pk).update(
                state=state,
                waiting_since=soon if state == RegistrationState.WAITING else None,
                offer_expires_at=soon if state == RegistrationState.OFFERED else None,
            )
            titles.update(Page(read(path(mine))).titles)
        EventRecord.objects.update(cancelled_at=timezone.now())
        titles.update(Page(read(path(mine))).titles)
        EventRecord.objects.update(cancelled_at=None)
        close(made)
        Registration.objects.filter(pk=mine.pk).update(state=RegistrationState.CONFIRMED)
        titles.update(Page(read(path(mine))).titles)
        assert len(titles) == 9

    def test_what_is_not_answered_yet_is_said(self, made: MadeEvent) -> None:
        mine = make_registration(made)
        assert len(Page(read(path(mine))).all("a", href=path(mine, "svar/"))) == 2
        answered = make_registration(
            made,
            session="Aalborg",
            audience_key=made.audience_key("Borger"),
            answers={"arbejdsplads": "Ribe"},
        )
        assert len(Page(read(path(answered))).all("a", href=path(answered, "svar/"))) == 1

    def test_the_calendar_file(self, made: MadeEvent) -> None:
        first, second = offered(made)
        response = read(path(second, "calendar.ics"))
        assert response["Content-Type"].startswith("text/calendar")
        (entry,) = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
        assert entry["UID"] == f"{second.uuid}@kommed"
        assert entry["SEQUENCE"] == second.calendar_sequence
        assert read(path(first, "calendar.ics")).status_code == 404


class TestAnswers:
    def test_sent_back_as_it_came_nothing_changes(self, made: MadeEvent) -> None:
        said = {"arbejdsplads": "Ribe", "ankomst": "2026-05-04", "frokost": True}
        mine = make_registration(made, answers=said)
        form = answers_on(Page(read(path(mine, "svar/"))))
        assert form["arbejdsplads"] == "Ribe"
        assert not {"email", "event_session", "audience"} & form.keys()
        first = post(path(mine, "svar/"), **form)
        assert first.status_code == 303
        before = whole_ledger()
        again = post(path(mine, "svar/"), **form)
        assert again["Location"] == f"{path(mine)}?done=unchanged"
        assert whole_ledger() == before
        kept = fresh(mine).submission.answers
        assert {key: kept[key] for key in said} == said

    def test_changed(self, made: MadeEvent) -> None:
        mine = make_registration(made, answers={"arbejdsplads": "Ribe"})
        response = post(path(mine, "svar/"), name="Ny", arbejdsplads="Esbjerg")
        assert response["Location"] == f"{path(mine)}?done=changed"
        assert response["Referrer-Policy"] == "no-referrer"
        assert fresh(mine).submission.answers["arbejdsplads"] == "Esbjerg"
        assert Page(read(response["Location"])).all("div", role="status")

    def test_what_is_missing(self, made: MadeEvent) -> None:
        mine = make_registration(made)
        before = whole_ledger()
        response = post(path(mine, "svar/"), name="", arbejdsplads="")
        assert response.status_code == 422
        assert len(Page(response).all("a", href="#id_name")) == 1
        assert whole_ledger() == before

    def test_other_fields_are_not_heeded(self, made: MadeEvent) -> None:
        mine = make_registration(made)
        post(
            path(mine, "svar/"),
            name="Ny",
            arbejdsplads="Ribe",
            email="anden@example.dk",
            event_session=str(made.session_key("Aalborg")),
            state="confirmed",
        )
        after = fresh(mine)
        assert after.email == mine.email == after.submission.answers["email"]
        assert after.event_session_key == mine.event_session_key

    def test_too_late(self, made: MadeEvent) -> None:
        mine = make_registration(made)
        EventRecord.objects.update(closes_at=timezone.now() - dt.timedelta(minutes=2))
        for answer in (read(path(mine, "svar/")), post(path(mine, "svar/"), name="Ny")):
            assert answer.status_code == 409
            assert Page(answer).all("div", role="alert")


class TestEmail:
    def test_known_and_unknown_addresses_are_answered_alike(self, made: MadeEvent) -> None:
        one, two = make_registration(made), make_registration(made, session="Aalborg")
        taken = post(path(one, "adresse/"), email=two.email)
        free = post(path(one, "adresse/"), email="ny@example.dk")
        assert taken.status_code == free.status_code == 303
        assert taken["Location"] == free["Location"]
        assert fresh(one).email == "ny@example.dk"
        assert read(free["Location"]).status_code == 200
        assert read(path(one)).status_code == 404  # the link that was used
        assert read(path(fresh(one))).status_code == 200

    @pytest.mark.parametrize("email", ["", "ingen adresse", "a@b", "x" * 300 + "@example.dk"])
    def test_no_address(self, made: MadeEvent, email: str) -> None:
        mine = make_registration(made)
        assert post(path(mine, "adresse/"), email=email).status_code == 422
        assert fresh(mine).email == mine.email


class TestSeat:
    def test_cancelling(self, made: MadeEvent) -> None:
        first, second = make_registration(made), make_registration(made)
        assert read(path(first, "afmeld/")).status_code == 200
        assert state_of(first) == RegistrationState.CONFIRMED
        response = post(path(first, "afmeld/"))
        assert response["Location"] == f"{path(first)}?done=cancelled"
        assert state_of(first) == RegistrationState.CANCELLED
        assert state_of(second) == RegistrationState.OFFERED
        assert post(path(first, "afmeld/")).status_code == 409

    def test_moving(self, made: MadeEvent) -> None:
        mine = make_registration(made)
        aalborg = str(made.session_key("Aalborg"))
        assert Page(read(path(mine, "flyt/"))).all("button", name="to", value=aalborg)
        assert post(path(mine, "flyt/"), to=aalborg).status_code == 303
        assert str(fresh(mine).event_session_key) == aalborg
        for wrong in ("", "x", "00000000-0000-0000-0000-000000000000", aalborg):
            assert post(path(mine, "flyt/"), to=wrong).status_code == 409

    def test_a_seat_that_is_just_gone(self, made: MadeEvent) -> None:
        mine = make_registration(made)
        make_registration(made, session="Aalborg")
        assert not Page(read(path(mine, "flyt/"))).all("button", name="to")
        response = post(path(mine, "flyt/"), to=str(made.session_key("Aalborg")))
        assert response.status_code == 409
        assert Page(response).all("div", role="alert")

    def test_handing_over(self, made: MadeEvent) -> None:
        mine = make_registration(made)
        waiting = make_registration(made)
        said = {"name": "Kollega", "email": "kollega@example.dk"}
        assert post(path(mine, "overdrag/"), **said | {"email": waiting.email}).status_code == 422
        assert state_of(mine) == RegistrationState.CONFIRMED
        assert post(path(mine, "overdrag/"), **said).status_code == 303
        assert states() == ["cancelled", "waiting", "confirmed"]
        taker = Registration.objects.get(email="kollega@example.dk")
        assert Page(read(path(taker))).all("a", href=path(taker, "svar/"))
        assert post(path(mine, "overdrag/"), **said).status_code == 409

    @pytest.mark.parametrize(("answer", "state"), [("yes", "confirmed"), ("no", "cancelled")])
    def test_answering_an_offer(self, made: MadeEvent, answer: str, state: str) -> None:
        _first, second = offered(made)
        seen = seen_on(path(second))
        said = post(path(second, "tilbud/"), answer="perhaps", seen=seen)
        assert said.status_code == 422
        assert state_of(second) == RegistrationState.OFFERED
        assert post(path(second, "tilbud/"), answer=answer).status_code == 409
        assert state_of(second) == RegistrationState.OFFERED
        assert post(path(second, "tilbud/"), answer=answer, seen=seen).status_code == 303
        assert state_of(second) == state
        assert post(path(second, "tilbud/"), answer=answer, seen=seen).status_code == 409

    def test_an_offer_that_is_over(self, made: MadeEvent) -> None:
        _first, second = offered(made)
        Registration.objects.filter(pk=second.pk).update(
            offer_expires_at=timezone.now() - dt.timedelta(minutes=2)
        )
        seen = seen_on(path(second))
        response = post(path(second, "tilbud/"), answer="yes", seen=seen)
        assert response.status_code == 409
        assert state_of(second) == RegistrationState.OFFERED  # the worker lets it lapse

    def test_an_offer_at_a_session_that_has_begun(self, made: MadeEvent) -> None:
        _first, second = offered(made)
        seen = seen_on(path(second))
        pools = made.event.seat_pools.filter(event_session_key=second.event_session_key)
        pools.update(starts_at=timezone.now() - dt.timedelta(minutes=2))
        page = Page(read(path(second)))
        assert not page.all("button", name="answer")
        assert heading(page) == "Fristen for at tage pladsen er udløbet"
        response = post(path(second, "tilbud/"), answer="yes", seen=seen)
        assert response.status_code == 409
        assert "Den er begyndt" in Page(response).text
        assert state_of(second) == RegistrationState.OFFERED

    def test_the_words_say_what_no_means(self, made: MadeEvent) -> None:
        _first, only_here = offered(made)
        page = Page(read(path(only_here)))
        assert "Siger du nej, bliver du afmeldt." in page.text

        elsewhere = make_registration(made, session="Aalborg")
        mine = make_registration(made, takes_any_session=True)
        cancel_own(registration=elsewhere)
        mine = fresh(mine)
        assert mine.first_choice_key == made.session_key("København")
        page = Page(read(path(mine)))
        assert "beholder du din plads på ventelisten til København" in page.text
        assert "Nej, jeg venter på København" in page.text

        response = post(path(mine, "tilbud/"), answer="no", seen=seen_on(path(mine)))
        assert response["Location"] == f"{path(mine)}?done=waits_on"
        page = Page(read(response["Location"]))
        assert page.all("div", role="status")
        assert not page.all("button", name="answer")
        assert "anden prioritet" not in page.text
        assert state_of(mine) == RegistrationState.WAITING

    def test_a_second_click_does_not_answer_the_next_offer(self, made: MadeEvent) -> None:
        here = make_registration(made)
        elsewhere = make_registration(made, session="Aalborg")
        mine = make_registration(made, second_choice_key=made.session_key("Aalborg"))
        cancel_own(registration=elsewhere)
        cancel_own(registration=here)  # nobody else waits for it
        seen = seen_on(path(mine))

        response = post(path(mine, "tilbud/"), answer="no", seen=seen)

        assert response["Location"] == f"{path(mine)}?done=first_choice"
        page = Page(read(response["Location"]))
        assert heading(page) == "Vi holder en plads til dig"
        assert "ventelisten som før" not in page.text
        assert "der, hvor du helst ville hen" in page.text
        before = whole_ledger()
        for answer in ("no", "yes"):
            again = post(path(mine, "tilbud/"), answer=answer, seen=seen)
            assert again.status_code == 409
            assert Page(again).value_of("seen") not in (None, seen)
        assert whole_ledger() == before
        assert fresh(mine).event_session_key == made.session_key("København")
        post(path(mine, "tilbud/"), answer="yes", seen=seen_on(path(mine)))
        assert state_of(mine) == RegistrationState.CONFIRMED

    def test_who_waits_for_what_has_begun(self, made: MadeEvent) -> None:
        make_registration(made)
        make_registration(made, session="Aalborg")
        mine = make_registration(made)
        other = make_registration(made, takes_any_session=True)
        begin(made, "København")
        page = Page(read(path(mine)))
        assert heading(page) == "Du fik ikke en plads"
        assert "Vi skriver til dig" not in page.text
        # A seat may still come of the other session.
        assert heading(Page(read(path(other)))) == "Du er på venteliste"
        begin(made, "Aalborg")
        assert heading(Page(read(path(other)))) == "Du fik ikke en plads"


class TestBusy:
    @pytest.mark.parametrize(
        ("step", "action", "typed"),
        [
            ("adresse/", "own_page_changes.change_email", {"email": "ny@example.dk"}),
            (
                "overdrag/",
                "own_page_seat.hand_over",
                {"name": "Bo Lind", "email": "bo@example.dk"},
            ),
            (
                "overdrag/",
                "own_page_seat.keep_form_version",
                {"name": "Bo Lind", "email": "bo@example.dk"},
            ),
            (
                "svar/",
                "own_page_changes.change_answers",
                {"name": "Anna Holm", "arbejdsplads": "Region Nord"},
            ),
            (
                "svar/",
                "own_page_changes.keep_form_version",
                {"name": "Anna Holm", "arbejdsplads": "Region Nord"},
            ),
        ],
    )
    def test_what_was_typed_is_kept(
        self, made: MadeEvent, step: str, action: str, typed: dict[str, str]
    ) -> None:
        url = path(make_registration(made), step)
        before = whole_ledger()

        with mock.patch(f"events.views.{action}", side_effect=EventBusy):
            response = post(url, **typed)

        page = Page(response)
        assert (response.status_code, response["Retry-After"]) == (503, "3")
        assert {name: page.value_of(name) for name in typed} == typed
        (notice,) = page.all("div", id="form-status")
        assert notice["role"] == "alert"
        assert "Mange tilmelder sig lige nu." in page.text
        assert whole_ledger() == before
