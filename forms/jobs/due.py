"""Doing what is due again and again: each job by one runner at a time, however many there are."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import close_old_connections, connection, transaction

from ..clock import Clock, database_now
from ..models import DueJob

LEASE = dt.timedelta(minutes=5)
"""How long a job may take unless it says otherwise. After that its runner is held to be dead."""
FIRST_RETRY = dt.timedelta(minutes=1)
LONGEST_RETRY = dt.timedelta(minutes=30)
ERROR_LENGTH = 200

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """One recurring piece of work.

    ``func`` is called with ``now``, a clock. It must be idempotent: a runner that died may have
    done it, or half of it, and it is done once, not once for each time that was missed.
    ``only_if`` is a cheap question that is asked first; while it says no, nothing is written.
    """

    name: str
    func: Callable[..., object]
    every: dt.timedelta
    lease: dt.timedelta = LEASE
    only_if: Callable[[], bool] | None = None


@dataclass
class JobsRun:
    """The names of the jobs that one round has done, and of those that did not come to an end."""

    done: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


_jobs: dict[str, Job] = {}


def register_job(
    name: str,
    func: Callable[..., object],
    *,
    every: dt.timedelta,
    lease: dt.timedelta = LEASE,
    only_if: Callable[[], bool] | None = None,
) -> None:
    """Have the worker call ``func(now=...)`` each ``every``; see ``Job`` for what it must keep to.

    Call it when an app is ready. The last one under a name wins, so that a site can replace it.
    """
    _jobs[name] = Job(name=name, func=func, every=every, lease=lease, only_if=only_if)


def unregister_job(name: str) -> None:
    """Forget a job."""
    _jobs.pop(name, None)


def all_jobs() -> list[Job]:
    """Return every job that is known, in the order they were registered."""
    return list(_jobs.values())


def run_due_jobs(*, now: Clock = database_now) -> JobsRun:
    """Do each job that is due and that nobody else is at, one after the other.

    What one raises is logged and noted on its row, by class and code alone, and holds up no other;
    it is tried again after a minute, then ever more seldom. Raises ``OperationalError`` when the
    database is away.
    """
    outcome = JobsRun()
    jobs = all_jobs()
    rows, moment = _rows(jobs), now()
    for job in jobs:
        if not _is_due(rows.get(job.name), job, moment):
            continue
        if job.only_if is not None and not job.only_if():
            continue
        row = _claim(job, now())
        if row is None:
            continue
        (outcome.done if _do(job, row, now) else outcome.failed).append(job.name)
    return outcome


def _rows(jobs: list[Job]) -> dict[str, DueJob]:
    rows = {row.name: row for row in DueJob.objects.all()}
    missing = [DueJob(name=job.name) for job in jobs if job.name not in rows]
    if missing:
        DueJob.objects.bulk_create(missing, ignore_conflicts=True)
    return rows


def _is_due(row: DueJob | None, job: Job, moment: dt.datetime) -> bool:
    if row is None or row.started_at is None:
        return True
    if row.lease_until is not None:
        return bool(row.lease_until < moment)
    wait = job.every
    if row.failures:
        retry = FIRST_RETRY * 2 ** min(row.failures - 1, 10)
        wait = min(wait, retry, LONGEST_RETRY)
    # Later than now is what a clock says that has been wrong: that must not stop the job for years.
    return bool(row.started_at + wait <= moment or row.started_at > moment)


def _claim(job: Job, moment: dt.datetime) -> DueJob | None:
    """Take the job, and commit that we have it; None when somebody else is at it or has been."""
    with transaction.atomic():  # on SQLite the transaction begins with the lock
        rows = DueJob.objects.filter(name=job.name)
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        row = rows.first()
        if row is None or not _is_due(row, job, moment):
            return None
        row.started_at = moment
        row.lease_until = moment + job.lease
        row.save(update_fields=["started_at", "lease_until"])
    return row


def _do(job: Job, row: DueJob, now: Clock) -> bool:
    try:
        job.func(now=now)
    except Exception as error:  # noqa: BLE001 (whatever goes wrong with one job, the others must go on)
        logger.error("Job %s failed: %s", job.name, _place_of(error))  # noqa: TRY400 (its text may be personal)
        if not connection.in_atomic_block:
            close_old_connections()  # it may have been the connection that broke
        _give_back(row, failures=row.failures + 1, last_error=_name_of(error))
        return False
    _give_back(row, failures=0, last_error="", finished_at=now())
    return True


def _give_back(row: DueJob, **outcome: Any) -> None:
    """Only the holder of the lease writes the outcome; who was too slow must not."""
    held = DueJob.objects.filter(pk=row.pk, lease_until=row.lease_until)
    held.update(lease_until=None, **outcome)


def _name_of(error: BaseException) -> str:
    """Return class and code of an error; its text may be about somebody."""
    code = getattr(error.__cause__, "sqlstate", None) or getattr(error, "errno", None)
    name = type(error).__qualname__
    return (f"{name} {code}" if code else name)[:ERROR_LENGTH]


def _place_of(error: BaseException) -> str:
    """Return class and code of an error, and the line that raised it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return _name_of(error)
    path = Path(trace.tb_frame.f_code.co_filename)
    return f"{_name_of(error)} ({path.parent.name}/{path.name}:{trace.tb_lineno})"
