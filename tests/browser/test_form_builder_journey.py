"""A form from the editor's desk to staff's: built, previewed, answered by keyboard, read."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from .conftest import DESKTOP, PATIENCE, Demo
from .editing import Editor
from .people import log_in, open_desk, open_event, read_as_people_do
from .test_editor_journey import front_page_id

pytestmark = pytest.mark.once

TITLE = "Prøve på en formular"
NAME, ADDRESS = "Tasta Tur", "tasta.tur@example.dk"
CONSENT = "I må tage billeder, hvor jeg kan kendes."
FORM_TAB = 3
MOST_STOPS = 120


def start_event(editor: Editor) -> None:
    """Write what an event needs besides its form."""
    starts = timezone.localtime() + dt.timedelta(days=60)
    editor.write("title", TITLE)
    editor.tab(1)
    editor.write("starts_at", starts.strftime("%Y-%m-%d 13:00"))
    editor.write("ends_at", starts.strftime("%Y-%m-%d 16:00"))
    editor.page.keyboard.press("Escape")
    editor.write("event_sessions-0-name", "København")
    editor.write(f"event_sessions-{editor.add_row('event_sessions')}-name", "Aalborg")


def build_form(editor: Editor) -> None:
    """Three sections, a condition on an answer and one on the session, places, and a consent."""
    editor.tab(FORM_TAB)
    editor.add_question("Maden", "section")
    food = editor.add_question("Hvad vil du spise?", "radio")
    food.field("required").check()
    food.add_choices("Grønt", "Kød")
    food.limit("10", "1")
    why = editor.add_question("Hvorfor kød?")
    why.only_if("Hvad vil du spise?", value="Kød")
    travel = editor.add_question("Rejsen", "section")
    travel.box.locator(".kommed-conditions [data-add]").click()
    travel.box.locator("[data-question]").select_option("event_session")
    travel.box.locator("[data-value]").select_option(label="Aalborg")
    how = editor.add_question("Hvordan kommer du?", "dropdown")
    how.field("required").check()
    how.add_choices("Tog", "Bil")
    editor.add_question("Samtykke", "section")
    pictures = editor.add_question("Billeder", "consent")
    pictures.field("statement").fill(CONSENT)


def preview(editor: Editor) -> str:
    """Return what the preview beside the editor shows of the form, when it has caught up."""
    editor.page.locator('[data-side-panel-toggle="preview"]').first.click()
    frame = editor.page.frame_locator('[data-side-panel="preview"] iframe').last
    frame.get_by_text("Hvordan kommer du?").first.wait_for(state="attached")
    text = frame.locator("form[method=post]").inner_text()
    editor.page.locator('[data-side-panel-toggle="preview"]').first.click()
    return text


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on ``selector``."""
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"The keyboard does not reach {selector}")


def press_send(page: Page) -> None:
    """Go on to the button and press it."""
    tab_to(page, "main form[method=post] button[type=submit]")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def answer_by_keyboard(page: Page) -> None:
    """Fill in the form with two mistakes, mend them by way of the summary, and send it."""
    tab_to(page, "[name=event_session]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "[name=name]")
    page.keyboard.type(NAME)
    tab_to(page, "[name=email]")
    page.keyboard.type("ikke en adresse")
    tab_to(page, "[name=hvad_vil_du_spise]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "[name=hvorfor_koed]")
    page.keyboard.type("Jeg kan lide det")
    tab_to(page, "[name=billeder]")
    page.keyboard.press("Space")
    read_as_people_do(page)
    press_send(page)

    assert page.title().startswith(("Fejl:", "Error:"))
    links = page.locator("[role=alert] a")
    assert links.evaluate_all("links => links.map(link => link.hash)") == [
        "#id_email",
        "#id_hvordan_kommer_du",
    ]
    tab_to(page, '[role=alert] a[href$="#id_email"]')
    page.keyboard.press("Enter")
    page.keyboard.press("Control+A")
    page.keyboard.type(ADDRESS)
    assert page.locator("[name=email]").input_value() == ADDRESS
    tab_to(page, "[name=hvordan_kommer_du]")
    page.keyboard.press("ArrowDown")
    press_send(page)


def open_page(context: BrowserContext, demo: Demo) -> Page:
    """Find the event as a visitor."""
    page = context.new_page()
    open_event(page, demo, TITLE)
    return page


def edit_again(page: Page, demo: Demo) -> None:
    """Rename one question and remove another, and publish."""
    page.goto(demo.url("/admin/form-authoring/pages/"))
    pages = page.evaluate("JSON.parse(document.body.innerText).pages")
    (pk,) = [each["id"] for each in pages if each["title"].startswith(TITLE)]
    page.goto(demo.url(f"/admin/pages/{pk}/edit/"))
    editor = Editor(page)
    editor.tab(FORM_TAB)
    rows = [editor.question(number) for number in range(editor.question_count())]
    for row in rows:
        label = row.field("label").input_value()
        if label == "Hvad vil du spise?":
            row.unfold()
            row.field("label").fill("Menuen")
        elif label == "Hvordan kommer du?":
            row.delete()
    editor.publish()
    page.wait_for_url("**/admin/pages/*/")


def answers_at_the_desk(browser: Browser, demo: Demo) -> str:
    """Return what staff read of the registration."""
    context = browser.new_context(viewport=DESKTOP, locale="da-DK")
    context.set_default_timeout(PATIENCE)
    page = log_in(context, demo, "admin")
    open_desk(page, demo, TITLE)
    page.get_by_role("link", name=NAME).first.click()
    page.wait_for_load_state()
    text = page.locator("main").inner_text()
    context.close()
    return text


def test_a_form_is_built_answered_by_keyboard_and_read_as_it_was(
    browser: Browser, desktop: BrowserContext, phone: BrowserContext, demo: Demo
) -> None:
    page = log_in(desktop, demo, "editor")
    page.goto(demo.url(f"/admin/pages/add/kommed_events/eventpage/{front_page_id(page, demo)}/"))
    editor = Editor(page)
    start_event(editor)
    build_form(editor)
    shown = preview(editor)
    # In the preview the script runs: what depends on a session waits for one to be chosen.
    assert [part for part in ("Maden", "Samtykke", CONSENT) if part not in shown] == []
    assert "Rejsen" not in shown
    page.wait_for_url(re.compile("/edit/"))  # saved by itself; the form leads there now
    editor.publish()
    page.wait_for_url("**/admin/pages/*/")

    visitor = open_page(phone, demo)
    # Without a script everything is shown, with words that say when it is asked.
    text = visitor.locator("form[method=post]").inner_text()
    assert "“Kød”" in text
    assert "“Aalborg”" in text
    answer_by_keyboard(visitor)
    assert "/kvittering/" in visitor.url, visitor.locator("main").inner_text()

    edit_again(page, demo)
    read = answers_at_the_desk(browser, demo)
    there = ("Hvad vil du spise?", "Kød", "Jeg kan lide det", "Hvordan kommer du?", "Tog", CONSENT)
    assert [part for part in there if part not in read] == []
    assert "Menuen" not in read
    again = open_page(phone, demo).locator("form[method=post]").inner_text()
    assert "Menuen" in again
    assert "Hvordan kommer du?" not in again
