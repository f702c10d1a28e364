"""Starting mail servers that misbehave, and reading what came to them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .processes import ROOT, noted


@dataclass
class Sink:
    """A running mail server and the file of what happened there."""

    port: int
    log: Path

    def happened(self, what: str) -> list[dict[str, Any]]:
        """Return everything of that kind: ``accepted``, ``connected``, ``busy``, ..."""
        if not self.log.exists():
            return []
        whole = self.log.read_text().rpartition("\n")[0]
        lines = [json.loads(line) for line in whole.splitlines()]
        return [line for line in lines if line["happened"] == what]

    def accepted(self) -> Counter[str]:
        """Return how often each mail was accepted, by its ``Message-ID``."""
        return Counter(line["id"] for line in self.happened("accepted"))

    def is_alone(self) -> bool:
        """Return whether everybody who came has gone, and everything they sent is noted."""
        return len(self.happened("connected")) == len(self.happened("closed"))

    def environment(self, **more: str) -> dict[str, str]:
        """Return the variables that make a process of ours send to this server."""
        return {
            "EMAIL_PROVIDER": "smtp",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.port),
            "EMAIL_USE_TLS": "false",
        } | more


@contextmanager
def smtp_sink(folder: Path, **behaviour: Any) -> Iterator[Sink]:
    """Run a mail server that behaves so; ``port`` makes it come back where one was before."""
    log = folder / "sink.jsonl"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.servers.smtp_sink"),
            json.dumps({"log": str(log)} | behaviour),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        with noted(process):
            assert process.stdout is not None
            yield Sink(port=int(process.stdout.readline()), log=log)
    finally:
        process.kill()
        process.communicate()
