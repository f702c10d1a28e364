"""What a mail text may be for alone: the forms of a site, its events, or what another app adds."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .kinds import MessageKind

NOWHERE = uuid.UUID(int=0)
"""What a message belongs to that belongs to no form or event."""


@dataclass(frozen=True)
class MailScope:
    """One kind of thing that has mails, known to mail texts by its key and title alone.

    ``editable_by`` returns titles by key of those whose page a user may edit, ``titles`` those of
    keys. ``about`` returns what the context of any mail of a key says, in a language, of the event
    or form itself; empty for a key that is not its own. ``context`` makes the context of a mail of
    a kind, in a language, to the newest real person a user may see, of one key or of any; None if
    there is nobody.
    """

    name: str
    label: Any
    editable_by: Callable[[Any], Mapping[uuid.UUID, str]]
    titles: Callable[[Iterable[uuid.UUID]], Mapping[uuid.UUID, str]]
    about: Callable[[uuid.UUID, str], dict[str, Any]]
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


def sample_context(kind: MessageKind, language: str, key: uuid.UUID | None) -> dict[str, Any]:
    """Return the context of a mail of ``kind`` to somebody made up, of the event or form ``key``.

    Without a key what it belongs to is made up, too.
    """
    scope = get_scope(kind.scope)
    about = scope.about(key, language) if scope is not None and key is not None else {}
    return {**kind.sample(language), **about}


def editable_by(user: Any) -> dict[uuid.UUID, str]:
    """Return title by key of all that ``user`` may write texts for, in the order of scopes."""
    found: dict[uuid.UUID, str] = {}
    for scope in all_scopes():
        found.update(scope.editable_by(user))
    return found
