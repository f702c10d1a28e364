"""The names of files: kept for people to read, never for finding the file."""

from __future__ import annotations

import re
import unicodedata

NAME_LENGTH = 120
NAMELESS = "file"
# Not possible in a name on some system, or with a meaning in one.
AWKWARD = re.compile(r'[<>:"|?*;%]')
LONGEST_SUFFIX = 10


def clean_name(name: str, *, suffixes: tuple[str, ...]) -> str:
    """Return ``name`` as it may be shown and offered to those who save the file.

    Without folders, and without characters that are not seen or turn the direction of the text. It
    ends as its content wants: an "invitation.html" that is plain text would run where it is opened.
    """
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    seen = "".join(" " if char.isspace() else char for char in name)
    seen = "".join(
        char for char in seen if unicodedata.category(char)[0] not in "CZ" or char == " "
    )
    seen = " ".join(AWKWARD.sub("_", seen).split()).rstrip(". ")
    stem, dot, suffix = seen.rpartition(".")
    if not dot or f".{suffix.lower()}" not in suffixes:
        stem, suffix = seen, suffixes[0].removeprefix(".")
    stem = stem[: NAME_LENGTH - LONGEST_SUFFIX].strip(". ") or NAMELESS
    return f"{stem}.{suffix}"
