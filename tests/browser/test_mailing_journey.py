"""Staff write to everybody at one place who has a seat, see the mail of one, and watch it leave."""

from __future__ import annotations

import json

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from .conftest import Demo
from .people import log_in, open_desk

CONFIRMED = """
import json
from events.models import Registration, SeatPool
key = "%s"
names = dict(SeatPool.objects.filter(kind="event_session").values_list("event_session_key", "name"))
rows = Registration.objects.filter(state="confirmed", event__key=key).order_by("name")
print(json.dumps([[names[row.event_session_key], row.name, row.email] for row in rows]))
"""
SUBJECT = "Tag støvler med til Aalborg"


def look_at(page: Page) -> None:
    """Have axe look at what is ours on the page."""
    found = Axe().run(page, context="main", options={"runOnly": ["wcag2a", "wcag2aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()


def test_everybody_at_aalborg_with_a_seat_is_written_to(
    desktop: BrowserContext, demo: Demo
) -> None:
    page = open_desk(log_in(desktop, demo, "staff"), demo)
    key = page.url.rstrip("/").rpartition("/")[2]
    confirmed = json.loads(demo.run(CONFIRMED % key))
    there = {name: address for place, name, address in confirmed if place == "Aalborg"}
    elsewhere = {address for place, _name, address in confirmed if place != "Aalborg"}
    assert there
    assert elsewhere - set(there.values())
    page.locator('a[href$="/mailings/"]').click()
    page.locator('a[href$="/mailings/new/"]').first.click()

    # Whom: the number follows what is ticked, before anything is sent.
    page.locator("label", has_text="Aalborg").locator("input[name=sessions]").check()
    who = page.locator("[data-km-who] .km-people li")
    expect(who).to_have_count(len(there))
    expect(page.locator("[data-km-number] strong")).to_contain_text(str(len(there)))
    look_at(page)
    page.locator("button[name=go]").click()

    # What: a placeholder by a click; half a mail is told of and nothing typed is lost.
    page.locator("#id_subject_da").fill(SUBJECT)
    page.locator("#id_text_da").fill("Kære ")
    page.locator("#id_text_da").press("End")
    page.locator("[data-km-placeholders] button", has_text="{name}").click()
    expect(page.locator("#id_text_da")).to_have_value("Kære {name}")
    page.locator("#id_subject_da").fill("")
    page.locator("main form[method=post] button[type=submit]").first.click()
    expect(page.locator("#id_text_da")).to_have_value("Kære {name}")
    page.locator("#id_subject_da").fill(SUBJECT)
    page.locator("#id_text_da").fill("Kære {name}, husk støvler.")
    page.locator("#id_subject_en").fill("Bring boots to Aalborg")
    page.locator("#id_text_en").fill("Dear {name}, bring boots.")
    look_at(page)
    page.locator("main form[method=post] button[type=submit]").first.click()

    # The last look: the finished mail of one of them, then the next.
    first, second = sorted(there)[:2]
    mail = page.frame_locator("iframe.km-mail")
    expect(mail.locator("body")).to_contain_text(first)
    page.locator(".km-through a").last.click()
    expect(mail.locator("body")).to_contain_text(second)
    look_at(page)
    page.locator("button[name=send]").click()

    # It leaves while one looks on, without a reload.
    expect(page.locator('[data-km-count="sent"]')).to_have_text(str(len(there)), timeout=120_000)
    expect(page.locator("[data-km-under-way]")).to_have_count(0, timeout=60_000)
    look_at(page)
    for name, address in there.items():
        (got,) = [m for m in demo.mails_to(address) if is_ours(m)]
        body = got.get_body(("plain",))
        assert body is not None
        assert name in body.get_content()
    for address in elsewhere:
        assert not [m for m in demo.mails_to(address, at_least=0) if is_ours(m)]


def is_ours(mail: object) -> bool:
    """Return whether it is the mail that was written here."""
    return mail["Subject"] in (SUBJECT, "Bring boots to Aalborg")  # type: ignore[index]
