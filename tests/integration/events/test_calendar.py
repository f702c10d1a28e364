"""Calendar files: of one event, of the whole site, and the one that goes with the mail."""

from __future__ import annotations

import datetime as dt
from typing import Any

import icalendar
import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction

from events.actions.change_state import change_state
from events.enums import RegistrationAction
from forms.mail.kinds import get_kind
from forms.models import Message
from tests.factories import (
    MadeEvent,
    MadeSite,
    SessionSpec,
    VenueFactory,
    make_event,
    make_registration,
)

from .visitor import visit

pytestmark = pytest.mark.django_db

STARTS_AT = dt.datetime(2031, 10, 3, 11, tzinfo=dt.UTC)


def entries_of(content: bytes) -> list[Any]:
    """Return the entries of a calendar file, which must be whole and name its time zones."""
    calendar = icalendar.Calendar.from_ical(content)
    entries = list(calendar.walk("VEVENT"))
    zones = {str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")}
    assert zones == {str(e["DTSTART"].params["TZID"]) for e in entries}
    assert content.count(b"\r\n") == content.count(b"\n")
    return entries


def summaries(content: bytes) -> list[str]:
    return sorted(str(entry["SUMMARY"]) for entry in entries_of(content))


def test_the_file_of_an_event_has_its_sessions_in_its_zone(site: MadeSite) -> None:
    made = make_event(
        title="Åbne værksteder; del 1",
        starts_at=STARTS_AT,
        sessions=[
            SessionSpec("København"),
            SessionSpec(
                "Aalborg",
                fields={
                    "venue": VenueFactory(name="Nordkraft"),
                    "starts_at": STARTS_AT + dt.timedelta(hours=1),
                    "ends_at": STARTS_AT + dt.timedelta(hours=2),
                },
            ),
        ],
    )

    response = visit(f"{made.url}calendar.ics")

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    copenhagen, aalborg = entries_of(response.content)
    assert str(copenhagen["SUMMARY"]) == "Åbne værksteder; del 1 (København)"
    assert copenhagen["DTSTART"].dt.isoformat() == "2031-10-03T13:00:00+02:00"
    assert copenhagen["DTEND"].dt.isoformat() == "2031-10-03T16:00:00+02:00"
    assert str(copenhagen["DTSTART"].params["TZID"]) == "Europe/Copenhagen"
    assert aalborg["DTSTART"].dt == STARTS_AT + dt.timedelta(hours=1)
    assert str(aalborg["LOCATION"]) == "Nordkraft, Torvet 1, 9000 Aalborg"
    assert str(aalborg["UID"]) == f"{made.session_key('Aalborg')}@kommed"


def test_the_file_of_the_site_has_what_is_to_come_and_public(site: MadeSite) -> None:
    make_event(title="Kommer", starts_at=STARTS_AT)
    make_event(title="Kladde", starts_at=STARTS_AT, published=False)
    make_event(title="Forbi", starts_at=timezone.now() - dt.timedelta(days=9))
    make_event(title="Taget ned", starts_at=STARTS_AT).page.unpublish()
    hidden = make_event(title="Lukket kreds", starts_at=STARTS_AT)
    PageViewRestriction.objects.create(page=hidden.page, restriction_type="login")

    response = visit("/calendar.ics")

    assert summaries(response.content) == ["Kommer (Aalborg)", "Kommer (København)"]
    assert visit(f"{hidden.url}calendar.ics").status_code == 302


def test_both_files_say_the_same_times(site: MadeSite) -> None:
    own = {
        "starts_at": STARTS_AT + dt.timedelta(hours=1),
        "ends_at": STARTS_AT + dt.timedelta(hours=2),
    }
    made = make_event(
        starts_at=STARTS_AT,
        sessions=[SessionSpec("København"), SessionSpec("Aalborg", fields=own)],
    )

    files = [visit(path).content for path in (f"{made.url}calendar.ics", "/calendar.ics")]

    of_event, of_site = (
        {str(e["UID"]): (e["DTSTART"].dt, e["DTEND"].dt) for e in entries_of(content)}
        for content in files
    )
    assert of_site == of_event


def test_the_file_of_a_page_taken_down_is_not_there(made: MadeEvent) -> None:
    made.page.unpublish()

    assert visit(f"{made.url}calendar.ics").status_code == 404


def _attached(message: Message) -> list[Any]:
    return get_kind(message.kind).attachments(message)


def test_the_mail_brings_an_entry_that_a_later_mail_takes_away(site: MadeSite) -> None:
    made = make_event(starts_at=STARTS_AT, sessions=[SessionSpec("Aalborg")])
    registration = make_registration(made)
    change_state(registration=registration, action=RegistrationAction.CANCEL, by=None)

    files = [_attached(message)[0] for message in Message.objects.order_by("pk")]

    (confirmed,), (cancelled,) = (entries_of(file.content) for file in files)
    assert [file.mime_type for file in files] == [
        "text/calendar; method=PUBLISH",
        "text/calendar; method=CANCEL",
    ]
    assert str(confirmed["UID"]) == str(cancelled["UID"]) == f"{registration.uuid}@kommed"
    assert (str(confirmed["STATUS"]), str(cancelled["STATUS"])) == ("CONFIRMED", "CANCELLED")
    assert confirmed["SEQUENCE"] < cancelled["SEQUENCE"]
    assert confirmed["DTSTART"].dt == STARTS_AT


def test_somebody_who_waits_gets_no_entry(site: MadeSite) -> None:
    made = make_event(sessions=[SessionSpec("Aalborg", 0)])
    make_registration(made)

    assert _attached(Message.objects.get()) == []
