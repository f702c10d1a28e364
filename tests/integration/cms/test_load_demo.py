"""Loading the demo: into an empty site alone, whole, and always some weeks ahead."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from cms.demo.dates import event_dates
from cms.demo.load import is_loaded, load_demo, move_dates_on
from cms.demo.people import PASSWORD, USERS
from cms.demo_guard import demo_logins
from events.jobs.staff_notices import tell_staff
from events.models import EventPage, EventRecord, Registration, SeatPool
from forms.models import Message, Submission
from tests.factories import MadeSite, make_event

pytestmark = [
    pytest.mark.django_db,
    # Wagtail makes a picture's size in a temporary file and leaves that to the garbage collector.
    pytest.mark.filterwarnings("ignore:unclosed file <.*(rb.|SpooledTemp):ResourceWarning"),
]

REGISTRATIONS = 60
REFUSAL = r"^There are pages or events here already\. Use --force to add to them\.$"
LONG_AGO = dt.timedelta(weeks=10)


def empty_the_site() -> None:
    """Leave what Wagtail's own migrations put into a new database."""
    root = Page.get_first_root_node()
    for page in Page.objects.filter(depth=2):
        page.delete()
    Locale.objects.exclude(language_code="da").delete()
    root.refresh_from_db()
    welcome = root.add_child(instance=Page(title="Welcome to your new Wagtail site!", slug="home"))
    Site.objects.all().delete()
    Site.objects.create(hostname="localhost", root_page=welcome, is_default_site=True)


@pytest.fixture
def empty(site: MadeSite, settings: Any, tmp_path: Path) -> None:
    """A site as ``migrate`` leaves it, with a folder of its own for pictures."""
    settings.MEDIA_ROOT = tmp_path / "media"
    empty_the_site()


def load(*options: str) -> str:
    output = StringIO()
    call_command("load_demo", *options, stdout=output)
    return output.getvalue()


def invitations() -> dict[str, EventPage]:
    """The demo event's page in each language."""
    pages = EventPage.objects.filter(translation_key=EventRecord.objects.get().key)
    return {page.locale.language_code: page for page in pages}


def test_an_empty_site_gets_sixty_registrations_and_everybody_who_logs_in(empty: None) -> None:
    assert not is_loaded()

    said = load()

    pages = Page.objects.filter(depth__gt=1)
    assert said == (f"Loaded the demo: {pages.count()} pages and {REGISTRATIONS} registrations.\n")
    assert Registration.objects.count() == Submission.objects.count() == REGISTRATIONS
    moments = Registration.objects.values_list("created_at", flat=True)
    closes_at = EventRecord.objects.get().closes_at
    assert closes_at is not None
    assert max(moments) < timezone.now() < closes_at
    assert len(Counter(Registration.objects.values_list("state", flat=True))) > 2
    assert set(Registration.objects.values_list("language", flat=True)) == {"da", "en"}
    assert set(invitations()) == {"da", "en"}
    assert sorted(demo_logins()) == sorted(login.username for login in USERS)
    staff = {login.email for login in USERS}
    assert not Message.objects.filter(to__in=staff).exists()


# Wagtail leaves it to the garbage collector to close the renditions that it has made.
@pytest.mark.filterwarnings(
    "ignore:.*(SpooledTemporaryFile|FileIO):pytest.PytestUnraisableExceptionWarning"
)
def test_staff_are_told_of_who_registers_and_not_of_the_made_up(empty: None) -> None:
    load_demo()
    before = Message.objects.count()
    assert tell_staff() == 0
    assert Message.objects.count() == before
    Registration.objects.filter(pk=Registration.objects.latest("pk").pk).update(staff_told_at=None)
    assert tell_staff() == 1


def test_the_demo_is_served_at_the_root_in_both_languages(empty: None) -> None:
    load()

    addresses = ["/", "/en/", *(page.url for page in invitations().values())]
    assert [Client().get(path).status_code for path in addresses] == [200] * 4
    assert Client().login(username="staff", password=PASSWORD)


