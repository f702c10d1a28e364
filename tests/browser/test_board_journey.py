"""Choosing among applications: ticks, the mix that follows them, and the mails at the end."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from .conftest import DESKTOP, PATIENCE, Demo
from .people import log_in, open_desk, register

NAMES = ("Vera Valgt", "Viggo Valgt", "Vilma Venter")


def address(name: str) -> str:
    return name.lower().replace(" ", ".") + "@example.dk"


def open_board(page: Page, demo: Demo) -> Page:
    """Go to the demo event's board by way of its list."""
    open_desk(page, demo)
    page.locator('a[href$="/board/"]').click()
    page.wait_for_url("**/board/")
    return page


def tick(page: Page, name: str) -> None:
    page.locator("tr", has_text=name).locator("input[name=take]").check()


def in_aalborg(page: Page) -> int:
    """Return how many would have a seat in Aalborg."""
    row = page.locator("[data-whole]", has_text="Aalborg")
    return int(row.locator("[data-then]").inner_text())


def test_two_of_three_are_chosen_on_the_board_and_each_is_told(
    phone: BrowserContext, desktop: BrowserContext, demo: Demo
) -> None:
    for name in NAMES:
        page = phone.new_page()
        register(page, demo, place="Aalborg", name=name, email=address(name))
        page.close()

    page = open_board(log_in(desktop, demo, "staff"), demo)
    before = in_aalborg(page)
    for number, name in enumerate(NAMES[:2], start=1):
        tick(page, name)
        assert in_aalborg(page) == before + number
    page.locator("button[value=review]").click()
    names = page.locator(".km-names li")
    names.first.wait_for()
    assert names.all_inner_texts() == list(NAMES[:2])
    assert len(demo.mails_to(address(NAMES[0]))) == 1  # nothing was sent yet
    page.locator("textarea[name=note]").fill("Vi glæder os")
    page.locator(".km-review-form button[type=submit]").click()
    page.wait_for_url("**/board/")

    assert page.locator("tr", has_text=NAMES[0]).count() == 0
    assert page.locator("tr", has_text=NAMES[2]).count() == 1
    for name in NAMES[:2]:
        mails = demo.mails_to(address(name), at_least=2)
        assert "Vi glæder os" in mails[-1].get_body(("plain",)).get_content()
    assert len(demo.mails_to(address(NAMES[2]))) == 1


def test_the_board_counts_without_javascript(browser: Browser, demo: Demo) -> None:
    # At a desk: on a phone, Wagtail's own menu lies over every page of the admin without a script.
    context = browser.new_context(viewport=DESKTOP, locale="da-DK", java_script_enabled=False)
    context.set_default_timeout(PATIENCE)
    page = open_board(log_in(context, demo, "staff"), demo)
    before = in_aalborg(page)
    rows = page.locator(".km-board-people tbody tr", has_text="Aalborg")
    rows.locator("input[name=take]").first.check()
    assert in_aalborg(page) == before

    page.locator("button[value=count]").click()
    page.locator("input[name=take]:checked").wait_for()

    assert in_aalborg(page) == before + 1
    context.close()


@pytest.mark.once
def test_axe_finds_nothing_on_the_board_and_lottery_that_stock_screens_do_not_have(
    desktop: BrowserContext, demo: Demo
) -> None:
    page = log_in(desktop, demo, "staff")
    stock = set(found_by_axe(page))
    open_board(page, demo)
    board = found_by_axe(page)
    page.goto(page.url.replace("/board/", "/lottery/"))

    assert {*board, *found_by_axe(page)} - stock == set()


def found_by_axe(page: Page) -> list[str]:
    """Return the rules that axe finds broken."""
    return [rule["id"] for rule in Axe().run(page).response["violations"]]
