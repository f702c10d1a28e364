"""How many posts a form has had from one network lately: the memory of the rate limit."""

from __future__ import annotations

from django.db import models


class PostCount(models.Model):
    """The posts of one network to one form in one window of time.

    The network is kept as a keyed hash that changes every day; no address is stored.
    """

    scope = models.CharField(max_length=64)
    window_start = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "window_start"], name="kommed_forms_postcount_unique"
            )
        ]

    def __str__(self) -> str:
        """The start of the hash, and the window."""
        return f"{self.scope[:8]} {self.window_start:%Y-%m-%d %H:%M}"
