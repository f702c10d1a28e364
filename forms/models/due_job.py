"""When each recurring piece of work was done last, and who is at it."""

from __future__ import annotations

from django.db import models


class DueJob(models.Model):
    """One recurring piece of work. Whoever holds its lease does it; a dead one's lease runs out."""

    name = models.CharField(max_length=64, unique=True)
    lease_until = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(
        default=0, help_text="How many times in a row it has not come to its end."
    )
    last_error = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        """Its name."""
        return str(self.name)
