"""A session is really full: who would take the other one has a seat there, and is told so."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext

from .conftest import PHONE, Demo
from .people import send
from .test_own_page_journey import link_in, sequence_in
from .test_public_pages import violations, visitor  # noqa: F401 (a fixture)

EVENT = "/fuldt-hus/"
MAKE_EVENT = """
from tests.factories import SessionSpec, make_event, make_registration
made = make_event(
    title="Fuldt hus", slug="fuldt-hus",
    sessions=[SessionSpec("København", 1), SessionSpec("Aalborg", 9)],
)
make_registration(made, session="København")
"""


@pytest.fixture(scope="module")
def event(demo: Demo) -> str:
    """An event whose seat in Copenhagen is taken."""
    demo.run(MAKE_EVENT)
    return EVENT


def test_whoever_names_a_second_choice_has_a_seat_there(
    phone: BrowserContext, demo: Demo, event: str
) -> None:
    address = "andet.valg@example.dk"
    page = phone.new_page()
    page.goto(demo.url(event))
    page.locator('label:has-text("København") input[name=event_session]').check()
    page.locator("#id_second_choice").select_option(label="Aalborg")
    page.locator("input[name=name]").fill("Anna Andetvalg")
    page.locator("input[name=email]").fill(address)
    send(page)
    page.wait_for_url("**/kvittering/?s=*")

    receipt = page.locator("main").inner_text()
    assert "Aalborg" in receipt
    assert "København" in receipt
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    (mail,) = demo.mails_to(address)
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Aalborg" in text
    place, _number = sequence_in(mail)
    assert "Aalborg" in place
    page.goto(demo.url(link_in(mail)))
    facts = page.locator("section[aria-labelledby=own-facts]").inner_text()
    assert "Aalborg" in facts
    assert "København" not in facts
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    state = 'Registration.objects.get(email="andet.valg@example.dk").state'
    assert demo.run(f"from events.models import Registration; print({state})") == "confirmed"


@pytest.mark.once
def test_its_receipt_and_own_page_have_no_barrier(
    visitor: BrowserContext,  # noqa: F811 (the fixture)
    demo: Demo,
    event: str,
    request: pytest.FixtureRequest,
) -> None:
    # Each its own address: whoever registers a second time is told another thing, in another mail.
    address = f"arne.{request.node.callspec.params['visitor']}@example.dk"
    page = visitor.new_page()
    page.goto(demo.url(event))
    page.locator('label:has-text("København") input[name=event_session]').check()
    page.locator("#id_second_choice").select_option(label="Aalborg")
    page.locator("input[name=name]").fill("Arne Andetvalg")
    page.locator("input[name=email]").fill(address)
    send(page)
    page.wait_for_url("**/kvittering/?s=*")

    assert violations(page) == []
    page.goto(demo.url(link_in(demo.mails_to(address)[0])))
    assert violations(page) == []
