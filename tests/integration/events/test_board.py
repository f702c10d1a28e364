"""The board: what-if numbers, the last look, deciding in one go, and who sees whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from events.actions.change_state import change_state
from events.capacity import count_seats
from events.enums import RegistrationAction
from events.models import Lottery, Registration, SeatPool
from tests.conftest import People, log_in
from tests.factories import MadeEvent, make_registration, publish

from .clock_queries import COUNTING_SEATS
from .ledger import mails, state_of, states, whole_ledger

pytestmark = pytest.mark.django_db


def at(name: str, *args: Any) -> str:
    return reverse(f"kommed_events_desk:{name}", args=args)


@pytest.fixture
def choosing(people: People, made: MadeEvent) -> MadeEvent:
    """The event of the people, where staff choose; two seats in Aalborg."""
    page = made.reload()
    page.way_in = "application"
    rows = list(page.event_sessions.all())
    rows[1].capacity = 2
    page.event_sessions = rows
    publish(page)
    return made


def apply(choosing: MadeEvent, number: int = 1, **fields: Any) -> list[Registration]:
    """Make applications for Aalborg as politicians, unless told otherwise."""
    fields = {"session": "Aalborg", "audience_key": choosing.audience_key("Politiker")} | fields
    return [make_registration(choosing, **fields) for _number in range(number)]


def look(client: Any, choosing: MadeEvent, ticked: list[Registration], **data: Any) -> Any:
    """Open the board, tick some, and send it."""
    url = at("board", choosing.key)
    shown = client.get(url).context["shown"]
    take = [str(each.uuid) for each in ticked]
    return client.post(url, {"shown": shown, "take": take, "what": "review"} | data)


def go_on(client: Any, choosing: MadeEvent, review: Any, **data: Any) -> Any:
    """Send the last look on as it is."""
    sent = {name: review.context[name] for name in ("chosen", "rest", "others")}
    return client.post(at("board_decide", choosing.key), sent | data)


def test_what_if_is_what_capacity_says_afterwards(people: People, choosing: MadeEvent) -> None:
    applied = apply(choosing, 2)
    copenhagen = apply(choosing, 1, session="København", audience_key=None)
    client = log_in(people.staff)
    before = whole_ledger()

    counted = look(client, choosing, [*applied, *copenhagen], what="count")

    assert whole_ledger() == before
    promised = {
        (row.event_session_key, row.audience_key): row.then
        for mix in counted.context["mixes"]
        for row in (mix.whole, *mix.audiences)
    }
    review = look(client, choosing, [*applied, *copenhagen])
    assert whole_ledger() == before
    assert go_on(client, choosing, review).status_code == 302
    count = count_seats(choosing.event)
    true = {(p.event_session_key, p.audience_key): count.of(p).taken for p in count.pools}
    assert {key: true[key] for key in promised} == promised
    assert sorted(promised.values()) == [0, 0, 0, 1, 2, 2]


def test_ticked_ones_are_confirmed_and_the_others_declined(
    people: People, choosing: MadeEvent
) -> None:
    first, second, third = apply(choosing, 3)
    client = log_in(people.staff)

    review = look(client, choosing, [first, third], others="decline")

    plan = review.context["plan"]
    assert ([r.pk for r in plan.chosen], [r.pk for r in plan.others]) == (
        [first.pk, third.pk],
        [second.pk],
    )
    assert len(mails()) == 3  # of applying; nothing was sent yet
    done = go_on(client, choosing, review, note="Velkommen", others_note="Desværre")
    assert done.status_code == 302
    assert states() == ["confirmed", "declined", "confirmed"]
    assert len(mails()) == 6


def test_too_many_are_all_refused_until_it_is_said_explicitly(
    people: People, choosing: MadeEvent
) -> None:
    applied = apply(choosing, 3)
    client = log_in(people.staff)
    review = look(client, choosing, applied)
    assert review.context["over"]
    before = whole_ledger()

    refused = go_on(client, choosing, review)

    assert refused.status_code == 422
    assert whole_ledger() == before
    assert len(refused.context["plan"].chosen) == 3  # it is staff's to say which one
    assert go_on(client, choosing, refused, override="on").status_code == 302
    assert states() == ["confirmed"] * 3


def test_whoever_changed_meanwhile_is_left_out_and_named(
    people: People, choosing: MadeEvent
) -> None:
    first, second = apply(choosing, 2)
    client = log_in(people.staff)
    review = look(client, choosing, [first, second])
    change_state(registration=first, action=RegistrationAction.CANCEL, by=None)
    before = whole_ledger()

    reported = go_on(client, choosing, review)

    assert reported.status_code == 422
    assert whole_ledger() == before
    assert [r.pk for r, _why in reported.context["hindered"]] == [first.pk]
    assert go_on(client, choosing, reported).status_code == 302
    assert states() == ["cancelled", "confirmed"]


def test_a_co_host_sees_and_decides_on_their_own_alone(
    people: People, choosing: MadeEvent, other: MadeEvent
) -> None:
    (mine,) = apply(choosing)
    (foreign,) = apply(choosing, session="København")
    elsewhere = make_registration(other)
    client = log_in(people.host)
    board = client.get(at("board", choosing.key))

    assert [row["registration"].pk for row in board.context["rows"]] == [mine.pk]
    assert [mix.whole.name for mix in board.context["mixes"]] == ["Aalborg"]
    words = " ".join(
        f"{each.uuid}/{each.state}/{each.event_session_key}" for each in (mine, foreign, elsewhere)
    )
    sent = client.post(
        at("board_decide", choosing.key), {"chosen": words, "rest": "", "others": ""}
    )
    assert sent.status_code == 302
    assert [state_of(each) for each in (mine, foreign, elsewhere)] == [
        "confirmed",
        "pending",
        "confirmed",  # as it was: that event takes who comes first
    ]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"chosen": "x/y/z", "rest": "nonsense", "others": "explode"},
        {"chosen": "\x00", "others": "decline", "rest": "//"},
        {"chosen": "00000000-0000-0000-0000-000000000000/pending/none"},
    ],
)
def test_nonsense_changes_nothing(
    people: People, choosing: MadeEvent, data: dict[str, str]
) -> None:
    apply(choosing)
    before = whole_ledger()
    client = log_in(people.staff)

    assert client.post(at("board_decide", choosing.key), data).status_code == 422
    assert client.post(at("board", choosing.key), data | {"take": "x"}).status_code == 200
    assert whole_ledger() == before


def test_the_board_is_narrowed(people: People, choosing: MadeEvent) -> None:
    (politician,) = apply(choosing)
    (official,) = apply(choosing, audience_key=choosing.audience_key("Embedsmand"))
    (away,) = apply(choosing, session="København")
    client = log_in(people.staff)

    def shown(**query: Any) -> list[int]:
        rows = client.get(at("board", choosing.key), query).context["rows"]
        return [row["registration"].pk for row in rows]

    assert shown() == [politician.pk, official.pk, away.pk]
    assert shown(session=choosing.session_key("Aalborg")) == [politician.pk, official.pk]
    assert shown(audience=choosing.audience_key("Politiker")) == [politician.pk, away.pk]
    assert shown(session="nonsense") == [politician.pk, official.pk, away.pk]


def test_lots_are_drawn_and_those_drawn_are_ticked(people: People, choosing: MadeEvent) -> None:
    apply(choosing, 5)
    client = log_in(people.host)
    cell = f"{choosing.session_key('Aalborg')}/{choosing.audience_key('Politiker')}"

    drawn = client.post(at("lottery", choosing.key), {"cell": cell, "seats": "2"})

    lottery = Lottery.objects.get()
    assert drawn["Location"] == at("lottery_result", choosing.key, lottery.pk)
    result = client.get(drawn["Location"])
    assert result.context["is_repeatable"]
    assert lottery.seed in result.content.decode()
    board = client.get(result.context["board_url"])
    ticked = [row["registration"].reference for row in board.context["rows"] if row["is_ticked"]]
    assert sorted(ticked) == sorted(lottery.drawn)
    assert states() == ["pending"] * 5


def test_seats_that_are_kept_for_others_are_not_drawn_for(
    people: People, choosing: MadeEvent
) -> None:
    citizens = choosing.audience_key("Embedsmand")
    SeatPool.objects.filter(kind="event_session").update(capacity=10)
    SeatPool.objects.filter(audience_key=choosing.audience_key("Politiker")).update(kept=8)
    apply(choosing, 3, audience_key=citizens)
    apply(choosing)
    url = at("lottery", choosing.key)
    cell = {"session": choosing.session_key("Aalborg"), "audience": citizens}

    form = log_in(people.staff).get(url, cell).context["form"]

    said = [label.partition(": ")[2] for _value, label in form.fields["cell"].choices]
    assert sorted(said) == ["1 ansøgninger, 10 ledige pladser", "3 ansøgninger, 2 ledige pladser"]
    assert form.initial == {"cell": "{session}/{audience}".format(**cell), "seats": 2}


@pytest.mark.parametrize("seats", ["0", "-1", "", "1000000", "to"])
def test_a_lottery_for_no_number_of_seats_is_refused(
    people: People, choosing: MadeEvent, seats: str
) -> None:
    apply(choosing)
    cell = f"{choosing.session_key('Aalborg')}/{choosing.audience_key('Politiker')}"

    response = log_in(people.staff).post(
        at("lottery", choosing.key), {"cell": cell, "seats": seats}
    )

    assert response.status_code == 422
    assert not Lottery.objects.exists()


def test_a_co_host_draws_no_lots_among_those_of_others(people: People, choosing: MadeEvent) -> None:
    apply(choosing, session="København")
    cell = f"{choosing.session_key('København')}/{choosing.audience_key('Politiker')}"
    data = {"cell": cell, "seats": "1"}

    refused = log_in(people.host).post(at("lottery", choosing.key), data)
    assert refused.status_code == 422
    assert not Lottery.objects.exists()

    drawn = log_in(people.staff).post(at("lottery", choosing.key), data)
    assert log_in(people.host).get(drawn["Location"]).status_code == 404


# Log-in and rights (those to forms too, for the menu), the event, the pools, the applications, the
# numbers, the clock where it is asked, the names of sessions.
QUERIES = 16


@pytest.mark.parametrize("rows", [1, 3])
def test_the_board_takes_the_same_queries_however_long_it_is(
    people: People, choosing: MadeEvent, count_queries: Callable[[int], Any], rows: int
) -> None:
    apply(choosing, rows, second_choice_key=choosing.session_key("København"))
    client = log_in(people.admin)
    client.get(at("board", choosing.key))

    with count_queries(QUERIES + COUNTING_SEATS[connection.vendor]):
        response = client.get(at("board", choosing.key))

    assert len(response.context["rows"]) == rows
