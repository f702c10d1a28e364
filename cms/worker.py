"""What the worker does: mail, publishing that is due, the daily purge, and the task queue."""

from __future__ import annotations

import time

from django.core.management import call_command
from django.db import OperationalError, close_old_connections
from django_tasks_db.management.commands.db_worker import Worker as TaskWorker

from events.jobs.invitations import remind_the_invited
from events.jobs.waiting_lists import settle_waiting_lists
from forms.jobs.post_counts import forget_post_counts
from forms.jobs.purge import purge_personal_data
from forms.jobs.uploads import sweep_uploads
from forms.mail.dispatch import Dispatched, dispatch_due
from forms.models import WorkerHeartbeat

MAILS_A_ROUND = 25
TASKS_A_ROUND = 25
PUBLISH_EVERY_SECONDS = 30.0
PURGE_EVERY_SECONDS = 24 * 60 * 60.0
PAUSE_AFTER_REFUSAL_SECONDS = 300.0  # mail servers lock accounts that are refused too often
TASK_BACKEND = "default"


class Rounds:
    """Rounds of due work. Each part comes round often, so that none keeps another waiting."""

    def __init__(self, *, worker_id: str) -> None:
        self.worker_id = worker_id
        self._published_at = float("-inf")
        self._purged_at = float("-inf")
        self._refused_at = float("-inf")

    def run(self) -> bool:
        """Do one round and return whether there may be more to do at once."""
        close_old_connections()
        WorkerHeartbeat.beat()
        mails = self._send_mails()
        if time.monotonic() - self._published_at >= PUBLISH_EVERY_SECONDS:
            call_command("publish_scheduled", verbosity=0)
            settle_waiting_lists()
            remind_the_invited()
            forget_post_counts()
            sweep_uploads()
            self._published_at = time.monotonic()
        if time.monotonic() - self._purged_at >= PURGE_EVERY_SECONDS:
            purge_personal_data()
            self._purged_at = time.monotonic()
        tasks = self._run_tasks()
        may_go_on = mails.tried == MAILS_A_ROUND and not mails.stopped
        return may_go_on or tasks == TASKS_A_ROUND

    def _send_mails(self) -> Dispatched:
        """Send what is due; after a refused log-in leave the mail server in peace for a while."""
        if time.monotonic() - self._refused_at < PAUSE_AFTER_REFUSAL_SECONDS:
            return Dispatched()
        mails = dispatch_due(limit=MAILS_A_ROUND)
        if mails.stopped:
            self._refused_at = time.monotonic()
        return mails

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
