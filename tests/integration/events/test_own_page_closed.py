"""The registrant's own page of somebody whose session is closed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from events.actions.event_changes import reopen_event_session
from events.actions.own_registration import cancel_own
from events.enums import RegistrationState
from events.models import EventRecord, SeatPool
from tests.factories import AudienceSpec, MadeEvent, SessionSpec, make_event, make_registration

from .ledger import state_of, whole_ledger
from .test_own_page import begin, close, fresh, heading, offered, path, post, read
from .visitor import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(site: Any) -> MadeEvent:
    return make_event(
        sessions=[SessionSpec("København", 1), SessionSpec("Aalborg", 1)],
        audiences=[AudienceSpec("Politiker"), AudienceSpec("Borger")],
        waiting_list_mode="offer",
    )


class TestClosedSession:
    """Whoever is at a session that is not held; see \"close a session, offer the others\"."""

    @pytest.mark.parametrize("is_late", [False, True])
    def test_it_leads_to_the_other_sessions(self, made: MadeEvent, is_late: bool) -> None:
        mine = make_registration(made)
        if is_late:
            EventRecord.objects.update(closes_at=timezone.now() - dt.timedelta(days=1))
        close(made)

        page = Page(read(path(mine)))

        assert heading(page) == "Din session bliver ikke holdt"
        assert not page.all("a", href=path(mine, "calendar.ics"))
        assert not page.all("a", href=path(mine, "overdrag/"))
        assert "for sent" not in page.text
        aalborg = str(made.session_key("Aalborg"))
        (form,) = page.all("form", action=path(mine, "flyt/"))
        assert form["method"] == "post"
        assert page.all("button", name="to", value=aalborg)
        assert Page(read(path(mine, "flyt/"))).all("button", name="to", value=aalborg)
        assert post(path(mine, "flyt/"), to=aalborg)["Location"] == f"{path(mine)}?done=moved"
        assert str(fresh(mine).event_session_key) == aalborg
        page = Page(read(path(mine)))
        assert heading(page) == "Du har en plads"
        assert page.all("a", href=path(mine, "calendar.ics"))

    def test_it_is_left_only_while_it_is_closed(self, made: MadeEvent) -> None:
        mine = make_registration(made)
        EventRecord.objects.update(closes_at=timezone.now() - dt.timedelta(days=1))
        close(made)
        reopen_event_session(event=made.event, event_session_key=made.session_key(), by=None)
        assert heading(Page(read(path(mine)))) == "Du har en plads"
        response = post(path(mine, "flyt/"), to=str(made.session_key("Aalborg")))
        assert response.status_code == 409

    def test_full_sessions_are_not_offered(self, made: MadeEvent) -> None:
        mine = make_registration(made)
        make_registration(made, session="Aalborg")
        close(made)
        page = Page(read(path(mine)))
        assert "Der er ingen ledige pladser her i øjeblikket." in page.text
        assert not page.all("button", name="to")

    def test_who_waits_is_told_that_they_wait_on(self, made: MadeEvent) -> None:
        make_registration(made)
        here = make_registration(made)
        there = make_registration(made, session="Aalborg")
        assert state_of(here) == RegistrationState.WAITING
        close(made)
        page = Page(read(path(here)))
        assert "så længe der er ledige pladser" not in page.text
        assert "Du kan i stedet stå på venteliste til en anden session" in page.text
        assert "Vent på Aalborg" in page.text
        assert "Flyt til Aalborg" not in page.text

        cancel_own(registration=there)
        assert "Flyt til Aalborg" in Page(read(path(here))).text
        EventRecord.objects.update(way_in="application")
        assert "Vent på Aalborg" in Page(read(path(here))).text

    @pytest.mark.parametrize("sessions", [2, 4])
    def test_it_takes_the_same_queries_however_many_there_are(
        self, site: Any, sessions: int, django_assert_num_queries: Any
    ) -> None:
        made = make_event(sessions=[SessionSpec(f"Sted {number}", 5) for number in range(sessions)])
        mine = make_registration(made)
        close(made, "Sted 0")
        page = Page(read(path(mine)))
        assert len(page.all("button", name="to")) == sessions - 1
        with django_assert_num_queries(20):
            read(path(mine))

    def test_one_that_was_dropped_after_it_was_held_was_held(self, made: MadeEvent) -> None:
        mine = make_registration(made)
        pools = SeatPool.objects.filter(event_session_key=made.session_key())
        begin(made, "København")
        pools.update(is_closed=True)
        assert heading(Page(read(path(mine)))) == "Din session bliver ikke holdt"

        pools.update(ends_at=timezone.now() - dt.timedelta(minutes=1))
        page = Page(read(path(mine)))
        assert heading(page) == "Du har en plads"
        assert not page.all("form")
        response = post(path(mine, "flyt/"), to=str(made.session_key("Aalborg")))
        assert response.status_code == 409

        pools.update(closed_at=timezone.now())  # staff called it off, and nobody met there
        assert heading(Page(read(path(mine)))) == "Din session bliver ikke holdt"

    def test_nor_are_those_that_have_begun(self, made: MadeEvent) -> None:
        mine = make_registration(made)
        close(made)
        begin(made, "Aalborg")
        page = Page(read(path(mine)))
        assert heading(page) == "Din session bliver ikke holdt"
        assert "Der er ikke nogen anden session at flytte til." in page.text
        assert not page.all("form")
        response = post(path(mine, "flyt/"), to=str(made.session_key("Aalborg")))
        assert response.status_code == 409
        assert str(fresh(mine).event_session_key) == str(made.session_key())

    def test_an_event_that_is_called_off_offers_nothing(self, made: MadeEvent) -> None:
        mine = make_registration(made)
        close(made)
        EventRecord.objects.update(cancelled_at=timezone.now())
        page = Page(read(path(mine)))
        assert heading(page) == "Arrangementet er aflyst"
        assert not page.all("form")
        response = post(path(mine, "flyt/"), to=str(made.session_key("Aalborg")))
        assert response.status_code == 409

    def test_its_seat_is_handed_to_nobody(self, made: MadeEvent) -> None:
        mine = make_registration(made)
        close(made)
        before = whole_ledger()
        said = {"name": "Kollega", "email": "kollega@example.dk"}
        for answer in (
            read(path(mine, "overdrag/")),
            post(path(mine, "overdrag/"), **said),
        ):
            assert answer.status_code == 409
            assert Page(answer).all("div", role="alert")
        assert whole_ledger() == before

    def test_it_has_no_offer_to_take(self, made: MadeEvent) -> None:
        _first, second = offered(made)
        close(made)
        page = Page(read(path(second)))
        assert heading(page) == "Din session bliver ikke holdt"
        assert not page.all("button", name="answer")

    def test_other_people_see_nothing_of_it(self, made: MadeEvent) -> None:
        gone, there = make_registration(made), make_registration(made, session="Aalborg")
        cancel_own(registration=gone)
        close(made)
        assert heading(Page(read(path(gone)))) == "Du er afmeldt"
        page = Page(read(path(there)))
        assert heading(page) == "Du har en plads"
        assert page.all("a", href=path(there, "overdrag/"))
        assert not page.all("a", href=path(there, "flyt/"))
