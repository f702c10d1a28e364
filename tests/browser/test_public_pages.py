"""Public pages: no cookie, no third party, no barrier, and readable without style or script."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from .conftest import PATIENCE, PHONE, Demo
from .people import EVENT, fill_in, read_as_people_do, register, send

pytestmark = pytest.mark.once

PAGES = (
    "/",
    "/en/",
    EVENT,
    "/en/open-workshops/",
    "/arrangementer/",
    "/tankerne-bag/",
    "/privatliv/",
    "/tilgaengelighed/",
    "/findes-ikke/",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(params=["light", "dark"])
def visitor(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A phone with JavaScript, which axe needs, in light and in dark."""
    context = browser.new_context(viewport=PHONE, locale="da-DK", color_scheme=request.param)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def violations(page: Page) -> list[str]:
    """Return what axe finds, in short."""
    options = {"runOnly": {"type": "tag", "values": RULES}}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{v['id']}: {[n['target'] for n in v['nodes']]}" for v in found]


@pytest.mark.parametrize("path", PAGES)
def test_page_has_no_barrier_no_cookie_and_no_third_party(
    visitor: BrowserContext, demo: Demo, path: str
) -> None:
    page = visitor.new_page()
    asked: set[str] = set()
    complaints: list[str] = []
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    page.on("console", lambda message: complaints.append(message.text))
    response = page.goto(demo.url(path))
    page.wait_for_load_state("networkidle")

    assert response is not None
    assert response.status == (404 if path == "/findes-ikke/" else 200)
    assert visitor.cookies() == []
    assert asked == {urlsplit(demo.base).netloc}
    assert [text for text in complaints if "Content Security Policy" in text] == []
    assert "cookie" not in (response.header_value("vary") or "").lower()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(page) == []


def test_errors_and_receipt_have_no_barrier_and_no_cookie(
    visitor: BrowserContext, demo: Demo
) -> None:
    page = visitor.new_page()
    page.goto(demo.url(EVENT))
    send(page)
    page.wait_for_selector("[role=alert]")
    assert violations(page) == []
    scheme = "dark" if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "l"
    register(page, demo, place="Aalborg", name="Axe", email=f"axe.{scheme}@example.dk")
    assert violations(page) == []
    assert visitor.cookies() == []


def test_registering_works_with_the_style_sheets_off(phone: BrowserContext, demo: Demo) -> None:
    phone.route("**/*.css", lambda route: route.abort())
    page = phone.new_page()
    register(page, demo, place="Aalborg", name="Uden Stil", email="uden.stil@example.dk")
    assert page.locator("h1").count() == 1


def test_registering_works_by_keyboard_alone(visitor: BrowserContext, demo: Demo) -> None:
    page = visitor.new_page()
    page.goto(demo.url(EVENT))
    fill_in(page, place="Aalborg", name="Tast Atur", email="tastatur@example.dk")
    page.locator("input[name=event_session]").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("input[name=event_session]:checked").count() == 1
    read_as_people_do(page)
    page.locator("input[name=email]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/kvittering/?s=*")


def test_a_post_from_another_site_is_refused(visitor: BrowserContext, demo: Demo) -> None:
    answer = visitor.request.post(
        demo.url(EVENT),
        form={"name": "Fremmed"},
        headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"},
    )
    assert answer.status == 403
    assert "set-cookie" not in answer.headers
