"""The rule in words: what the public page says of how seats are shared out, and for how long."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from events.capacity import count_seats
from events.models import EventPage, SeatPool
from events.queries.invitation import invitation_view
from events.queries.seat_rules import SeatRules
from tests.factories import (
    AudienceSpec,
    MadeEvent,
    MadeSite,
    SessionSpec,
    copy_to_language,
    make_event,
    publish,
)

from .visitor import visit

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 9, 1, 12, tzinfo=dt.UTC)
KEPT = {"kept": 10, "until": "2027-09-14"}


def event_with(
    *cells: tuple[int, int, dict[str, Any]],
    capacity: int | None = 40,
    ways_in: tuple[str, ...] = ("", ""),
    **fields: Any,
) -> MadeEvent:
    """Publish an event for 3 October 2027; a cell is numbers of session and audience, and words."""
    fields = {
        "starts_at": dt.datetime(2027, 10, 3, 11, tzinfo=dt.UTC),
        "waiting_list_mode": "offer",
    } | fields
    made = make_event(
        sessions=[SessionSpec("København", capacity), SessionSpec("Aalborg", capacity)],
        audiences=[AudienceSpec("Politiker"), AudienceSpec("Medarbejder")],
        published=False,
        **fields,
    )
    page = made.reload()
    sessions, audiences = list(page.event_sessions.all()), list(page.audiences.all())
    for audience, way_in in zip(audiences, ways_in, strict=True):
        audience.way_in = way_in
    page.audiences = audiences
    for session, audience_number, said in cells:
        row = page.seat_matrix.setdefault(str(sessions[session].row_key), {})
        row[str(audiences[audience_number].row_key)] = said
    made.page = publish(page)
    return made


def rules_of(made: MadeEvent, *, now: dt.datetime = NOW, page: Any = None) -> SeatRules:
    """Return the rules in English, as they are at ``now``."""
    with translation.override("en"):
        count = count_seats(made.event, at=now)
        return invitation_view(page or made.page, count=count, now=now).rules


def said_of(rules: SeatRules) -> dict[str, tuple[str, ...]]:
    """Return the sentences by audience."""
    return {audience.name: audience.sentences for audience in rules.audiences}


def test_kept_and_limited_seats_are_said_for_each_audience(site: MadeSite) -> None:
    made = event_with((0, 0, KEPT), (1, 0, {"kept": 1, "most": 1}), (0, 1, {"most": 12}))

    rules = rules_of(made)

    assert said_of(rules) == {
        "Politiker": (
            "København: 10 of 40 seats are kept until Tuesday 14 September 2027.",
            "Aalborg: 1 of 40 seats is kept.",
            "Aalborg: at most 1 seat.",
        ),
        "Medarbejder": ("København: at most 12 seats.",),
    }
    assert "open to everyone" in rules.sentences[0]


@pytest.mark.parametrize(
    ("now", "is_kept"),
    [
        (dt.datetime(2027, 9, 14, 21, 59, tzinfo=dt.UTC), True),
        (dt.datetime(2027, 9, 14, 22, 0, tzinfo=dt.UTC), False),
    ],
)
def test_seats_are_kept_through_the_day_in_the_zone_of_the_event(
    site: MadeSite, now: dt.datetime, is_kept: bool
) -> None:
    made = event_with((0, 0, KEPT))

    rules = rules_of(made, now=now)

    assert bool(rules.audiences) is is_kept
    assert any("open to everyone" in sentence for sentence in rules.sentences) is is_kept


def test_seats_without_a_limit_are_kept_in_words_that_name_none(site: MadeSite) -> None:
    made = event_with((0, 0, {"kept": 10}), (1, 0, KEPT), capacity=None)

    assert said_of(rules_of(made)) == {
        "Politiker": (
            "København: 10 seats are kept.",
            "Aalborg: 10 seats are kept until Tuesday 14 September 2027.",
        )
    }


def test_an_audience_without_seats_at_a_session_is_told_so(site: MadeSite) -> None:
    made = event_with((0, 1, {"most": 0, "aim": 3}))

    assert said_of(rules_of(made)) == {"Medarbejder": ("København: no seats for this audience.",)}


def test_a_way_in_of_its_own_is_said_and_that_of_everyone_is_not(site: MadeSite) -> None:
    made = event_with(way_in="first_come", ways_in=("invitation", "first_come"))

    assert list(said_of(rules_of(made))) == ["Politiker"]


def test_aims_are_said_where_they_decide_who_is_next(site: MadeSite) -> None:
    aim = (0, 0, {"aim": 8})

    strict, by_mix = rules_of(event_with(aim)), rules_of(event_with(aim, offers_by_mix=True))

    assert (said_of(strict), said_of(by_mix)) == (
        {},
        {"Politiker": ("København: the aim is 8 people.",)},
    )
    assert "strictly in order" in strict.sentences[0]
    assert "furthest below its aim" in by_mix.sentences[0]


def test_without_an_aim_nobody_is_below_one(site: MadeSite) -> None:
    rules = rules_of(event_with((0, 0, {"most": 8}), offers_by_mix=True))

    assert "strictly in order" in rules.sentences[0]


def test_the_waiting_list_is_said_as_it_works(site: MadeSite) -> None:
    offered = rules_of(event_with(offer_hours=48, lapse_rule="out"))
    again = rules_of(event_with(lapse_rule="requeue"))
    direct = rules_of(event_with(waiting_list_mode="direct"))

    assert "48 hours" in offered.sentences[1]
    assert offered.sentences[2] != again.sentences[2]
    assert len(direct.sentences) == 2


def test_nothing_is_said_where_nothing_can_run_out_or_staff_choose(site: MadeSite) -> None:
    assert not rules_of(event_with(capacity=None))
    assert not rules_of(event_with(way_in="application"))
    chosen = rules_of(event_with(way_in="application", applications_hold_seat=True))
    assert (len(chosen.sentences), chosen.audiences) == (1, ())
    aimed = event_with((0, 0, {"aim": 8}), way_in="application", offers_by_mix=True)
    assert not rules_of(aimed)


def test_a_session_that_staff_closed_is_not_spoken_of(site: MadeSite) -> None:
    made = event_with((0, 0, KEPT))
    SeatPool.objects.filter(kind="event_session", name="København").update(closed_at=NOW)

    assert said_of(rules_of(made)) == {}


def test_a_translation_says_what_counts_in_its_own_words(site: MadeSite) -> None:
    made = event_with((0, 0, KEPT))
    draft = copy_to_language(made.page, site.english, title="Workshops")
    rows = list(draft.audiences.all())
    rows[0].name = "Politician"
    draft.audiences, draft.seat_matrix = rows, {}
    english = publish(draft)

    assert list(said_of(rules_of(made, page=english))) == ["Politician"]


def test_the_page_says_it_in_every_language_until_registration_is_closed(site: MadeSite) -> None:
    starts_at = timezone.now() + dt.timedelta(days=30)
    made = event_with((0, 0, {"kept": 10}), starts_at=starts_at)
    closed = event_with(
        (0, 0, {"kept": 10}),
        starts_at=starts_at,
        registration_closes_on=timezone.localdate() - dt.timedelta(days=1),
    )

    html = visit(made.url).content.decode()

    assert html.count('id="seat-rules"') == 1
    assert "Politiker" in html[html.index('id="seat-rules"') :].split("</dl>")[0]
    assert 'id="seat-rules"' not in visit(closed.url).content.decode()


def test_what_an_editor_calls_things_is_text_and_never_markup(site: MadeSite) -> None:
    made = event_with((0, 0, {"kept": 10}), starts_at=timezone.now() + dt.timedelta(days=30))
    page = made.reload()
    rows = list(page.event_sessions.all())
    rows[0].name = "<script>alert(1)</script> %(kept)s %s"
    page.event_sessions = rows
    publish(page)

    html = visit(made.url).content.decode()

    rules = html[html.index('id="seat-rules"') :]
    assert "&lt;script&gt;alert(1)&lt;/script&gt; %(kept)s %s: 10 " in rules
    assert "<script>alert" not in html


def test_a_preview_says_what_the_draft_says(site: MadeSite) -> None:
    made = event_with((0, 0, {"kept": 10}), starts_at=timezone.now() + dt.timedelta(days=30))
    page: Any = EventPage.objects.get(pk=made.page.pk)
    for row in page.seat_matrix.values():
        for cell in row.values():
            cell["kept"] = 17

    response = page.make_preview_request(RequestFactory().get("/"), "open")

    rules = response.content.decode().split('id="seat-rules"')[1]
    assert "København: 17 " in rules


def test_the_rules_cost_no_query(site: MadeSite) -> None:
    made = event_with((0, 0, {"kept": 10}), starts_at=timezone.now() + dt.timedelta(days=30))
    plain = make_event(
        sessions=[SessionSpec("København"), SessionSpec("Aalborg")],
        audiences=[AudienceSpec("Politiker"), AudienceSpec("Medarbejder")],
    )

    def queries(url: str) -> int:
        visit(url)
        with CaptureQueriesContext(connection) as captured:
            visit(url)
        return len(captured)

    assert queries(made.url) == queries(plain.url)
