"""A process that does what is due, once: ``python -m tests.servers.runner``.

The only job writes a line to ``KOMMED_TEST_SINK`` when it begins; with ``KOMMED_TEST_DIE`` it kills
its process then.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import django

JOB = "tests.note"


def _note(*, now: Any) -> None:
    with Path(os.environ["KOMMED_TEST_SINK"]).open("a") as sink:
        sink.write(f"{os.getpid()}\n")
    if os.environ.get("KOMMED_TEST_DIE"):
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.3)


def _careless_claim(job: Any, moment: Any) -> Any:
    """Take the job without a lock, and note it only after others had time to take it."""
    from forms.models import DueJob

    row = DueJob.objects.get(name=job.name)
    if row.started_at is not None:
        return None
    time.sleep(0.5)
    row.started_at, row.lease_until = moment, moment + job.lease
    row.save(update_fields=["started_at", "lease_until"])
    return row


def main() -> None:
    """Wait until the gun goes off, and do what is due."""
    django.setup()
    from forms.jobs import due

    if "no_lease" in os.environ["KOMMED_TEST_FAULTS"]:
        due._claim = _careless_claim
    for job in due.all_jobs():
        due.unregister_job(job.name)
    due.register_job(JOB, _note, every=dt.timedelta(hours=1))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(f"{due.run_due_jobs()}\n")


if __name__ == "__main__":
    main()
