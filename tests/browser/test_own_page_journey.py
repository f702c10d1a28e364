"""One's own page, by the link in the mail: the waiting list, the offer, moving, and no barrier."""

from __future__ import annotations

import re
from email.message import EmailMessage

import icalendar
import pytest
from playwright.sync_api import BrowserContext, Page

from .conftest import PHONE, Demo
from .people import send
from .test_public_pages import violations, visitor  # noqa: F401 (a fixture)

EVENT = "/eget-link/"
MAKE_EVENT = """
from tests.factories import SessionSpec, make_event
make_event(
    title="Eget link", slug="eget-link", waiting_list_mode="offer",
    sessions=[SessionSpec("København", 1), SessionSpec("Aalborg", 9)],
)
"""
CLOSE_SESSION = """
from events.actions.event_changes import close_event_session
from events.queries.own_page import own_page_token
from tests.factories import SessionSpec, make_event, make_registration
made = make_event(
    title="Lukket", slug="{slug}", sessions=[SessionSpec("København", 9), SessionSpec("Aalborg", 9)]
)
mine = make_registration(made)
close_event_session(event=made.event, event_session_key=made.session_key(), by=None)
print(f"/r/{{own_page_token(mine)}}/")
"""
OWN_LINK = re.compile(r"/r/[\w-]{48}/")


@pytest.fixture(scope="module")
def event(demo: Demo) -> str:
    """An event at which a free seat is offered to the next in line; one seat in Copenhagen."""
    demo.run(MAKE_EVENT)
    return EVENT


def register(page: Page, demo: Demo, *, place: str, email: str) -> None:
    page.goto(demo.url(EVENT))
    page.locator(f'label:has-text("{place}") input[name=event_session]').check()
    page.locator("input[name=name]").fill("Ida Prøve")
    page.locator("input[name=email]").fill(email)
    send(page)
    page.wait_for_url("**/kvittering/?s=*")


def link_in(mail: EmailMessage) -> str:
    (link,) = set(OWN_LINK.findall(mail.get_body(("plain",)).get_content()))  # type: ignore[union-attr]
    return str(link)


def press(page: Page, selector: str) -> None:
    page.locator(selector).click()
    page.wait_for_load_state()


def sequence_in(mail: EmailMessage) -> tuple[str, int]:
    """Return place and sequence of the calendar entry that came with ``mail``."""
    (attached,) = list(mail.iter_attachments())
    (entry,) = icalendar.Calendar.from_ical(attached.get_payload(decode=True)).walk("VEVENT")
    return str(entry["LOCATION"]), int(entry["SEQUENCE"])


def test_cancel_offer_accept_and_move_on_a_phone_without_javascript(
    phone: BrowserContext, demo: Demo, event: str
) -> None:
    first, second = "foerste.egen@example.dk", "anden.egen@example.dk"
    page = phone.new_page()
    register(page, demo, place="København", email=first)
    register(page, demo, place="København", email=second)

    # The one cancels by the link in the mail; opening it has cancelled nothing.
    (confirmed,) = demo.mails_to(first)
    # A mail that says one waits is not sent any more once one has an offer.
    assert len(demo.mails_to(second)) == 1
    page.goto(demo.url(link_in(confirmed)))
    press(page, 'a[href$="/afmeld/"]')
    press(page, "form[method=post] button[type=submit]")
    assert page.locator("[role=status]").count() == 1
    assert page.locator('a[href$="/afmeld/"]').count() == 0

    # The other is offered the seat, and takes it by the link in that mail.
    _waiting, offer = demo.mails_to(second, at_least=2)
    page.goto(demo.url(link_in(offer)))
    assert page.locator("button[name=answer]").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    press(page, "button[name=answer][value=yes]")
    assert page.locator("button[name=answer]").count() == 0
    assert page.locator("[role=status]").count() == 1
    seat = demo.mails_to(second, at_least=3)[-1]

    # And moves to the other session, where there is room.
    press(page, 'a[href$="/flyt/"]')
    press(page, "button[name=to]")
    moved = demo.mails_to(second, at_least=4)[-1]
    (before, old_number), (after, new_number) = sequence_in(seat), sequence_in(moved)
    assert ("København" in before, "Aalborg" in after) == (True, True)
    assert new_number > old_number
    assert phone.cookies() == []


@pytest.mark.once
def test_no_page_has_a_barrier(
    visitor: BrowserContext,  # noqa: F811 (the fixture)
    demo: Demo,
    event: str,
    request: pytest.FixtureRequest,
) -> None:
    page = visitor.new_page()
    email = f"axe.egen.{request.node.callspec.params['visitor']}@example.dk"
    register(page, demo, place="Aalborg", email=email)
    own = link_in(demo.mails_to(email)[0])
    steps = ("", "svar/", "adresse/", "afmeld/", "flyt/", "overdrag/")
    for path in (*(own + step for step in steps), "/r/", "/r/sendt/", "/r/adresse/", "/r/x/"):
        response = page.goto(demo.url(path))
        assert response is not None
        assert response.status == (404 if path == "/r/x/" else 200), path
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert violations(page) == [], path
    for step, field in (("svar/", "name"), ("adresse/", "email"), ("overdrag/", "name")):
        page.goto(demo.url(own + step))
        page.locator(f"input[name={field}]").fill("")
        press(page, "form.km-form button[type=submit]")
        page.wait_for_selector("[role=alert]")
        assert violations(page) == [], step
    assert visitor.cookies() == []


def test_a_closed_session_leads_to_the_others_without_a_barrier(
    visitor: BrowserContext,  # noqa: F811 (the fixture)
    demo: Demo,
    request: pytest.FixtureRequest,
) -> None:
    look = request.node.callspec.params["visitor"]
    own = demo.run(CLOSE_SESSION.format(slug=f"lukket-{look}"))
    page = visitor.new_page()
    page.goto(demo.url(own))
    first = page.locator("main h2").first
    assert first.get_attribute("id") == "own-others"
    assert page.locator("button[name=to]").count() == 1
    assert page.locator('a[href$="calendar.ics"], a[href$="/overdrag/"]').count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(page) == []
    press(page, "button[name=to]")
    assert page.locator("[role=status]").count() == 1
    assert "Aalborg" in page.locator("section[aria-labelledby=own-facts]").inner_text()
    assert violations(page) == []