def test_a_second_loading_wants_to_be_meant(empty: None) -> None:
    said = load()
    pages = Page.objects.count()

    with pytest.raises(CommandError, match=REFUSAL):
        load()
    assert (Page.objects.count(), Registration.objects.count()) == (pages, REGISTRATIONS)
    assert load("--force") == said

    assert EventRecord.objects.count() == 2
    assert Registration.objects.count() == 2 * REGISTRATIONS


def test_a_site_with_a_page_is_left_alone(site: MadeSite) -> None:
    with pytest.raises(CommandError, match=REFUSAL):
        load()

    assert not EventRecord.objects.exists()


def test_a_site_whose_pages_are_gone_but_not_its_events_is_left_alone(site: MadeSite) -> None:
    make_event()
    empty_the_site()
    assert EventRecord.objects.count() == 1

    with pytest.raises(CommandError, match=REFUSAL):
        load()

    assert Page.objects.filter(depth__gt=1).count() == 1


def test_a_public_site_gets_no_log_ins_that_everybody_knows(empty: None, settings: Any) -> None:
    settings.KOMMED_DEMO_ALLOWED = False

    with pytest.raises(CommandError, match="not on a real server"):
        load("--force")

    assert demo_logins() == []


# Another day


def test_dates_that_have_passed_move_on_in_both_languages(empty: None) -> None:
    now = timezone.now()
    load_demo(now=now - LONG_AGO)
    revisions = {code: page.latest_revision_id for code, page in invitations().items()}

    assert move_dates_on() is True

    expected = event_dates(timezone.localdate())
    pages = invitations()
    assert {
        code: (page.starts_at, page.ends_at, page.registration_closes_on)
        for code, page in pages.items()
    } == dict.fromkeys(
        ("da", "en"), (expected.starts_at, expected.ends_at, expected.registration_closes_on)
    )
    assert all(pages[code].latest_revision_id != revisions[code] for code in pages)
    assert all(page.live and not page.has_unpublished_changes for page in pages.values())
    record = EventRecord.objects.get()
    assert (record.starts_at, record.ends_at) == (expected.starts_at, expected.ends_at)
    assert record.closes_at == pages["da"].registration_closes_at
    assert record.closes_at > now
    assert move_dates_on() is False
    assert [page.starts_at for page in invitations().values()] == [expected.starts_at] * 2


def test_a_draft_that_somebody_has_begun_moves_too_and_stays_a_draft(empty: None) -> None:
    load_demo(now=timezone.now() - LONG_AGO)
    page = invitations()["en"]
    title = page.title
    page.title = "Begun and not ready"
    page.save_revision()

    assert move_dates_on() is True

    expected = event_dates(timezone.localdate())
    page = invitations()["en"]
    draft = page.get_latest_revision_as_object()
    assert (page.title, draft.title) == (title, "Begun and not ready")
    assert page.has_unpublished_changes
    assert page.starts_at == draft.starts_at == expected.starts_at
    assert EventRecord.objects.get().starts_at == expected.starts_at


def kept_days(page: EventPage) -> set[str]:
    """Return the last days on which the matrix of ``page`` keeps seats."""
    return {
        cell["until"]
        for row in page.seat_matrix.values()
        for cell in row.values()
        if "kept" in cell
    }


def test_seats_are_kept_for_audiences_and_the_days_move_with_the_event(empty: None) -> None:
    load_demo(now=timezone.now() - LONG_AGO)
    pools = SeatPool.objects.filter(kind="audience")
    assert pools.filter(kept__gt=0, aim__gt=0).count() == 2
    assert EventRecord.objects.get().waiting_list_mode == "offer"
    before = {language: kept_days(page) for language, page in invitations().items()}

    assert move_dates_on()

    after = {language: kept_days(page) for language, page in invitations().items()}
    assert {len(days) for days in (*before.values(), *after.values())} == {1}
    assert all(min(after[language]) > max(before[language]) for language in after)
    kept_until = pools.filter(kept__gt=0).values_list("kept_until", flat=True)
    assert all(moment is not None and moment > timezone.now() for moment in kept_until)
