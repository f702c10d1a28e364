"""The registration that somebody has already, and the seats beside it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from forms.prepared import Asked, PreparedQuery, ask_together

from ..capacity import SeatCount, seat_questions, seats_counted
from ..models import EventRecord, Registration

_LIVE = PreparedQuery(
    lambda event, identity: (
        Registration.objects.live().filter(event=event, identity_key=identity).order_by("pk")[:1]
    )
)


def live_registration(event: EventRecord, identity_key: str) -> Registration | None:
    """Return the one live registration of a person at ``event``, or None."""
    return _LIVE.first(event=event.pk, identity=identity_key)


@dataclass(frozen=True)
class Situation:
    """What somebody finds who asks for a seat: their own registration if any, and the seats."""

    existing: Registration | None
    count: SeatCount


def situation_questions(event: EventRecord, identity_key: str) -> tuple[Asked, ...]:
    """Return what has to be asked for somebody's ``Situation`` at ``event``."""
    live = _LIVE.asked(event=event.pk, identity=identity_key)
    return live, *seat_questions(event.key)


def situation_found(
    event: EventRecord,
    live: list[Any],
    numbers: list[Any],
    pools: list[Any],
    *,
    at: dt.datetime,
) -> Situation:
    """Return somebody's situation from the answers to ``situation_questions``."""
    count = seats_counted(event, numbers, pools, at=at)
    return Situation(existing=live[0] if live else None, count=count)


def situation_of(event: EventRecord, identity_key: str, *, at: dt.datetime) -> Situation:
    """Return what somebody finds at ``event`` now. Ask while the seats are locked."""
    live, numbers, pools = ask_together(*situation_questions(event, identity_key))
    return situation_found(event, live, numbers, pools, at=at)
