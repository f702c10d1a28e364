"""Files as they stand among the answers of a submission."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

FILE_MEMBERS = frozenset({"upload", "name", "size", "sha256"})


def upload_in(value: Any) -> uuid.UUID | None:
    """Return which file the kept answer ``value`` speaks of, or None if it is no file."""
    if not isinstance(value, Mapping) or value.keys() != FILE_MEMBERS:
        return None
    return uuid.UUID(str(value["upload"]))


def comparable_answers(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``answers`` as they are when the same is sent once more.

    A file that is sent twice is kept twice, under two identifiers; its content is the same.
    """
    return {
        key: {name: value[name] for name in sorted(FILE_MEMBERS - {"upload"})}
        if upload_in(value) is not None
        else value
        for key, value in answers.items()
    }
