"""The public pages: what every one of them must keep, and how many queries they take."""

from __future__ import annotations

import datetime as dt
import json
import zoneinfo
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone, translation

from events.models import EventSession, SeatPool
from events.templatetags.kommed_events_tags import event_day, event_moment
from tests.factories import (
    AudienceSpec,
    EventIndexPageFactory,
    HostFactory,
    MadeEvent,
    MadeSite,
    SessionSpec,
    StandardPageFactory,
    VenueFactory,
    copy_to_language,
    make_event,
    make_registration,
    publish,
)

from .visitor import Page, send, visit

pytestmark = pytest.mark.django_db

STRICT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-ancestors 'none'"
)
LOADING = {"script": "src", "link": "href", "img": "src", "iframe": "src", "form": "action"}


@pytest.fixture
def public(made: MadeEvent, site: MadeSite) -> dict[str, Any]:
    """One answer of each kind that the public gets, by name."""
    english = publish(copy_to_language(made.page, site.english, title="Open workshops"))
    closed = make_event(registration_closes_on=timezone.localdate() - dt.timedelta(days=1))
    early = make_event(registration_opens_at=timezone.now() + dt.timedelta(days=1))
    down = make_event()
    down.page.unpublish()
    EventIndexPageFactory(parent=site.home, slug="arrangementer")
    StandardPageFactory(parent=site.home, slug="om-os")
    receipt = send(made)["Location"]
    return {
        "home": visit("/"),
        "home in English": visit("/en/"),
        "event": visit(made.url),
        "event in English": visit(english.get_url()),
        "closed event": visit(closed.url),
        "early event": visit(early.url),
        "index": visit("/arrangementer/"),
        "plain page": visit("/om-os/"),
        "receipt": visit(receipt),
        "sent": send(made),
        "errors": send(made, email=""),
        "closed": send(closed),
        "not open": send(early),
        "gone": send(made, event_session="00000000-0000-0000-0000-000000000000"),
        "taken down": send(down),
        "not found": visit("/findes-ikke/"),
        "calendar": visit(f"{made.url}calendar.ics"),
        "site calendar": visit("/calendar.ics"),
        "health": visit("/healthz"),
    }


def test_public_answers_have_the_status_that_fits(public: dict[str, Any]) -> None:
    assert {name: answer.status_code for name, answer in public.items()} == {
        "home": 200,
        "home in English": 200,
        "event": 200,
        "event in English": 200,
        "closed event": 200,
        "early event": 200,
        "index": 200,
        "plain page": 200,
        "receipt": 200,
        "sent": 303,
        "errors": 422,
        "closed": 409,
        "not open": 409,
        "gone": 410,
        "taken down": 410,
        "not found": 404,
        "calendar": 200,
        "site calendar": 200,
        "health": 200,
    }


def test_no_public_answer_sets_a_cookie_or_varies_with_one(public: dict[str, Any]) -> None:
    cookies = {name: list(answer.cookies) for name, answer in public.items() if answer.cookies}
    varying = {
        name: answer.headers["Vary"]
        for name, answer in public.items()
        if "cookie" in answer.headers.get("Vary", "").lower()
    }

    assert (cookies, varying) == ({}, {})


def test_every_public_answer_carries_the_strict_policy(public: dict[str, Any]) -> None:
    policies = {answer.headers["Content-Security-Policy"] for answer in public.values()}

    assert policies == {STRICT_POLICY}


def test_no_public_page_loads_anything_from_elsewhere_or_holds_scripts(
    public: dict[str, Any],
) -> None:
    for name, answer in public.items():
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        page = Page(answer)
        for tag, attributes in page.elements:
            address = attributes.get(LOADING.get(tag, ""), "") or ""
            if tag == "link" and attributes.get("rel") in ("canonical", "alternate"):
                continue
            assert urlsplit(address).netloc == "", (name, tag, address)
            assert "style" not in attributes, (name, tag)
            assert not [key for key in attributes if key.startswith("on")], (name, tag)
        inline = [s for s in page.all("script") if not s.get("src")]
        assert {s.get("type") for s in inline} <= {"application/ld+json"}, name
        assert page.all("style") == [], name
        assert page.all("input", name="csrfmiddlewaretoken") == [], name


def test_answers_to_posts_and_receipts_are_kept_by_nobody(public: dict[str, Any]) -> None:
    posted = ["receipt", "sent", "errors", "closed", "not open", "gone", "taken down"]

    assert [n for n in posted if "no-store" not in public[n].headers["Cache-Control"]] == []
    assert "no-store" not in public["event"].headers.get("Cache-Control", "")


