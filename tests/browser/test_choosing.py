"""Choosing a session: seats as they are now, a second choice, and colleagues in one go."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from .conftest import PATIENCE, PHONE, Demo
from .people import EVENT, send
from .test_public_pages import violations

pytestmark = pytest.mark.once

GROUP = f"{EVENT}flere/"


def numbers(demo: Demo) -> dict[str, Any]:
    """Return what the page's script reads."""
    with urllib.request.urlopen(demo.url(f"{EVENT}pladser.json")) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


@pytest.fixture
def live_phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone with JavaScript."""
    context = browser.new_context(viewport=PHONE, locale="da-DK")
    context.set_default_timeout(PATIENCE)
    yield context
    for page in context.pages:
        page.unroute_all(behavior="ignoreErrors")  # the script asks until the page is gone
    context.close()


def answer_as(page: Page, demo: Demo, change: dict[str, Any]) -> None:
    """Let the numbers of the first session be others from now on."""
    found = numbers(demo)
    found["sessions"][0] |= change
    page.route("**/pladser.json", lambda route: route.fulfill(json=found))


def test_numbers_change_without_loading_the_page_again(
    live_phone: BrowserContext, demo: Demo
) -> None:
    page = live_phone.new_page()
    page.goto(demo.url(EVENT))
    page.locator("#tilmelding").scroll_into_view_if_needed()
    answer_as(page, demo, {"text": "7 mangler", "state": "few", "audiences": {}})

    page.get_by_text("7 mangler").first.wait_for()

    assert page.locator("form .km-few").count() == 1


def test_picking_a_full_session_points_at_the_second_choice(
    live_phone: BrowserContext, demo: Demo
) -> None:
    page = live_phone.new_page()
    answer_as(page, demo, {"text": "Fuldt", "state": "full", "audiences": {}})
    page.goto(demo.url(EVENT))
    page.locator("#tilmelding").scroll_into_view_if_needed()
    page.get_by_text("Fuldt").first.wait_for()
    first = numbers(demo)["sessions"][0]["key"]
    hint = page.locator(f'[data-km-full="{first}"]')
    assert not hint.is_visible()

    page.locator(f'input[name=event_session][value="{first}"]').check()

    assert hint.is_visible()
    assert hint.locator("a").get_attribute("href") == "#km-second-choice"
    assert page.locator(f'#id_second_choice option[value="{first}"]').is_disabled()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_colleagues_are_registered_from_a_phone_without_javascript(
    phone: BrowserContext, demo: Demo
) -> None:
    page = phone.new_page()
    page.goto(demo.url(EVENT))
    page.locator(f'a[href$="{GROUP}"]').click()
    for number, name in enumerate(("Gro Gruppe", "Gert Gruppe"), start=1):
        page.locator(f"#id_{number}_name").fill(name)
        page.locator(f"#id_{number}_audience").select_option(index=2)
    page.locator("input[name=event_session]").nth(1).check()
    page.locator("input[name=email]").fill("sekretaer@example.dk")
    page.locator("input[name=organisation]").fill("Prøve Kommune")
    send(page)
    page.wait_for_url("**/kvittering/?s=*")

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert "Gruppe" not in page.locator("main").inner_text()
    texts = [
        mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        for mail in demo.mails_to("sekretaer@example.dk", at_least=2)
    ]
    assert len(texts) == 2
    assert [any(name in text for text in texts) for name in ("Gro", "Gert")] == [True, True]


def test_the_page_for_colleagues_has_no_barrier(live_phone: BrowserContext, demo: Demo) -> None:
    page = live_phone.new_page()
    page.goto(demo.url(GROUP))

    assert page.locator("[data-km-person]:visible").count() == 3
    page.locator(".km-people + button").click()
    assert page.locator("[data-km-person]:visible").count() == 4
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    send(page)
    page.locator("[role=alert]").wait_for()
    assert violations(page) == []
