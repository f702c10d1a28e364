"""Sweeping away files whose form was never sent."""

from __future__ import annotations

import datetime as dt
import time

from ..actions.uploads import discard_unclaimed
from ..clock import Clock, database_now
from ..uploads.limits import KEPT_FOR

MARGIN = dt.timedelta(hours=1)
"""So that a file that was referred to in the last moment is not swept before it is claimed."""
FILES_A_SWEEP = 5000
SECONDS_A_SWEEP = 5.0
"""Enough for thousands of files on a disk, and mail does not have to wait for a slow storage."""


def sweep_uploads(*, now: Clock = database_now) -> int:
    """Remove the files that have waited too long for their form, and return how many.

    All of them, unless that takes too long; then the next sweep goes on.
    """
    until = time.monotonic() + SECONDS_A_SWEEP
    return discard_unclaimed(
        before=now() - KEPT_FOR - MARGIN,
        most=FILES_A_SWEEP,
        may_go_on=lambda: time.monotonic() < until,
    )
