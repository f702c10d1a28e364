"""Inserts whose text is built once, as the queries of ``prepared`` are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.signals import post_save, pre_save
from django.db.models.sql import InsertQuery

from .prepared import Statement, ask_together, takes_many_statements

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class _Built:
    sql: str
    fields: tuple[models.Field[Any, Any], ...]


class PreparedInsert(Generic[M]):
    """Makes rows of one model in the default database, as ``objects.create`` does.

    ``pre_save`` and ``post_save`` are sent as always; an own ``save`` of the model is not called.
    With ``unique``, the name of a unique field, ``create_unless_there`` leaves out a row whose
    value is there already. Models with a parent of their own, and databases that do not return the
    key of a new row, are not supported: ``NotImplementedError``.
    """

    def __init__(self, model: type[M], *, unique: str = "") -> None:
        self.model = model
        self._unique = unique
        self._built: dict[tuple[str, bool], _Built] = {}

    def create(self, **values: Any) -> M:
        """Return the new instance."""
        return self.create_unless_there(**values)  # type: ignore[return-value]

    def create_unless_there(self, **values: Any) -> M | None:
        """Return the new instance, or None if there is one with the same ``unique`` field."""
        instance = self.about_to_be(**values)
        (answer,) = ask_together(self.statement(instance))
        return instance if self.has_been_made(instance, answer) else None

    def about_to_be(self, **values: Any) -> M:
        """Return the instance before it is made; who listens to saving has heard of it."""
        instance = self.model(**values)
        pre_save.send(**_of(instance), raw=False, update_fields=None)
        return instance

    def statement(self, instance: M) -> Statement:
        """Return what makes the row of ``instance``, with the key that it has, if it has one."""
        variant = (connection.vendor, instance.pk is not None)
        built = self._built.get(variant)
        if built is None:
            built = self._built[variant] = self._build(with_key=instance.pk is not None)
        database = connections[DEFAULT_DB_ALIAS]  # itself: each look through ``connection`` costs
        values = (
            field.get_db_prep_save(field.pre_save(instance, add=True), database)
            for field in built.fields
        )
        return Statement(built.sql, tuple(values), is_kept=True)

    def has_been_made(self, instance: M, answer: Sequence[Sequence[Any]]) -> bool:
        """Give ``instance`` its key from the ``answer`` to its statement; say if there is a row."""
        if not answer:
            return False
        ((instance.pk,),) = answer
        instance._state.db, instance._state.adding = DEFAULT_DB_ALIAS, False
        post_save.send(**_of(instance), created=True, raw=False, update_fields=None)
        return True

    def _build(self, *, with_key: bool) -> _Built:
        """Let Django write the insert of a row without values."""
        meta = self.model._meta
        if meta.parents or not connection.features.can_return_columns_from_insert:
            raise NotImplementedError(f"{self.model.__name__} on {connection.vendor}")
        fields = [
            field for field in meta.local_concrete_fields if with_key or not field.primary_key
        ]
        query = InsertQuery(self.model)
        query.insert_values(fields, [self.model()])
        compiler = query.get_compiler(DEFAULT_DB_ALIAS)
        compiler.returning_fields = [meta.pk]
        ((sql, parameters),) = compiler.as_sql()
        if len(parameters) != len(fields):
            raise NotImplementedError(f"{self.model.__name__} has a field that is an expression")
        if self._unique:
            # Django's own way says "OR IGNORE" to SQLite, which lets broken checks pass, too.
            field: Any = meta.get_field(self._unique)
            column = connection.ops.quote_name(field.column)
            insert, _returning, returned = sql.rpartition(" RETURNING ")
            sql = f"{insert} ON CONFLICT ({column}) DO NOTHING RETURNING {returned}"
        return _Built(sql, tuple(fields))


def _of(instance: models.Model) -> dict[str, Any]:
    return {"sender": type(instance), "instance": instance, "using": DEFAULT_DB_ALIAS}


class NewRows:
    """New rows of one transaction that are written together, with keys that are known before.

    Until there are ``keys`` each row is written when it is added.
    """

    def __init__(self, keys: Mapping[type[models.Model], int] | None = None) -> None:
        self._keys: dict[type[models.Model], int] | None = None
        self._pending: list[tuple[PreparedInsert[Any], Any]] = []
        self.use_keys(keys)

    def use_keys(self, keys: Mapping[type[models.Model], int] | None) -> None:
        """Let the next rows have these keys, and write them together if there are any."""
        self._keys = None if keys is None else dict(keys)

    def add(self, insert: PreparedInsert[M], **values: Any) -> M | None:
        """Return the new instance, which has its key if that is known; None if it was left out."""
        if self._keys is None:
            return insert.create_unless_there(**values)
        instance = insert.about_to_be(pk=self._keys.pop(insert.model, None), **values)
        self._pending.append((insert, instance))
        return instance

    @property
    def may_end_the_transaction(self) -> bool:
        """Whether there are rows to write, and nobody who would do something after each of them."""
        return bool(self._pending) and not any(
            post_save.has_listeners(insert.model) for insert, _instance in self._pending
        )

    def write(self, *last: Statement) -> None:
        """Write what has been added and is not written yet, and say ``last`` what follows."""
        pending, self._pending = self._pending, []
        inserts = [insert.statement(instance) for insert, instance in pending]
        answers = ask_together(*inserts, *last)[: len(pending)]
        for (insert, instance), answer in zip(pending, answers, strict=True):
            insert.has_been_made(instance, answer)


def key_questions(*wanted: type[models.Model]) -> list[Statement]:
    """Return what reserves the key of a row of each model; nothing where that gains nothing."""
    if not takes_many_statements():
        return []
    return [
        Statement(
            "SELECT nextval(pg_get_serial_sequence(%s, %s))",
            (connection.ops.quote_name(model._meta.db_table), model._meta.pk.column),
            is_kept=True,
        )
        for model in wanted
    ]


def keys_reserved(
    wanted: Sequence[type[models.Model]], answers: Sequence[Sequence[Any]]
) -> dict[type[models.Model], int] | None:
    """Return the keys from the answers to ``key_questions``, or None where there were none."""
    if not answers:
        return None
    return {model: key for model, ((key,),) in zip(wanted, answers, strict=True)}
