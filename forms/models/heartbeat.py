"""The sign that the worker is alive."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils import timezone

ALIVE_WITHIN = dt.timedelta(minutes=5)


class WorkerHeartbeat(models.Model):
    """One row, touched by the worker on every round."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        """When the worker was last seen."""
        return self.beat_at.isoformat()

    @classmethod
    def beat(cls) -> None:
        """Note that the worker is alive now."""
        cls.objects.update_or_create(id=1, defaults={"beat_at": timezone.now()})

    @classmethod
    def is_alive(cls) -> bool:
        """Return whether the worker was seen within the last five minutes."""
        return cls.objects.filter(beat_at__gte=timezone.now() - ALIVE_WITHIN).exists()
