"""Publishing while Wagtail saves the new page by itself: there is one page afterwards."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from playwright.sync_api import BrowserContext

from .conftest import Demo
from .editing import Editor
from .people import log_in
from .test_editor_journey import front_page_id

TITLE = "Gemt af sig selv"
SESSION_TAB = 1
# Wagtail looks for changes from some time after the editor has opened. And then the site has
# saved the page long before the editor hears of it, as on a slow line.
SLOW_ANSWERS = """
const real = window.fetch;
window.fetch = async (address, options = {}) => {
  const answer = await real(address, options);
  if (String(options.method).toUpperCase() === "POST") {
    document.documentElement.dataset.saved = answer.status;
    await new Promise((done) => setTimeout(done, 3000));
  }
  return answer;
};
document.addEventListener("w-unsaved:watch-edits", () => {
  document.documentElement.dataset.watched = "yes";
});
"""


def test_a_page_published_while_it_is_saved_is_one_page(
    desktop: BrowserContext, demo: Demo
) -> None:
    page = log_in(desktop, demo, "editor")
    page.add_init_script(SLOW_ANSWERS)
    page.goto(demo.url(f"/admin/pages/add/kommed_events/eventpage/{front_page_id(page, demo)}/"))
    page.locator("html[data-watched]").wait_for(state="attached")
    editor = Editor(page)
    starts_at = (timezone.localtime() + dt.timedelta(days=40)).replace(hour=13, minute=0)
    editor.write("title", TITLE)
    editor.tab(SESSION_TAB)
    editor.write("starts_at", starts_at.strftime("%Y-%m-%d %H:%M"))
    editor.write("ends_at", starts_at.replace(hour=16).strftime("%Y-%m-%d %H:%M"))
    editor.write("event_sessions-0-name", "København")
    editor.write("event_sessions-0-capacity", "40")
    page.locator("html[data-saved='200']").wait_for(state="attached")
    assert "/add/" in page.url  # saved, and the editor has not heard of it

    editor.publish()
    page.wait_for_url(lambda url: "/edit/" not in url and "/add/" not in url)

    page.goto(demo.url("/admin/form-authoring/pages/"))
    pages = page.evaluate("JSON.parse(document.body.innerText).pages")
    assert [each["title"].split(" (")[0] for each in pages].count(TITLE) == 1
    answer = page.goto(demo.url("/gemt-af-sig-selv/"))
    assert answer is not None
    assert answer.status == 200
