"""What a mail text may be for alone: the forms of a site, its events, or what another app adds."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

NOWHERE = uuid.UUID(int=0)
"""What a message belongs to that belongs to no form or event."""


@dataclass(frozen=True)
class MailScope:
    """One kind of thing that has mails, known to mail texts by its key and title alone.

    ``editable_by`` returns titles by key of those whose page a user may edit, ``titles`` those of
    keys. ``context`` makes the context of a mail of a kind, in a language, to the newest real
    person a user may see, of one key or of any; None if there is nobody.
    """

    name: str
    label: Any
    editable_by: Callable[[Any], Mapping[uuid.UUID, str]]
    titles: Callable[[Iterable[uuid.UUID]], Mapping[uuid.UUID, str]]
    context: Callable[[Any, str, str, uuid.UUID | None], dict[str, Any] | None]


_scopes: dict[str, MailScope] = {}


def register_scope(scope: MailScope) -> None:
    """Make ``scope`` known; kinds of mail name theirs. The last one under a name wins."""
    _scopes[scope.name] = scope


def all_scopes() -> list[MailScope]:
    """Return every scope that is known, in the order they were registered."""
    return list(_scopes.values())


def get_scope(name: str) -> MailScope | None:
    """Return the scope called ``name``; None for a kind of mail that has none."""
    return _scopes.get(name)


def editable_by(user: Any) -> dict[uuid.UUID, str]:
    """Return title by key of all that ``user`` may write texts for, in the order of scopes."""
    found: dict[uuid.UUID, str] = {}
    for scope in all_scopes():
        found.update(scope.editable_by(user))
    return found
