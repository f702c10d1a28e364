"""Choices: what an answer is taken from, each with a key that outlives every other label."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict

from .validators import printable, question_key, unique_key

OTHER = "other"
"""The key of "other, namely", which no choice of an editor's may have."""

KEY_LENGTH = 60
MADE_KEY_LENGTH = 55
"""Of a key made from a label, so that there is room for a number behind it."""
MOST_PLACES = 1_000_000
LABEL_LENGTH = 255


class Choice(TypedDict):
    """One choice as it is stored in the row of its question."""

    key: str
    label: str
    places: int | None


MOST_CHOICES = 1000
"""More than anybody reads; what comes beyond is no list but a mistake, or a try to keep us busy."""


def split_lines(text: str) -> list[str]:
    """Return the labels an editor wrote, one a line (commas count where there is one line)."""
    lines = text.strip().splitlines()
    parts = lines if len(lines) > 1 else text.split(",")
    labels = dict.fromkeys(part.strip().rstrip(",").strip() for part in parts)
    return [label for label in labels if label]


def as_choices(value: Any, *, known: Sequence[Choice] = ()) -> list[Choice]:
    """Return ``value`` as choices with keys: a list as it is stored, JSON of one, or lines of text.

    A choice that comes without a key gets the key of the one in ``known`` with its label, and else
    one made from the label. What has no label is left out. Nothing is raised for strange input,
    since autosave may hold half of anything.
    """
    items = _items(value)[:MOST_CHOICES]
    keys_of_labels = {choice["label"]: choice["key"] for choice in known}
    taken = {printable(item.get("key")) for item in items} | {OTHER}
    choices: list[Choice] = []
    seen: set[str] = set()
    for item in items:
        label = printable(item.get("label")).strip()[:LABEL_LENGTH]
        if not label:
            continue
        key = printable(item.get("key"))[:KEY_LENGTH]
        if not key or key in seen or key == OTHER:
            key = keys_of_labels.get(label, "")
            if not key or key in taken | seen:
                made = question_key(label)[:MADE_KEY_LENGTH].strip("_")
                key = unique_key(made, taken | seen)
        seen.add(key)
        choices.append({"key": key, "label": label, "places": _places(item.get("places"))})
    return choices


def relabelled(choices: Sequence[Choice], labels: Iterable[str]) -> list[Choice]:
    """Return ``choices`` with other labels, in their order, as a translation needs them."""
    return [{**choice, "label": label} for choice, label in zip(choices, labels, strict=True)]


def _items(value: Any) -> list[Mapping[str, Any]]:
    if isinstance(value, str):
        try:
            loaded = json.loads(value) if value.lstrip().startswith("[") else None
        except (ValueError, RecursionError):
            loaded = None
        value = loaded if isinstance(loaded, list) else split_lines(value)
    if not isinstance(value, (list, tuple)):
        return []
    return [item if isinstance(item, Mapping) else {"label": item} for item in value]


def _places(value: Any) -> int | None:
    try:
        return min(max(0, int(value)), MOST_PLACES)
    except (TypeError, ValueError, OverflowError):
        return None
