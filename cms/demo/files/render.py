"""Make the invitation's PDF files from the demo's words: ``python cms/demo/files/render.py``.

Needs Playwright and a Chromium; set ``CHROMIUM`` if that is not ``/usr/bin/chromium``. Chromium
tags what it prints, so the files have headings, lists and a language for those who listen.
"""

from __future__ import annotations

import os
import sys
from html import escape
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[2]))

from cms.demo import texts_da, texts_en  # noqa: E402 (after the path)
from cms.demo.shapes import (  # noqa: E402
    BlockWords,
    FactBoxWords,
    OutcomeWords,
    QuoteWords,
    SiteWords,
    StepsWords,
    TextWords,
)

STYLE = """
@page { size: A4; margin: 22mm 24mm; }
body { font: 10.5pt/1.5 "Liberation Sans", sans-serif; color: #14252b; }
h1 { font-size: 22pt; line-height: 1.15; margin: 0 0 4mm; color: #0b5563; }
h2 { font-size: 13pt; margin: 7mm 0 1mm; color: #0b5563; break-after: avoid; }
h3 { font-size: 11pt; margin: 4mm 0 0; break-after: avoid; }
p, ul, ol, blockquote { margin: 1mm 0 2mm; }
blockquote { border-left: 1.5mm solid #d9604a; padding-left: 4mm; break-inside: avoid; }
.lead { font-size: 12pt; }
"""

PHRASES = {
    "da": ("Hvor", "Du er velkommen, hvis …", "Dato, sidste frist og tilmelding står på siden."),
    "en": ("Where", "You are welcome if …", "Date, deadline and registration are on the page."),
}


def block_html(item: BlockWords) -> str:
    """Return one block as HTML; links and calls have no place on paper."""
    match item:
        case TextWords(heading, html) | FactBoxWords(heading, html):
            return f"<h2>{escape(heading)}</h2>{html}"
        case OutcomeWords(heading, html, results):
            rows = "".join(f"<li>{escape(row)}</li>" for row in results)
            return f"<h2>{escape(heading)}</h2>{html}<ul>{rows}</ul>"
        case StepsWords(heading, steps):
            rows = "".join(f"<li><b>{escape(a)}</b><br>{escape(b)}</li>" for a, b in steps)
            return f"<h2>{escape(heading)}</h2><ul>{rows}</ul>"
        case QuoteWords():
            who = f"{item.person}, {item.role}, {item.organisation}"
            return f"<blockquote><p>{escape(item.words)}</p><p>{escape(who)}</p></blockquote>"
        case _:
            return ""


def page_html(words: SiteWords) -> str:
    """Return the whole invitation in one language."""
    event = words.event
    where, welcome, how = PHRASES[words.language]
    places = "".join(
        f"<h3>{escape(row.name)}: {escape(row.heading)}</h3>{row.description}"
        f"<p>{escape(row.venue.name)}, {escape(row.venue.city)}</p>"
        for row in event.sessions
    )
    criteria = "".join(
        f"<li>{escape(row.criterion)}</li>" for row in event.audiences if row.criterion
    )
    return (
        f'<!doctype html><html lang="{words.language}"><meta charset="utf-8">'
        f"<title>{escape(event.title)}</title><style>{STYLE}</style>"
        f'<h1>{escape(event.title)}</h1><p class="lead">{escape(event.lead)}</p><p>{how}</p>'
        + "".join(block_html(item) for item in event.body)
        + f"<h2>{where}</h2>{places}<h2>{welcome}</h2><ul>{criteria}</ul>"
    )


def main() -> None:
    """Write one PDF a language."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        for words in (texts_da.SITE, texts_en.SITE):
            page.set_content(page_html(words))
            page.pdf(
                path=FOLDER / f"invitation-{words.language}.pdf",
                prefer_css_page_size=True,
                tagged=True,
            )
        browser.close()


if __name__ == "__main__":
    main()
