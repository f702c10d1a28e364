"""Seats: how many there are, how many are taken, and what a newcomer may expect."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from forms.prepared import Asked, PreparedQuery, ask_together

from .clock import ask_with_time
from .enums import RegistrationState, SeatPoolKind, WayIn
from .models import EventRecord, Registration, SeatPool

MOST_CELLS_LOOKED_AT = 10
Cell = tuple[uuid.UUID, uuid.UUID | None]
"""The keys of a session and of an audience: where a registration takes its seat."""


@dataclass(frozen=True)
class Seats:
    """One pool's count at one moment."""

    capacity: int | None
    taken: int = 0
    waiting: int = 0
    kept: int = 0
    """Of the free seats, how many are kept for audiences that have not filled theirs."""
    someone_gets_in: bool | None = None
    """Whether a newcomer of any audience would have a seat; None where nobody looked."""

    @property
    def free(self) -> int | None:
        """Seats nobody has; None where there is no limit. Never negative."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)

    @property
    def is_full(self) -> bool:
        """Whether a newcomer goes on the waiting list, whoever they are.

        Also when a seat is free but the next in line has not had it yet: it is theirs first.
        """
        if self.someone_gets_in is not None:
            return not self.someone_gets_in
        return self.waiting > 0 or self.has_no_seat

    @property
    def has_no_seat(self) -> bool:
        """Whether every seat is taken."""
        return self.free == 0


@dataclass
class SeatCount:
    """The seats of one event at one moment, counted from its registrations."""

    event: EventRecord
    pools: tuple[SeatPool, ...]
    numbers: Counter[tuple[uuid.UUID, uuid.UUID | None, str]]
    at: dt.datetime
    _by_keys: dict[tuple[str, uuid.UUID | None, uuid.UUID | None], SeatPool] = field(
        default_factory=dict
    )

    def __post_init__(self) -> None:
        for pool in self.pools:
            pool.event = self.event
            self._by_keys[pool.kind, pool.event_session_key, pool.audience_key] = pool

    # What is taken

    def of(self, pool: SeatPool) -> Seats:
        """Return the count of one pool."""
        taken = waiting = 0
        for (session_key, audience_key, state), number in self.numbers.items():
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
        pool = self.pool(SeatPoolKind.EVENT_SESSION, key)
        if pool is None:
            return None
        seats, whole = self.of(pool), self.of(self.root)
        capacity = seats.capacity
        if whole.free is not None and (seats.free is None or whole.free < seats.free):
            capacity = seats.taken + whole.free
        kept = sum(self.still_kept(cell) for cell in self.cells_of(key))
        audiences = [cell.audience_key for cell in self.cells_of(key)] or [None]
        return Seats(
            capacity=capacity,
            taken=seats.taken,
            waiting=seats.waiting,
            kept=kept if capacity is None else min(kept, max(0, capacity - seats.taken)),
            someone_gets_in=not pool.takes_nobody
            and any(not self.newcomer_waits(key, audience) for audience in audiences),
        )

    # Pools

    @property
    def root(self) -> SeatPool:
        """The event's own pool."""
        return self._by_keys[SeatPoolKind.EVENT, None, None]

    def pool(
        self, kind: SeatPoolKind, session_key: uuid.UUID, audience_key: uuid.UUID | None = None
    ) -> SeatPool | None:
        """Return one pool, or None."""
        return self._by_keys.get((kind, session_key, audience_key))

    def sessions(self, *, to_come_at: dt.datetime | None = None) -> list[SeatPool]:
        """Return the pools of the sessions that take people, in their order on the page.

        With ``to_come_at`` only those that have not begun by then.
        """
        return [
            pool
            for pool in self.pools
            if pool.kind == SeatPoolKind.EVENT_SESSION
            and not pool.takes_nobody
            and (to_come_at is None or not pool.has_begun(to_come_at))
        ]

    def cells_of(self, session_key: uuid.UUID) -> list[SeatPool]:
        """Return the pools of the audiences at a session, those that were dropped aside."""
        return [
            pool
            for pool in self.pools
            if pool.kind == SeatPoolKind.AUDIENCE
            and pool.event_session_key == session_key
            and not pool.is_closed
        ]

    def pools_for(self, session_key: uuid.UUID, audience_key: uuid.UUID | None) -> list[SeatPool]:
        """Return the pools that a registration for this session and audience takes a seat of."""
        found = [self.root, self.pool(SeatPoolKind.EVENT_SESSION, session_key)]
        if audience_key is not None:
            found.append(self.pool(SeatPoolKind.AUDIENCE, session_key, audience_key))
        return [pool for pool in found if pool is not None]

    # Who gets a seat

    def way_in(self, session_key: uuid.UUID, audience_key: uuid.UUID | None) -> WayIn:
        """Return how one gets a seat: as the audience's own way says, else as the event's."""
        cell = audience_key and self.pool(SeatPoolKind.AUDIENCE, session_key, audience_key)
        return WayIn((cell.way_in if cell else "") or self.event.way_in)

    def still_kept(self, cell: SeatPool) -> int:
        """Return how many seats are kept for an audience at a session that it has not taken."""
        kept = cell.kept_at(self.at)
        if not kept:
            return 0
        seats = self.of(cell)
        left = max(0, kept - seats.taken)
        return left if seats.free is None else min(left, seats.free)

    def has_seat(self, session_key: uuid.UUID, audience_key: uuid.UUID | None) -> bool:
        """Return whether every pool concerned has a seat that nobody has, and none else is kept.

        Seats kept for other audiences are out of reach, at the session and at the whole event.
        """
        free = self.free_for(session_key, audience_key)
        return free is None or free > 0

    def free_for(self, session_key: uuid.UUID, audience_key: uuid.UUID | None) -> int | None:
        """Return how many seats are within reach of an audience; None where there is no limit.

        Never negative. Those who wait are not looked at; see ``newcomer_waits``.
        """
        left = [
            free - self._kept_for_others(pool, session_key, audience_key)
            for pool in self.pools_for(session_key, audience_key)
            if (free := self.of(pool).free) is not None
        ]
        return max(0, min(left)) if left else None

    def _kept_for_others(
        self, pool: SeatPool, session_key: uuid.UUID, audience_key: uuid.UUID | None
    ) -> int:
        if pool.kind == SeatPoolKind.AUDIENCE:
            return 0
        if pool.kind == SeatPoolKind.EVENT_SESSION:
            return self._kept_at(session_key, but_for=audience_key)
        kept = 0
        for session in self.sessions():
            key: Any = session.event_session_key
            here = self._kept_at(key, but_for=audience_key if key == session_key else None)
            # What the session has no room for is not kept at the event either.
            free = self.of(session).free if here else None
            kept += here if free is None else min(here, free)
        return kept

    def _kept_at(self, session_key: uuid.UUID, *, but_for: uuid.UUID | None) -> int:
        return sum(
            self.still_kept(cell)
            for cell in self.cells_of(session_key)
            if cell.audience_key != but_for
        )

    def newcomer_waits(self, session_key: uuid.UUID, audience_key: uuid.UUID | None) -> bool:
        """Return whether someone who comes now goes on the waiting list of the session.

        A seat is not theirs while somebody who waits for that session could have it. Those who wait
        for staff's choice come before others who do; they hold up nobody else.
        """
        if not self.has_seat(session_key, audience_key):
            return True
        is_chosen = self.way_in(session_key, audience_key) == WayIn.APPLICATION
        return any(
            number > 0
            and key == session_key
            and (is_chosen or self.way_in(key, audience) != WayIn.APPLICATION)
            and self.has_seat(key, audience)
            for (key, audience, state), number in self.numbers.items()
            if state == RegistrationState.WAITING
        )

    def takes_none_of(self, session_key: uuid.UUID, audience_key: uuid.UUID | None) -> bool:
        """Return whether nobody of an audience gets a seat at a session, however long they wait."""
        cell = audience_key and self.pool(SeatPoolKind.AUDIENCE, session_key, audience_key)
        return cell.capacity == 0 if cell else False

    def short_of_aim(self, session_key: uuid.UUID, audience_key: uuid.UUID | None) -> float:
        """Return which part of its aim an audience at a session lacks, from 0 to 1."""
        cell = audience_key and self.pool(SeatPoolKind.AUDIENCE, session_key, audience_key)
        if not cell or not cell.aim:
            return 0.0
        return max(0, cell.aim - self.of(cell).taken) / cell.aim

    @property
    def somebody_may_move_up(self) -> bool:
        """Whether a session to come has a seat for an audience of which somebody waits.

        If none has, nobody who waits can have a seat, whatever else than their session they would
        take. Where staff choose, nobody moves up by themselves. Of a large event it is said without
        a look, which would take longer than to look at those who wait.
        """
        audiences = {
            audience
            for (session, audience, state), number in self.numbers.items()
            if number > 0
            and state == RegistrationState.WAITING
            and self.way_in(session, audience) != WayIn.APPLICATION
        }
        to_come = self.sessions(to_come_at=self.at)
        keys: list[Any] = [pool.event_session_key for pool in to_come]
        if not audiences or self.of(self.root).free == 0:
            return False
        if len(audiences) * len(keys) > MOST_CELLS_LOOKED_AT:
            return True
        return any(self.has_seat(key, audience) for audience in audiences for key in keys)

    # What if

    def move(
        self, *, before: tuple[Cell, str] | None = None, after: tuple[Cell, str] | None = None
    ) -> None:
        """Count one registration as ``after`` instead of ``before``, each a cell and a state."""
        if before is not None:
            self.numbers[(*before[0], before[1])] -= 1
        if after is not None:
            self.numbers[(*after[0], after[1])] += 1


