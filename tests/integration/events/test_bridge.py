"""The bridge from content to ledger, through every door that Wagtail's page API has."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, Workflow

from events.models import EventPage, EventRecord, SeatPool, Todo
from tests.factories import (
    AudienceSpec,
    MadeEvent,
    MadeSite,
    SessionSpec,
    UserFactory,
    copy_to_language,
    make_event,
    make_registration,
    publish,
)

from .ledger import registrations_as_they_are, rows_of, states, whole_ledger

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def pools_of(key: uuid.UUID) -> dict[str, tuple[int | None, bool]]:
    """Return capacity and closedness of the sessions of an event, by name."""
    pools = SeatPool.objects.filter(event__key=key, kind="event_session")
    return {pool.name: (pool.capacity, pool.is_closed) for pool in pools}


def set_capacity(page: Any, name: str, capacity: int | None) -> Any:
    """Return ``page`` with another capacity for one session, not saved."""
    rows = list(page.event_sessions.all())
    for row in rows:
        if row.name == name:
            row.capacity = capacity
    page.event_sessions = rows
    return page


def without_session(page: Any, name: str) -> Any:
    """Return ``page`` without one session, not saved."""
    page.event_sessions = [row for row in page.event_sessions.all() if row.name != name]
    return page


@pytest.fixture
def taken(made: MadeEvent) -> MadeEvent:
    """The event with somebody at each session."""
    make_registration(made, session="København")
    make_registration(made, session="Aalborg", audience_key=made.audience_key("Politiker"))
    return made


# Publishing


def test_publishing_makes_the_event_and_its_pools(site: MadeSite) -> None:
    starts_at = dt.datetime(2031, 10, 3, 11, tzinfo=dt.UTC)
    made = make_event(
        title="Åbne værksteder",
        starts_at=starts_at,
        registration_closes_on=dt.date(2031, 9, 20),
        registration_closes_time=dt.time(12, 0),
        registration_opens_at=starts_at - dt.timedelta(days=60),
        capacity=40,
        sessions=[SessionSpec("København", 30), SessionSpec("Aalborg", None)],
        audiences=[
            AudienceSpec("Politiker"),
            AudienceSpec("", criterion="alle, der vil", is_choice=False),
        ],
    )

    event = made.event
    assert (event.title, event.source_locale, event.time_zone, event.is_live) == (
        "Åbne værksteder",
        "da",
        "Europe/Copenhagen",
        True,
    )
    assert (event.starts_at, event.ends_at) == (starts_at, starts_at + dt.timedelta(hours=3))
    assert event.opens_at == starts_at - dt.timedelta(days=60)
    assert event.closes_at == dt.datetime(2031, 9, 20, 10, tzinfo=dt.UTC)
    assert (event.way_in, event.applications_hold_seat) == ("first_come", False)
    copenhagen, aalborg = made.session_key("København"), made.session_key("Aalborg")
    politician = made.audience_key("Politiker")
    pools = event.seat_pools.order_by("id").values_list(
        "kind", "event_session_key", "audience_key", "name", "capacity", "is_closed"
    )
    assert list(pools) == [
        ("event", None, None, "Åbne værksteder", 40, False),
        ("event_session", copenhagen, None, "København", 30, False),
        ("audience", copenhagen, politician, "Politiker", None, False),
        ("event_session", aalborg, None, "Aalborg", None, False),
        ("audience", aalborg, politician, "Politiker", None, False),
    ]


def test_a_draft_is_nothing_to_the_ledger(site: MadeSite) -> None:
    made = make_event(published=False)
    made.page.title = "En kladde til"
    made.page.save_revision()

    assert made.record is None
    assert EventRecord.objects.count() == SeatPool.objects.count() == 0


def test_a_draft_of_a_published_page_changes_nothing(taken: MadeEvent) -> None:
    before = whole_ledger()

    page = without_session(set_capacity(taken.page, "Aalborg", 1), "København")
    page.way_in = "application"
    page.save_revision()

    assert whole_ledger() == before


def test_publishing_again_keeps_keys_and_registrations(taken: MadeEvent) -> None:
    before = registrations_as_they_are()
    keys = set(SeatPool.objects.values_list("pk", "event_session_key", "audience_key"))
    page = set_capacity(taken.page, "Aalborg", 7)
    page.title = "Nye ord"

    publish(page)

    assert registrations_as_they_are() == before
    assert set(SeatPool.objects.values_list("pk", "event_session_key", "audience_key")) == keys
    assert pools_of(taken.key) == {"København": (25, False), "Aalborg": (7, False)}
    assert taken.event.title == "Nye ord"


def test_saving_some_fields_is_not_publishing(taken: MadeEvent) -> None:
    before = whole_ledger()
    page = taken.reload()
    page.title = "Ikke helt"

    page.save(update_fields=["title"])

    assert whole_ledger() == before


def test_publishing_what_has_not_changed_writes_no_pool(taken: MadeEvent) -> None:
    page = taken.reload()

    with CaptureQueriesContext(connection) as queries:
        publish(page)

    table = SeatPool._meta.db_table
    written = [q["sql"] for q in queries if f'UPDATE "{table}"' in q["sql"]]
    assert written == []


# Other ways to publish


def test_a_workflow_publishes_when_it_is_approved(taken: MadeEvent) -> None:
    before = whole_ledger()
    page = set_capacity(taken.reload(), "Aalborg", 9)
    page.save_revision()
    workflow = Workflow.objects.get(name="Moderators approval")
    admin = UserFactory(is_superuser=True)

    state = workflow.start(page, admin)
    assert whole_ledger() == before
    state.current_task_state.approve(user=admin)

    assert pools_of(taken.key)["Aalborg"] == (9, False)
    assert rows_of(EventRecord)[0]["key"] == taken.key


def schedule(page: Any) -> None:
    """Publish ``page`` in an hour."""
    page.go_live_at = timezone.now() + HOUR
    page.save_revision().publish()


def publish_what_is_due(*, later: dt.timedelta) -> None:
    """Run Wagtail's command at a later time."""
    with time_machine.travel(timezone.now() + later):
        call_command("publish_scheduled")


