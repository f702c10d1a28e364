"""How quickly mail leaves, and in how much memory: ``python -m bench.mail``; see README.md."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .sites import ROOT, postgres

SINKS: dict[str, dict[str, Any]] = {
    "a server that answers at once": {},
    "a server that takes 2.5 ms for a mail": {"slow": 0.0025},
    "a server that takes 10 ms for a mail": {"slow": 0.01},
}


@contextlib.contextmanager
def sink(folder: Path, **behaviour: Any) -> Iterator[int]:
    """Run a mail server on this machine and yield its port."""
    folder.mkdir()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.servers.smtp_sink"),
            json.dumps({"log": str(folder / "sink.jsonl")} | behaviour),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None  # noqa: S101 (it was asked for)
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def work(folder: Path, database: str, port: int, *arguments: str) -> Any:
    """Migrate a database, send in a process of its own, and return what it found."""
    environment = os.environ | {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "bench.product_settings",
        "KOMMED_DATA_DIR": str(folder),
        "PYTHONPATH": str(ROOT),
        "EMAIL_PROVIDER": "smtp",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(port),
        "EMAIL_USE_TLS": "false",
        "LOG_LEVEL": "ERROR",
    }
    run = [sys.executable, "-m"]
    subprocess.run([*run, "django", "migrate", "-v", "0"], cwd=ROOT, env=environment, check=True)
    done = subprocess.run(
        [*run, "bench.mail_work", *arguments],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def show_rates(found: dict[str, list[dict[str, float]]]) -> None:
    """Print the median of each, every round, and what the dispatcher makes of the bare loop."""
    middle = {
        name: statistics.median(one["per_second"] for one in rounds)
        for name, rounds in found.items()
    }
    for name, rounds in found.items():
        cost = statistics.median(one["cpu_ms"] for one in rounds)
        each = " ".join(f"{one['per_second']:.0f}" for one in rounds)
        print(f"    {name:5} {middle[name]:7.0f}/s  {cost:5.2f} ms of processor each   ({each})")
    print(f"    ours/bare {middle['ours'] / middle['bare']:.2f}")


def measure(folder: Path, database: str, options: argparse.Namespace) -> None:
    """Print what came out on one kind of database; each part has one of its own."""
    parts = list(SINKS.items())
    for number, (title, behaviour) in enumerate(parts):
        with sink(folder / f"sink{number}", **behaviour) as port:
            print(f"  {options.messages} mails, {title}")
            arguments = ["--number", str(options.messages), "--rounds", str(options.rounds)]
            show_rates(work(folder, database.format(number), port, "rates", *arguments))
    if options.bulk:
        with sink(folder / "bulk") as port:
            number = str(options.bulk)
            found = work(folder, database.format(len(parts)), port, "memory", "--number", number)
        megabytes = ", ".join(f"{size} MB at {count}" for count, size in found["megabytes"].items())
        print(f"  {options.bulk} mails to many: {megabytes}; {found['per_second']:.0f}/s", end="")
        print(f"; {found['left']} not sent")


def main() -> None:
    """Measure on the databases that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgres"])
    parser.add_argument("--messages", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--bulk", type=int, default=10_000)
    options = parser.parse_args()
    for name in options.databases:
        print(name)
        with tempfile.TemporaryDirectory(prefix="bench-") as path, contextlib.ExitStack() as stack:
            folder = Path(path)
            if name == "postgres":
                server = stack.enter_context(
                    postgres(folder, names=[f"mail{number}" for number in range(len(SINKS) + 1)])
                )
                database = f"{server}/mail{{}}"
            else:
                database = f"sqlite:///{folder}/mail{{}}.sqlite3"
            measure(folder, database, options)


if __name__ == "__main__":
    main()
