"""A form of its own in every state: no barrier, no sideways scrolling, and no mouse needed."""

from __future__ import annotations

import datetime as dt
import mimetypes
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.factories import make_form

from .conftest import PATIENCE, PHONE, Demo
from .people import send
from .test_public_pages import violations

pytestmark = pytest.mark.once

FORM = "/afproev-en-loesning/"
NARROW = {"width": 320, "height": 640}
ZOOMED = {"width": 320, "height": 256}  # 1280 by 1024 at 400 %
SITE = "http://testserver"


@pytest.fixture(
    params=[
        ("light", PHONE),
        ("dark", PHONE),
        ("light", NARROW),
        ("dark", NARROW),
        ("light", ZOOMED),
    ],
    ids=["light", "dark", "light-320", "dark-320", "zoom-400"],
)
def visitor(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """Somebody with JavaScript, in light and in dark, on narrow screens and with large letters."""
    scheme, viewport = request.param
    context = browser.new_context(viewport=viewport, locale="da-DK", color_scheme=scheme)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def plain(browser: Browser) -> Iterator[BrowserContext]:
    """A phone without JavaScript."""
    context = browser.new_context(viewport=PHONE, locale="da-DK", java_script_enabled=False)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def is_fine(page: Page) -> bool:
    """Whether the page as it is now has no barrier and does not scroll sideways."""
    assert violations(page) == []
    width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1]
    return page.context.cookies() == []


def answer(page: Page, *, name: str) -> None:
    """Answer what must be answered of those who choose no solution."""
    page.locator("input[name=navn]").fill(name)
    page.locator("input[name=email]").fill("form.page@example.dk")
    page.locator("input[name=sted]").first.check()
    page.locator("input[name=kommune]").fill("Nyborg")


def test_no_state_of_the_form_has_a_barrier(visitor: BrowserContext, demo: Demo) -> None:
    page = visitor.new_page()
    page.goto(demo.url(FORM))
    assert is_fine(page)
    page.locator("details.km-uses summary").click()
    assert is_fine(page)
    send(page)
    page.wait_for_selector("[role=alert]")
    assert is_fine(page)
    page.locator("input[name=loesning]").first.check()  # all that was hidden
    page.locator("input[name=kontakt]").last.check()
    page.locator("input[name=sted]").last.check()
    assert is_fine(page)
    page.goto(demo.url(FORM))
    answer(page, name=f"Axe {visitor.pages[0].viewport_size}")
    send(page)
    page.wait_for_selector(".km-check")
    assert is_fine(page)
    page.locator("button[value=send]").click()
    page.wait_for_url(f"**{FORM}kvittering/*")
    assert is_fine(page)


