"""``{placeholders}``: the names that editors may write in a mail's text for what differs by mail.

It is no template language. Names from a fixed list are replaced in one pass and nothing else is
looked at, so that neither a text nor what somebody has called themselves is ever interpreted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

NAMED = re.compile(r"\{([a-z][a-z0-9_]*)\}")
# What somebody meant as a placeholder: the rest of the line tells where it should have ended.
BRACED = re.compile(r"\{+(?P<inside>[^{}\n]*)\}*")
UNOPENED = re.compile(r"(?<![{a-z0-9_])([a-z][a-z0-9_]*)\}")
QUOTED_LENGTH = 40
"""How much of a wrong placeholder an error repeats, in characters."""


@dataclass(frozen=True)
class Placeholder:
    """A name that editors may write in braces, and what stands there in a preview.

    ``is_link`` says that the value is an address we made ourselves, which may be clicked; what
    people write about themselves never becomes a link.
    """

    name: str
    label: Any
    sample: str | Callable[[], str]
    is_link: bool = False

    def sample_text(self) -> str:
        """Return the sample, made now if it has to be."""
        return str(self.sample() if callable(self.sample) else self.sample)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return ``text`` with the names in ``values`` replaced, in one pass.

    What is put in is not looked at again; a name that is not known, and every other brace, stays.
    """
    return NAMED.sub(lambda found: str(values.get(found[1], found[0])), text)


def split_at_placeholders(text: str) -> list[tuple[str, str]]:
    """Return ``text`` in pieces ``(plain text, name of the placeholder that follows it)``.

    The last piece has no name. For who has to treat what is put in otherwise than the text.
    """
    parts = NAMED.split(text)
    return list(zip(parts[::2], [*parts[1::2], ""], strict=True))


def unknown_in(text: str, known: Iterable[Placeholder | str]) -> list[tuple[str, str]]:
    """Return what stands in braces in ``text`` and is not ``known``: it, and the nearest that is.

    The nearest is empty where none is near. A brace that is not closed is told with the rest of
    its line.
    """
    names = {_name(one): one for one in known}
    found = [
        (match["inside"], nearest(match["inside"], names.values()))
        for match in BRACED.finditer(text)
        if not (match["inside"] in names and match[0] == "{" + match["inside"] + "}")
    ]
    unopened = [(name, name) for name in UNOPENED.findall(text) if name in names]
    return list(dict.fromkeys(found + unopened))


def nearest(written: str, known: Iterable[Placeholder | str]) -> str:
    """Return the name that whoever wrote ``written`` will have meant, or an empty string."""
    by_word: dict[str, str] = {}
    for one in known:
        by_word[_name(one)] = _name(one)
        if isinstance(one, Placeholder):
            by_word.setdefault(_as_name(str(one.label)), one.name)
    cleaned = _as_name(written)
    if cleaned in by_word:
        return by_word[cleaned]
    # Of a brace that was not closed, only its first word can have been the name.
    for word in dict.fromkeys(
        (cleaned, cleaned.partition("_")[0], _as_name(written.split(" ", maxsplit=1)[0]))
    ):
        close = get_close_matches(word, by_word, n=1, cutoff=0.7) if word else []
        if close:
            return by_word[close[0]]
    return ""


def validate_placeholders(text: str, known: Iterable[Placeholder | str]) -> None:
    """Raise ``ValidationError``, one error for each brace in ``text`` that is not ``known``."""
    errors = []
    for written, meant in unknown_in(text, tuple(known)):
        shown = "{" + written[:QUOTED_LENGTH] + ("…" if len(written) > QUOTED_LENGTH else "") + "}"
        if written == meant:
            words = _("Write %(meant)s with one brace on each side.")
        elif meant:
            words = _("%(written)s is not a placeholder. Did you mean %(meant)s?")
        else:
            words = _("%(written)s is not a placeholder. Choose one from the list.")
        errors.append(
            ValidationError(
                words,
                code="unknown_placeholder",
                params={"written": shown, "meant": "{" + meant + "}"},
            )
        )
    if errors:
        raise ValidationError(errors)


def _name(known: Placeholder | str) -> str:
    return known.name if isinstance(known, Placeholder) else known


def _as_name(text: str) -> str:
    return re.sub(r"[^\w]+", "_", text.strip().lower()).strip("_")