_POOLS = PreparedQuery(lambda event: SeatPool.objects.filter(event__key=event))
_NUMBERS = PreparedQuery(
    lambda event: (
        Registration.objects.live()
        .filter(event__key=event)
        .values_list("event_session_key", "audience_key", "state")
        .annotate(number=Count("id"))
        .order_by()
    )
)


def count_seats(event: EventRecord, *, at: dt.datetime | None = None) -> SeatCount:
    """Count the seats of ``event`` at ``at`` from its registrations.

    Without ``at`` the database's clock is asked. Inside the lock of ``actions.locking`` the answer
    stays true until the lock is released; outside it is what was true a moment ago. There is no
    stored counter that could drift.
    """
    if at is None:
        (numbers, pools), at = ask_with_time(*seat_questions(event.key))
    else:
        numbers, pools = ask_together(*seat_questions(event.key))
    return seats_counted(event, numbers, pools, at=at)


def seat_questions(event_key: uuid.UUID) -> tuple[Asked, Asked]:
    """Return what has to be asked to count the seats of an event; see ``seats_counted``."""
    return _NUMBERS.asked(event=event_key), pool_question(event_key)


def pool_question(event_key: uuid.UUID) -> Asked:
    """Return what has to be asked to know the pools of an event."""
    return _POOLS.asked(event=event_key)


def seats_counted(
    event: EventRecord,
    numbers: Sequence[Sequence[Any]],
    pools: Sequence[SeatPool],
    *,
    at: dt.datetime,
) -> SeatCount:
    """Return the seats of ``event`` from the answers to ``seat_questions``."""
    return SeatCount(
        event=event,
        pools=tuple(pools),
        numbers=Counter({(session, audience, state): n for session, audience, state, n in numbers}),
        at=at,
    )
