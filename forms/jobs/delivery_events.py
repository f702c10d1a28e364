"""Removing what providers told long ago."""

from __future__ import annotations

import datetime as dt

from ..clock import Clock, database_now
from ..models import DeliveryEvent

KEPT = dt.timedelta(days=60)
"""Longer than any provider tells a thing again; what it led to stays on the message."""


def forget_delivery_events(*, now: Clock = database_now) -> int:
    """Remove what was told too long ago to be told again, and return how many there were."""
    number, _by_model = DeliveryEvent.objects.filter(received_at__lt=now() - KEPT).delete()
    return number
