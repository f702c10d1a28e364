"""Forgetting how many posts came from where."""

from __future__ import annotations

from ..clock import Clock, database_now
from ..protection.counting import remove_old_counts


def forget_post_counts(*, now: Clock = database_now) -> int:
    """Remove the counts of windows that are over, and return how many there were."""
    return remove_old_counts(now=now())
