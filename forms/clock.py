"""The clock that decides deadlines: the database's, which all machines share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.utils import timezone

from .prepared import Asked, Statement, ask_together

_TIME = Statement("SELECT clock_timestamp()", is_kept=True)

Clock = Callable[[], dt.datetime]


def database_now() -> dt.datetime:
    """Return the database's time at this very moment, in UTC.

    ``clock_timestamp()`` rather than ``now()``: the latter is the start of the transaction, which
    may lie before a long wait for a lock. SQLite has no server, so its clock is this machine's.
    """
    _nothing, now = ask_with_time()
    return now


def ask_with_time(*asked: Asked | Statement) -> tuple[list[list[Any]], dt.datetime]:
    """Ask kept queries together; return their answers, and the database's time after them."""
    if connection.vendor != "postgresql":
        return ask_together(*asked), timezone.now()
    *answers, ((now,),) = ask_together(*asked, _TIME)
    return answers, now.astimezone(dt.UTC)
