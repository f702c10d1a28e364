"""Statements that PostgreSQL has prepared: it reads and plans each once for a connection.

A registration says some twenty short things to the database, always in the same words, and to
understand them costs PostgreSQL more than to do them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from weakref import WeakKeyDictionary

from django.db import DatabaseError, connection

_OF_NO_USE = frozenset({"26000", "42P05", "0A000"})
"""SQLSTATE where somebody else has used the connection, so that a statement is gone or there
already; and, among others, where a migration has changed the columns of what one returns."""
_PLACE = re.compile("%%|%s")
_VERB, _TABLE = re.compile(r"\w+"), re.compile(r'\b(?:FROM|INTO) "?(\w+)')

OPEN: Final = object()
"""Where a value goes that is another one each time."""


@dataclass
class _Prepared:
    """What a connection has prepared: for each text, what executes it."""

    calls: dict[str, str] = field(default_factory=dict)
    beginnings: int = 0
    """How often it had to be prepared anew."""


_prepared: WeakKeyDictionary[Any, _Prepared] = WeakKeyDictionary()
"""For each connection of the driver."""


class Preparable(Protocol):
    """A statement that may be prepared."""

    @property
    def is_kept(self) -> bool:
        """Return whether its text comes again and again."""

    @property
    def sql(self) -> str:
        """Return its text, with a place for each parameter."""

    @property
    def parameters(self) -> Sequence[Any]:
        """Return what goes into the places this time, in their order."""

    @property
    def constants(self) -> Sequence[Any]:
        """Return what goes into each place: what is always the same, or ``OPEN``."""

    @property
    def open_values(self) -> Sequence[Any]:
        """Return what goes into the open places this time, in their order."""


def may_prepare() -> bool:
    """Return whether what is prepared now can be executed later, over the same connection.

    Where a pooler gives each transaction another connection it cannot, and Django's setting for
    that, ``DISABLE_SERVER_SIDE_CURSORS``, says so.
    """
    return not connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS", False)


def executions(wanted: Sequence[Preparable]) -> list[tuple[str, Sequence[Any]]]:
    """Return the texts that execute what is ``wanted``, each with its values.

    They have been prepared then, if that is worth while and possible; else the text is their own.
    """
    if not may_prepare():
        return [(each.sql, each.parameters) for each in wanted]
    connection.ensure_connection()
    prepared = _prepared.get(connection.connection)
    if prepared is None:
        prepared = _prepared[connection.connection] = _Prepared()
    return [
        _execution(each, prepared) if each.is_kept else (each.sql, each.parameters)
        for each in wanted
    ]


def _execution(wanted: Preparable, prepared: _Prepared) -> tuple[str, Sequence[Any]]:
    call = prepared.calls.get(wanted.sql)
    if call is None:
        name = _prepare(wanted, prepared.beginnings)
        call = prepared.calls[wanted.sql] = f"EXECUTE /* {_gist(wanted.sql)} */ {name}"
    values = wanted.open_values
    if not values:
        return call, values
    return f"{call}({', '.join(['%s'] * len(values))})", values


def _gist(text: str) -> str:
    """Return what ``text`` does, and to which table, for whoever reads what was asked."""
    found = [_VERB.search(text), _TABLE.search(text)]
    return " ".join(match[match.re.groups] for match in found if match)


def has_to_prepare_anew(error: DatabaseError) -> bool:
    """Return whether ``error`` says that what was prepared is of no use any more; and forget it."""
    if getattr(error.__cause__, "sqlstate", None) not in _OF_NO_USE:
        return False  # among these is that there is no connection
    prepared = _prepared.get(connection.connection)
    if prepared is None:
        return False
    prepared.calls.clear()
    prepared.beginnings += 1
    return True


def composed(text: str, values: Sequence[Any]) -> str:
    """Return ``text`` with its values in it, as PostgreSQL reads them."""
    operations: Any = connection.ops
    return str(operations.compose_sql(text, values))


def _prepare(wanted: Preparable, beginnings: int) -> str:
    """Have it prepared under a name that says what it is, so that none is taken for another.

    Django does not see it, and so does not count it as a query: like the settings of a connection,
    it comes with the first use.
    """
    constants = iter(wanted.constants)
    number = 0

    def filled(place: re.Match[str]) -> str:
        nonlocal number
        if place[0] == "%%":
            return "%"
        constant = next(constants)
        if constant is not OPEN:
            return composed("%s", [constant])
        number += 1
        return f"${number}"

    text = _PLACE.sub(filled, wanted.sql)
    name = f"kommed_{hashlib.sha256(text.encode()).hexdigest()[:16]}_{beginnings}"
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(f"PREPARE {name} AS {text}")
    return name
