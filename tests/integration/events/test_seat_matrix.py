"""Seats for each audience: from the editor's table to the ledger, and what the form refuses."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from events.enums import RegistrationState
from events.models import EventPage, Registration, SeatPool
from tests.conftest import log_in
from tests.factories import (
    AudienceSpec,
    MadeEvent,
    MadeSite,
    SessionSpec,
    UserFactory,
    copy_to_language,
    make_event,
    make_registration,
    publish,
)

from .editor import PUBLISH, edit, edit_url, form_at, send
from .ledger import rows_of, whole_ledger

pytestmark = pytest.mark.django_db

GAP_NIGHT = "2027-03-28"
"""In Copenhagen the clocks go from 2 to 3 that night."""


@pytest.fixture
def admin(db: None) -> Client:
    """Somebody who may do everything."""
    return log_in(UserFactory(is_superuser=True))


@pytest.fixture
def event(site: MadeSite) -> MadeEvent:
    """Two sessions with 20 seats each, two audiences that people choose, and a criterion."""
    return make_event(
        sessions=[SessionSpec("København", 20), SessionSpec("Aalborg", 20)],
        audiences=[
            AudienceSpec("Politiker"),
            AudienceSpec("Medarbejder"),
            AudienceSpec("", "du er nysgerrig", is_choice=False),
        ],
    )


def row_keys(page: Any) -> dict[str, str]:
    """Return the keys of sessions and audiences by name."""
    rows = [*page.event_sessions.all(), *page.audiences.all()]
    return {row.name: str(row.row_key) for row in rows}


def matrix_of(page: Any, *cells: tuple[str, str, dict[str, Any]]) -> dict[str, Any]:
    """Return a matrix of ``cells``: session, audience and what is said of them."""
    keys, matrix = row_keys(page), {}
    for session, audience, said in cells:
        matrix.setdefault(keys[session], {})[keys[audience]] = said
    return matrix


def with_cell(page: Any, session: str = "København", **said: Any) -> str:
    """Return what the table sends when only the cell of the politicians says something."""
    return json.dumps(matrix_of(page, (session, "Politiker", said)))


def cells_of(made: MadeEvent) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Return what the ledger holds of each open cell, by names."""
    pools = list(SeatPool.objects.filter(event__key=made.key))
    names = {p.event_session_key: p.name for p in pools if p.kind == "event_session"}
    return {
        (names[pool.event_session_key], pool.name): (pool.capacity, pool.aim, pool.kept)
        for pool in pools
        if pool.kind == "audience" and not pool.is_closed
    }


def said_at(response: Any, name: str = "seat_matrix") -> list[str]:
    """Return the messages at a field of the form that came back."""
    assert response.status_code == 200
    return [str(error) for error in response.context["form"].errors.get(name, [])]


def last_day(made: MadeEvent) -> dt.date:
    """Return the day of the event, in its zone."""
    day: dt.date = made.page.starts_at.astimezone(made.page.zone).date()
    return day


# From the editor to the ledger


def test_what_is_typed_reaches_the_ledger_when_the_page_is_published(
    admin: Client, event: MadeEvent
) -> None:
    until = last_day(event) - dt.timedelta(days=3)
    sent = json.dumps(
        matrix_of(
            event.page,
            (
                "København",
                "Politiker",
                {"most": "12", "aim": "8", "kept": "5", "until": f"{until}"},
            ),
            ("Aalborg", "Medarbejder", {"most": 0, "kept": ""}),
        )
    )

    response = edit(admin, event.page, action=PUBLISH, seat_matrix=sent)

    assert response.status_code == 302
    assert cells_of(event) == {
        ("København", "Politiker"): (12, 8, 5),
        ("København", "Medarbejder"): (None, None, 0),
        ("Aalborg", "Politiker"): (None, None, 0),
        ("Aalborg", "Medarbejder"): (0, None, 0),
    }
    pool = SeatPool.objects.get(kept=5)
    assert pool.kept_until is not None
    local = pool.kept_until.astimezone(event.page.zone)
    assert (local.date(), local.time()) == (until + dt.timedelta(days=1), dt.time())
    shown = json.loads(form_at(admin, edit_url(event.page))["seat_matrix"])
    cells = {key: sorted(row) for key, row in shown.items()}
    keys = row_keys(event.page)
    assert cells == {keys["København"]: [keys["Politiker"]], keys["Aalborg"]: [keys["Medarbejder"]]}


