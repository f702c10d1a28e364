"""The clock that decides deadlines: the database's, which all machines share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import connection
from django.utils import timezone

Clock = Callable[[], dt.datetime]


def database_now() -> dt.datetime:
    """Return the database's time at this very moment, in UTC.

    ``clock_timestamp()`` rather than ``now()``: the latter is the start of the transaction, which
    may lie before a long wait for a lock. SQLite has no server, so its clock is this machine's.
    """
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    return now.astimezone(dt.UTC)  # type: ignore[no-any-return]