@pytest.fixture
def served(visitor: BrowserContext, site: Any) -> Callable[..., Page]:
    """Open the page of a form in a state that the demo's is not in, from this process."""

    answers: dict[str, Any] = {}

    def fulfil(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            found = finders.find(path.removeprefix("/static/"))
            kind = mimetypes.guess_type(path)[0]
            route.fulfill(path=found, content_type=kind) if found else route.abort()
            return
        response = answers[path]
        route.fulfill(
            status=response.status_code,
            body=response.content,
            content_type=response["Content-Type"],
        )

    def open_page(path: str) -> Page:
        # Asked here, not when the browser does: its calls come from outside the transaction.
        answers[path] = Client().get(path)
        assert answers[path].status_code == 200
        page = visitor.new_page()
        page.route("**/*", fulfil)
        page.goto(f"{SITE}{path}")
        return page

    return open_page


@pytest.mark.django_db
def test_a_form_that_is_closed_or_not_yet_open_has_no_barrier(
    served: Callable[..., Page],
) -> None:
    closed = make_form(closes_at=timezone.now() - dt.timedelta(days=1), contact_email="a@b.dk")
    early = make_form(opens_at=timezone.now() + dt.timedelta(days=1))

    for made in (closed, early):
        page = served(made.url)
        assert page.locator("form").count() == 0
        assert is_fine(page)


@pytest.mark.django_db
def test_the_script_marks_each_loading_of_the_page(served: Callable[..., Page]) -> None:
    made = make_form(check_answers=True)

    page = served(made.url)
    marks = []
    for _time in range(2):
        marks += page.locator("form.km-form input[name=form_sending]").evaluate_all(
            "all => all.map(input => input.value)"
        )
        page.reload()

    assert [bool(re.fullmatch(r"[0-9a-f]+(-[0-9a-f]+){3}", mark)) for mark in marks] == [True] * 2
    assert marks[0] != marks[1]


# By keyboard alone, without a script


def tab_to(page: Page, selector: str) -> None:
    """Press the tabulator until ``selector`` has the focus."""
    for _time in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    pytest.fail(f"The tabulator never came to {selector}")


def write(page: Page, selector: str, text: str) -> None:
    """Go to an input and write in it."""
    tab_to(page, selector)
    page.keyboard.type(text)


def press(page: Page, selector: str, key: str = "Enter") -> None:
    """Go to a button or a link and press it."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press(key)


def test_the_form_is_sent_by_keyboard_alone_without_a_script(
    plain: BrowserContext, demo: Demo
) -> None:
    page = plain.new_page()
    page.goto(demo.url(FORM))
    words = page.locator(".km-if")
    assert words.count() > 0  # everything is shown, with words saying when it applies
    assert (
        page.locator("[data-km-question]").count()
        == page.locator("[data-km-question]:not([hidden])").count()
    )
    write(page, "input[name=navn]", "Tast Atur")
    page.wait_for_timeout(2100)
    press(page, "form.km-form button.km-button")

    assert page.title().startswith(("Fejl:", "Error:"))
    assert page.evaluate("document.activeElement.id") == "form-status"
    links = page.locator("#form-status a")
    assert links.evaluate_all("all => all.map(a => a.hash)") == ["#id_email", "#id_sted_0"]
    press(page, "#form-status a")
    assert page.evaluate("document.activeElement.id") == "id_email"
    page.keyboard.type("tast.atur@example.dk")
    tab_to(page, "input[name=sted]")
    page.keyboard.press("ArrowUp")  # round to the last one, which has a line of its own
    assert page.locator("input[name=sted]:checked").get_attribute("value") == "other"
    write(page, "input[name=sted__other]", "På vandet")
    tab_to(page, "input[name=loesning]")
    page.keyboard.press("Space")
    write(page, "textarea[name=hvordan]", "I gårdhaven")
    tab_to(page, "input[name=kontakt]")
    page.keyboard.press("Space")
    press(page, "form.km-form button.km-button")

    assert page.locator(".km-check").count() == 1
    assert "I gårdhaven" in page.locator(".km-check").inner_text()
    press(page, 'button[formaction="#id_hvordan"]')
    assert page.evaluate("document.activeElement.id") == "id_hvordan"
    assert page.locator("textarea[name=hvordan]").input_value() == "I gårdhaven"
    page.keyboard.press("End")
    page.keyboard.type(" om morgenen")
    press(page, "form.km-form button.km-button")
    assert "I gårdhaven om morgenen" in page.locator(".km-check").inner_text()
    press(page, "button[value=send]")
    page.wait_for_url(f"**{FORM}kvittering/*")
    assert plain.cookies() == []
    (copy,) = demo.mails_to("tast.atur@example.dk")
    text = copy.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "I gårdhaven om morgenen" in text
    assert "På vandet" in text


# Live


def test_questions_come_and_go_as_answers_do(visitor: BrowserContext, demo: Demo) -> None:
    page = visitor.new_page()
    page.goto(demo.url(FORM))
    where, which = page.locator("[name=kommune]"), page.locator("[name=hvordan]")
    meeting = page.locator("fieldset[data-km-question=moedet]")
    assert (where.is_visible(), which.is_visible(), meeting.is_visible()) == (False,) * 3

    page.locator("[name=sted]").first.check()
    page.locator("[name=loesning]").first.check()

    assert (where.is_visible(), which.is_visible(), meeting.is_visible()) == (True,) * 3
    assert not page.locator("[name=telefon]").is_visible()
    page.locator("[name=kontakt]").last.check()
    page.locator("[name=telefon]").fill("12 34 56 78")
    page.locator("[name=sted]").last.check()
    assert (where.is_visible(), page.locator("[name=sted__other]").is_visible()) == (False, True)


def test_going_back_finds_everything_as_it_was(visitor: BrowserContext, demo: Demo) -> None:
    page = visitor.new_page()
    page.goto(demo.url(FORM))
    answer(page, name="Til Bage")
    send(page)
    page.wait_for_selector(".km-check")

    page.go_back()

    page.wait_for_selector("input[name=navn]")
    assert page.locator("input[name=navn]").input_value() == "Til Bage"
    assert page.locator("input[name=kommune]").is_visible()
    button = page.locator("form.km-form button.km-button")
    assert button.get_attribute("aria-disabled") is None
    button.click()
    page.wait_for_selector(".km-check")
    assert re.search("Til Bage", page.locator(".km-check").inner_text())