def test_pages_say_their_language(public: dict[str, Any]) -> None:
    languages = {
        name: Page(answer).all("html")[0]["lang"]
        for name, answer in public.items()
        if answer.headers.get("Content-Type", "").startswith("text/html") and answer.content
    }
    english = {name for name, language in languages.items() if language == "en"}

    assert set(languages.values()) == {"da", "en"}
    assert english == {"home in English", "event in English"}


@pytest.mark.parametrize(
    ("capacity", "taken", "shown"),
    [(25, 0, "25"), (25, 22, "3"), (2, 2, None), (None, 1, None)],
)
def test_seats_left_are_shown(
    site: MadeSite, capacity: int | None, taken: int, shown: str | None
) -> None:
    made = make_event(sessions=[SessionSpec("Aalborg", capacity)])
    for _ in range(taken):
        make_registration(made)

    response = visit(made.url)

    (session,) = response.context["invitation"].sessions
    seats = session.seats
    left = None if seats is None or seats.free is None else seats.free
    assert left == (None if capacity is None else capacity - taken)
    if shown is not None:
        assert shown in Page(response).text


def test_a_full_event_still_has_a_form(site: MadeSite) -> None:
    made = make_event(sessions=[SessionSpec("Aalborg", 0)])

    response = visit(made.url)

    assert response.context["invitation"].is_full
    assert len(Page(response).all("input", name="email")) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"registration_opens_at": timezone.now() + dt.timedelta(days=1)},
        {"registration_closes_on": dt.date(2020, 1, 1)},
    ],
)
def test_an_event_that_is_not_open_has_no_form(site: MadeSite, fields: dict[str, Any]) -> None:
    response = visit(make_event(**fields).url)

    assert Page(response).all("input", name="email") == []


@pytest.mark.parametrize(
    ("days", "words"),
    [(2, ["Tilmeld dig senest"]), (-2, ["Tilmeldingsfrist", "Tilmeldingen lukkede"])],
)
def test_the_page_says_the_time_if_it_closes_before_the_day_is_over(
    site: MadeSite, days: int, words: list[str]
) -> None:
    zone = zoneinfo.ZoneInfo("Europe/Copenhagen")
    day = timezone.now().astimezone(zone).date() + dt.timedelta(days=days)
    half_past = dt.datetime.combine(day, dt.time(12, 30), zone)
    later = half_past + dt.timedelta(days=3)
    until_half_past: list[dict[str, Any]] = [
        {"starts_at": half_past},
        {"starts_at": half_past, "registration_closes_on": day},
        {
            "starts_at": later,
            "registration_closes_on": day,
            "registration_closes_time": dt.time(12, 30),
        },
    ]
    all_day = make_event(starts_at=later, registration_closes_on=day)
    with translation.override("da"):
        on_the_day, at_half_past = event_day(day), event_moment(half_past)

    texts = [Page(visit(make_event(**fields).url)).text for fields in until_half_past]
    whole = Page(visit(all_day.url)).text

    assert all(f"{word} {at_half_past}" in text for text in texts for word in words)
    assert f"{words[0]} {on_the_day}" in whole
    assert at_half_past not in whole


def test_the_list_of_events_says_the_time_too(site: MadeSite) -> None:
    EventIndexPageFactory(parent=site.home, slug="arrangementer")
    zone = zoneinfo.ZoneInfo("Europe/Copenhagen")
    day = timezone.now().astimezone(zone).date() + dt.timedelta(days=2)
    half_past = dt.datetime.combine(day, dt.time(12, 30), zone)
    make_event(starts_at=half_past, registration_closes_on=day)
    make_event(starts_at=half_past + dt.timedelta(days=3), registration_closes_on=day)
    with translation.override("da"):
        on_the_day, at_half_past = event_day(day), event_moment(half_past)

    text = Page(visit("/arrangementer/")).text

    assert text.count(f"Tilmeld dig senest {on_the_day}") == 2
    assert text.count(f"Tilmeld dig senest {at_half_past}") == 1


def test_a_session_that_has_begun_cannot_be_chosen(made: MadeEvent) -> None:
    key = made.session_key("Aalborg")
    begun = timezone.now() - dt.timedelta(hours=1)
    made.event.seat_pools.filter(event_session_key=key).update(starts_at=begun)

    (choice,) = Page(visit(made.url)).all("input", name="event_session", value=str(key))
    places = json.loads(visit(f"{made.url}pladser.json").content)
    live = {session["key"]: session["state"] for session in places["sessions"]}

    assert "disabled" in choice
    assert live[str(key)] == "closed"
    assert "closed" not in live[str(made.session_key("København"))]
    assert send(made, event_session=str(key)).status_code == 410


