"""The ``worker`` command."""

from __future__ import annotations

import logging
import os
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError
from django.utils.crypto import get_random_string

from cms.worker import Rounds, is_passing_trouble, run_until_done

IDLE_SECONDS = 1.0
TROUBLE_SECONDS = 3.0

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Send mail, publish what is scheduled, and run queued tasks."""

    help = "Send mail, publish what is due and run the task queue."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take ``--once`` for cron."""
        parser.add_argument("--once", action="store_true", help="Do what is due now, then end.")
        parser.add_argument(
            "--parent", type=int, default=0, help="End when this process is no longer our parent."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until told to stop; a round that has begun is finished first."""
        stop = threading.Event()
        rounds = Rounds(worker_id=get_random_string(16), should_end=stop.is_set)
        try:
            self._work(rounds, stop, options)
        finally:
            rounds.mailer.close()

    def _work(self, rounds: Rounds, stop: threading.Event, options: dict[str, Any]) -> None:
        if options["once"]:
            run_until_done(rounds)
            return
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set() and self._has_parent(options["parent"]):
            try:
                pause = 0.0 if rounds.run() else IDLE_SECONDS
            except OperationalError as error:
                if not is_passing_trouble(error):
                    raise
                logger.warning("The database is not there; trying again.")
                pause = TROUBLE_SECONDS
            stop.wait(pause)

    @staticmethod
    def _has_parent(parent: int) -> bool:
        return parent in (0, os.getppid())
