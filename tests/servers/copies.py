"""Copies of the migrated test database, which processes of their own can work on."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from django.db import connection, connections


@dataclass(frozen=True)
class DatabaseCopy:
    """A database of its own. While it is ``in_use`` Django's connection leads to it."""

    vendor: str
    name: str
    url: str

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Point the connection of this process at the copy; everything is committed there."""
        before = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = self.name
        try:
            yield
        finally:
            connections.close_all()
            connection.settings_dict["NAME"] = before

    def outside_connection(self) -> Any:
        """Return a connection that Django knows nothing of; the caller closes it."""
        if self.vendor == "postgresql":
            return psycopg.connect(**_server(), dbname=self.name)
        import sqlite3

        return sqlite3.connect(self.name, isolation_level=None, check_same_thread=False)


def let_nobody_be_connected(name: str) -> None:
    """End every connection to a database on the server, which is copied and dropped only then.

    A connection that a test has dropped without closing it, or that was opened while Playwright's
    event loop ran in this thread, lives until it is collected.
    """
    connections.close_all()
    if connection.vendor == "postgresql":
        _administer(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        )


def copy_of_test_database(folder: Path) -> DatabaseCopy:
    """Copy the test database as the migrations left it; no test that commits works on it."""
    source = str(connection.settings_dict["NAME"])
    if connection.vendor == "postgresql":
        name = f"copy_{uuid.uuid4().hex}"
        let_nobody_be_connected(source)
        _administer(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        server = _server()
        host = quote(str(server["host"]), safe="")
        return DatabaseCopy(
            vendor="postgresql",
            name=name,
            url=f"postgres://{server['user']}@{host}:{server['port']}/{name}",
        )
    path = folder / "copy.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    connections.close_all()
    return DatabaseCopy(vendor="sqlite", name=str(path), url=f"sqlite:///{path}")


def drop(copy: DatabaseCopy) -> None:
    """Remove a copy that is a database on the server; a file goes with its folder."""
    if copy.vendor == "postgresql":
        connections.close_all()
        _administer(f'DROP DATABASE IF EXISTS "{copy.name}" WITH (FORCE)')


def _server() -> dict[str, Any]:
    settings = connection.settings_dict
    return {"host": settings["HOST"], "port": settings["PORT"], "user": settings["USER"]}


def _administer(statement: str) -> None:
    with psycopg.connect(**_server(), dbname="postgres", autocommit=True) as administrator:
        administrator.execute(statement)  # type: ignore[arg-type]
