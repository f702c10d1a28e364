"""What somebody sees who looks like a machine: one more step, without script or barrier."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import BrowserContext, Page

from forms.protection.second_step import SOONEST

from .conftest import Demo
from .people import EVENT, fill_in
from .test_public_pages import violations, visitor  # noqa: F401 (a fixture)

pytestmark = pytest.mark.once

BUTTON = "form[method=post] button[type=submit]"


def look_like_a_machine(page: Page, demo: Demo, *, email: str) -> None:
    """Fill in the form with what people do not see, as a browser that knows too much does."""
    page.goto(demo.url(EVENT))
    fill_in(page, place="Aalborg", name="Ane Maskine", email=email)
    page.locator("input[name=form_website]").evaluate("field => field.value = 'x'")
    page.locator(BUTTON).last.click()
    page.wait_for_selector("input[name=form_asked]", state="attached")


def test_nobody_sees_or_reaches_what_is_not_to_be_filled_in(
    visitor: BrowserContext,  # noqa: F811
    demo: Demo,
) -> None:
    page = visitor.new_page()
    page.goto(demo.url(EVENT))
    box = page.locator("input[name=form_website]").bounding_box()
    assert box is None or box["x"] + box["width"] <= 0 or box["width"] * box["height"] <= 1
    reached = set()
    page.locator("main a, main input").first.focus()
    for _ in range(60):
        reached.add(page.evaluate("document.activeElement.name || ''"))
        page.keyboard.press("Tab")
    assert "email" in reached
    assert "form_website" not in reached


def test_the_second_step_has_no_barrier_and_keeps_every_answer(
    visitor: BrowserContext,  # noqa: F811
    demo: Demo,
) -> None:
    page = visitor.new_page()
    scheme = "dark" if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "l"
    look_like_a_machine(page, demo, email=f"ane.{scheme}@example.dk")

    assert violations(page) == []
    assert visitor.cookies() == []
    assert page.evaluate("document.activeElement.id") == "form-status"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(BUTTON).click()  # at once: asked to wait, unless this machine was slow
    page.wait_for_load_state()
    assert violations(page) == []
    if "kvittering" not in page.url:
        time.sleep(SOONEST)
        page.locator(BUTTON).focus()
        page.keyboard.press("Enter")
    page.wait_for_url("**/kvittering/?s=*")


def test_the_second_step_works_without_script(phone: BrowserContext, demo: Demo) -> None:
    page = phone.new_page()
    look_like_a_machine(page, demo, email="ane.uden@example.dk")

    time.sleep(SOONEST)
    page.locator(BUTTON).click()
    page.wait_for_url("**/kvittering/?s=*")
