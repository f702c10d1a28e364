"""Whether mail leaves at all."""

from __future__ import annotations

from django.db import models


class OutboxStatus(models.Model):
    """One row: since when, and why, no mail leaves; null while it does.

    Set when the provider refuses our log-in, so that every process knows, and the admin says so.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    stopped_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)
    try_again_at = models.DateTimeField(null=True)
    staff_told_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Whether it is stopped."""
        return "stopped" if self.stopped_at else "running"
