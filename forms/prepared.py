"""Queries whose text is built once: Django builds it anew each time, for longer than they take.

A registration asks the same dozen questions of the database, always in the same words. Finding the
words is two thirds of what such a query costs; here each process finds them once.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, models
from django.db.models.query import ModelIterable
from django.utils.functional import cached_property

from .server_prepared import OPEN, Call, calls_for, composed, has_to_prepare_anew, note_calls

M = TypeVar("M", bound=models.Model)

Value = int | str | uuid.UUID
FIRST_MARK = 1_900_000_000
MOST_VALUES = 50
"""The driver takes a text with more places for values apart anew each time."""


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

    @cached_property
    def constants(self) -> tuple[Any, ...]:
        """What goes into each place of it, and ``OPEN`` where that is not always the same."""
        return tuple(OPEN if each.name else each.always for each in self.parameters)

    @cached_property
    def identity(self) -> str:
        """What tells it from a query in the same words with other constants."""
        return f"{self.sql} -- {self.constants!r}"


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
        return ask_together(self.asked(**values))[0]

    def first(self, **values: Value) -> M | None:
        """Return the first row as an instance of the model, or None."""
        return next(iter(self.all(**values)), None)

    def rows(self, **values: Value) -> list[Sequence[Any]]:
        """Return the rows as they are, of a queryset of ``values_list``."""
        return ask_together(self.asked(**values))[0]

    def asked(self, **values: Value) -> Asked:
        """Return this query with its values, to be asked by ``ask_together``."""
        return Asked(self._for(values), values)

    def _for(self, values: dict[str, Value]) -> _Built:
        built = self._built.get(connection.vendor)
        if built is None:
            built = self._built[connection.vendor] = _build(self._build, values)
        return built


@dataclass(frozen=True)
class Asked:
    """A kept query with the values of this time."""

    built: _Built
    values: dict[str, Value]
    is_kept: ClassVar[bool] = True

    @property
    def sql(self) -> str:
        """Return its text, with places for the values."""
        return self.built.sql

    @property
    def parameters(self) -> list[Any]:
        """Return what goes into its places, in their order."""
        return [parameter.of(self.values) for parameter in self.built.parameters]

    @property
    def constants(self) -> tuple[Any, ...]:
        """Return what of that is always the same, and ``OPEN`` where it is not."""
        return self.built.constants

    @property
    def identity(self) -> str:
        """Return what tells it from others."""
        return self.built.identity

    @property
    def open_values(self) -> list[Any]:
        """Return what of it is not always the same."""
        return [each.of(self.values) for each in self.built.parameters if each.name]

    def read(self, fetched: Sequence[Sequence[Any]]) -> list[Any]:
        """Return what the database answered, as instances where the query is for instances."""
        rows = _converted(self.built, fetched)
        if not self.built.attributes:
            return list(rows)
        model: Any = self.built.model
        return [model.from_db(DEFAULT_DB_ALIAS, self.built.attributes, row) for row in rows]


def ask_together(*asked: Asked | Statement) -> list[list[Any]]:
    """Ask several queries in their order, and return the answer of each.

    PostgreSQL takes them all at once, which saves the way there and back for all but one. Each of
    them sees what was committed when its own turn comes: one that follows a lock is of after it.
    Outside a transaction they are one together.
    """
    if not asked or not takes_many_statements():
        return [_alone(each) for each in asked]
    calls = calls_for(asked)
    try:
        return _at_once(asked, calls)
    except DatabaseError as error:
        if not has_to_prepare_anew(error, calls) or connection.in_atomic_block:
            raise
    return _at_once(asked, calls_for(asked))  # nothing of it has been done


def _at_once(asked: Sequence[Asked | Statement], calls: Sequence[Call]) -> list[list[Any]]:
    answers: list[list[Any]] = []
    with connection.cursor() as cursor:
        try:
            cursor.execute(*_in_one(calls))
        except DatabaseError:
            note_calls(calls, have_failed=True)
            raise
        note_calls(calls, have_failed=False)
        # Django's cursor only stands between: what can go wrong has gone wrong by now.
        driver = cursor.cursor
        for each, call in zip(asked, calls, strict=True):
            if answers:
                driver.nextset()
            if call.prepares:
                driver.nextset()
            answers.append(_answer(driver, each))
    return answers


def _in_one(calls: Sequence[Call]) -> tuple[str, list[Any] | None]:
    """Return several texts with their values as one."""
    if sum(len(call.values) for call in calls) > MOST_VALUES:
        return "; ".join(composed(call.text, call.values) for call in calls), None
    return "; ".join(call.text for call in calls), [v for call in calls for v in call.values]


@dataclass(frozen=True)
class Statement:
    """SQL of one's own, to be asked among kept queries; what it returns is not converted.

    One that ``is_kept`` comes again and again in these words, and PostgreSQL prepares it.
    """

    sql: str
    parameters: tuple[Any, ...] = ()
    is_kept: bool = False

    @property
    def identity(self) -> str:
        """Return its text."""
        return self.sql

    @property
    def constants(self) -> list[Any]:
        """Return that none of its values is always the same."""
        return [OPEN] * len(self.parameters)

    @property
    def open_values(self) -> tuple[Any, ...]:
        """Return its parameters."""
        return self.parameters


def takes_many_statements() -> bool:
    """Return whether the default database takes several statements at once, with parameters."""
    if connection.vendor != "postgresql":
        return False
    driver: Any = connection
    return driver.Database.__name__ == "psycopg" and not driver.features.uses_server_side_binding


def _alone(each: Asked | Statement) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(each.sql, each.parameters)
        return _answer(cursor, each)


def _answer(cursor: Any, each: Asked | Statement) -> list[Any]:
    if isinstance(each, Asked):
        return each.read(cursor.fetchall())
    return list(cursor.fetchall()) if cursor.description else []


def _converted(built: _Built, fetched: Sequence[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    database = connections[DEFAULT_DB_ALIAS]  # itself: each look through ``connection`` costs
    for row in fetched:
        read = list(row)
        for place, converters, expression in built.converters:
            for convert in converters:
                read[place] = convert(read[place], expression, database)
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
    is_of_instances = issubclass(queryset._iterable_class, ModelIterable)
    chosen = klass_info["select_fields"] if is_of_instances else []
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
