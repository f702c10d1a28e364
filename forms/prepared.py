"""Queries whose text is built once: Django builds it anew each time, for longer than they take.

A registration asks the same dozen questions of the database, always in the same words. Finding the
words is two thirds of what such a query costs; here each process finds them once.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models

M = TypeVar("M", bound=models.Model)

Value = int | str | uuid.UUID
FIRST_MARK = 1_900_000_000


@dataclass(frozen=True)
class _Parameter:
    """What goes into one place of a query: the value of a name, or always the same."""

    name: str | None
    always: Any = None
    kind: type[Value] = str
    as_hex: bool = False

    def of(self, values: dict[str, Value]) -> Any:
        if self.name is None:
            return self.always
        value = values[self.name]
        if not isinstance(value, self.kind):
            # A key in letters would be compared as letters, and silently found nowhere.
            raise TypeError(f"{self.name}: a {type(value).__name__}, and no {self.kind.__name__}")
        return value.hex if self.as_hex and isinstance(value, uuid.UUID) else value


@dataclass(frozen=True)
class _Built:
    """The text of a query, what goes into it, and how its rows are read."""

    sql: str
    parameters: tuple[_Parameter, ...]
    converters: tuple[tuple[int, tuple[Callable[..., Any], ...], Any], ...]
    model: type[models.Model]
    attributes: tuple[str, ...]
    """Of the model, in the order of the columns; empty when rows are not made instances."""


class PreparedQuery(Generic[M]):
    """A query that is asked again and again with other values, of the default database.

    ``build`` returns its queryset for values that are given by name. It is called once: which are
    given, and of what kind, is always the same, and none may decide which query it becomes. Each is
    an integer, a string or a UUID that is compared as it is; another kind than the first time is a
    ``TypeError``. Nothing that joins other instances to those of the model is supported, such as
    ``select_related``.
    """

    def __init__(self, build: Callable[..., models.QuerySet[M, Any]]) -> None:
        self._build = build
        self._built: dict[str, _Built] = {}

    def all(self, **values: Value) -> list[M]:
        """Return the rows as instances of the model."""
        built = self._for(values)
        return [
            built.model.from_db(DEFAULT_DB_ALIAS, built.attributes, row)  # type: ignore[misc]
            for row in _rows(built, values)
        ]

    def first(self, **values: Value) -> M | None:
        """Return the first row as an instance of the model, or None."""
        return next(iter(self.all(**values)), None)

    def rows(self, **values: Value) -> list[Sequence[Any]]:
        """Return the rows as they are, of a queryset of ``values_list``."""
        return list(_rows(self._for(values), values))

    def _for(self, values: dict[str, Value]) -> _Built:
        built = self._built.get(connection.vendor)
        if built is None:
            built = self._built[connection.vendor] = _build(self._build, values)
        return built


def _rows(built: _Built, values: dict[str, Value]) -> Iterator[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(built.sql, [parameter.of(values) for parameter in built.parameters])
        fetched = cursor.fetchall()
    for row in fetched:
        read = list(row)
        for place, converters, expression in built.converters:
            for convert in converters:
                read[place] = convert(read[place], expression, connection)
        yield read


def _build(build: Callable[..., models.QuerySet[Any, Any]], values: dict[str, Value]) -> _Built:
    """Let Django write the query once, with marks for the values, and see where they have gone."""
    marks = {name: _mark(value, number) for number, (name, value) in enumerate(values.items())}
    queryset = build(**marks)
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, found = compiler.as_sql()
    parameters = tuple(_parameter(parameter, marks) for parameter in found)
    missing = set(marks) - {parameter.name for parameter in parameters}
    if missing or queryset.query.select_related:
        raise ValueError(f"No query to be kept; not found in it: {sorted(missing)}")
    select, klass_info = compiler.select, compiler.klass_info
    chosen = klass_info["select_fields"] if klass_info else []
    return _Built(
        sql=sql,
        parameters=parameters,
        converters=tuple(
            (place, tuple(converters), expression)
            for place, (converters, expression) in compiler.get_converters(
                [column for column, _sql, _alias in select]
            ).items()
        ),
        model=queryset.model,
        attributes=tuple(select[place][0].target.attname for place in chosen),
    )


def _kind(value: Any) -> type[Value]:
    for kind in (uuid.UUID, int, str):
        if isinstance(value, kind):
            return kind
    raise TypeError(f"A {type(value).__name__} is no integer, string or UUID")


def _mark(value: Value, number: int) -> Value:
    marks: dict[type[Value], Value] = {
        uuid.UUID: uuid.uuid4(),
        int: FIRST_MARK + number,
        str: f"mark-{uuid.uuid4()}",
    }
    return marks[_kind(value)]


def _parameter(found: Any, marks: dict[str, Value]) -> _Parameter:
    for name, mark in marks.items():
        if found == mark:
            return _Parameter(name, kind=_kind(mark))
        if isinstance(mark, uuid.UUID) and found == mark.hex:
            return _Parameter(name, kind=uuid.UUID, as_hex=True)
    return _Parameter(None, found)
