"""Staff invite two people; one says yes, one says no, each by the link in their mail."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from .conftest import PATIENCE, PHONE, Demo
from .people import log_in, open_desk, read_as_people_do

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SAYS_YES, SAYS_NO = "ida.inviteret@example.dk", "niels.nej@example.dk"


def barriers(page: Page) -> list[str]:
    """Return what axe finds, in short."""
    options = {"runOnly": {"type": "tag", "values": RULES}}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{v['id']}: {[n['target'] for n in v['nodes']]}" for v in found]


def rules_broken(page: Page) -> set[str]:
    """Return the names of the rules that axe sees broken."""
    return {found.partition(":")[0] for found in barriers(page)}


def link_to(demo: Demo, address: str) -> str:
    """Return the path of the invitation in the mail that ``address`` got."""
    (mail,) = demo.mails_to(address)
    text = mail.get_body(("plain",)).get_content()
    found = re.search(r"/r/i/[\w-]{48}/", text)
    assert found is not None, text
    return found[0]


def test_two_are_invited_one_says_yes_and_one_says_no(
    browser: Browser, desktop: BrowserContext, phone: BrowserContext, demo: Demo
) -> None:
    staff = log_in(desktop, demo, "staff")
    staff.goto(demo.url("/admin/reports/site-history/"))
    stock = rules_broken(staff)
    invitations = invite_two(staff, demo)
    staff.goto(invitations)  # without Wagtail's own message, which is fading in
    assert rules_broken(staff) <= stock

    accept(phone.new_page(), demo, link_to(demo, SAYS_YES))
    decline(phone.new_page(), demo, link_to(demo, SAYS_NO))
    assert phone.cookies() == []

    staff.goto(invitations)
    rows = staff.locator("#listing-results tbody tr")
    states = {
        rows.nth(n).locator("td").first.inner_text().strip(): rows.nth(n).locator(".km-state")
        for n in range(rows.count())
    }
    assert "km-state--accepted" in (states["Ida Inviteret"].get_attribute("class") or "")
    assert "km-state--declined" in (states["Niels Nej"].get_attribute("class") or "")
    assert rules_broken(staff) <= stock
    assert len(demo.mails_to(SAYS_YES, at_least=2)) == 2
    assert len(demo.mails_to(SAYS_NO)) == 1


def invite_two(staff: Page, demo: Demo) -> str:
    """Go the way through the desk, invite two people, and return the list's address."""
    open_desk(staff, demo)
    staff.locator('main a[href$="/invitations/"]').click()
    staff.wait_for_url("**/invitations/")
    address = staff.url
    staff.goto(f"{address}new/")
    staff.locator("textarea[name=people]").fill(
        f"Navn\tE-mail\tOrganisation\nIda Inviteret\t{SAYS_YES}\tHavnen\nNiels Nej\t{SAYS_NO}"
    )
    staff.locator("select[name=event_session]").select_option(label="Aalborg")
    staff.locator("select[name=audience]").select_option(index=1)
    staff.locator("button[name=look]").click()
    staff.locator("button[name=send]").wait_for()
    assert staff.locator("table.listing tbody tr").count() == 2
    assert staff.locator("table.listing .km-error").count() == 0
    staff.locator("button[name=send]").click()
    staff.wait_for_url(address)
    return address


def accept(page: Page, demo: Demo, link: str) -> None:
    """Say yes: what is known is filled in, and only the rest is asked."""
    page.goto(demo.url(link))
    assert page.locator("input[name=name]").input_value() == "Ida Inviteret"
    assert page.locator("input[name=organisation]").input_value() == "Havnen"
    assert page.locator("input[name=event_session][type=radio]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    read_as_people_do(page)
    page.locator("form[method=post] button[type=submit]").first.click()
    page.wait_for_load_state()
    if page.locator('button[name=form_step][value="send"]').count():
        page.locator('button[name=form_step][value="send"]').click()
        page.wait_for_load_state()
    assert page.locator("form[method=post]").count() == 0
    assert page.url.partition("#")[0] == demo.url(link)


def decline(page: Page, demo: Demo, link: str) -> None:
    """Say no, which is asked about first."""
    page.goto(demo.url(link))
    page.locator('a[href$="/no/"]').click()
    page.wait_for_url("**/no/")
    page.locator("form[method=post] button[type=submit]").click()
    page.wait_for_load_state()
    assert page.url.partition("#")[0] == demo.url(link)
    assert page.locator('a[href$="/no/"]').count() == 0


@pytest.mark.once
def test_the_page_of_an_invitation_has_no_barrier(
    browser: Browser, desktop: BrowserContext, demo: Demo
) -> None:
    staff = log_in(desktop, demo, "staff")
    open_desk(staff, demo)
    staff.goto(f"{staff.url}invitations/new/")
    staff.locator("textarea[name=people]").fill("Axel Axe; axel.axe@example.dk")
    staff.locator("button[name=look]").click()
    staff.locator("button[name=send]").click()
    staff.wait_for_url("**/invitations/")
    link = link_to(demo, "axel.axe@example.dk")

    for scheme in ("light", "dark"):
        context = browser.new_context(viewport=PHONE, locale="da-DK", color_scheme=scheme)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        for path in (link, f"{link}no/", "/r/i/" + "x" * 48 + "/"):
            page.goto(demo.url(path))
            assert barriers(page) == []
        page.goto(demo.url(link))
        page.locator("input[name=name]").fill("")
        read_as_people_do(page)
        page.locator("form[method=post] button[type=submit]").first.click()
        page.locator("[role=alert]").wait_for()
        assert barriers(page) == []
        context.close()
