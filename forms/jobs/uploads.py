"""Sweeping away files whose form was never sent."""

from __future__ import annotations

import datetime as dt

from ..actions.uploads import discard_unclaimed
from ..clock import Clock, database_now
from ..uploads.limits import KEPT_FOR

MARGIN = dt.timedelta(hours=1)
"""So that a file that was referred to in the last moment is not swept before it is claimed."""
FILES_A_SWEEP = 50


def sweep_uploads(*, now: Clock = database_now) -> int:
    """Remove files that have waited too long for their form, and return how many."""
    return discard_unclaimed(before=now() - KEPT_FOR - MARGIN, most=FILES_A_SWEEP)
