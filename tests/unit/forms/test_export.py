"""Answers as files: nothing a visitor or an editor wrote is ever a formula."""

from __future__ import annotations

import csv
import datetime as dt
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook

from forms.export import Entry, Sheet, answers_sheet, file_name, safe_cell, write_csv, write_xlsx
from forms.models import FormVersion, QuestionSpec, document_of

FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\x00=1+1",
    "  =1+1",
    "＝1+1",
    '=HYPERLINK("https://elsewhere.example","x")',
    "=cmd|' /C calc'!A0",
]
HARMLESS = ["", "Anna", "1+1=2", "a@example.dk", "Ja; tak", 'hun sagde "hej"', "to\nlinjer", "æøå"]


def sheet(headings: list[str], rows: list[list[str]]) -> Sheet:
    return Sheet(headings=headings, rows=iter(rows))


def read_csv(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def as_csv(whole: Sheet) -> list[list[str]]:
    file = BytesIO()
    write_csv(whole, file)
    return read_csv(file.getvalue())


@pytest.mark.parametrize("text", FORMULAS)
def test_what_starts_a_formula_is_text_in_csv_headings_too(text: str) -> None:
    rows = as_csv(sheet([text], [[text]]))

    assert rows == [[f"'{text}"], [f"'{text}"]]


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_is_left_alone(text: str) -> None:
    assert safe_cell(text) == text
    assert as_csv(sheet(["a"], [[text]])) == [["a"], [text]]


@pytest.mark.parametrize("text", [*FORMULAS, *HARMLESS, "x" * 40_000, "\ud800", "\x0b\x1f￾"])
def test_every_cell_of_a_workbook_is_text(text: str) -> None:
    file = BytesIO()

    assert write_xlsx(sheet([text, "b"], [[text, "b"]]), file) == 1

    page = load_workbook(BytesIO(file.getvalue())).active
    assert page is not None
    cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(len(str(cell.value)) <= 32_767 for cell in cells)


def test_what_no_encoding_holds_does_not_break_the_file() -> None:
    file = BytesIO()

    assert write_csv(sheet(["a"], [["\ud800x"]]), file) == 1

    assert read_csv(file.getvalue()) == [["a"], ["?x"]]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Skriv til os", "skriv-til-os-2026-10-03.csv"),
        ('../../"; rm -rf /\r\nX-Evil: 1', "rm-rf-x-evil-1-2026-10-03.csv"),
        ("…", "form-2026-10-03.csv"),
        ("a" * 200, f"{'a' * 60}-2026-10-03.csv"),
    ],
)
def test_the_name_of_the_file_is_plain(title: str, name: str) -> None:
    assert file_name(title, "csv", dt.date(2026, 10, 3)) == name


# Columns


def version(pk: int, *specs: QuestionSpec) -> FormVersion:
    return FormVersion(pk=pk, language="da", document=document_of(specs))


def question(key: str, label: str, field_type: str = "singleline", **members: Any) -> QuestionSpec:
    return QuestionSpec(key=key, label=label, field_type=field_type, **members)


NAME, OLD_NAME = question("navn", "Fulde navn"), question("navn", "Navn")
GONE = question("farve", "Farve", "radio", choices=(("r", "Rød"), ("b", "Blå")))
CONSENT = question("samtykke", "Billeder", "consent", statement="I må vise mit billede.")
ADDRESS = question("adresse", "Adresse", "address")
DIET = question("kost", "Kost", privacy_class="special")


def test_columns_are_those_of_today_then_those_that_were_removed() -> None:
    new, old = version(2, CONSENT, NAME, ADDRESS), version(1, OLD_NAME, GONE)
    entries = [
        Entry(old, {"navn": "Anna", "farve": "b"}, ("1",)),
        Entry(
            new,
            {
                "samtykke": True,
                "navn": "Bo",
                "adresse__street": "Vej 1",
                "adresse__postal_code": "9000",
                "adresse__city": "Aalborg",
            },
            ("2",),
        ),
    ]

    whole = answers_sheet(
        entries,
        versions=[new, old],
        current=new.specs,
        with_sensitive=False,
        extra_headings=("Nr.",),
    )
    rows = list(whole.rows)

    assert len(whole.headings) == 7
    assert whole.headings[:3] == ["Nr.", "Billeder", "Fulde navn"]
    assert [heading.split(": ")[0] for heading in whole.headings[3:6]] == ["Adresse"] * 3
    assert whole.headings[6].startswith("Farve (")
    assert rows[0] == ["1", "", "Anna", "", "", "", "Blå"]
    assert rows[1][2:] == ["Bo", "Vej 1", "9000", "Aalborg", ""]
    assert rows[1][1] != ""


def test_special_categories_are_for_those_who_may_see_them() -> None:
    asked = version(1, NAME, DIET)
    entries = [Entry(asked, {"navn": "Anna", "kost": "Halal"})]
    arguments: Any = {"versions": [asked], "current": asked.specs}

    without = answers_sheet(entries, with_sensitive=False, **arguments)
    with_them = answers_sheet(entries, with_sensitive=True, **arguments)

    assert (without.headings, list(without.rows)) == (["Fulde navn"], [["Anna"]])
    assert (with_them.headings, list(with_them.rows)) == (
        ["Fulde navn", "Kost"],
        [["Anna", "Halal"]],
    )


def test_what_was_special_when_it_was_answered_stays_so() -> None:
    was, now = version(1, DIET), version(2, question("kost", "Kost"))
    entries = [Entry(was, {"kost": "Halal"}), Entry(now, {"kost": "Alt"})]

    whole = answers_sheet(entries, versions=[now, was], current=now.specs, with_sensitive=False)

    assert (whole.headings, list(whole.rows)) == (["Kost"], [[""], ["Alt"]])


def test_what_has_become_special_is_so_for_old_answers_too() -> None:
    was, now = version(1, question("kost", "Kost")), version(2, DIET)

    whole = answers_sheet(
        [Entry(was, {"kost": "Halal"})],
        versions=[now, was],
        current=now.specs,
        with_sensitive=False,
    )

    assert (whole.headings, list(whole.rows)) == ([], [[]])


def test_answers_of_a_type_that_is_gone_stay_readable() -> None:
    asked = version(1, question("s", "Stjerner", "example_stars_gone"))

    whole = answers_sheet(
        [Entry(asked, {"s": 4})], versions=[asked], current=asked.specs, with_sensitive=False
    )

    assert (whole.headings, list(whole.rows)) == (["Stjerner"], [["4"]])


def test_columns_of_the_same_label_are_told_apart() -> None:
    asked = version(1, question("a", "Navn"), question("b", "Navn"), question("c", "By"))

    whole = answers_sheet([], versions=[asked], current=asked.specs, with_sensitive=False)

    assert whole.headings == ["Navn (a)", "Navn (b)", "By"]
