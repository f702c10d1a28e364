"""The registration that somebody has already, and the seats beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from forms.prepared import Asked, PreparedQuery

from ..capacity import SeatCount, seat_questions, seats_counted
from ..models import EventRecord, Registration
from ..validators import NAME_MARK, Identity

_LIVE = PreparedQuery(
    lambda event, address, person: (
        Registration.objects.live()
        .filter(event=event, identity_key__in=[address, person])
        .order_by("pk")
    )
)


def identity_of(registration: Registration) -> Identity:
    """Return whose ``registration`` is, by its name and address as they stand."""
    return Identity(
        email=registration.email,
        name=registration.name,
        is_on_behalf=NAME_MARK in registration.identity_key,
    )


def live_registration(
    event: EventRecord, identity: Identity, *, besides: Registration | None = None
) -> Registration | None:
    """Return the one live registration of a person at ``event``, ``besides`` this one, or None."""
    found = _LIVE.all(event=event.pk, address=identity.address, person=identity.person)
    return _theirs([row for row in found if row != besides], identity)


def _theirs(found: Sequence[Registration], identity: Identity) -> Registration | None:
    """Return which of those with one of somebody's two keys is theirs: rather with the same one."""
    theirs = [
        row
        for row in found
        if not identity.is_on_behalf or identity.key in (row.identity_key, identity_of(row).person)
    ]
    return min(theirs, key=lambda row: row.identity_key != identity.key, default=None)


@dataclass(frozen=True)
class Situation:
    """What somebody finds who asks for a seat: their own registration if any, and the seats."""

    existing: Registration | None
    count: SeatCount


def situation_questions(event: EventRecord, identity: Identity) -> tuple[Asked, ...]:
    """Return what has to be asked for somebody's ``Situation`` at ``event``."""
    live = _LIVE.asked(event=event.pk, address=identity.address, person=identity.person)
    return live, *seat_questions(event.key)


def situation_found(
    event: EventRecord,
    identity: Identity,
    live: list[Any],
    numbers: list[Any],
    pools: list[Any],
    *,
    at: dt.datetime,
) -> Situation:
    """Return somebody's situation from the answers to ``situation_questions``."""
    count = seats_counted(event, numbers, pools, at=at)
    return Situation(existing=_theirs(live, identity), count=count)
