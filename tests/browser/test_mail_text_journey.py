"""An editor changes the text of a mail, sees how it reads, and a visitor gets it."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from .conftest import Demo
from .people import log_in, register

pytestmark = pytest.mark.once

TEXTS = "/admin/snippets/kommed_forms/messagetemplate/"
KIND = "received"
ADDRESS = "laeser.mails@example.dk"
WORDS = "Hej {name}. Pak en kasket, og læs mere på https://example.dk/kasket."


def plain(mail: EmailMessage) -> str:
    """Return the plain text of the mail, in one line."""
    body = mail.get_body(preferencelist=("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


DEMO_EVENT = """
from events.models import EventPage
print(EventPage.objects.get(slug="abne-vaerksteder").title)
"""


def choose_text(page: Page, demo: Demo) -> str:
    """Choose the Danish text of the demo event, and return where it is written."""
    page.locator(f'a[href="{TEXTS}"]').first.click()
    page.locator(f'a[href="{TEXTS}add/"]').first.click()
    page.locator("#id_kind").select_option(KIND)
    page.locator("#id_language").select_option("da")
    title = demo.run(DEMO_EVENT)
    event = page.locator("#id_scope optgroup option", has_text=title).first
    page.locator("#id_scope").select_option(event.get_attribute("value"))
    page.locator("main form[method=get] button[type=submit]").click()
    expect(page.locator("#id_text")).not_to_be_empty()
    return page.url


def save(page: Page) -> None:
    """Press the button that saves."""
    page.locator("footer button[type=submit]").first.click()


def test_the_confirmation_is_in_the_editor_s_words(
    desktop: BrowserContext, phone: BrowserContext, demo: Demo
) -> None:
    page = log_in(desktop, demo, "editor")
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    choose_text(page, demo)
    subject, text = page.locator("#id_subject"), page.locator("#id_text")

    # A placeholder goes where one was writing, by mouse or by keyboard.
    subject.fill("Kasketten frem")
    subject.press("Home")
    page.locator('[data-placeholder="{reference}"]').click()
    expect(subject).to_have_value("{reference}Kasketten frem")
    text.fill("Hej .")
    text.press("End")
    text.press("ArrowLeft")
    page.locator('[data-placeholder="{name}"]').focus()
    page.keyboard.press("Enter")
    expect(text).to_have_value("Hej {name}.")
    expect(text).to_be_focused()

    # What is wrong is told, with what was meant, and nothing typed is lost.
    text.fill(WORDS + " {event_titel}")
    save(page)
    expect(page.locator("#panel-child-text-errors")).to_contain_text("{event_title}")
    expect(text).to_have_value(WORDS + " {event_titel}")
    text.fill(WORDS)

    # The preview follows what is typed.
    page.locator("[data-side-panel-toggle=preview]").click()
    preview = page.frame_locator("#w-preview-iframe").last
    expect(preview.locator(".words")).to_contain_text("Pak en kasket", timeout=30_000)
    expect(preview.locator('.words a[href="https://example.dk/kasket"]')).to_be_visible()
    expect(preview.locator("header")).to_contain_text("Kasketten frem")
    found = Axe().run(page, context="#w-editor-form", options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert found.violations_count == 0, found.generate_report()

    save(page)
    page.wait_for_url(f"**{TEXTS}")
    assert not faults
    try:
        register(phone.new_page(), demo, place="København", name="Ida Læser", email=ADDRESS)
        (mail,) = demo.mails_to(ADDRESS)
    finally:
        demo.run("from forms.models import MessageTemplate as T; T.objects.all().delete()")
    assert str(mail["Subject"]).endswith("Kasketten frem")
    assert "{" not in str(mail["Subject"])
    assert "Hej Ida Læser. Pak en kasket, og læs mere på https://example.dk/kasket." in plain(mail)


def test_an_editor_has_a_sample_sent_to_themselves(desktop: BrowserContext, demo: Demo) -> None:
    page = log_in(desktop, demo, "editor")
    choose_text(page, demo)
    page.locator("#id_text").fill("Et udkast, {name}")

    page.locator("footer [data-w-dropdown-target=toggle]").click()
    page.locator('button[name="action-send-to-me"]').click()
    page.wait_for_load_state()

    expect(page.locator("#id_text")).to_have_value("Et udkast, {name}")
    (mail,) = demo.mails_to("editor@example.dk")
    assert str(mail["Subject"]).strip().startswith("[")
    assert "Et udkast, " in plain(mail)
    assert "{name}" not in plain(mail)
    page.goto(demo.url(TEXTS))
    expect(page.locator('a[href*="/edit/"]')).to_have_count(0)
