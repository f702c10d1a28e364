"""From the invitation on a phone to staff's confirmation, and who may see it on the way."""

from __future__ import annotations

import icalendar
from playwright.sync_api import Browser, BrowserContext, Page

from .conftest import DESKTOP, PATIENCE, PHONE, Demo
from .people import EVENT, fill_in, log_in, open_desk, register, send

ADDRESS = "marie.journey@example.dk"
NAME = "Marie Rejsende"
PER_PAGE = 50


def texts(page: Page, column: int) -> set[str]:
    """Return what stands in one column of the list, over all its pages."""
    found: set[str] = set()
    address = page.url
    number = 1
    while True:
        page.goto(f"{address}?p={number}")
        rows = page.locator("#listing-results tbody tr")
        found |= {
            text.strip() for text in rows.locator(f"td:nth-child({column})").all_inner_texts()
        }
        if rows.count() < PER_PAGE:
            return found
        number += 1


def test_from_phone_to_confirmation_without_javascript(
    browser: Browser, phone: BrowserContext, demo: Demo
) -> None:
    page = phone.new_page()
    register(page, demo, place="Aalborg", name=NAME, email=ADDRESS)
    assert "Aalborg" in page.locator("main").inner_text()
    assert ADDRESS not in page.content()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    (received,) = demo.mails_to(ADDRESS)
    (attached,) = list(received.iter_attachments())
    entry = icalendar.Calendar.from_ical(attached.get_payload(decode=True)).walk("VEVENT")[0]
    assert entry["STATUS"] == "TENTATIVE"
    assert "Aalborg" in str(entry["LOCATION"])
    text = received.get_body(("plain",)).get_content()
    assert NAME in text
    assert "Prøve Kommune" in text

    staff = browser.new_context(viewport=DESKTOP, java_script_enabled=False)
    staff.set_default_timeout(PATIENCE)
    page = open_desk(log_in(staff, demo, "staff"), demo)
    page.get_by_role("link", name=NAME).first.click()
    assert "Prøve Kommune" in page.locator("main").inner_text()
    page.locator('button[name=action][value="confirm"]').click()
    page.wait_for_load_state()
    assert page.locator('button[name=action][value="confirm"]').count() == 0
    _received, confirmed = demo.mails_to(ADDRESS, at_least=2)
    (attached,) = list(confirmed.iter_attachments())
    entry = icalendar.Calendar.from_ical(attached.get_payload(decode=True)).walk("VEVENT")[0]
    assert entry["STATUS"] == "CONFIRMED"
    staff.close()


def test_a_co_host_sees_the_people_of_their_session_only(
    desktop: BrowserContext, demo: Demo
) -> None:
    page = open_desk(log_in(desktop, demo, "host-aalborg"), demo)
    assert texts(page, 3) == {"Aalborg"}


def test_staff_see_the_people_of_both_sessions(desktop: BrowserContext, demo: Demo) -> None:
    page = open_desk(log_in(desktop, demo, "staff"), demo)
    assert texts(page, 3) == {"Aalborg", "København"}


def test_an_editor_sees_no_registration(desktop: BrowserContext, demo: Demo) -> None:
    page = log_in(desktop, demo, "editor")
    assert page.locator('a[href*="/admin/registrations/"]').count() == 0
    page.goto(demo.url("/admin/registrations/"))
    assert page.url == demo.url("/admin/")


def test_what_was_typed_is_kept_when_something_is_missing(
    phone: BrowserContext, demo: Demo
) -> None:
    page = phone.new_page()
    page.goto(demo.url(EVENT))
    fill_in(page, place="Aalborg", name="Marie", email="ingen adresse")
    send(page)
    assert page.title().startswith(("Fejl:", "Error:"))
    summary = page.locator("[role=alert]")
    assert summary.locator("a").evaluate_all("links => links.map(a => a.hash)") == ["#id_email"]
    assert page.locator("input[name=name]").input_value() == "Marie"
    assert page.locator("input[name=email]").input_value() == "ingen adresse"
    assert page.locator("input[name=event_session]:checked").count() == 1
    described = page.locator("input[name=email]").get_attribute("aria-describedby") or ""
    assert any(page.locator(f"#{name}").count() and "error" in name for name in described.split())


def test_a_second_identical_post_is_the_same_registration(
    phone: BrowserContext, demo: Demo
) -> None:
    for _time in range(2):
        page = phone.new_page()
        register(page, demo, place="Aalborg", name="To Gange", email="to.gange@example.dk")
        page.close()
    register(phone.new_page(), demo, place="Aalborg", name="Efter", email="efter@example.dk")
    demo.mails_to("efter@example.dk")  # mails leave in order, so a second one would be there now
    assert len(demo.mails_to("to.gange@example.dk")) == 1
