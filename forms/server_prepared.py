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

_GONE = frozenset({"26000", "42P05"})
"""SQLSTATE where somebody else has used the connection: a statement is gone, or there already."""
_OTHER_COLUMNS = frozenset({"0A000"})
"""SQLSTATE where, among others, a migration has changed the columns of what a statement returns."""
_PLACE = re.compile("%%|%s")
_VERB, _TABLE = re.compile(r"\w+"), re.compile(r'\b(?:FROM|INTO) "?(\w+)')

OPEN: Final = object()
"""Where a value goes that is another one each time."""


@dataclass
class _Prepared:
    """What a connection has prepared: for each statement, what executes it."""

    calls: dict[str, str] = field(default_factory=dict)
    beginnings: int = 0
    """How often names could not be used again."""


_prepared: WeakKeyDictionary[Any, _Prepared] = WeakKeyDictionary()
"""For each connection of the driver."""


class Preparable(Protocol):
    """A statement that may be prepared."""

    @property
    def is_kept(self) -> bool:
        """Return whether its text comes again and again."""

    @property
    def identity(self) -> str:
        """Return what tells it from others: its text, and what is always the same in it."""

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


@dataclass(frozen=True)
class Call:
    """What is said to PostgreSQL so that it does one thing."""

    text: str
    values: Sequence[Any]
    prepares: str = ""
    """Which statement it has to prepare first, in the same breath; then it answers twice."""
    executes: str = ""
    """What executes the statement once it is prepared; empty if none is."""


def calls_for(wanted: Sequence[Preparable]) -> list[Call]:
    """Return what is to be said, in one message, for what is ``wanted``.

    What comes again and again is prepared by the message itself, after whatever comes before it
    there: to prepare waits for locks, too, and must not do so for longer than was said.
    """
    if not may_prepare():
        return [Call(each.sql, each.parameters) for each in wanted]
    # As a cursor does: one that has died is replaced now, and not once the names have been chosen.
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    prepared = _of_connection() or _Prepared()
    _prepared[connection.connection] = prepared
    new: dict[str, str] = {}
    return [
        _call(each, prepared, new) if each.is_kept else Call(each.sql, each.parameters)
        for each in wanted
    ]


def note_calls(calls: Sequence[Call], *, have_failed: bool) -> None:
    """Remember what a message has prepared; if it failed, that its names may be taken."""
    new = {call.prepares: call.executes for call in calls if call.prepares}
    prepared = _of_connection() if new else None
    if prepared is None:
        return
    if have_failed:
        prepared.beginnings += 1
    else:
        prepared.calls.update(new)


def _call(wanted: Preparable, prepared: _Prepared, new: dict[str, str]) -> Call:
    executes = prepared.calls.get(wanted.identity) or new.get(wanted.identity)
    preparing = ""
    if executes is None:
        name, preparing = _preparation(wanted, prepared.beginnings)
        executes = new[wanted.identity] = f"EXECUTE /* {_gist(wanted.sql)} */ {name}"
    values = wanted.open_values
    text = f"{executes}({', '.join(['%s'] * len(values))})" if values else executes
    if preparing:
        return Call(f"{preparing}; {text}", values, prepares=wanted.identity, executes=executes)
    return Call(text, values, executes=executes)


def _gist(text: str) -> str:
    """Return what ``text`` does, and to which table, for whoever reads what was asked."""
    found = [_VERB.search(text), _TABLE.search(text)]
    return " ".join(match[match.re.groups] for match in found if match)


def has_to_prepare_anew(error: DatabaseError, calls: Sequence[Call]) -> bool:
    """Return whether ``error`` says that what was prepared is of no use any more; and forget it."""
    state = getattr(error.__cause__, "sqlstate", None)
    has_old = any(call.executes and not call.prepares for call in calls)
    if state not in _GONE and not (has_old and state in _OTHER_COLUMNS):
        return False
    prepared = _of_connection()
    if prepared is not None:
        prepared.calls.clear()
        prepared.beginnings += 1
    return True


def _of_connection() -> _Prepared | None:
    driver: Any = connection.connection
    return _prepared.get(driver) if driver is not None else None


def composed(text: str, values: Sequence[Any]) -> str:
    """Return ``text`` with its values in it, as PostgreSQL reads them."""
    operations: Any = connection.ops
    return str(operations.compose_sql(text, values))


def _preparation(wanted: Preparable, beginnings: int) -> tuple[str, str]:
    """Return a name that says what it is, so that none is taken for another, and what prepares it.

    The text of that is to be sent with values, where a percent sign is written twice.
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
    return name, f"PREPARE {name} AS {text}".replace("%", "%%")
