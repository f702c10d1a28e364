"""Saying how many more would have a seat than there are seats."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import ngettext

from ..queries.mix import MixRow, SessionMix


def over_words(name: str, over: int, capacity: int | None) -> str:
    """Return one limit that would be passed, and by how many."""
    return ngettext(
        "%(name)s: %(over)s more than the %(capacity)s seats there are.",
        "%(name)s: %(over)s more than the %(capacity)s seats there are.",
        over,
    ) % {"name": name, "over": over, "capacity": capacity}


def over_in_rows(rows: Iterable[MixRow]) -> list[str]:
    """Return a sentence for each of ``rows`` that would be over its limit."""
    return [over_words(row.name, row.over, row.capacity) for row in rows if row.over]


def over_in_mix(mixes: Iterable[SessionMix]) -> list[str]:
    """Return a sentence for each limit that would be passed, kept seats included."""
    found = []
    for mix in mixes:
        found += over_in_rows([mix.whole])
        for row in mix.audiences:
            if row.over:
                name = f"{mix.whole.name} – {row.name}"
                found.append(over_words(name, row.over, row.capacity))
        if mix.out_of_kept:
            text = ngettext(
                "%(name)s: %(number)s seat is kept for another audience.",
                "%(name)s: %(number)s seats are kept for other audiences.",
                mix.out_of_kept,
            )
            found.append(text % {"name": mix.whole.name, "number": mix.out_of_kept})
    return found
