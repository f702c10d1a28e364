"""Conditions as an editor writes them: they refer to other rows by keys that survive copying."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypedDict

from .enums import Join, Operator
from .validators import printable

VALUE_LENGTH = 255
MOST_RULES = 100
"""More than anybody writes at one question."""


class ConditionRow(TypedDict):
    """One condition: the row it looks at, how, and what it compares with."""

    question: str
    """The ``row_key`` of a question, or the name of a fixed one such as ``event_session``."""
    operator: str
    value: str
    """The key of a choice, the ``row_key`` of a session or an audience, or text."""


class ConditionRows(TypedDict):
    """The conditions of one question, and how they are joined."""

    join: str
    rules: list[ConditionRow]


def as_condition_rows(value: Any) -> ConditionRows:
    """Return ``value`` in its full form; what names no question is left out.

    Nothing is raised for strange input: autosave may hold half of anything, and what cannot work is
    refused on publishing.
    """
    if isinstance(value, str):
        try:
            value = json.loads(value) if value.strip() else {}
        except (ValueError, RecursionError):
            value = {}
    document = value if isinstance(value, Mapping) else {}
    join = document.get("join")
    rules = document.get("rules")
    return {
        "join": str(join) if join in Join.values else str(Join.ALL),
        "rules": [
            {
                "question": printable(rule["question"]),
                "operator": printable(rule.get("operator")) or str(Operator.IS),
                "value": printable(rule.get("value"))[:VALUE_LENGTH],
            }
            for rule in (rules[:MOST_RULES] if isinstance(rules, list) else [])
            if isinstance(rule, Mapping) and printable(rule.get("question"))
        ],
    }
