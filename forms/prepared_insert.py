"""Inserts whose text is built once, as the queries of ``prepared`` are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.signals import post_save, pre_save
from django.db.models.sql import InsertQuery

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class _Built:
    sql: str
    fields: tuple[models.Field[Any, Any], ...]


class PreparedInsert(Generic[M]):
    """Makes rows of one model in the default database, as ``objects.create`` does.

    ``pre_save`` and ``post_save`` are sent as always; an own ``save`` of the model is not called.
    Models with a parent of their own, and databases that do not return the
    key of a new row, are not supported: ``NotImplementedError``.
    """

    def __init__(self, model: type[M], *, unique: str = "") -> None:
        self._model = model
        self._unique = unique
        self._built: dict[str, _Built] = {}

    def create(self, **values: Any) -> M:
        """Return the new instance."""
        return self.create_unless_there(**values)  # type: ignore[return-value]

    def create_unless_there(self, **values: Any) -> M | None:
        """Return the new instance, or None if there is one with the same ``unique`` field."""
        instance: Any = self._model(**values)
        sent = {"sender": self._model, "instance": instance, "using": DEFAULT_DB_ALIAS}
        pre_save.send(**sent, raw=False, update_fields=None)
        if not self._insert(instance):
            return None
        post_save.send(**sent, created=True, raw=False, update_fields=None)
        return instance  # type: ignore[no-any-return]

    def _insert(self, instance: Any) -> bool:
        built = self._built.get(connection.vendor)
        if built is None:
            built = self._built[connection.vendor] = self._build()
        with connection.cursor() as cursor:
            cursor.execute(
                built.sql,
                [
                    field.get_db_prep_save(field.pre_save(instance, add=True), connection)
                    for field in built.fields
                ],
            )
            returned: Sequence[Any] | None = cursor.fetchone()
        if returned is None:
            return False
        (instance.pk,) = returned
        instance._state.db, instance._state.adding = DEFAULT_DB_ALIAS, False
        return True

    def _build(self) -> _Built:
        """Let Django write the insert of a row without values."""
        meta = self._model._meta
        if meta.parents or not connection.features.can_return_columns_from_insert:
            raise NotImplementedError(f"{self._model.__name__} on {connection.vendor}")
        fields = [field for field in meta.local_concrete_fields if not field.primary_key]
        query = InsertQuery(self._model)
        query.insert_values(fields, [self._model()])
        compiler = query.get_compiler(DEFAULT_DB_ALIAS)
        compiler.returning_fields = [meta.pk]
        ((sql, parameters),) = compiler.as_sql()
        if len(parameters) != len(fields):
            raise NotImplementedError(f"{self._model.__name__} has a field that is an expression")
        if self._unique:
            # Django's own way says "OR IGNORE" to SQLite, which lets broken checks pass, too.
            field: Any = meta.get_field(self._unique)
            column = connection.ops.quote_name(field.column)
            insert, _returning, returned = sql.rpartition(" RETURNING ")
            sql = f"{insert} ON CONFLICT ({column}) DO NOTHING RETURNING {returned}"
        return _Built(sql, tuple(fields))
