"""A mail that failed: staff see why, send it again, and it arrives."""

from __future__ import annotations

import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from .conftest import DESKTOP, MAIL_TIME, PATIENCE, PHONE, Demo
from .people import log_in, register

OUTBOX = "/admin/registrations/outbox/"
FAIL = """
from django.utils import timezone
from forms.enums import MessageState
from forms.models import Message
Message.objects.filter(to={address!r}).update(
    state=MessageState.FAILED, sent_at=None, attempts=4,
    last_error="SMTPRecipientsRefused 550", next_attempt_at=timezone.now(),
)
"""


def registered(phone: BrowserContext, demo: Demo, *, name: str, email: str) -> None:
    """Have somebody register and get their first mail, and then let that have failed."""
    page = phone.new_page()
    register(page, demo, place="Aalborg", name=name, email=email)
    page.close()
    assert len(demo.mails_to(email)) == 1
    demo.run(FAIL.format(address=email))


def until_sent(page: Page) -> None:
    """Look at the page again until the mail it shows has left."""
    end = time.monotonic() + MAIL_TIME
    while page.locator(".km-head .km-state--sent").count() == 0:
        assert time.monotonic() < end
        time.sleep(1)
        page.reload()


def test_a_failed_mail_is_sent_again_by_staff_and_arrives(
    phone: BrowserContext, desktop: BrowserContext, demo: Demo
) -> None:
    email = "frida.fejlet@example.dk"
    registered(phone, demo, name="Frida Fejlet", email=email)
    page = log_in(desktop, demo, "staff")

    # The front page says so and leads there.
    page.locator('.km-health a[href$="?state=failed"]').click()
    page.wait_for_url("**/outbox/?state=failed")
    page.locator("tr", has_text=email).locator("td.title a").click()
    page.wait_for_selector(".km-health--mail")
    page.locator('form[action$="/retry/"] button').click()
    page.wait_for_selector(".messages .success")
    until_sent(page)

    first, second = demo.mails_to(email, at_least=2)
    assert first["Message-ID"] == second["Message-ID"]
    assert page.locator(".km-health--mail").count() == 0
    assert page.locator('form[action$="/retry/"]').count() == 0


def test_several_that_failed_are_sent_again_from_the_list(
    phone: BrowserContext, desktop: BrowserContext, demo: Demo
) -> None:
    people = {"Gerda Gang": "gerda.gang@example.dk", "Gorm Gang": "gorm.gang@example.dk"}
    for name, email in people.items():
        registered(phone, demo, name=name, email=email)
    page = log_in(desktop, demo, "staff")
    page.goto(demo.url(f"{OUTBOX}?q=.gang%40example"))
    for box in page.locator("input[name=message]").all():
        box.check()

    page.locator("#km-outbox button[value=retry]").click()

    page.wait_for_selector(".messages .success")
    assert [len(demo.mails_to(email, at_least=2)) for email in people.values()] == [2, 2]


@pytest.mark.once
def test_axe_finds_nothing_in_the_outbox_that_stock_screens_do_not_have(
    browser: Browser, phone: BrowserContext, demo: Demo
) -> None:
    email = "axel.akse@example.dk"
    registered(phone, demo, name="Axel Akse", email=email)
    for viewport, scheme in ((DESKTOP, "light"), (PHONE, "dark")):
        context = browser.new_context(viewport=viewport, color_scheme=scheme, locale="da-DK")
        context.set_default_timeout(PATIENCE)
        page = log_in(context, demo, "staff")
        page.goto(demo.url("/admin/pages/"))
        stock = set(found_by_axe(page))
        page.goto(demo.url(OUTBOX))
        rules = set(found_by_axe(page))
        page.locator("tr", has_text=email).locator("td.title a").click()
        page.wait_for_selector(".km-health--mail")
        rules |= set(found_by_axe(page))
        context.close()
        assert rules - stock == set()


def found_by_axe(page: Page) -> list[str]:
    """Return the rules that axe finds broken."""
    page.wait_for_load_state("networkidle")
    return [violation["id"] for violation in Axe().run(page).response["violations"]]
