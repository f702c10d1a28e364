"""Answers as a file for spreadsheets: nothing a visitor wrote is ever a formula."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import TextIOWrapper
from typing import IO, Any

from django.utils.text import slugify
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from .builder import answer_text, expand
from .models import FormVersion, QuestionSpec
from .question_types import get_type, is_known

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the start of a formula: OWASP, "CSV injection"."""
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
CELL_LENGTH = 32_767
"""The most a cell of a spreadsheet holds."""
NAME_LENGTH = 60


@dataclass(frozen=True)
class Entry:
    """One row to be: answers, the form version they were given to, and what else is in the row."""

    form_version: FormVersion
    answers: Mapping[str, Any]
    extra: Sequence[str] = ()


@dataclass(frozen=True)
class Sheet:
    """Headings, and rows of text that are made as they are asked for."""

    headings: list[str]
    rows: Iterator[list[str]]


def answers_sheet(
    entries: Iterable[Entry],
    *,
    versions: Iterable[FormVersion],
    current: Sequence[QuestionSpec],
    with_sensitive: bool,
    extra_headings: Sequence[str] = (),
) -> Sheet:
    """Return ``entries`` with a column for each part of each question that was ever asked.

    ``current`` is what the form asks now: those columns come first, under the labels of today.
    What was asked in ``versions`` (newest first) and has been removed since comes after, and says
    so. Without ``with_sensitive`` there is no answer of a special category, whether the question
    is of one now or was when it was answered.
    """
    specs = {version.pk: _by_key(version.specs) for version in versions}
    columns = _by_key(current)
    for asked in specs.values():
        for key, spec in asked.items():
            if key not in columns:
                label = _("%(question)s (removed)") % {"question": spec.label}
                columns[key] = replace(spec, label=label)
    if not with_sensitive:
        columns = {key: spec for key, spec in columns.items() if not spec.is_sensitive}

    def cell(entry: Entry, key: str) -> str:
        spec = specs[entry.form_version.pk].get(key)
        if spec is None or (spec.is_sensitive and not with_sensitive):
            return ""
        return answer_text(spec, entry.answers.get(key))

    rows = ([*entry.extra, *(cell(entry, key) for key in columns)] for entry in entries)
    return Sheet(headings=[*extra_headings, *_told_apart(columns.values())], rows=rows)


def _by_key(specs: Sequence[QuestionSpec]) -> dict[str, QuestionSpec]:
    """Return what takes an answer, each part on its own; also of types that are gone."""
    wholes = {spec.key: spec.label for spec in specs}
    return {
        spec.key: replace(spec, label=f"{wholes[spec.group]}: {spec.label}") if spec.group else spec
        for spec in expand(specs)
        if get_type(spec.field_type).takes_answer or not is_known(spec.field_type)
    }


def _told_apart(specs: Iterable[QuestionSpec]) -> list[str]:
    """Return the labels, with the key behind those that several questions have."""
    specs = list(specs)
    number = Counter(spec.label for spec in specs)
    return [s.label if number[s.label] == 1 else f"{s.label} ({s.key})" for s in specs]


# Files


def safe_cell(text: str) -> str:
    """Return ``text`` as a cell of a CSV file: with an apostrophe before what starts a formula.

    Also behind blanks, which some programs strip.
    """
    starts = text.startswith(STARTS_A_FORMULA) or text.lstrip().startswith(STARTS_A_FORMULA)
    return f"'{text}" if starts else text


def write_csv(sheet: Sheet, file: IO[bytes]) -> int:
    """Write ``sheet`` as CSV that Excel opens as it is meant; return the number of rows.

    UTF-8 with a mark, semicolons between the cells, every cell in quotation marks.
    """
    text = TextIOWrapper(file, encoding="utf-8-sig", newline="", errors="replace")
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow([safe_cell(heading) for heading in sheet.headings])
    number = 0
    for row in sheet.rows:
        writer.writerow([safe_cell(cell) for cell in row])
        number += 1
    text.flush()
    text.detach()
    return number


def write_xlsx(sheet: Sheet, file: IO[bytes]) -> int:
    """Write ``sheet`` for Excel, every cell as text; return the number of rows."""
    book = Workbook(write_only=True)
    page = book.create_sheet(_("Answers")[:31])
    page.append([_text_cell(page, heading) for heading in sheet.headings])
    number = 0
    for row in sheet.rows:
        page.append([_text_cell(page, cell) for cell in row])
        number += 1
    book.save(file)
    return number


def _text_cell(page: Any, text: str) -> Any:
    cell = WriteOnlyCell(
        page, value=NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)[:CELL_LENGTH]
    )
    cell.data_type = "s"  # whatever it looks like
    return cell


WRITERS = {
    "csv": (write_csv, "text/csv; charset=utf-8"),
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
"""What writes a file of that extension, and of which type the file is."""


def file_name(title: str, extension: str, day: dt.date) -> str:
    """Return a name for the file: plain letters, digits and hyphens, whatever the title is."""
    stem = slugify(title)[:NAME_LENGTH].strip("-") or "form"
    return f"{stem}-{day.isoformat()}.{extension}"