def test_a_scheduled_page_opens_when_its_time_has_come(site: MadeSite) -> None:
    made = make_event(published=False)
    schedule(made.reload())
    publish_what_is_due(later=HOUR / 2)
    assert EventRecord.objects.filter(is_live=True).count() == 0

    publish_what_is_due(later=2 * HOUR)

    assert made.event.is_live
    assert make_registration(made).state == "confirmed"


def test_a_change_scheduled_for_a_live_page_waits_for_its_time(taken: MadeEvent) -> None:
    registrations = registrations_as_they_are()
    pools = rows_of(SeatPool)

    schedule(set_capacity(taken.reload(), "Aalborg", 3))
    assert rows_of(SeatPool) == pools

    publish_what_is_due(later=2 * HOUR)
    assert pools_of(taken.key)["Aalborg"] == (3, False)
    assert registrations_as_they_are() == registrations


def test_a_page_whose_time_is_over_takes_nobody(taken: MadeEvent) -> None:
    before = registrations_as_they_are()
    page = taken.reload()
    page.expire_at = timezone.now() + HOUR
    publish(page)
    assert taken.event.is_live

    publish_what_is_due(later=2 * HOUR)

    assert not taken.reload().live
    assert not taken.event.is_live
    assert registrations_as_they_are() == before


def test_a_scheduled_page_that_drops_a_taken_session_stops_no_later_one(taken: MadeEvent) -> None:
    later = make_event(title="Senere", published=False)
    before = registrations_as_they_are()
    schedule(without_session(taken.reload(), "Aalborg"))
    schedule(later.reload())

    publish_what_is_due(later=2 * HOUR)

    assert later.event.is_live
    assert pools_of(taken.key) == {"København": (25, False), "Aalborg": (25, True)}
    assert [(todo.kind, todo.name) for todo in Todo.objects.order_by("pk")] == [
        ("event_session_dropped", "Aalborg"),
        ("audience_dropped", "Politiker"),
    ]
    assert registrations_as_they_are() == before


# Going back


def test_reverting_keeps_keys(taken: MadeEvent) -> None:
    first = taken.reload().latest_revision
    keys = {name: taken.session_key(name) for name in ("København", "Aalborg")}
    publish(without_session(set_capacity(taken.reload(), "København", 3), "Aalborg"))
    before = registrations_as_they_are()

    old = first.as_object()
    publish(old)

    assert {name: taken.session_key(name) for name in keys} == keys
    assert pools_of(taken.key) == {"København": (25, False), "Aalborg": (25, False)}
    assert registrations_as_they_are() == before


# Copies


