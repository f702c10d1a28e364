"""Calling off and moving: who is told, with what in their calendar, and what stays as it was."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import icalendar
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.actions.change_state import change_state
from events.actions.event_changes import (
    announce_change,
    cancel_event,
    close_event_session,
    reopen_event_session,
    restore_event,
)
from events.actions.event_page_changes import change_venue, move_time
from events.actions.move import move
from events.actions.offers import answer_offer, settle_waiting_list
from events.enums import RegistrationAction, RegistrationState, TodoKind
from events.exceptions import AlreadySo, EventSessionGone, OfferGone, PageCannotChange
from events.models import EventPage, Registration, SeatPool, Todo
from forms.enums import MessageState
from forms.mail.kinds import get_kind
from forms.mail.render import render_message
from forms.models import Message
from tests.conftest import People
from tests.factories import (
    MadeEvent,
    MadeSite,
    SessionSpec,
    VenueFactory,
    copy_to_language,
    make_event,
    make_registration,
    publish,
)

from .ledger import mails, rows_of, states

pytestmark = pytest.mark.django_db

LATER = dt.timedelta(days=7)


def new_mails() -> list[Message]:
    """Return the mails that nobody looked at yet, oldest first, and look at them."""
    found = list(Message.objects.filter(state=MessageState.QUEUED).order_by("pk"))
    Message.objects.filter(pk__in=[m.pk for m in found]).update(
        state=MessageState.SENT, sent_at=found[-1].created_at if found else None
    )
    return found


def entry_of(message: Message) -> tuple[str, Any] | None:
    """Return method and entry of the calendar file of a mail, if it has one."""
    files = get_kind(message.kind).attachments(message)
    if not files:
        return None
    (file,) = files
    calendar = icalendar.Calendar.from_ical(file.content)
    (entry,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), entry


def sequences(registration: Registration) -> list[int]:
    """Return the numbers of all calendar entries that somebody was ever sent, in their order."""
    rows = Message.objects.filter(subject_key=registration.uuid).order_by("pk")
    return [int(found[1]["SEQUENCE"]) for m in rows if (found := entry_of(m))]


@pytest.fixture
def offering(site: MadeSite) -> MadeEvent:
    """An event with one seat at each session, whose free seats are offered."""
    sessions = [SessionSpec("København", 1), SessionSpec("Aalborg", 1)]
    return make_event(sessions=sessions, waiting_list_mode="offer")


def offered_seat(made: MadeEvent) -> Registration:
    """Return somebody who is offered a seat at the first session."""
    first = make_registration(made)
    second = make_registration(made)
    change_state(registration=first, action=RegistrationAction.CANCEL, by=None)
    second.refresh_from_db()
    assert second.state == RegistrationState.OFFERED
    return second


# The event


def test_an_event_that_is_called_off_keeps_everybody_as_they_are(made: MadeEvent) -> None:
    confirmed = make_registration(made)
    gone = make_registration(made)
    change_state(registration=gone, action=RegistrationAction.CANCEL, by=None)
    before = rows_of(Registration)
    new_mails()

    told = cancel_event(event=made.event, by=None, reasons={"da": "Vi har mistet lokalet."})

    assert (told, made.event.is_cancelled) == (1, True)
    assert rows_of(Registration) == before
    (mail,) = new_mails()
    assert (mail.kind, mail.to) == ("event_cancelled", confirmed.email)
    method, entry = entry_of(mail) or ("", {})
    assert (method, str(entry["STATUS"])) == ("CANCEL", "CANCELLED")
    assert str(entry["UID"]) == f"{confirmed.uuid}@kommed"
    assert "Vi har mistet lokalet." in render_message(mail).text
    with pytest.raises(AlreadySo):
        cancel_event(event=made.event, by=None)
    assert new_mails() == []


def test_what_was_called_off_is_on_again(offering: MadeEvent) -> None:
    offered = offered_seat(offering)
    waiting = make_registration(offering)
    assert waiting.state == RegistrationState.WAITING
    cancel_event(event=offering.event, by=None)
    before = states()
    new_mails()
    a_year_on = offered.offer_expires_at + dt.timedelta(days=20)

    # Nothing lapses and nobody says yes to what is not held.
    assert settle_waiting_list(event=offering.event, now=lambda: a_year_on) == 0
    with pytest.raises(OfferGone):
        answer_offer(registration=offered, accepts=True)
    assert (states(), new_mails()) == (before, [])

    told = restore_event(event=offering.event, by=None, now=lambda: a_year_on)

    assert (told, offering.event.is_cancelled, states()) == (2, False, before)
    offered.refresh_from_db()
    assert offered.offer_expires_at > a_year_on
    first, second = new_mails()
    assert [first.to, second.to] == [offered.email, waiting.email]
    assert entry_of(first) is not None
    assert entry_of(second) is None
    assert sequences(offered) == sorted(set(sequences(offered)))
    with pytest.raises(AlreadySo):
        restore_event(event=offering.event, by=None)


def test_publishing_again_keeps_an_event_called_off(made: MadeEvent) -> None:
    cancel_event(event=made.event, by=None)

    publish(made.reload())

    assert made.event.is_cancelled


def test_a_mail_that_was_taken_back_before_it_left_is_not_sent(made: MadeEvent) -> None:
    make_registration(made)
    new_mails()
    cancel_event(event=made.event, by=None)
    restore_event(event=made.event, by=None)

    off, on = new_mails()

    assert not get_kind(off.kind).still_wanted(off)
    assert get_kind(on.kind).still_wanted(on)


# A session


def test_those_at_a_closed_session_are_offered_the_others(made: MadeEvent) -> None:
    here = make_registration(made, session="Aalborg")
    make_registration(made, session="København")
    key = made.session_key("Aalborg")
    new_mails()

    told = close_event_session(event=made.event, event_session_key=key, by=None)

    assert told == 1
    (mail,) = new_mails()
    assert (mail.kind, mail.to) == ("session_closed", here.email)
    assert [other["name"] for other in mail.context["other_sessions"]] == ["København"]
    rendered = render_message(mail)
    assert "/r/" in rendered.text
    assert "København" in rendered.html
    assert (entry_of(mail) or ("",))[0] == "CANCEL"
    with pytest.raises(AlreadySo):
        close_event_session(event=made.event, event_session_key=key, by=None)
    with pytest.raises(EventSessionGone):
        close_event_session(event=made.event, event_session_key=uuid.uuid4(), by=None)

    here.refresh_from_db()
    move(registration=here, to=made.session_key("København"), by=None)

    (moved,) = new_mails()
    method, entry = entry_of(moved) or ("", {})
    assert (method, str(entry["STATUS"])) == ("PUBLISH", "CONFIRMED")
    assert sequences(here) == sorted(set(sequences(here)))


def test_the_mail_about_a_closed_session_names_none_that_has_begun(made: MadeEvent) -> None:
    make_registration(made, session="Aalborg")
    begun = made.event.seat_pools.filter(event_session_key=made.session_key("København"))
    begun.update(starts_at=timezone.now() - dt.timedelta(minutes=2))
    new_mails()

    close_event_session(event=made.event, event_session_key=made.session_key("Aalborg"), by=None)

    (mail,) = new_mails()
    assert mail.context["other_sessions"] == []
    assert render_message(mail).text


def test_who_waits_at_a_closed_session_moves_up_elsewhere(site: MadeSite) -> None:
    sessions = [SessionSpec("København", 1), SessionSpec("Aalborg", 1)]
    made = make_event(sessions=sessions)
    aalborg = made.session_key("Aalborg")
    make_registration(made)
    other = make_registration(made, session="Aalborg")
    waiting = make_registration(made, takes_any_session=True)
    assert waiting.state == RegistrationState.WAITING
    SeatPool.objects.filter(event_session_key=aalborg).update(capacity=2)

    close_event_session(event=made.event, event_session_key=made.session_key(), by=None)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.event_session_key) == ("confirmed", aalborg)
    assert ("session_closed", waiting.email) not in mails()
    assert ("session_closed", other.email) not in mails()


def test_nobody_says_yes_to_a_seat_at_a_closed_session(offering: MadeEvent) -> None:
    offered = offered_seat(offering)
    key = offering.session_key()
    close_event_session(event=offering.event, event_session_key=key, by=None)

    with pytest.raises(OfferGone):
        answer_offer(registration=offered, accepts=True)

    told = reopen_event_session(event=offering.event, event_session_key=key, by=None)
    assert told == 1
    accepted = answer_offer(registration=offered, accepts=True)
    assert accepted.state == RegistrationState.CONFIRMED
    assert sequences(offered) == sorted(set(sequences(offered)))
    with pytest.raises(AlreadySo):
        reopen_event_session(event=offering.event, event_session_key=key, by=None)


# Time and place


def test_a_new_time_reaches_page_ledger_people_and_their_calendars(
    made: MadeEvent, people: People
) -> None:
    confirmed = make_registration(made)
    old, starts_at = made.event.starts_at, made.event.starts_at + LATER
    new_mails()

    told = move_time(
        event=made.event,
        event_session_key=None,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=2),
        by=people.admin,
    )

    assert told == 1
    page = made.reload()
    assert (page.starts_at, page.has_unpublished_changes) == (starts_at, False)
    assert made.event.starts_at == starts_at
    assert set(
        SeatPool.objects.filter(kind="event_session", event=made.event).values_list(
            "starts_at", flat=True
        )
    ) == {starts_at}
    (mail,) = new_mails()
    assert mail.kind == "event_changed"
    assert dt.datetime.fromisoformat(mail.context["starts_at"]) == starts_at
    assert mail.context["was_when"]
    assert not mail.context["was_where"]
    method, entry = entry_of(mail) or ("", {})
    assert (method, entry["DTSTART"].dt) == ("PUBLISH", starts_at)
    assert str(entry["UID"]) == f"{confirmed.uuid}@kommed"
    assert sequences(confirmed)[-1] > sequences(confirmed)[0]
    assert old != starts_at
    assert not Todo.objects.filter(event=made.event, done_at=None).exists()


def test_a_new_venue_is_that_of_one_session(made: MadeEvent, people: People) -> None:
    here = make_registration(made, session="Aalborg")
    make_registration(made, session="København")
    new_mails()

    told = change_venue(
        event=made.event,
        event_session_key=made.session_key("Aalborg"),
        venue=VenueFactory(name="Nordkraft"),
        by=people.admin,
    )

    assert told == 1
    (mail,) = new_mails()
    assert (mail.to, mail.context["venue_name"]) == (here.email, "Nordkraft")
    assert not mail.context["was_when"]
    _method, entry = entry_of(mail) or ("", {})
    assert str(entry["LOCATION"]).startswith("Nordkraft")


def test_a_draft_that_somebody_has_begun_stays_a_draft_with_the_new_time(
    made: MadeEvent, people: People
) -> None:
    page = made.reload()
    page.lead = "Ikke færdig."
    page.save_revision()
    starts_at = made.event.starts_at + LATER

    move_time(
        event=made.event,
        event_session_key=made.session_key("Aalborg"),
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=1),
        by=people.admin,
    )

    page = made.reload()
    assert (page.lead, page.has_unpublished_changes) == ("Kom og tænk med.", True)
    draft = page.get_latest_revision_as_object()
    assert draft.lead == "Ikke færdig."
    for version in (page, draft):
        rows = {row.name: row.starts_at for row in version.event_sessions.all()}
        assert rows == {"København": None, "Aalborg": starts_at}
    assert made.session_key("Aalborg")


def test_the_translation_says_the_new_time_too(made: MadeEvent, site: MadeSite) -> None:
    english = publish(copy_to_language(made.page, site.english, title="Open workshops"))
    here = make_registration(made, session="Aalborg", language="en")
    starts_at = made.event.starts_at + LATER
    new_mails()

    move_time(
        event=made.event,
        event_session_key=made.session_key("Aalborg"),
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=1),
        by=None,
    )

    row = EventPage.objects.get(pk=english.pk).event_sessions.get(name="Aalborg")
    assert row.starts_at == starts_at
    (mail,) = new_mails()
    assert (mail.to, mail.language, mail.context["event_title"]) == (
        here.email,
        "en",
        "Open workshops",
    )


def test_what_cannot_be_published_changes_nothing(made: MadeEvent, people: People) -> None:
    make_registration(made)
    starts_at = made.event.starts_at
    before = rows_of(SeatPool)
    arguments = {"event": made.event, "event_session_key": None, "starts_at": starts_at + LATER}
    new_mails()

    with pytest.raises(PageCannotChange):  # ends before it begins
        move_time(**arguments, ends_at=starts_at, by=people.admin)
    with pytest.raises(PageCannotChange):  # staff who may not publish the page
        move_time(**arguments, ends_at=starts_at + LATER * 2, by=people.staff)
    with pytest.raises(AlreadySo):
        move_time(
            event=made.event,
            event_session_key=None,
            starts_at=starts_at,
            ends_at=made.event.ends_at,
            by=people.admin,
        )

    assert (rows_of(SeatPool), new_mails()) == (before, [])
    assert made.reload().starts_at == starts_at


def test_offers_that_are_held_anew_end_before_their_own_session(offering: MadeEvent) -> None:
    offered = offered_seat(offering)
    cancel_event(event=offering.event, by=None)
    moment = offered.offer_expires_at + dt.timedelta(hours=1)
    start = moment + dt.timedelta(hours=4)
    pools = SeatPool.objects.filter(event_session_key=offered.event_session_key)
    pools.filter(kind="event_session").update(starts_at=start)

    restore_event(event=offering.event, by=None, now=lambda: moment)

    offered.refresh_from_db()
    assert moment < offered.offer_expires_at < start


def test_an_editor_who_publishes_a_new_time_leaves_a_to_do(made: MadeEvent) -> None:
    waiting_for_news = make_registration(made, session="Aalborg")
    for days in (7, 14):
        page = made.reload()
        page.starts_at += dt.timedelta(days=days)
        page.ends_at += dt.timedelta(days=days)
        publish(page)
    knows = make_registration(made, session="Aalborg")
    new_mails()

    (todo,) = Todo.objects.filter(done_at=None)
    assert (todo.kind, todo.name) == (TodoKind.EVENT_SESSION_CHANGED, "Aalborg")

    told = announce_change(event=made.event, by=None)

    assert told == 1
    (mail,) = new_mails()
    assert (mail.to, knows.email) == (waiting_for_news.email, knows.email)
    assert not Todo.objects.filter(done_at=None).exists()
    assert announce_change(event=made.event, by=None) == 0
    assert sequences(waiting_for_news) == sorted(set(sequences(waiting_for_news)))


def test_publishing_without_a_new_time_leaves_none(made: MadeEvent) -> None:
    make_registration(made)
    page = made.reload()
    page.title = "Nyt navn"

    publish(page)

    assert not Todo.objects.exists()


def copies_of(registration: Registration, number: int) -> None:
    """Make ``number`` people more at the same session, with the mail that told them so."""
    mail = Message.objects.get(subject_key=registration.uuid)
    version = registration.submission.form_version
    for n in range(number):
        submission = registration.submission
        submission.pk, submission.uuid, submission._state.adding = None, uuid.uuid4(), True
        submission.form_version = version
        submission.save()
        registration.pk, registration.uuid = None, uuid.uuid4()
        registration.reference, registration.identity_key = f"R{n}", f"person{n}@example.dk"
        registration.email, registration._state.adding = f"person{n}@example.dk", True
        registration.submission = submission
        registration.save()
        mail.pk, mail.uuid, mail.subject_key = None, uuid.uuid4(), registration.uuid
        mail.dedupe_key, mail._state.adding = f"copy:{n}", True
        mail.save()


def test_five_hundred_people_are_told_in_few_queries(site: MadeSite) -> None:
    made = make_event(sessions=[SessionSpec("Aalborg", None)])
    copies_of(make_registration(made), 499)
    starts_at = made.event.starts_at + LATER
    calls: list[Callable[[], int]] = [
        lambda: move_time(
            event=made.event,
            event_session_key=None,
            starts_at=starts_at,
            ends_at=starts_at + dt.timedelta(hours=1),
            by=None,
        ),
        lambda: cancel_event(event=made.event, by=None),
    ]

    for call, most in zip(calls, (150, 40), strict=True):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert call() == 500
        assert len(queries) <= most
    assert Message.objects.filter(kind="event_cancelled").count() == 500
