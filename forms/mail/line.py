"""The line to the mail server: one mail is on it while the next one is made ready."""

from __future__ import annotations

import sys
from concurrent.futures import Future, ThreadPoolExecutor, wait

from django.core.mail import EmailMessage
from django.db import connections

from .connections import Mailer

SHORT_TURN = 0.0005
"""Seconds one thread may keep the interpreter while another wants it; Python's default is ten times
that, for each of the four answers of a mail server that somebody must be awake for."""

HEAD_START = 0.0008
"""Seconds in which a mail whose bytes are ready comes so far that only the server's answer is
waited for. Whatever is done meanwhile would keep it from getting there."""


class Line:
    """Sends one mail at a time in a thread of its own, so that nobody need watch it being sent.

    Whoever puts a mail on the line takes its outcome from there before putting on the next one. The
    ``mailer`` is used by nobody else meanwhile, and is left open.
    """

    def __init__(self, mailer: Mailer) -> None:
        self._mailer = mailer
        self._thread: ThreadPoolExecutor | None = None
        self._turn = 0.0

    def put(self, mail: EmailMessage, *, outbox_id: str) -> Future[str]:
        """Begin to send; the outcome is what ``Mailer.send`` returns or raises."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="mail")
            self._turn = sys.getswitchinterval()
            sys.setswitchinterval(min(self._turn, SHORT_TURN))
        outcome = self._thread.submit(self._mailer.send, mail, outbox_id=outbox_id)
        wait([outcome], timeout=HEAD_START)
        return outcome

    def close(self) -> None:
        """Wait for what is on the line, and end the thread."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.submit(connections.close_all)  # a mail backend may have asked the database
            thread.shutdown()
            sys.setswitchinterval(self._turn)