def test_changing_and_emptying_a_cell_changes_its_pool(admin: Client, event: MadeEvent) -> None:
    edit(admin, event.page, action=PUBLISH, seat_matrix=with_cell(event.page, most=9, kept=2))
    pool = SeatPool.objects.get(kept=2)

    edit(admin, event.reload(), action=PUBLISH, seat_matrix=with_cell(event.page, most=7))
    pool.refresh_from_db()
    assert (pool.capacity, pool.kept) == (7, 0)

    edit(admin, event.reload(), action=PUBLISH, seat_matrix="{}")
    pool.refresh_from_db()
    assert (pool.capacity, pool.kept) == (None, 0)
    assert event.reload().seat_matrix == {}


def test_a_draft_changes_no_pool(admin: Client, event: MadeEvent) -> None:
    before = whole_ledger()

    response = edit(admin, event.page, seat_matrix=with_cell(event.page, most=9, kept=2))

    assert response.status_code == 302
    draft = event.reload().get_latest_revision_as_object()
    assert list(draft.seat_matrix) == [row_keys(event.page)["København"]]
    assert whole_ledger() == before


def test_rows_that_are_new_in_the_browser_have_their_cells_at_once(
    admin: Client, event: MadeEvent
) -> None:
    key = "5d1c3ae2-55a5-4c2f-9f2e-0b6f3b5a8a11"
    data = form_at(admin, edit_url(event.page))
    data["audiences-TOTAL_FORMS"] = "4"
    row = {"name": "Borger", "criterion": "", "is_choice": "on", "way_in": "", "row_key": key}
    row |= {"id": "", "ORDER": "4", "DELETE": ""}
    data.update({f"audiences-3-{name}": value for name, value in row.items()})
    data["seat_matrix"] = json.dumps({row_keys(event.page)["Aalborg"]: {key: {"most": "3"}}})

    response = send(admin, edit_url(event.page), data, action=PUBLISH)

    assert response.status_code == 302
    assert cells_of(event)["Aalborg", "Borger"] == (3, None, 0)


def test_a_row_that_goes_takes_its_cells_with_it(admin: Client, event: MadeEvent) -> None:
    matrix = matrix_of(
        event.page,
        ("København", "Politiker", {"most": 4}),
        ("København", "Medarbejder", {"most": 5}),
        ("Aalborg", "Medarbejder", {"most": 6}),
    )
    keys = row_keys(event.page)

    response = edit(
        admin,
        event.page,
        action=PUBLISH,
        seat_matrix=json.dumps(matrix),
        event_sessions__1__DELETE="1",
        audiences__0__DELETE="1",
    )

    assert response.status_code == 302
    assert event.reload().seat_matrix == {keys["København"]: {keys["Medarbejder"]: {"most": 5}}}
    assert cells_of(event) == {("København", "Medarbejder"): (5, None, 0)}


def test_an_audience_that_is_no_choice_any_more_has_no_open_pool(
    admin: Client, event: MadeEvent
) -> None:
    edit(admin, event.page, action=PUBLISH, seat_matrix=with_cell(event.page, kept=5))
    data = form_at(admin, edit_url(event.reload()))
    del data["audiences-0-is_choice"]

    response = send(admin, edit_url(event.page), data, action=PUBLISH)

    assert response.status_code == 302
    assert {audience for _session, audience in cells_of(event)} == {"Medarbejder"}
    assert SeatPool.objects.get(kept=5).is_closed
    assert event.reload().seat_matrix == {}


def test_a_copied_page_keeps_what_the_matrix_means(admin: Client, event: MadeEvent) -> None:
    edit(admin, event.page, action=PUBLISH, seat_matrix=with_cell(event.page, most=9, kept=2))

    copy = event.reload().copy(update_attrs={"slug": "naeste-aar"}, keep_live=False)
    copied = MadeEvent(page=publish(EventPage.objects.get(pk=copy.pk)), record=None)

    assert copied.key != event.key
    assert cells_of(copied)["København", "Politiker"] == (9, None, 2)
    assert sum(kept for _most, _aim, kept in cells_of(copied).values()) == 2


# Translations


