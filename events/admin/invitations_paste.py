"""Understanding a pasted list of people: a line each, as from a spreadsheet or a mail."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import parseaddr

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from ..models import Invitation
from ..validators import identity_key

MOST_AT_ONCE = 300
"""People in one go: each is a mail, and all are written while the seats are locked."""
SEPARATORS = ("\t", ";", ",")
ADDRESS_IN_BRACKETS = re.compile(r"^[^<>]*<[^<>]+>$")
LENGTHS: dict[str, int] = {
    field.name: field.max_length or 0
    for field in Invitation._meta.fields
    if field.name in ("name", "email", "organisation")
}


@dataclass
class PastedLine:
    """One line of the list, as it was understood."""

    number: int
    """The line in the text, counted from 1."""
    text: str
    name: str = ""
    email: str = ""
    organisation: str = ""
    errors: list[str] = field(default_factory=list)


def parse_people(text: str) -> list[PastedLine]:
    """Return the people of ``text``, a line each, with what is wrong with each line.

    Name, e-mail and organisation stand in this order between tabs, semicolons or commas; the
    address is known by its sign wherever it stands, and may stand in angle brackets behind the
    name. Empty lines, and a first line of headings, are passed over.
    """
    lines: list[PastedLine] = []
    first_at: dict[str, int] = {}
    for number, line in _lines_of(text):
        cells = _cells(line.text)
        if not lines and number == 1 and len(cells) > 1 and "@" not in line.text:
            continue  # headings
        _understand(line, cells)
        key = identity_key(line.email)
        if line.email and key in first_at:
            line.errors.append(
                _("This address stands in line %(number)s already.") % {"number": first_at[key]}
            )
        first_at.setdefault(key, number)
        lines.append(line)
    return lines


def _lines_of(text: str) -> Iterator[tuple[int, PastedLine]]:
    for number, raw in enumerate(text.split("\n"), start=1):
        # What cannot be seen, such as a mark at the beginning of a file, is no part of a name.
        seen = "".join(c for c in raw if c == "\t" or unicodedata.category(c) not in ("Cc", "Cf"))
        if seen.strip():
            yield number, PastedLine(number=number, text=seen.strip("\r\n"))


def _cells(line: str) -> list[str]:
    separator = next((sign for sign in SEPARATORS if sign in line), None)
    if separator is None:
        cells = [line]
    else:
        cells = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [line])
    return [" ".join(cell.split()) for cell in cells]


def _understand(line: PastedLine, cells: list[str]) -> None:
    """Fill in name, address and organisation, and note what is wrong with them."""
    at = next((place for place, cell in enumerate(cells) if "@" in cell), None)
    others = [cell for place, cell in enumerate(cells) if place != at]
    if at is not None:
        line.email = cells[at]
        if ADDRESS_IN_BRACKETS.match(cells[at]):
            name, line.email = parseaddr(cells[at])
            others = [name, *others]
    line.name, line.organisation = (*others, "", "")[:2]
    if not line.name and line.organisation:
        line.name, line.organisation = line.organisation, ""
    line.errors += _problems(line)
    left_over = [cell for cell in others[2:] if cell]
    if left_over:
        line.errors.append(_("There is more in this line than name, e-mail and organisation."))


def _problems(line: PastedLine) -> list[str]:
    problems = []
    if not line.name:
        problems.append(_("The name is missing."))
    if not line.email:
        problems.append(_("The e-mail address is missing."))
    else:
        try:
            validate_email(line.email)
        except ValidationError:
            problems.append(_("The e-mail address is not written as one."))
    if any(len(getattr(line, name)) > length for name, length in LENGTHS.items()):
        problems.append(_("Something in this line is too long."))
    return problems
