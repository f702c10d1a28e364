"""Every mail in a browser: axe finds nothing, in both languages, light and dark, on a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from docs.mail_samples import LANGUAGES, sample_message, shown_kinds
from forms.mail.render import render_message

from .conftest import PHONE

pytestmark = pytest.mark.once
PAPER = {"width": 700, "height": 900}


def troubles(page: Page) -> list[str]:
    """Return what axe finds, in short, and whether the mail is wider than the window."""
    found = [
        f"{one['id']}: {node['html'][:200]}"
        for one in Axe().run(page).response["violations"]
        for node in one["nodes"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return [*found, "wider than the window"] if wide else found


def test_axe_finds_nothing_in_any_mail(browser: Browser) -> None:
    mails = {
        (kind.name, code): render_message(sample_message(kind, code), with_links=False).html
        for kind in shown_kinds()
        for code in LANGUAGES
    }
    found, asked = {}, []
    for scheme, viewport in (("light", PAPER), ("dark", PHONE)):
        context = browser.new_context(viewport=viewport, color_scheme=scheme)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        for mail, html in mails.items():
            page.set_content(html)
            if trouble := troubles(page):
                found[(*mail, scheme)] = trouble
        context.close()

    assert found == {}
    assert asked == []  # nothing is fetched when a mail is opened
    assert len(mails) > 40