def test_a_translation_shows_the_matrix_and_can_not_change_it(
    admin: Client, event: MadeEvent, site: MadeSite
) -> None:
    edit(admin, event.page, action=PUBLISH, seat_matrix=with_cell(event.page, most=9, kept=2))
    english = publish(copy_to_language(event.reload(), site.english, title="Workshops"))
    before = rows_of(SeatPool)
    form = admin.get(edit_url(english)).context["form"]
    locked = {
        "seat_matrix",
        "waiting_list_mode",
        "offer_hours",
        "lapse_rule",
        "offers_by_mix",
        "asks_second_choice",
        "group_size",
    }
    assert {name for name in locked if not form.fields[name].disabled} == set()
    rows = form.formsets["audiences"].forms
    assert all(row.fields[name].disabled for row in rows for name in ("is_choice", "way_in"))

    response = edit(
        admin,
        english,
        action=PUBLISH,
        title="Open workshops",
        seat_matrix=with_cell(english, most=1),
        offer_hours="7",
        group_size="1",
        audiences__0__way_in="invitation",
    )

    assert response.status_code == 302
    english = EventPage.objects.get(pk=english.pk)
    assert (english.title, english.offer_hours, english.group_size) == ("Open workshops", 24, 8)
    assert english.seat_matrix == event.page.seat_matrix
    assert set(english.audiences.values_list("way_in", flat=True)) == {""}
    assert rows_of(SeatPool) == before


# What is refused


@pytest.mark.parametrize("is_published", [True, False])
@pytest.mark.parametrize(
    "said",
    [
        {"most": "-1"},
        {"aim": "1000000000000"},
        {"kept": "mange"},
        {"most": "3", "kept": "4"},
        {"kept": "21"},
        {"until": "2020-01-01"},
        {"kept": "3", "until": "2999-01-01"},
        {"kept": "3", "until": "på fredag"},
    ],
)
def test_what_can_not_be_is_refused_at_the_table_and_stays_typed(
    admin: Client, event: MadeEvent, said: dict[str, str], is_published: bool
) -> None:
    before = whole_ledger()
    sent = with_cell(event.page, **said)

    response = edit(
        admin,
        event.page,
        action=PUBLISH if is_published else "",
        seat_matrix=sent,
        title="Ny titel",
    )

    assert len(said_at(response)) == 1
    assert list(response.context["form"].errors) == ["seat_matrix"]
    assert "København" in said_at(response)[0]
    html = response.content.decode()
    shown = form_in(html)
    assert (json.loads(shown["seat_matrix"]), shown["title"]) == (json.loads(sent), "Ny titel")
    keys = row_keys(event.page)
    assert f"{keys['København']}:{keys['Politiker']}:" in html
    assert whole_ledger() == before


def form_in(html: str) -> Any:
    """Return what the form that came back would send."""
    from wagtail.test.utils.form_data import querydict_from_html

    return querydict_from_html(html, form_id="page-edit-form")


@pytest.mark.parametrize("sent", ["nonsense", "[1]", "[" * 5000])
def test_what_is_no_table_is_a_field_error(admin: Client, event: MadeEvent, sent: str) -> None:
    assert len(said_at(edit(admin, event.page, action=PUBLISH, seat_matrix=sent))) == 1
    assert event.reload().seat_matrix == {}


def test_the_event_can_not_keep_more_seats_than_it_has(admin: Client, event: MadeEvent) -> None:
    sent = json.dumps(
        matrix_of(
            event.page,
            ("København", "Politiker", {"kept": "6"}),
            ("Aalborg", "Politiker", {"kept": "5"}),
        )
    )

    assert len(said_at(edit(admin, event.page, action=PUBLISH, capacity="10", seat_matrix=sent)))
    accepted = edit(admin, event.page, action=PUBLISH, capacity="11", seat_matrix=sent)
    assert accepted.status_code == 302


@pytest.mark.parametrize("capacity", ["-1", "100001", "1000000000000", "mange"])
def test_impossible_seats_of_the_whole_event_are_refused(
    admin: Client, event: MadeEvent, capacity: str
) -> None:
    response = edit(admin, event.page, action=PUBLISH, capacity=capacity)

    assert len(said_at(response, "capacity")) == 1


# Fewer than are taken


@pytest.fixture
def taken(event: MadeEvent) -> MadeEvent:
    """The event with three politicians in København, one of them on the waiting list."""
    key = event.audience_key("Politiker")
    made = [make_registration(event, session="København", audience_key=key) for _ in range(3)]
    waits = Registration.objects.filter(pk=made[-1].pk)
    waits.update(state=RegistrationState.WAITING, waiting_since=timezone.now())
    return event


