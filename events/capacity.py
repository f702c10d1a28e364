"""Seats: how many there are, how many are taken, and what a newcomer may expect."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count

from .enums import RegistrationState, SeatPoolKind
from .models import EventRecord, Registration, SeatPool


@dataclass(frozen=True)
class Seats:
    """One pool's count at one moment."""

    capacity: int | None
    taken: int = 0
    waiting: int = 0

    @property
    def free(self) -> int | None:
        """Seats nobody has; None where there is no limit. Never negative."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)

    @property
    def is_full(self) -> bool:
        """Whether a newcomer goes on the waiting list.

        Also when a seat is free but somebody waits: a freed seat is theirs before it is public.
        """
        return self.waiting > 0 or self.has_no_seat

    @property
    def has_no_seat(self) -> bool:
        """Whether every seat is taken."""
        return self.free == 0


@dataclass
class SeatCount:
    """The seats of one event, counted from its registrations."""

    event: EventRecord
    pools: tuple[SeatPool, ...]
    rows: tuple[tuple[uuid.UUID, uuid.UUID | None, str, int], ...]
    _seats: dict[int, Seats] = field(default_factory=dict)

    def of(self, pool: SeatPool) -> Seats:
        """Return the count of one pool."""
        if pool.pk not in self._seats:
            self._seats[pool.pk] = self._count(pool)
        return self._seats[pool.pk]

    def _count(self, pool: SeatPool) -> Seats:
        taken = waiting = 0
        for session_key, audience_key, state, number in self.rows:
            if pool.event_session_key not in (None, session_key):
                continue
            if pool.kind == SeatPoolKind.AUDIENCE and pool.audience_key != audience_key:
                continue
            if state in self.event.seat_states:
                taken += number
            elif state == RegistrationState.WAITING:
                waiting += number
        return Seats(capacity=pool.capacity, taken=taken, waiting=waiting)

    def of_event_session(self, key: uuid.UUID) -> Seats | None:
        """Return what is left for someone who asks for the session; None if there is no such one.

        The tightest of the session's own pool and the event's: a session with free seats is full
        when the whole event is.
        """
        session_pool = self.pool(SeatPoolKind.EVENT_SESSION, key)
        if session_pool is None:
            return None
        seats, whole = self.of(session_pool), self.of(self.root)
        if whole.free is not None and (seats.free is None or whole.free < seats.free):
            capacity = seats.taken + whole.free
            return Seats(capacity=capacity, taken=seats.taken, waiting=seats.waiting)
        return seats

    @property
    def root(self) -> SeatPool:
        """The event's own pool."""
        return next(pool for pool in self.pools if pool.kind == SeatPoolKind.EVENT)

    def pool(
        self, kind: SeatPoolKind, session_key: uuid.UUID, audience_key: uuid.UUID | None = None
    ) -> SeatPool | None:
        """Return one pool, or None."""
        wanted = (kind, session_key, audience_key)
        for pool in self.pools:
            if (pool.kind, pool.event_session_key, pool.audience_key) == wanted:
                return pool
        return None

    def pools_for(self, session_key: uuid.UUID, audience_key: uuid.UUID | None) -> list[SeatPool]:
        """Return the pools that a registration for this session and audience takes a seat of."""
        found: Iterable[SeatPool | None] = (
            self.root,
            self.pool(SeatPoolKind.EVENT_SESSION, session_key),
            self.pool(SeatPoolKind.AUDIENCE, session_key, audience_key) if audience_key else None,
        )
        return [pool for pool in found if pool is not None]

    def has_seat(self, session_key: uuid.UUID, audience_key: uuid.UUID | None) -> bool:
        """Return whether every pool concerned has a seat that nobody has."""
        return not any(
            self.of(pool).has_no_seat for pool in self.pools_for(session_key, audience_key)
        )

    def newcomer_waits(self, session_key: uuid.UUID, audience_key: uuid.UUID | None) -> bool:
        """Return whether someone who comes now goes on the waiting list of the session."""
        session_pool = self.pool(SeatPoolKind.EVENT_SESSION, session_key)
        somebody_waits = session_pool is not None and self.of(session_pool).waiting > 0
        return somebody_waits or not self.has_seat(session_key, audience_key)


def count_seats(event: EventRecord) -> SeatCount:
    """Count the seats of ``event`` from its registrations, in two queries.

    Inside the lock of ``actions.locking`` the answer stays true until the lock is released; outside
    it is what was true a moment ago. There is no stored counter that could drift.
    """
    rows = (
        Registration.objects.live()
        .filter(event=event)
        .values_list("event_session_key", "audience_key", "state")
        .annotate(number=Count("id"))
        .order_by()
    )
    return SeatCount(event=event, pools=tuple(event.seat_pools.all()), rows=tuple(rows))
