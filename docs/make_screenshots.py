"""Make the pictures of the README and the docs, from a demo that this command starts and ends.

``uv run python docs/make_screenshots.py`` writes ``docs/images/*.png``. Needs Chromium.
"""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PASSWORD = "kommed-demo"  # noqa: S105 (printed by the demo command)
START_SECONDS = 120
COLOURS = 256
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
QUESTION_SHOWN = 6
"""The question whose row is unfolded in the picture: one with choices, places and more."""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def demo() -> Iterator[str]:
    """Run the demo in a folder of its own, and yield its address."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, "KOMMED_DATA_DIR": folder},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(f"{base}/healthz")
            yield base
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def wait_for(url: str) -> None:
    """Wait until ``url`` answers."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
    raise SystemExit(f"{url} does not answer.")


def save(page: Page, name: str, *, full: bool = False) -> None:
    """Write what the page shows to ``docs/images``, with as few colours as look the same."""
    page.wait_for_load_state("networkidle")
    shot = Image.open(io.BytesIO(page.screenshot(full_page=full, animations="disabled")))
    small = shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.FLOYDSTEINBERG)
    small.save(IMAGES / f"{name}.png", optimize=True)
    print(f"{name}.png {small.width}x{small.height}")


def public_pages(browser: Browser, base: str) -> None:
    """The invitation and the form, on a desk and on a phone, in light and in dark."""
    event = f"{base}/abne-vaerksteder/"
    desktop = browser.new_context(viewport=DESKTOP, locale="da-DK")
    page = desktop.new_page()
    page.goto(event)
    save(page, "invitation")
    page.locator("#tilmelding").evaluate("form => form.scrollIntoView({behavior: 'instant'})")
    save(page, "form")
    desktop.close()
    dark = browser.new_context(viewport=DESKTOP, locale="da-DK", color_scheme="dark")
    page = dark.new_page()
    page.goto(event)
    save(page, "invitation-dark")
    dark.close()
    phone = browser.new_context(viewport=PHONE, locale="da-DK", java_script_enabled=False)
    page = phone.new_page()
    page.goto(event)
    save(page, "invitation-phone")
    register(page)
    save(page, "receipt-phone")
    page.goto(f"{base}/afproev-en-loesning/")
    page.locator("button[type=submit]").click()
    save(page, "form-errors-phone")
    phone.close()


def register(page: Page) -> None:
    """Fill in and send the form, as a visitor to Aalborg does."""
    page.get_by_role("radio", name="Aalborg").check()
    page.locator("input[name=audience]").first.check()
    page.locator("input[name=name]").fill("Sofie Eksempel")
    page.locator("input[name=email]").fill("sofie@example.dk")
    page.locator("input[name=organisation]").fill("Eksempel Kommune")
    page.wait_for_timeout(2_500)  # nobody is as quick as this, and the form knows
    page.locator("form[method=post] button[type=submit]").click()
    page.wait_for_url("**/kvittering/**")


def log_in(browser: Browser, base: str, username: str) -> BrowserContext:
    """Return a browser context in which ``username`` is logged in to the admin."""
    context = browser.new_context(viewport=DESKTOP, locale="da-DK")
    page = context.new_page()
    page.goto(f"{base}/admin/login/")
    page.locator("input[name=username]").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    page.wait_for_url("**/admin/")
    return context


def desk(browser: Browser, base: str) -> None:
    """The registrations before staff."""
    context = log_in(browser, base, "staff")
    page = context.new_page()
    page.goto(f"{base}/admin/registrations/")
    page.locator("#listing-results td.title a").first.click()
    save(page, "desk")
    page.locator("#listing-results td.title a").first.click()
    save(page, "registration")
    page.goto(f"{base}/admin/registrations/outbox/")
    save(page, "outbox")
    context.close()


def editor(browser: Browser, base: str) -> None:
    """The invitation before an editor."""
    context = log_in(browser, base, "editor")
    page = context.new_page()
    page.goto(f"{base}/admin/pages/")
    links = page.locator('#listing-results a[href$="/edit/"]')
    hrefs = links.evaluate_all("links => links.map(a => a.getAttribute('href'))")
    front_page = min(int(href.split("/")[3]) for href in hrefs)
    page.goto(f"{base}/admin/pages/{front_page}/")
    page.locator('#listing-results a[href$="/edit/"]').filter(has_text="Kom med").first.click()
    page.wait_for_url("**/edit/**")
    save(page, "editor")
    page.goto(f"{base}/admin/pages/{front_page}/")
    page.locator('#listing-results a[href$="/edit/"]').filter(has_text="Afprøv").first.click()
    page.wait_for_url("**/edit/**")
    page.get_by_role("tab").nth(1).click()
    question = page.locator("[data-inline-panel-child]").nth(QUESTION_SHOWN)
    question.locator("[data-panel-toggle]").first.click()
    question.evaluate("row => row.scrollIntoView({behavior: 'instant', block: 'start'})")
    page.wait_for_timeout(500)  # the row unfolds
    save(page, "question-editor")
    context.close()


def main() -> None:
    """Start the demo, take the pictures, end the demo."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with demo() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        public_pages(browser, base)
        desk(browser, base)
        editor(browser, base)
        browser.close()


if __name__ == "__main__":
    main()