def test_nothing_is_preselected(site: MadeSite) -> None:
    made = make_event(
        audiences=[AudienceSpec("Politiker"), AudienceSpec("Embedsmand")],
        questions=[
            {"label": "Kost", "field_type": "dropdown", "choices": "Alt\nVegetar"},
            {"label": "Dag", "field_type": "radio", "choices": "A\nB"},
            {"label": "Ja tak", "field_type": "checkbox"},
            {"label": "Emner", "field_type": "checkboxes", "choices": "A\nB"},
        ],
    )

    page = Page(visit(made.url))

    assert [found for found in page.all("input") if "checked" in found] == []
    options = page.all("option")
    sessions = [str(made.session_key(name)) for name in ("København", "Aalborg")]
    second_choice, kost = ["", *sessions, "either"], ["", "alt", "vegetar"]
    assert [option["value"] for option in options] == [*second_choice, *kost]
    assert [o["value"] for o in options if "selected" in o] in ([], [""], ["", ""])


def test_what_editors_write_is_text_and_not_markup(site: MadeSite) -> None:
    nasty = '"><script>alert(1)</script>'
    made = make_event(
        title=f"Titel {nasty}",
        lead=nasty,
        sessions=[SessionSpec(nasty[:40]), SessionSpec("Aalborg")],
        audiences=[AudienceSpec(nasty, criterion=nasty)],
        questions=[{"label": nasty, "help_text": nasty, "choices": nasty, "field_type": "radio"}],
    )

    html = visit(made.url).content.decode()

    assert "<script>alert" not in html
    assert "\\u003Cscript\\u003Ealert" in html  # in the data for search engines


def test_an_alias_shows_its_source(made: MadeEvent, site: MadeSite) -> None:
    alias = made.page.create_alias(parent=site.home, update_slug="alias")

    response = visit(alias.get_url())

    assert response.context["invitation"].page == made.page


def test_other_methods_are_refused(made: MadeEvent) -> None:
    client = Client()

    answers = [client.put(made.url), client.delete(made.url), client.post(f"{made.url}kvittering/")]

    assert [(a.status_code, a.get("Allow")) for a in answers] == [
        (405, "GET, HEAD, POST"),
        (405, "GET, HEAD, POST"),
        (405, "GET, HEAD"),
    ]
    assert client.head(made.url).status_code == 200


def _event_with(rows: int, site: MadeSite) -> MadeEvent:
    made = make_event(
        sessions=[
            SessionSpec(
                f"By {number}",
                5,
                {
                    "venue": VenueFactory(),
                    "co_hosts": [("host", HostFactory()), ("host", HostFactory())],
                },
            )
            for number in range(rows)
        ],
        audiences=[AudienceSpec(f"Gruppe {number}", "du vil") for number in range(rows)],
        questions=[{"label": f"Spørgsmål {number}"} for number in range(rows)],
    )
    for number in range(rows):
        for _ in range(rows):
            make_registration(made, session=f"By {number}")
    return made


@pytest.mark.parametrize("rows", [1, 3])
def test_an_event_page_takes_the_same_queries_however_many_rows_it_has(
    site: MadeSite, count_queries: Callable[[int], Any], rows: int
) -> None:
    made = _event_with(rows, site)
    visit(made.url)  # what is kept in caches is there

    with count_queries(PAGE_QUERIES[connection.vendor]):
        response = visit(made.url)

    assert len(response.context["invitation"].sessions) == rows
    assert EventSession.objects.count() == rows
    assert SeatPool.objects.filter(kind="event_session").count() == rows


# Site and page by path, its own row, redirects and settings of the site, menu and languages, the
# event, its pools and counts, and one for each kind of row.
# PostgreSQL is asked several things at once.
PAGE_QUERIES = {"postgresql": 10, "sqlite": 20}


@pytest.mark.parametrize("events", [1, 3])
def test_the_front_page_takes_the_same_queries_however_many_events_it_shows(
    site: MadeSite, count_queries: Callable[[int], Any], events: int
) -> None:
    for _ in range(events):
        make_event()
    visit("/")

    with count_queries(HOME_QUERIES[connection.vendor]):
        response = visit("/")

    assert len(response.context["events"]) == events


HOME_QUERIES = {"postgresql": 12, "sqlite": 15}


@pytest.mark.parametrize("events", [1, 3])
def test_the_list_of_events_takes_the_same_queries_however_many_there_are(
    site: MadeSite, count_queries: Callable[[int], Any], events: int
) -> None:
    EventIndexPageFactory(parent=site.home, slug="arrangementer")
    past = timezone.now() - dt.timedelta(days=30)
    for _ in range(events):
        make_event()
        make_event(starts_at=past)
    visit("/arrangementer/")

    with count_queries(INDEX_QUERIES[connection.vendor]):
        response = visit("/arrangementer/")

    assert (len(response.context["upcoming"]), len(response.context["past"])) == (events, events)


INDEX_QUERIES = {"postgresql": 16, "sqlite": 20}