def test_a_live_copy_is_an_event_of_its_own(taken: MadeEvent, site: MadeSite) -> None:
    before = registrations_as_they_are()
    original = rows_of(SeatPool)

    copy = taken.reload().copy(update_attrs={"slug": "kopi", "title": "Kopi"}, keep_live=True)

    assert copy.translation_key != taken.key
    record = EventRecord.objects.get(key=copy.translation_key)
    assert (record.title, record.is_live) == ("Kopi", True)
    assert pools_of(record.key) == {"København": (25, False), "Aalborg": (25, False)}
    theirs = set(record.seat_pools.values_list("event_session_key", flat=True))
    assert not theirs & {taken.session_key("København"), taken.session_key("Aalborg")}
    assert rows_of(SeatPool)[: len(original)] == original
    assert registrations_as_they_are() == before


def test_a_copy_that_is_not_live_is_nothing_to_the_ledger(taken: MadeEvent) -> None:
    before = whole_ledger()

    taken.reload().copy(update_attrs={"slug": "kopi"}, keep_live=False)

    after = whole_ledger()
    assert {n: after[n] for n in ("events", "pools")} == {n: before[n] for n in ("events", "pools")}


def test_an_alias_is_the_same_event(taken: MadeEvent, site: MadeSite) -> None:
    before = whole_ledger()

    alias = taken.reload().create_alias(parent=site.home, update_slug="alias")
    publish(set_capacity(taken.reload(), "Aalborg", 4))

    assert EventRecord.objects.count() == 1
    assert alias.alias_of_id == taken.page.pk
    assert pools_of(taken.key)["Aalborg"] == (4, False)
    assert whole_ledger()["registrations"] == before["registrations"]


def test_deleting_an_alias_is_nothing_to_the_ledger(taken: MadeEvent, site: MadeSite) -> None:
    alias = taken.reload().create_alias(parent=site.home, update_slug="alias")
    before = whole_ledger()

    alias.delete()

    assert whole_ledger() == before
    assert taken.event.is_live


# Dropping what is taken


def test_a_taken_session_dropped_without_a_form_is_kept_and_closed(taken: MadeEvent) -> None:
    before = registrations_as_they_are()

    publish(without_session(taken.reload(), "Aalborg"))

    assert pools_of(taken.key) == {"København": (25, False), "Aalborg": (25, True)}
    assert registrations_as_they_are() == before
    todos = Todo.objects.order_by("pk").values_list("kind", "name", "event_session_key")
    key = SeatPool.objects.get(name="Aalborg").event_session_key
    assert next(iter(todos)) == ("event_session_dropped", "Aalborg", key)


def test_a_session_that_nobody_took_is_dropped_without_a_to_do(made: MadeEvent) -> None:
    publish(without_session(made.reload(), "Aalborg"))

    assert pools_of(made.key)["Aalborg"] == (25, True)
    assert Todo.objects.count() == 0


def test_publishing_twice_makes_one_to_do(taken: MadeEvent) -> None:
    publish(without_session(taken.reload(), "Aalborg"))
    number = Todo.objects.count()

    publish(taken.reload())

    assert Todo.objects.count() == number


def test_a_dropped_audience_is_kept_and_closed(taken: MadeEvent) -> None:
    before = registrations_as_they_are()
    page = taken.reload()
    page.audiences = [row for row in page.audiences.all() if row.name != "Politiker"]

    publish(page)

    pools = SeatPool.objects.filter(kind="audience", name="Politiker")
    assert set(pools.values_list("is_closed", flat=True)) == {True}
    assert list(Todo.objects.values_list("kind", "name")) == [("audience_dropped", "Politiker")]
    assert registrations_as_they_are() == before


# Taking down and deleting


def test_unpublishing_closes_and_keeps_everything(taken: MadeEvent) -> None:
    before = registrations_as_they_are()

    taken.reload().unpublish()

    assert not taken.event.is_live
    assert registrations_as_they_are() == before
    publish(taken.reload())
    assert taken.event.is_live


def test_deleting_the_page_keeps_the_ledger_and_leaves_a_to_do(taken: MadeEvent) -> None:
    before = registrations_as_they_are()
    key = taken.key

    taken.reload().delete()

    event = EventRecord.objects.get(key=key)
    assert not event.is_live
    assert registrations_as_they_are() == before
    assert list(Todo.objects.values_list("kind", "name")) == [("page_deleted", "Åbne værksteder")]


