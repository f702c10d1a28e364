"""How long a registration takes while the mail server hangs: ``python -m bench.hanging``.

See README.md for what is measured.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .load import Target
from .mail import sink
from .run import YOUNG
from .sites import PRODUCT, ROOT, postgres, served

SERVERS: dict[str, dict[str, Any]] = {"answers": {}, "hangs": {"silent": True}}
SETTLE = 4.0
"""Seconds in which a worker starts, and takes up what is due."""


@contextlib.contextmanager
def worker(folder: Path, database: str, port: int) -> Iterator[None]:
    """Run the worker of the product, which sends to that port of this machine."""
    environment = os.environ | {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": PRODUCT.settings,
        "KOMMED_DATA_DIR": str(folder / "product"),
        "PYTHONPATH": str(ROOT),
        "SECRET_KEY": "bench",
        "EMAIL_PROVIDER": "smtp",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(port),
        "EMAIL_USE_TLS": "false",
        "LOG_LEVEL": "ERROR",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "django", "worker"],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        time.sleep(SETTLE)
        yield
    finally:
        process.kill()
        process.wait()


def measure(folder: Path, database: str, *, rounds: int, posts: int) -> None:
    """Have people register one after the other, in turn with either mail server, and print."""
    times: dict[str, list[float]] = defaultdict(list)
    medians: dict[str, list[float]] = defaultdict(list)
    with served(PRODUCT, folder / "product", database) as port:
        target = Target("product", port, "/open/", 303)
        target.open()
        time.sleep(YOUNG)
        for _ in range(20):  # warm
            target.send(follows=False)
        for number in range(rounds):
            for name, behaviour in SERVERS.items():
                place = folder / f"{name}{number}"
                with sink(place, **behaviour) as mail, worker(folder, database, mail):
                    found = [target.send(follows=False) for _ in range(posts)]
                times[name] += found
                medians[name].append(statistics.median(found))
    for name, found in times.items():
        high = statistics.quantiles(found, n=20)[-1]
        each = " ".join(f"{one * 1000:.1f}" for one in medians[name])
        middle = statistics.median(found) * 1000
        print(f"    {name:8} {middle:6.1f} ms   95 %: {high * 1000:6.1f} ms   ({each})")
    ratio = statistics.median(times["hangs"]) / statistics.median(times["answers"])
    print(f"    hangs/answers {ratio:.2f}")


def main() -> None:
    """Measure on the databases that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgres"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--posts", type=int, default=100)
    options = parser.parse_args()
    for name in options.databases:
        print(name)
        with tempfile.TemporaryDirectory(prefix="bench-") as path, contextlib.ExitStack() as stack:
            folder = Path(path)
            if name == "postgres":
                server = stack.enter_context(postgres(folder, names=(PRODUCT.name,)))
                database = f"{server}/{PRODUCT.name}"
            else:
                database = f"sqlite:///{folder}/product.sqlite3"
            measure(folder, database, rounds=options.rounds, posts=options.posts)


if __name__ == "__main__":
    main()
