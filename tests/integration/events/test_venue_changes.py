"""A venue that gets another name or address: calendars, ledger and staff get to know."""

from __future__ import annotations

import datetime as dt
from typing import Any
from unittest import mock

import icalendar
import pytest
from django.db import connection
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import querydict_from_html

from events.actions import publish as bridge
from events.actions.event_changes import announce_change
from events.enums import TodoKind
from events.exceptions import EventBusy
from events.jobs.places import follow_venues
from events.models import EventRecord, Registration, SeatPool, Todo, Venue
from events.queries.own_page import own_page_token
from tests.conftest import log_in
from tests.factories import (
    MadeEvent,
    MadeSite,
    SessionSpec,
    UserFactory,
    VenueFactory,
    copy_to_language,
    make_event,
    make_registration,
    publish,
)

from .ledger import rows_of
from .visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def venue(site: MadeSite) -> Venue:
    return VenueFactory.create(name="Nordkraft", street="Torvet 1")


@pytest.fixture
def made(venue: Venue) -> MadeEvent:
    return held_at(venue)


def held_at(venue: Venue, **fields: Any) -> MadeEvent:
    """Make an event with one session at ``venue`` and one that is held elsewhere."""
    sessions = [SessionSpec("Aalborg", 5, {"venue": venue}), SessionSpec("København", 5)]
    return make_event(sessions=sessions, **fields)


def move(venue: Venue, street: str = "Havnegade 7") -> None:
    venue = Venue.objects.get(pk=venue.pk)
    venue.street = street
    with TestCase.captureOnCommitCallbacks(execute=True):
        venue.save()


def entry_at(url: str) -> Any:
    """Return the entry of the session in Aalborg in the calendar file at ``url``."""
    calendar = icalendar.Calendar.from_ical(visit(url).content.decode())
    return next(entry for entry in calendar.walk("VEVENT") if "Aalborg" in entry["SUMMARY"])


def steps() -> dict[str, int]:
    pools = SeatPool.objects.filter(kind="event_session")
    return {pool.name: pool.calendar_sequence for pool in pools}


def ledger() -> Any:
    return [rows_of(model) for model in (EventRecord, SeatPool, Registration, Todo)]


def test_a_corrected_address_reaches_every_calendar_and_leaves_a_to_do(
    made: MadeEvent, venue: Venue
) -> None:
    person = make_registration(made, session="Aalborg")
    make_registration(made, session="København")
    urls = (
        f"{made.url}calendar.ics",
        "/calendar.ics",
        f"/r/{own_page_token(person)}/calendar.ics",
    )
    last_year = timezone.now() - dt.timedelta(days=365)
    EventRecord.objects.update(updated_at=last_year)
    before = [entry_at(url) for url in urls]
    client: Client = log_in(UserFactory.create(is_superuser=True))
    editor = reverse("wagtailsnippets_kommed_events_venue:edit", args=[venue.pk])
    form = querydict_from_html(client.get(editor).content.decode(), form_id="w-editor-form").copy()
    form["street"] = "Havnegade 7"

    with TestCase.captureOnCommitCallbacks(execute=True):
        assert client.post(editor, form).status_code == 302

    after = [entry_at(url) for url in urls]
    assert {str(entry["LOCATION"]) for entry in after} == {"Nordkraft, Havnegade 7, 9000 Aalborg"}
    assert [new["SEQUENCE"] - old["SEQUENCE"] for old, new in zip(before, after, strict=True)] == [
        1,
        1,
        1,
    ]
    for old, new in zip(before[:2], after[:2], strict=True):
        assert new["LAST-MODIFIED"].dt > old["LAST-MODIFIED"].dt
    assert steps()["København"] == 0
    (todo,) = Todo.objects.all()
    assert (todo.kind, todo.name) == (TodoKind.EVENT_SESSION_CHANGED, "Aalborg")
    assert announce_change(event=made.event, by=None) == 1
    assert not Todo.objects.filter(done_at=None).exists()


def test_what_no_calendar_shows_changes_nothing(made: MadeEvent, venue: Venue) -> None:
    make_registration(made, session="Aalborg")
    before = ledger()

    venue.directions = "<p>Bus 2</p>"
    with TestCase.captureOnCommitCallbacks(execute=True):
        venue.save()
        venue.street = "Havnegade 7"
        venue.save(update_fields=["directions"])

    assert (ledger(), follow_venues()) == (before, 0)


def test_two_languages_at_one_venue_are_one_change(
    made: MadeEvent, venue: Venue, site: MadeSite
) -> None:
    publish(copy_to_language(made.page, site.english))
    make_registration(made, session="Aalborg")

    move(venue)

    assert steps() == {"Aalborg": 1, "København": 0}
    assert Todo.objects.count() == 1


def test_a_venue_in_another_language_is_news_to_those_who_read_it(
    made: MadeEvent, venue: Venue, site: MadeSite
) -> None:
    page = copy_to_language(made.page, site.english)
    translated = venue.copy_for_translation(site.english)
    translated.save()
    rows = list(page.event_sessions.all())
    rows[0].venue = translated
    page.event_sessions = rows
    publish(page)
    make_registration(made, session="Aalborg")
    make_registration(made, session="Aalborg", language="en")

    move(translated, "7 Harbour Street")

    assert steps() == {"Aalborg": 1, "København": 0}
    assert SeatPool.objects.get(name="Aalborg").venue_address == venue.address
    assert announce_change(event=made.event, by=None) == 1


def test_only_what_is_published_and_to_come_follows(venue: Venue) -> None:
    draft = held_at(venue, published=False)
    taken_down, over = held_at(venue), held_at(venue)
    for event in (taken_down, over):
        make_registration(event, session="Aalborg")
    taken_down.page.unpublish()
    EventRecord.objects.filter(key=over.key).update(ends_at=timezone.now())
    before = ledger()

    move(venue)

    assert ledger() == before
    assert not EventRecord.objects.filter(key=draft.key).exists()


def test_the_events_at_a_venue_are_locked_one_after_the_other(venue: Venue) -> None:
    first, second = held_at(venue), held_at(venue)
    held_at(VenueFactory.create())
    people = [make_registration(event, session="Aalborg") for event in (first, second)]

    with mock.patch.object(bridge, "seats_locked", wraps=bridge.seats_locked) as lock:
        move(venue)

    assert [call.args[0].key for call in lock.call_args_list] == [first.key, second.key]
    assert {todo.event_id for todo in Todo.objects.all()} == {each.event_id for each in people}


def test_an_event_whose_seats_are_busy_follows_when_the_worker_comes_by(
    made: MadeEvent, venue: Venue
) -> None:
    make_registration(made, session="Aalborg")
    with mock.patch.object(bridge, "seats_locked", side_effect=EventBusy):
        move(venue)
        before = ledger()
        assert follow_venues() == 0
    assert ledger() == before
    assert steps() == {"Aalborg": 0, "København": 0}

    assert follow_venues() == 1

    assert steps() == {"Aalborg": 1, "København": 0}
    assert SeatPool.objects.get(name="Aalborg").venue_address.startswith("Havnegade 7")
    assert Todo.objects.count() == 1
    assert follow_venues() == 0


def test_the_worker_looks_at_all_events_in_the_same_queries(
    venue: Venue, django_assert_num_queries: Any
) -> None:
    for number in (1, 2):
        for _event in range(number):
            held_at(venue)
        with django_assert_num_queries({"sqlite": 2, "postgresql": 3}[connection.vendor]):
            follow_venues()
