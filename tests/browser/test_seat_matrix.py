"""The table of seats for each audience follows the rows of the form, and the page says it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from .conftest import Demo
from .editing import Editor
from .people import log_in
from .test_editor_journey import front_page_id

pytestmark = pytest.mark.once

SESSION_TAB, AUDIENCE_TAB = 1, 2


def test_the_table_follows_the_rows_and_the_page_says_the_rule(
    desktop: BrowserContext, demo: Demo
) -> None:
    page = log_in(desktop, demo, "editor")
    page.goto(demo.url(f"/admin/pages/add/kommed_events/eventpage/{front_page_id(page, demo)}/"))
    editor = Editor(page)
    starts_at = (timezone.localtime() + dt.timedelta(days=40)).replace(hour=13, minute=0)
    editor.write("title", "Plads til alle")
    editor.tab(SESSION_TAB)
    editor.write("starts_at", starts_at.strftime("%Y-%m-%d %H:%M"))
    editor.write("ends_at", starts_at.replace(hour=16).strftime("%Y-%m-%d %H:%M"))
    editor.write("event_sessions-0-name", "København")
    editor.write("event_sessions-0-capacity", "40")
    editor.rows("event_sessions", [{"name": "Aalborg", "capacity": "30"}])
    editor.tab(AUDIENCE_TAB)
    table = page.locator("[data-kommed-matrix]")
    expect(table.locator("table")).to_have_count(0)

    # A row for each audience at each session, as soon as it is added; its name as it is typed.
    editor.rows("audiences", [{"name": "Politiker"}, {"name": "Fagfolk"}])
    expect(table.locator("tbody")).to_have_count(2)
    expect(table.locator("tbody th[scope=row]")).to_have_text(["Politiker", "Fagfolk"] * 2)
    cell = 'input[aria-label^="København, Politiker: "]'
    table.locator(cell).nth(2).fill("50")
    expect(table.locator("th[scope=rowgroup]").first).to_contain_text("50")
    table.locator('input[aria-label^="Aalborg, Fagfolk: "]').nth(0).fill("7")
    editor.write("audiences-0-name", "Folkevalgt")
    cell = 'input[aria-label^="København, Folkevalgt: "]'
    expect(table.locator(cell).nth(2)).to_have_value("50")

    # More seats than there are: refused at the cell, and what was typed is still there.
    editor.publish()
    expect(table.locator("input[aria-invalid=true]")).to_have_value("50")
    editor.tab(AUDIENCE_TAB)
    expect(table.locator('input[aria-label^="Aalborg, Fagfolk: "]').nth(0)).to_have_value("7")
    table.locator(cell).nth(2).fill("10")
    until = starts_at.date() - dt.timedelta(days=20)
    table.locator(cell).nth(3).fill(until.isoformat())

    # A row that goes takes its cells with it; one that nobody chooses has none.
    page.locator("#id_audiences-1-DELETE-button").click()
    expect(table.locator("tbody th[scope=row]")).to_have_text(["Folkevalgt"] * 2)
    page.locator("[name=audiences-0-is_choice]").uncheck()
    expect(table.locator("table")).to_have_count(0)
    page.locator("[name=audiences-0-is_choice]").check()
    expect(table.locator(cell).nth(2)).to_have_value("10")

    editor.publish()
    page.wait_for_url(lambda url: "/edit/" not in url and "/add/" not in url)
    page.goto(demo.url("/plads-til-alle/"))
    rules = page.locator("section[aria-labelledby=seat-rules]")
    expect(rules.locator("dt")).to_have_text(["Folkevalgt"])
    expect(rules.locator("dd")).to_have_count(1)
    expect(rules.locator("dd")).to_contain_text("København: 10 ")
    expect(rules.locator("dd")).to_contain_text(str(until.year))
