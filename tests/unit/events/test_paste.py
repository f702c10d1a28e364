"""Lists of people as they are pasted: from spreadsheets, from mails, and with slips in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.admin.invitations_paste import parse_people


def understood(text: str) -> list[tuple[int, str, str, str]]:
    lines = parse_people(text)
    assert [line.errors for line in lines] == [[] for _line in lines]
    return [(line.number, line.name, line.email, line.organisation) for line in lines]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anna Holm; anna@example.dk; Byen", ("Anna Holm", "anna@example.dk", "Byen")),
        ("Anna Holm\tanna@example.dk\tBy, Havn", ("Anna Holm", "anna@example.dk", "By, Havn")),
        ("Anna Holm,anna@example.dk", ("Anna Holm", "anna@example.dk", "")),
        ('"Holm, Anna",anna@example.dk,Byen', ("Holm, Anna", "anna@example.dk", "Byen")),
        ("Holm, Anna; anna@example.dk", ("Holm, Anna", "anna@example.dk", "")),
        ("anna@example.dk; Anna Holm; Byen", ("Anna Holm", "anna@example.dk", "Byen")),
        ("Anna Holm <anna@example.dk>", ("Anna Holm", "anna@example.dk", "")),
        ("Anna Holm <anna@example.dk>; Byen", ("Anna Holm", "anna@example.dk", "Byen")),
        ("\ufeffAnna  Holm ; anna@example.dk ;\r", ("Anna Holm", "anna@example.dk", "")),
    ],
)
def test_a_line_is_understood(text: str, expected: tuple[str, str, str]) -> None:
    assert understood(text) == [(1, *expected)]


def test_headings_and_empty_lines_are_passed_over_and_numbers_are_those_of_the_text() -> None:
    text = "Navn\tE-mail\tOrganisation\n\nAnna\ta@example.dk\n  \nBo\tb@example.dk\tByen\n"

    assert understood(text) == [
        (3, "Anna", "a@example.dk", ""),
        (5, "Bo", "b@example.dk", "Byen"),
    ]


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ("Anna Holm", 1),
        ("; anna@example.dk", 1),
        ("Anna; anna@", 1),
        ("Anna; anna@example.dk; Byen; 12 34 56 78", 1),
        (f"{'a' * 161}; anna@example.dk", 1),
        (f"Anna; anna@example.dk; {'o' * 256}", 1),
        ("anna@", 2),
        ("Anna; a@example.dk b@example.dk", 1),
    ],
)
def test_what_is_wrong_with_a_line_is_told(text: str, errors: int) -> None:
    (line,) = parse_people(text)

    assert (line.number, line.text, len(line.errors)) == (1, text, errors)


def test_the_same_address_twice_is_told_with_the_line_it_stood_in() -> None:
    lines = parse_people("Anna; anna@example.dk\nBo; bo@example.dk\nA; ANNA@example.dk")

    assert [len(line.errors) for line in lines] == [0, 0, 1]
    assert "1" in lines[2].errors[0]


@given(st.text(max_size=200))
def test_any_text_at_all_is_read_and_no_line_of_it_is_lost(text: str) -> None:
    lines = parse_people(text)

    for line in lines:
        assert line.errors or (line.name and "@" in line.email)
    numbers = [line.number for line in lines]
    assert numbers == sorted(set(numbers))
