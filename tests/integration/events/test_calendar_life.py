"""The numbers of a calendar entry grow, whatever happens to a registration and in what order."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.actions.change_state import change_state
from events.actions.event_changes import (
    announce_change,
    cancel_event,
    close_event_session,
    reopen_event_session,
    restore_event,
)
from events.actions.move import move
from events.enums import RegistrationAction, SeatPoolKind
from events.exceptions import EventsError
from events.models import Registration, SeatPool
from events.queries.own_page_calendar import own_calendar
from tests.factories import MadeEvent, MadeSite, make_event, make_registration, publish

from .test_event_changes import sequences
from .visitor import visit

pytestmark = pytest.mark.django_db

STEPS = (
    "confirm",
    "wait",
    "cancel",
    "reopen",
    "move",
    "publish_event",
    "publish_session",
    "announce",
    "cancel_event",
    "restore_event",
    "close_session",
    "reopen_session",
)


class Undone(Exception):
    """Takes back what one example has written."""


def publish_new_time(made: MadeEvent, *, one_session: bool) -> None:
    """Publish the page with another time, of the event or of its second session only."""
    page = made.reload()
    if one_session:
        rows = list(page.event_sessions.all())
        rows[1].starts_at = (rows[1].starts_at or page.starts_at) + dt.timedelta(minutes=1)
        rows[1].ends_at = (rows[1].ends_at or page.ends_at) + dt.timedelta(minutes=1)
        page.event_sessions = rows
    else:
        page.starts_at += dt.timedelta(minutes=1)
        page.ends_at += dt.timedelta(minutes=1)
    publish(page)


def take(step: str, made: MadeEvent, registration: Registration) -> None:
    """Do one step to the registration or to the event, if it can be done."""
    registration.refresh_from_db()
    event, here = made.event, registration.event_session_key
    keys = [made.session_key("København"), made.session_key("Aalborg")]
    with suppress(EventsError):
        if step in RegistrationAction.values:
            change_state(registration=registration, action=RegistrationAction(step), by=None)
        elif step == "move":
            (there,) = [key for key in keys if key != here]
            move(registration=registration, to=there, by=None)
        elif step.startswith("publish"):
            publish_new_time(made, one_session=step == "publish_session")
        elif step == "announce":
            announce_change(event=event, by=None)
        elif step == "cancel_event":
            cancel_event(event=event, by=None)
        elif step == "restore_event":
            restore_event(event=event, by=None)
        elif step == "close_session":
            close_event_session(event=event, event_session_key=here, by=None)
        elif step == "reopen_session":
            reopen_event_session(event=event, event_session_key=here, by=None)


@pytest.mark.once
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.sampled_from(STEPS), min_size=2, max_size=10))
def test_each_entry_that_somebody_is_sent_has_a_greater_number_than_the_last(
    site: MadeSite, steps: list[str]
) -> None:
    with suppress(Undone), transaction.atomic():
        made = make_event()
        registration = make_registration(made)

        for step in steps:
            take(step, made, registration)

        numbers = sequences(registration)
        assert numbers == sorted(set(numbers)), (steps, numbers)
        raise Undone


def test_moving_to_a_session_whose_time_never_changed_makes_the_number_no_smaller(
    site: MadeSite,
) -> None:
    made = make_event()
    registration = make_registration(made, session="Aalborg")
    for _number in range(3):
        take("publish_session", made, registration)
    take("announce", made, registration)

    take("move", made, registration)

    pools = SeatPool.objects.filter(event=made.event, kind=SeatPoolKind.EVENT_SESSION)
    assert sorted(pools.values_list("calendar_sequence", flat=True)) == [0, 4]
    assert sequences(registration) == [0, 4, 5]
    registration.refresh_from_db()
    assert b"SEQUENCE:5" in (own_calendar(registration) or b"")
    take("close_session", made, registration)
    registration.refresh_from_db()
    assert own_calendar(registration) is None


def test_the_public_files_say_what_is_called_off(site: MadeSite) -> None:
    made = make_event()
    make_registration(made, name="Rosa Parklund")
    paths = (f"{made.url}calendar.ics", "/calendar.ics")
    before = [visit(path).content for path in paths]
    take("close_session", made, Registration.objects.get())

    closed = [visit(path).content for path in paths]
    cancel_event(event=made.event, by=None)
    cancelled = [visit(path).content for path in paths]

    for files, number in ((before, 0), (closed, 1), (cancelled, 2)):
        for content in files:
            assert content.count(b"STATUS:CANCELLED") == number
            assert content.count(b"STATUS:CONFIRMED") == 2 - number
            assert b"Rosa" not in content
    assert b"SEQUENCE:2" in cancelled[0]
    assert [visit(path).content for path in paths] == cancelled