def test_deleting_the_parent_does_too(site: MadeSite) -> None:
    index = site.home.add_child(instance=Page(title="Mappe", slug="mappe"))
    made = make_event(parent=index)
    make_registration(made)
    before = registrations_as_they_are()

    index.delete()

    assert not EventRecord.objects.get(key=made.key).is_live
    assert registrations_as_they_are() == before
    assert Page.find_problems() == ([], [], [], [], [])
    assert Todo.objects.get().kind == "page_deleted"


def test_deleting_the_page_of_an_event_without_registrations_leaves_no_to_do(
    made: MadeEvent,
) -> None:
    made.reload().delete()

    assert Todo.objects.count() == 0
    assert not EventRecord.objects.get(key=made.key).is_live


# Languages


@pytest.fixture
def english(taken: MadeEvent, site: MadeSite) -> Any:
    """The invitation in English, published."""
    return publish(copy_to_language(taken.page, site.english, title="Open workshops"))


def test_a_translation_is_the_same_event(taken: MadeEvent, english: Any) -> None:
    assert EventRecord.objects.count() == 1
    assert english.translation_key == taken.key
    danish_keys = {taken.session_key("København"), taken.session_key("Aalborg")}
    assert set(english.event_sessions.values_list("translation_key", flat=True)) == danish_keys
    assert taken.event.title == "Åbne værksteder"
    assert states() == ["confirmed", "confirmed"]


def test_a_translation_says_and_does_not_steer(taken: MadeEvent, english: Any) -> None:
    pools, registrations = rows_of(SeatPool), registrations_as_they_are()
    page = without_session(set_capacity(english, "København", 1), "Aalborg")
    page.ends_at = page.ends_at + dt.timedelta(days=1)
    page.way_in = "application"

    publish(page)

    assert rows_of(SeatPool) == pools
    assert taken.event.way_in == "first_come"
    assert taken.event.ends_at == taken.reload().ends_at
    assert registrations_as_they_are() == registrations


def test_taking_down_one_language_leaves_the_other_open(taken: MadeEvent, english: Any) -> None:
    taken.reload().unpublish()
    assert taken.event.is_live

    english.unpublish()
    assert not taken.event.is_live


def test_when_the_first_language_is_deleted_the_other_takes_over(
    taken: MadeEvent, english: Any
) -> None:
    before = registrations_as_they_are()
    key = taken.key

    taken.reload().delete()

    event = EventRecord.objects.get(key=key)
    assert (event.source_locale, event.is_live) == ("en", True)
    assert [todo.kind for todo in Todo.objects.all()] == ["source_taken_over"]
    publish(set_capacity(EventPage.objects.get(pk=english.pk), "Aalborg", 5))
    assert pools_of(key)["Aalborg"] == (5, False)
    assert registrations_as_they_are() == before


def test_deleting_a_translation_leaves_the_event_alone(taken: MadeEvent, english: Any) -> None:
    before = whole_ledger()

    EventPage.objects.get(pk=english.pk).delete()

    assert whole_ledger() == before
    assert taken.event.is_live


def test_a_translation_may_be_published_before_its_source(site: MadeSite) -> None:
    made = make_event(published=False)
    english = publish(copy_to_language(made.page, site.english, title="Open workshops"))
    event = made.event
    assert (event.source_locale, event.is_live) == ("da", True)
    assert set(pools_of(made.key)) == {"København", "Aalborg"}
    registration = make_registration(
        MadeEvent(page=english, record=event), language="en", session="Aalborg"
    )

    publish(set_capacity(made.reload(), "Aalborg", 3))

    assert pools_of(made.key)["Aalborg"] == (3, False)
    assert registration.event_session_key == made.session_key("Aalborg")
    assert states() == ["confirmed"]


def test_seats_are_shared_by_all_languages(site: MadeSite) -> None:
    made = make_event(sessions=[SessionSpec("Aalborg", 1)])
    english = publish(copy_to_language(made.page, site.english))
    in_english = MadeEvent(page=english, record=made.record)

    make_registration(in_english, language="en")
    make_registration(made)

    assert states() == ["confirmed", "waiting"]


# Rules that change


def test_from_choosing_to_first_come_those_who_wait_move_up(site: MadeSite) -> None:
    made = make_event(
        sessions=[SessionSpec("Aalborg", 1)], way_in="application", applications_hold_seat=True
    )
    for _ in range(3):
        make_registration(made)
    page = set_capacity(made.reload(), "Aalborg", 2)
    page.way_in = "first_come"
    page.applications_hold_seat = False

    publish(page)

    # Two seats and nobody confirmed: both who wait move up; the application still awaits.
    assert states() == ["pending", "confirmed", "confirmed"]
