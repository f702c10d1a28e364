"""Starting and stopping processes: a web server with the site, or a script."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from tests.databases import DATABASE

from .copies import DatabaseCopy
from .visitors import get

ROOT = Path(__file__).resolve().parent.parent.parent
STARTING_TIME = 90


@dataclass
class Server:
    """A running web server."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """Kill master and workers at once, as a power cut does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def noted(process: subprocess.Popen[Any]) -> Iterator[None]:
    """Have the group of ``process`` swept away if the tests themselves are killed meanwhile."""
    note = DATABASE.processes / str(process.pid)
    note.touch()
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def environment(
    database: DatabaseCopy, folder: Path, *, faults: Sequence[str] = (), **extra: str
) -> dict[str, str]:
    """Return the environment of a process that works on ``database`` and in ``folder``."""
    inherited = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ
    }
    return inherited | {
        "DATABASE_URL": database.url,
        "DJANGO_SETTINGS_MODULE": "tests.servers.settings",
        "KOMMED_DATA_DIR": str(folder),
        "KOMMED_TEST_FAULTS": ",".join(faults),
        "PYTHONPATH": str(ROOT),
        # What the tests sign, such as when a page was opened, the servers believe.
        "SECRET_KEY": settings.SECRET_KEY,
        **extra,
    }


@contextmanager
def serve(
    database: DatabaseCopy,
    folder: Path,
    *,
    workers: int = 2,
    threads: int = 8,
    faults: Sequence[str] = (),
    **extra: str,
) -> Iterator[Server]:
    """Serve the site on a free port of this machine as long as the block runs."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    listener.set_inheritable(True)
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "tests.servers.wsgi:application"),
                *("--bind", f"fd://{listener.fileno()}", "--preload", "--no-control-socket"),
                *("--workers", str(workers), "--threads", str(threads), "--timeout", "120"),
                *("--graceful-timeout", "1", "--worker-tmp-dir", str(folder)),
            ],
            cwd=ROOT,
            env=environment(database, folder, faults=faults, **extra),
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=[listener.fileno()],
            start_new_session=True,
        )
    server = Server(port=listener.getsockname()[1], process=process, log=log)
    listener.close()
    try:
        with noted(process):
            _await(server)
            yield server
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()


def _await(server: Server) -> None:
    deadline = time.monotonic() + STARTING_TIME
    while get(server.port, "/healthz", timeout=STARTING_TIME).status != 200:
        if server.process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"The server did not start:\n{server.log.read_text()}")
        time.sleep(0.1)


@contextmanager
def script(
    module: str,
    database: DatabaseCopy,
    folder: Path,
    *,
    faults: Sequence[str] = (),
    **extra: str,
) -> Iterator[subprocess.Popen[str]]:
    """Run ``python -m module`` with pipes; it is killed when the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=environment(database, folder, faults=faults, **extra),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        with noted(process):
            yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
