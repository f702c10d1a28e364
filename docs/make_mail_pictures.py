"""Make the pictures of every mail, and the page that shows them.

``uv run python docs/make_mail_pictures.py`` writes ``docs/images/mails/*.png`` and
``docs/reference/mails.md``: every kind of mail that is registered, in Danish and English, light
and dark, with its text. Needs Chromium; no database is asked.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")

import django  # noqa: E402 (the path and the settings come first)

django.setup()

from django.test import override_settings  # noqa: E402
from django.utils import translation  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from docs.mail_samples import (  # noqa: E402
    BASE_URL,
    LANGUAGES,
    kinds_without_sample,
    sample_message,
    shown_kinds,
)
from forms.mail.kinds import MessageKind  # noqa: E402
from forms.mail.render import RenderedMail, render_message  # noqa: E402

IMAGES = ROOT / "docs" / "images" / "mails"
PAGE = ROOT / "docs" / "reference" / "mails.md"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
WIDTH = 600
COLOURS = 24
SHOWN_WIDTH = 300
SCHEMES = ("light", "dark")
LANGUAGE_NAMES = {"da": "Danish", "en": "English"}
HEAD = """# The mails

Every mail that leaves by itself, as it reads in Danish and English, in light and in dark mail
programs. The people and the event are made up. Editors can
[write most of these texts themselves](../how-to/write-mail-texts.md). This page and its pictures
are made by `uv run python docs/make_mail_pictures.py`.
"""


def picture_name(kind: MessageKind, language: str, scheme: str) -> str:
    """Return the name of the file with one picture."""
    return f"{kind.name}-{language}-{scheme}.png"


def take_pictures(browser: Browser, mails: dict[tuple[str, str], RenderedMail]) -> None:
    """Write a picture of each mail in each colour scheme, with as few colours as look the same."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    wanted = set()
    for scheme in SCHEMES:
        context = browser.new_context(
            viewport={"width": WIDTH, "height": 400}, color_scheme=scheme, java_script_enabled=False
        )
        page = context.new_page()
        for kind in shown_kinds():
            for language in LANGUAGES:
                page.set_content(mails[kind.name, language].html)
                shot = Image.open(io.BytesIO(page.screenshot(full_page=True)))
                small = shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
                name = picture_name(kind, language, scheme)
                small.save(IMAGES / name, optimize=True)
                wanted.add(name)
        context.close()
    for path in IMAGES.glob("*.png"):
        if path.name not in wanted:
            path.unlink()
    size = sum(path.stat().st_size for path in IMAGES.glob("*.png"))
    print(f"{len(wanted)} pictures, {size // 1024} KiB")


def section(kind: MessageKind, mails: dict[tuple[str, str], RenderedMail]) -> str:
    """Return what the page says of one kind."""
    with translation.override("en"):
        lines = [f"## {kind.label}", "", f"`{kind.name}`", ""]
    if kind.placeholders:
        names = ", ".join(f"`{{{one.name}}}`" for one in kind.placeholders)
        lines += [f"Editors may use {names}.", ""]
    lines += ["| | light | dark |", "|---|---|---|"]
    for language in LANGUAGES:
        subject = mails[kind.name, language].subject.replace("|", "\\|")
        pictures = [
            f'<img src="../images/mails/{picture_name(kind, language, scheme)}" '
            f'alt="{LANGUAGE_NAMES[language]}, {scheme}" width="{SHOWN_WIDTH}">'
            for scheme in SCHEMES
        ]
        lines.append(f"| {LANGUAGE_NAMES[language]}: {subject} | {' | '.join(pictures)} |")
    lines.append("")
    for language in LANGUAGES:
        lines += [
            f"<details><summary>As text, in {LANGUAGE_NAMES[language]}</summary>",
            "",
            "```text",
            mails[kind.name, language].text.rstrip("\n"),
            "```",
            "",
            "</details>",
            "",
        ]
    return "\n".join(lines)


def main() -> None:
    """Render every mail, photograph it, and write the page."""
    if forgotten := kinds_without_sample():
        raise SystemExit(f"No sample in docs/mail_samples.py for: {', '.join(forgotten)}")
    with override_settings(WAGTAILADMIN_BASE_URL=BASE_URL):
        mails = {
            (kind.name, language): render_message(sample_message(kind, language), with_links=False)
            for kind in shown_kinds()
            for language in LANGUAGES
        }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        take_pictures(browser, mails)
        browser.close()
    sections = [section(kind, mails).rstrip("\n") for kind in shown_kinds()]
    PAGE.write_text("\n\n".join([HEAD.rstrip("\n"), *sections]) + "\n", encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)}: {len(sections)} mails")


if __name__ == "__main__":
    main()
