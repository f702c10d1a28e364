"""Staff move the time of a session: they see whom it concerns, and people's calendars follow."""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage
from typing import Any

import icalendar
import pytest
from playwright.sync_api import BrowserContext

from .conftest import Demo
from .people import log_in

TITLE = "Flyttet dag"
ADDRESS = "flyttet@example.dk"
NAME = "Flora Flyttet"
MAKE_EVENT = f"""
from tests.factories import SessionSpec, make_event, make_registration
made = make_event(
    title="{TITLE}", slug="flyttet-dag",
    sessions=[SessionSpec("København", 9), SessionSpec("Aalborg", 9)],
)
make_registration(made, session="Aalborg", email="{ADDRESS}", name="{NAME}")
make_registration(made, session="København", email="bliver@example.dk")
print(made.key)
"""


@pytest.fixture(scope="module")
def event_key(demo: Demo) -> str:
    """The key of an event with somebody at each of its places."""
    return demo.run(MAKE_EVENT).splitlines()[-1]


def entry_in(mail: EmailMessage) -> Any:
    """Return the calendar entry that came with ``mail``."""
    (attached,) = list(mail.iter_attachments())
    (entry,) = icalendar.Calendar.from_ical(attached.get_payload(decode=True)).walk("VEVENT")
    return entry


def test_a_session_is_moved_and_its_people_get_the_new_entry(
    desktop: BrowserContext, demo: Demo, event_key: str
) -> None:
    (confirmed,) = demo.mails_to(ADDRESS)
    before = entry_in(confirmed)
    page = log_in(desktop, demo, "admin")
    page.goto(demo.url(f"/admin/registrations/{event_key}/"))
    page.locator('a[href$="/change/"]').click()
    page.locator('a[href$="/change/time/"]').click()
    page.locator("#id_event_session").select_option(label="Aalborg")
    start = before["DTSTART"].dt + dt.timedelta(days=1)
    page.locator("#id_starts_at").fill(start.strftime("%Y-%m-%dT10:00"))
    page.locator("#id_ends_at").fill(start.strftime("%Y-%m-%dT12:30"))
    page.locator("#id_reason_da").fill("Salen var optaget.")

    # First one looks: whom it concerns and the mail; nothing has happened yet.
    page.locator("button[name=look]").click()
    page.locator("button[name=confirm]").wait_for()
    concerned = page.locator("section[aria-labelledby=km-affected]")
    concerned.locator("details summary").click()
    (person,) = concerned.locator("details li a").all_inner_texts()
    assert person == NAME
    places = concerned.locator("ul").first.inner_text()
    assert ("Aalborg" in places, "København" in places) == (True, False)
    sample = page.frame_locator("iframe").first
    sample.locator("body").wait_for()
    assert "Salen var optaget." in sample.locator("body").inner_text()
    assert len(demo.mails_to(ADDRESS)) == 1
    page.locator("button[name=confirm]").click()
    page.wait_for_url(lambda url: not url.endswith("/change/time/"))

    moved = demo.mails_to(ADDRESS, at_least=2)[-1]
    after = entry_in(moved)
    assert "Salen var optaget." in moved.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert after["UID"] == before["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    local = after["DTSTART"].dt
    assert (local.date(), local.hour) == (start.date(), 10)
    assert "10.00" in moved.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert len(demo.mails_to("bliver@example.dk")) == 1
