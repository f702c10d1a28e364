"""Workers that send mail and are killed, one after the other: ``python -m tests.servers.fleet``.

Django is set up once. Each line ``start`` makes a process of its own that sends until it is ended;
its number is printed. Leases and waits are short, so that a test need not wait for long.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

LEASE = timedelta(seconds=float(os.environ.get("KOMMED_TEST_LEASE", "2")))
TIMEOUT = float(os.environ.get("KOMMED_TEST_TIMEOUT", "1"))
PAUSE = 0.02
MISSED = "the-database-was-missed"
"""The file, among the data, that says that an outcome could not be noted for want of one."""


def make_everything_short() -> None:
    """Let leases, waits and timeouts last a second or two."""
    from forms.mail import claims, connections, errors, stopping

    claims.LEASE, claims.ONE_ATTEMPT = LEASE, LEASE / 2
    errors.FIRST_WAIT, errors.LONGEST_WAIT = 0.3, 1.0
    connections.FIRST_REST, connections.LONGEST_REST = 0.3, 1.0
    connections.TIMEOUT_SECONDS = TIMEOUT
    stopping.TRY_AGAIN_AFTER = timedelta(seconds=1)


def _note_first() -> None:
    """Note that a mail has been sent before it is."""
    from forms.mail import dispatch

    build_mail = dispatch.build_mail

    def noted_and_built(message: Any) -> Any:
        now = dispatch.timezone.now()
        dispatch.note_outcome(message, state=dispatch.MessageState.SENT, sent_at=now)
        return build_mail(message)

    dispatch.build_mail = noted_and_built


def _never_look_back() -> None:
    """Leave alone what somebody died with."""
    from django.db.models import Q

    from forms.mail import claims

    claims._left_behind = Q(pk__in=[])


def _keep_the_claim() -> None:
    """Give nothing back when told to end."""
    from forms.mail import dispatch

    dispatch.give_back = lambda messages: None


def _note_missing() -> None:
    """Not a fault: leave a file when a database that is away keeps an outcome from being noted."""
    from django.db import InterfaceError, OperationalError

    from forms.mail import claims

    write = claims._write_if_held

    def written(message: Any, **fields: Any) -> bool:
        try:
            return write(message, **fields)
        except (OperationalError, InterfaceError):
            Path(os.environ["KOMMED_DATA_DIR"], MISSED).touch()
            raise

    claims._write_if_held = written


def _no_patience() -> None:
    """Do not wait for a database that is away to note what became of a mail."""
    from forms.mail import claims

    claims.PATIENCE = timedelta(0)


def _burn_on() -> None:
    """Go on with the next mail whatever the server has said."""
    from forms.mail import dispatch

    dispatch.Dispatched.is_over = False  # type: ignore[method-assign,assignment]
    dispatch.stop_outbox = lambda *args, **kwargs: None
    dispatch.Mailer.rest = lambda *args, **kwargs: None


FAULTS = {
    "note_first": _note_first,
    "never_look_back": _never_look_back,
    "no_patience": _no_patience,
    "note_missing": _note_missing,
    "keep_the_claim": _keep_the_claim,
    "burn_on": _burn_on,
}


def _send_until_ended() -> None:
    from django.db import InterfaceError, OperationalError, close_old_connections

    from forms.mail.connections import Mailer
    from forms.mail.dispatch import dispatch_due

    ended: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: ended.append(number))
    mailer = Mailer()
    while not ended:
        close_old_connections()
        try:
            dispatch_due(limit=25, mailer=mailer, should_end=lambda: bool(ended))
        except (OperationalError, InterfaceError):
            time.sleep(0.2)
        time.sleep(PAUSE)
    mailer.close()
    os._exit(0)


def main() -> None:
    """Start a process for each line, until there are no more."""
    django.setup()
    from django.db import connections

    make_everything_short()
    for name in filter(None, os.environ["KOMMED_TEST_FAULTS"].split(",")):
        FAULTS[name]()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for _line in sys.stdin:
        connections.close_all()
        number = os.fork()
        if not number:
            _send_until_ended()
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
