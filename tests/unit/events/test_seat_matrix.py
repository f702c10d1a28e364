"""The table of seats for each audience: reading what was typed, and what is wrong with it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.utils import translation

from events.models.seat_checks import Gathering, Group, ReadMatrix, read_matrix
from events.seat_matrix import LONGEST_MATRIX, Cell, cell_of, typed_cells

DAY = dt.date(2027, 10, 3)
COPENHAGEN, AALBORG = Gathering("c", "København", 40, DAY), Gathering("a", "Aalborg", None, DAY)
POLITICIANS, STAFF = Group("p", "Politiker"), Group("s", "Medarbejder")


def read(*, capacity: int | None = None, **cells: dict[str, Any]) -> ReadMatrix:
    """Read a table whose cells are named by the first letters of session and audience."""
    typed = typed_cells({name[0]: {name[1]: said} for name, said in cells.items()})
    with translation.override("en"):
        return read_matrix(
            typed,
            sessions=[COPENHAGEN, AALBORG],
            audiences=[POLITICIANS, STAFF],
            capacity=capacity,
        )


def test_what_is_typed_is_read_as_seats_and_days() -> None:
    matrix = read(cp={"most": "12", "aim": " 8 ", "kept": "4", "until": "2027-09-14"})

    assert matrix.messages == []
    assert matrix.cells["c", "p"] == Cell(12, 8, 4, dt.date(2027, 9, 14))
    stored = matrix.as_json()
    assert stored == {"c": {"p": {"most": 12, "aim": 8, "kept": 4, "until": "2027-09-14"}}}
    assert cell_of(stored, "c", "p") == matrix.cells["c", "p"]


def test_cells_of_rows_that_are_gone_and_cells_that_say_nothing_are_dropped() -> None:
    typed = typed_cells({"c": {"p": {"most": ""}, "gone": {"most": "1"}}, "x": {"p": {"kept": 1}}})
    matrix = read_matrix(typed, sessions=[COPENHAGEN], audiences=[POLITICIANS], capacity=None)

    assert (matrix.as_json(), matrix.messages) == ({}, [])


@pytest.mark.parametrize("text", ["-1", "100001", "9" * 5000, "1.5", "x", "²", "1 0"])
@pytest.mark.parametrize("name", ["most", "aim", "kept"])
def test_numbers_that_are_none_are_refused_at_their_cell(name: str, text: str) -> None:
    matrix = read(cp={name: text})

    assert matrix.wrong == [f"c:p:{name}"]
    (message,) = matrix.messages
    assert message.startswith("København, Politiker: ")
    assert len(message) < 150


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"most": "3", "kept": "4"}, ["kept"]),
        ({"most": "3", "aim": "4"}, ["aim"]),
        ({"until": "2027-09-14"}, ["until"]),
        ({"kept": "4", "until": "2027-10-04"}, ["until"]),
        ({"kept": "4", "until": "14/9"}, ["until"]),
        ({"kept": "4", "until": "2027-02-30"}, ["until"]),
        ({"kept": "x", "until": "2027-09-14"}, ["kept"]),
        ({"kept": "4", "until": "2027-10-03"}, []),
        ({"most": "0"}, []),
        ({"most": "4", "aim": "4", "kept": "4"}, []),
    ],
)
def test_what_a_cell_says_must_fit_together(said: dict[str, str], wrong: list[str]) -> None:
    matrix = read(cp=said)

    assert matrix.wrong == [f"c:p:{name}" for name in wrong]
    assert len(matrix.messages) == len(wrong)


def test_a_session_cannot_keep_more_seats_than_it_has() -> None:
    typed = {"c": {"p": {"kept": "30"}, "s": {"kept": "11"}}}
    matrix = read_matrix(
        typed_cells(typed),
        sessions=[COPENHAGEN],
        audiences=[POLITICIANS, STAFF],
        capacity=None,
    )

    assert matrix.wrong == ["c:p:kept", "c:s:kept"]
    assert len(matrix.messages) == 1
    typed["c"]["s"]["kept"] = "10"
    fits = read_matrix(
        typed_cells(typed), sessions=[COPENHAGEN], audiences=[POLITICIANS, STAFF], capacity=None
    )
    assert fits.messages == []


def test_an_event_cannot_keep_more_seats_than_it_has() -> None:
    cells: dict[str, dict[str, Any]] = {"cp": {"kept": "20"}, "as": {"kept": "21"}}

    assert read(capacity=41, **cells).messages == []
    refused = read(capacity=40, **cells)
    assert (len(refused.messages), refused.wrong) == (1, ["c:p:kept", "a:s:kept"])


@pytest.mark.parametrize(
    "text", ["nonsense", "[]", "3", '"x"', "[" * 100_000, " " * (LONGEST_MATRIX + 1)]
)
def test_what_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        typed_cells(text)


@pytest.mark.parametrize(
    "value", ["", "{}", None, {"c": 3}, {"c": {"p": 3}}, {"c": {"p": {"most": True, "x": "1"}}}]
)
def test_what_says_nothing_is_nothing(value: Any) -> None:
    assert typed_cells(value) == {}


def test_what_was_stored_and_what_was_sent_are_compared_by_what_they_mean() -> None:
    stored = {"c": {"p": {"most": 12, "until": "2027-09-14"}}}
    sent = json.dumps({"c": {"p": {"until": "2027-09-14", "most": " 12 ", "aim": ""}}})

    assert typed_cells(stored) == typed_cells(sent)
