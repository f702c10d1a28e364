"""An editor enters an invitation of the shape of the first one, and every part of it shows."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext
from playwright.sync_api import BrowserContext, Page

from .conftest import Demo
from .editing import Editor
from .people import log_in, open_event

TITLE = "Prøv selv: værksted om nærhed"
QUOTES = (
    ("Vi vil være tættere på dem, det handler om.", "Ane Prøve", "byrådsmedlem", "Prøve Kommune"),
    ("Det nære er det svære.", "Bo Prøve", "formand", "Test Byråd"),
    ("Teknik er kun halvdelen.", "Carl Prøve", "leder", "Videnscenter Prøve"),
)
AUDIENCES = (
    ("", "du vil trække i arbejdstøjet"),
    ("Politiker", "du er politiker og nysgerrig"),
    ("Embedsfolk", "du arbejder centralt i en forvaltning"),
    ("Fagperson", "du møder borgerne til daglig"),
    ("Virksomhed", "du kommer fra en virksomhed eller forening"),
)
CONTACTS = (
    {"name": "Dorte Spørg", "title": "konsulent", "phone": "12 34 56 78", "email": "d@example.dk"},
    {
        "name": "Erik Spørg",
        "title": "chefkonsulent",
        "phone": "87 65 43 21",
        "email": "e@example.dk",
    },
)
CO_HOSTS = {
    "København": ("Gentofte", "Furesø", "Innovationshuset"),
    "Aalborg": ("Aalborg Kommune", "Videnscenter"),
}


def da(text: str) -> str:
    """Return what the admin calls something for a Danish editor."""
    with translation.override("da"):
        return gettext(text)


def front_page_id(page: Page, demo: Demo) -> str:
    """Return the id of the Danish front page, as the page listing shows it."""
    page.goto(demo.url("/admin/pages/"))
    link = page.locator('#listing-results a[href*="/admin/pages/"][href$="/edit/"]').first
    page.goto(demo.url("/admin/pages/"))
    hrefs = page.locator('#listing-results a[href$="/edit/"]').evaluate_all(
        "links => links.map(a => [a.getAttribute('href'), a.innerText])"
    )
    assert link is not None
    ids = sorted(int(href.split("/")[3]) for href, _text in hrefs)
    return str(ids[0])


def write_invitation(editor: Editor) -> None:
    """Fill the first tab: title, lead, figure, text with quotes and links, contacts."""
    editor.write("title", TITLE)
    editor.write("lead", "En eftermiddag, to byer og et spørgsmål om nærhed.")
    editor.choose_picture("id_figure")
    editor.write("figure_alt", "Tegning af folk om et bord")
    editor.write("figure_caption", "Ved bordet")
    editor.write("figure_credit", "Tegner Prøve")
    for words, person, role, organisation in QUOTES:
        number = editor.add_block("body", da("Quote"))
        for name, text in (
            ("words", words),
            ("person", person),
            ("role", role),
            ("organisation", organisation),
        ):
            editor.write(f"body-{number}-value-{name}", text)
        editor.choose_picture(f"body-{number}-value-portrait")
    number = editor.add_block("body", da("Fact box"))
    editor.write(f"body-{number}-value-heading", "Godt at vide om prøven")
    editor.write_rich(
        editor.page.locator(
            f'[data-contentpath="text"]:near([name="body-{number}-value-heading"])'
        ),
        "Det er gratis.",
    )
    number = editor.add_block("body", da("Further reading"))
    editor.write(f"body-{number}-value-text", "Læs om tankerne")
    editor.write(f"body-{number}-value-url", "https://example.dk/tanker")
    number = editor.add_block("body", da("Call to register"))
    editor.write(f"body-{number}-value-button", "Tag en plads nu")
    editor.rows("contacts", CONTACTS)
    editor.write("contact_email", "proeve@example.dk")


def write_sessions(editor: Editor, starts: dt.datetime) -> None:
    """Fill the second tab: when, and two sessions with their co-hosts."""
    editor.tab(1)
    editor.write("starts_at", starts.strftime("%Y-%m-%d 13:00"))
    editor.write("ends_at", starts.strftime("%Y-%m-%d 16:00"))
    editor.page.keyboard.press("Escape")
    for number, (place, hosts) in enumerate(CO_HOSTS.items()):
        if number:
            assert editor.add_row("event_sessions") == number
        prefix = f"event_sessions-{number}"
        editor.write(f"{prefix}-name", place)
        editor.write(f"{prefix}-heading", f"Nærhed i {place}")
        editor.write(f"{prefix}-capacity", "25")
        editor.choose_snippet(f"id_{prefix}-venue", place)
        for host in hosts:
            block = editor.add_only_block(f"{prefix}-co_hosts")
            editor.choose_snippet(f"{prefix}-co_hosts-{block}-value", host)


def write_audiences_and_form(editor: Editor, last_day: dt.date) -> None:
    """Fill the third and fourth tab: who invites, who is welcome, and a question more."""
    editor.tab(2)
    number = editor.add_row("hosts")
    editor.choose_snippet(f"id_hosts-{number}-host", "Center")
    editor.write(f"hosts-{number}-role", "Vært")
    for name, criterion in AUDIENCES:
        number = editor.add_row("audiences")
        editor.write(f"audiences-{number}-name", name)
        editor.write(f"audiences-{number}-criterion", criterion)
        if not name:
            editor.page.locator(f'[name="audiences-{number}-is_choice"]').uncheck()
    editor.tab(3)
    editor.write("registration_closes_on", last_day.isoformat())
    editor.page.keyboard.press("Escape")
    number = editor.add_row("questions")
    editor.write(f"questions-{number}-label", "Hvad er følsomt for dig?")


@pytest.fixture
def published(desktop: BrowserContext, demo: Demo) -> Page:
    """Enter and publish the invitation through the admin, and open it as a visitor."""
    page = log_in(desktop, demo, "editor")
    home = front_page_id(page, demo)
    page.goto(demo.url(f"/admin/pages/add/kommed_events/eventpage/{home}/"))
    editor = Editor(page)
    starts = timezone.localtime() + dt.timedelta(days=60)
    write_invitation(editor)
    write_sessions(editor, starts)
    write_audiences_and_form(editor, starts.date() - dt.timedelta(days=10))
    page.locator("[data-w-dropdown-target=toggle]:visible").last.click()
    page.locator('button[name="action-publish"]').first.click()
    page.wait_for_url("**/admin/pages/*/")
    visitor = desktop.new_page()
    open_event(visitor, demo, TITLE)
    return visitor


def test_every_part_that_an_editor_enters_shows_on_the_page(published: Page) -> None:
    text = published.locator("main").inner_text()
    shown = [
        TITLE,
        "En eftermiddag, to byer",
        "Ved bordet",
        "Tegner Prøve",
        "Godt at vide om prøven",
        "Det er gratis.",
        "Læs om tankerne",
        "Tag en plads nu",
        "proeve@example.dk",
        "Nærhed i København",
        "Nærhed i Aalborg",
        "Hvad er følsomt for dig?",
        *(part for quote in QUOTES for part in quote),
        *(criterion for _name, criterion in AUDIENCES),
        *(name for name, _criterion in AUDIENCES if name),
        *(value for contact in CONTACTS for value in contact.values()),
        *(host for hosts in CO_HOSTS.values() for host in hosts),
    ]
    assert [part for part in shown if part not in text] == []
    assert published.locator('img[alt="Tegning af folk om et bord"]').count() == 1
    assert published.locator('a[href="https://example.dk/tanker"]').count() == 1
    assert published.locator("input[name=event_session]").count() == len(CO_HOSTS)
    assert published.locator("input[name=audience]").count() == len(AUDIENCES) - 1
    # The new page started with a question of its own, and the keys are readable.
    assert published.locator("input[name=organisation]").count() == 1
    assert published.locator("input[name=hvad_er_foelsomt_for_dig]").count() == 1
