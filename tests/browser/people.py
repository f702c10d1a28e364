"""What people do in the browser, in words."""

from __future__ import annotations

import time

from playwright.sync_api import BrowserContext, Page

from forms.protection.traces import FASTEST_PERSON

from .conftest import PASSWORD, Demo

EVENT = "/abne-vaerksteder/"
EVENTS = "/arrangementer/"
EVENT_TITLE = "Kom med på værksted"


def fill_in(page: Page, *, place: str, name: str, email: str) -> None:
    """Answer what must be answered on the demo event's form."""
    page.locator(f'label:has-text("{place}") input[name=event_session]').check()
    page.locator("input[name=audience]").nth(1).check()
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=organisation]").fill("Prøve Kommune")


def read_as_people_do(page: Page) -> None:
    """Let as much time pass as anybody needs to read the page."""
    opened = page.locator("input[name=form_opened]").first.get_attribute("value") or "0"
    time.sleep(max(0.0, float(opened.partition(":")[0]) + FASTEST_PERSON + 0.1 - time.time()))


def send(page: Page) -> None:
    """Press the form's button, no sooner than anybody could have read the page."""
    read_as_people_do(page)
    page.locator("form[method=post] button[type=submit]").click()


def register(page: Page, demo: Demo, *, place: str, name: str, email: str) -> None:
    """Open the event, fill in and send the form, and land on the receipt."""
    page.goto(demo.url(EVENT))
    fill_in(page, place=place, name=name, email=email)
    send(page)
    page.wait_for_url("**/kvittering/?s=*")


def open_event(page: Page, demo: Demo, title: str) -> None:
    """Find an event as a visitor: in the list of all, for the front page names only the next."""
    page.goto(demo.url(EVENTS))
    page.get_by_role("link", name=title).first.click()
    page.wait_for_load_state()


def open_desk(page: Page, demo: Demo, title: str = EVENT_TITLE) -> Page:
    """Go to an event's registrations by way of the desk's front page."""
    page.goto(demo.url("/admin/registrations/"))
    page.locator("#listing-results td.title a", has_text=title).first.click()
    page.wait_for_url("**/admin/registrations/*-*/")
    return page


def log_in(context: BrowserContext, demo: Demo, username: str) -> Page:
    """Log in to the admin and return the page."""
    page = context.new_page()
    page.goto(demo.url("/admin/login/"))
    page.locator("input[name=username]").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").click()
    page.wait_for_url(demo.url("/admin/"))
    return page
