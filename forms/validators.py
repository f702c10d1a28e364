"""What may stand in an answer, and how a question's key is made from its label."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .enums import Pattern

DANISH_LETTERS = str.maketrans(
    {"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa", "ß": "ss"}
)
REPLACEMENT_CHARACTER = "\ufffd"
# The overrides and isolates that can make text read otherwise than it is stored.
BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
# What no database keeps: NUL, and halves of characters, which only JSON can bring.
HALVES = "\ud800-\udfff"
UNSTORABLE = re.compile(f"[\x00{HALVES}]")
UNREADABLE = re.compile(f"[{REPLACEMENT_CHARACTER}{HALVES}]")
EARLIEST_DATE, LATEST_DATE = date(1900, 1, 1), date(2100, 12, 31)
KEY_LENGTH = 60
# Editors choose among these; they write no expressions of their own, which could be made to run
# for hours. None of these can backtrack.
PATTERNS: dict[str, tuple[re.Pattern[str], Any]] = {
    Pattern.DIGITS: (re.compile(r"[0-9]+"), _("Please write digits only.")),
    Pattern.LETTERS: (
        re.compile(r"[^\W\d_]+(?:[ '.-][^\W\d_]+)*"),
        _("Please write letters only."),
    ),
    Pattern.POSTAL_CODE: (re.compile(r"[0-9]{4}"), _("Please write the four digits.")),
    Pattern.CVR: (re.compile(r"[0-9]{8}"), _("Please write the eight digits.")),
    Pattern.EAN: (re.compile(r"[0-9]{13}"), _("Please write the thirteen digits.")),
}
LINK = re.compile(r"https?:|www\.", re.IGNORECASE)
PHONE = re.compile(r"\+?[0-9 ()/.-]+(?:(?:ext|lok|x)\.? ?[0-9]{1,6})?", re.IGNORECASE)
FEWEST_PHONE_DIGITS, MOST_PHONE_DIGITS = 5, 20


def question_key(label: str) -> str:
    """Return the key for a question labelled ``label``: readable ASCII in snake case.

    Danish letters become two letters (``Følsom`` → ``foelsom``). A label with nothing that can be
    transliterated, such as an emoji alone, gives ``question``; an empty label, as autosave may hold
    it, gives the empty string.
    """
    if not label.strip():
        return ""
    folded = unicodedata.normalize("NFKD", label.translate(DANISH_LETTERS))
    ascii_only = folded.encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", ascii_only.lower())
    return "_".join(words)[:KEY_LENGTH].strip("_") or "question"


def unique_key(key: str, taken: set[str]) -> str:
    """Return ``key``, with a number behind it when it is already in ``taken``."""
    if key not in taken:
        return key
    number = 2
    while f"{key}_{number}" in taken:
        number += 1
    return f"{key}_{number}"


def printable(value: Any) -> str:
    """Return ``value`` as text that every database keeps; of nothing, the empty string."""
    if value is None or value is False:
        return ""
    return UNSTORABLE.sub("", str(value))


def validate_readable(value: str) -> None:
    """Refuse text that arrived damaged or that hides its reading direction.

    Django decodes invalid UTF-8 to U+FFFD without a word; storing that would lose what was typed.
    """
    if UNREADABLE.search(value):
        raise ValidationError(
            _("Some characters could not be read. Please type them again."), code="unreadable"
        )
    if BIDI_CONTROLS.search(value):
        raise ValidationError(
            _("Please remove the invisible characters that change the direction of the text."),
            code="bidi",
        )


def validate_single_line(value: str) -> None:
    """Refuse line breaks where one line is asked for; a browser never sends them."""
    if len(value.splitlines()) > 1:
        raise ValidationError(_("Please write this on one line."), code="line_breaks")


def validate_plausible_date(value: date) -> None:
    """Refuse dates that can only be slips of the hand."""
    if not EARLIEST_DATE <= value <= LATEST_DATE:
        raise ValidationError(_("Please write a year between 1900 and 2100."), code="implausible")


def validate_phone(value: str) -> None:
    """Refuse what cannot be a telephone number; how it is written is up to people."""
    digits = sum(character.isdigit() for character in value)
    if not PHONE.fullmatch(value) or not FEWEST_PHONE_DIGITS <= digits <= MOST_PHONE_DIGITS:
        raise ValidationError(
            _("Please write a telephone number such as 12 34 56 78."), code="invalid"
        )


def pattern_validator(name: str) -> Callable[[str], None]:
    """Return the validator for one of ``Pattern``; a name that is not known asks for nothing."""

    def validate(value: str) -> None:
        if name == Pattern.NO_LINKS:
            if LINK.search(value):
                raise ValidationError(_("Please write no web addresses."), code="pattern")
            return
        expression, message = PATTERNS.get(name, (None, ""))
        if expression is not None and not expression.fullmatch(value):
            raise ValidationError(message, code="pattern")

    return validate