def session_errors(response: Any) -> list[list[str]]:
    """Return the messages at the capacities of the sessions."""
    assert response.status_code == 200
    rows = response.context["form"].formsets["event_sessions"].forms
    return [[str(error) for error in row.errors.get("capacity", [])] for row in rows]


def test_fewer_seats_than_are_taken_are_refused_where_they_are_said(
    admin: Client, taken: MadeEvent
) -> None:
    before = whole_ledger()

    session = edit(admin, taken.page, action=PUBLISH, event_sessions__0__capacity="1")
    whole = edit(admin, taken.page, action=PUBLISH, capacity="1")
    cell = edit(admin, taken.page, action=PUBLISH, seat_matrix=with_cell(taken.page, most="1"))

    (message,), others = session_errors(session)
    assert ("2" in message, others) == (True, [])
    assert ["2" in message for message in said_at(whole, "capacity")] == [True]
    (at_cell,) = said_at(cell)
    assert "2" in at_cell
    assert at_cell.startswith("København, Politiker")
    assert whole_ledger() == before


def test_as_many_seats_as_are_taken_are_enough(admin: Client, taken: MadeEvent) -> None:
    response = edit(
        admin,
        taken.page,
        action=PUBLISH,
        capacity="2",
        event_sessions__0__capacity="2",
        seat_matrix=with_cell(taken.page, most="2"),
    )

    assert response.status_code == 302
    assert cells_of(taken)["København", "Politiker"] == (2, None, 0)


def test_fewer_seats_than_are_taken_may_stand_in_a_draft(admin: Client, taken: MadeEvent) -> None:
    assert edit(admin, taken.page, event_sessions__0__capacity="1").status_code == 302


def test_seats_that_staff_gave_over_the_limit_do_not_stop_the_next_publishing(
    admin: Client, taken: MadeEvent
) -> None:
    edit(admin, taken.page, action=PUBLISH, event_sessions__0__capacity="2")
    Registration.objects.waiting().update(state=RegistrationState.CONFIRMED, waiting_since=None)

    kept = edit(admin, taken.reload(), action=PUBLISH, title="Nyt navn")
    lowered = edit(admin, taken.reload(), action=PUBLISH, event_sessions__0__capacity="1")

    assert kept.status_code == 302
    assert [len(messages) for messages in session_errors(lowered)] == [1, 0]


# Nights in which the clocks are changed


@pytest.mark.parametrize(
    "name", ["starts_at", "ends_at", "registration_opens_at", "event_sessions__0__starts_at"]
)
def test_a_time_that_the_clocks_skip_is_refused_where_it_is_said(
    admin: Client, event: MadeEvent, name: str
) -> None:
    response = edit(admin, event.page, action=PUBLISH, **{name: f"{GAP_NIGHT} 02:30"})

    form = response.context["form"]
    relation, _number, field = name.rpartition("__")
    form = form.formsets["event_sessions"].forms[0] if relation else form
    (error,) = form.errors[field].as_data()
    assert (response.status_code, error.code) == (200, "ambiguous_timezone")
    assert "Europe/Copenhagen" not in str(error)


@pytest.mark.parametrize(("time", "is_fine"), [("02:30", False), ("01:59", True), ("03:00", True)])
def test_a_last_time_to_register_that_the_clocks_skip_is_refused(
    admin: Client, event: MadeEvent, time: str, is_fine: bool
) -> None:
    response = edit(
        admin,
        event.page,
        starts_at="2027-04-14 13:00",
        ends_at="2027-04-14 16:00",
        registration_closes_on=GAP_NIGHT,
        registration_closes_time=time,
    )

    if is_fine:
        assert response.status_code == 302
    else:
        assert list(response.context["form"].errors) == ["registration_closes_time"]


# The editor


def test_the_table_is_told_what_it_needs_without_scripts_in_the_page(
    admin: Client, site: MadeSite
) -> None:
    url = reverse("wagtailadmin_pages:add", args=["kommed_events", "eventpage", site.home.pk])
    html = admin.get(url).content.decode()

    assert html.count('<div class="kommed-matrix" data-kommed-matrix') == 1
    assert html.count("kommed_events/admin/seat_matrix.js") == 1
    assert html.index("kommed_forms/admin/base.js") < html.index("admin/seat_matrix.js")
    assert Page.objects.filter(pk=site.home.pk).exists()
