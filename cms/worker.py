"""What the worker does: the jobs that are due, mail, and the task queue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.core.management import call_command
from django.db import OperationalError, close_old_connections
from django_tasks_db.management.commands.db_worker import Worker as TaskWorker

from forms.clock import Clock
from forms.jobs.due import register_job, run_due_jobs
from forms.mail.connections import Mailer
from forms.mail.dispatch import dispatch_due
from forms.models import WorkerHeartbeat

MAILS_A_ROUND = 25
TASKS_A_ROUND = 25
PUBLISH_EVERY = dt.timedelta(seconds=30)
TASK_BACKEND = "default"


def publish_scheduled(*, now: Clock) -> None:
    """Publish and take down the pages whose time has come. Wagtail looks at its own clock."""
    call_command("publish_scheduled", verbosity=0)


register_job("kommed_cms.publish_scheduled", publish_scheduled, every=PUBLISH_EVERY)


class Rounds:
    """Rounds of due work. Each part comes round often, so that none keeps another waiting.

    ``should_end`` is asked between mails: the one in hand is finished, and the round ends.
    """

    def __init__(self, *, worker_id: str, should_end: Callable[[], bool] = lambda: False) -> None:
        self.worker_id, self.should_end = worker_id, should_end
        self.mailer = Mailer()

    def run(self) -> bool:
        """Do one round and return whether there may be more to do at once."""
        close_old_connections()
        WorkerHeartbeat.beat()
        run_due_jobs()  # before the mail, which they write
        self.mailer.close_if_idle()
        mails = dispatch_due(limit=MAILS_A_ROUND, mailer=self.mailer, should_end=self.should_end)
        tasks = self._run_tasks()
        may_go_on = mails.tried == MAILS_A_ROUND and not mails.is_over
        return may_go_on or tasks > 0  # tasks may have written mail

    def _run_tasks(self) -> int:
        worker = TaskWorker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name=TASK_BACKEND,
            startup_delay=False,
            max_tasks=TASKS_A_ROUND,
            worker_id=self.worker_id,
            excluded_queue_names=[],
        )
        worker.run()
        return int(worker._run_tasks)


def run_until_done(rounds: Rounds) -> None:
    """Run rounds until nothing is due any more."""
    while rounds.run():
        pass


def is_passing_trouble(error: OperationalError) -> bool:
    """Return whether a database error is one to wait out: somebody else writes, or it restarts."""
    text = str(error).lower()
    return any(
        word in text
        for word in ("locked", "connection", "starting up", "shutting down", "terminating")
    )
