"""How an event fills, cell by cell: what is taken, what is meant, and what would be if ..."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from ..capacity import SeatCount, Seats
from ..enums import RegistrationState, SeatPoolKind
from ..models import Registration, SeatPool


@dataclass(frozen=True)
class MixRow:
    """One pool: what is taken now, and what would be."""

    name: str
    event_session_key: uuid.UUID | None
    audience_key: uuid.UUID | None
    capacity: int | None
    aim: int | None
    taken: int
    base: int
    """Seats taken by others than applications, which take some where they hold one."""
    then: int
    """Seats taken if what is looked at were done."""
    waiting: int
    kept: int
    """Seats kept for this audience now, whether it has taken them or not."""
    kept_through: dt.date | None
    """The last day on which they are kept, in the event's zone."""
    is_gone: bool
    """Whether the pool takes nobody any more."""

    @property
    def adding(self) -> int:
        """How many seats more would be taken."""
        return self.then - self.taken

    @property
    def free(self) -> int | None:
        """Seats nobody has; None where there is no limit."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)

    @property
    def over_now(self) -> int:
        """How many more than there are seats have one now."""
        return 0 if self.capacity is None else max(0, self.taken - self.capacity)

    @property
    def over(self) -> int:
        """How many more than there are seats would have one."""
        return 0 if self.capacity is None else max(0, self.then - self.capacity)

    @property
    def short(self) -> int:
        """How many would still be lacking to the aim."""
        return 0 if self.aim is None else max(0, self.aim - self.then)


@dataclass(frozen=True)
class SessionMix:
    """A session with its audiences; or the whole event, which has none of its own."""

    whole: MixRow
    audiences: list[MixRow] = field(default_factory=list)

    @property
    def out_of_kept(self) -> int:
        """How many seats would be taken that are kept for an audience that lacks them."""
        if self.whole.capacity is None:
            return 0
        still_kept = sum(max(0, row.kept - row.then) for row in self.audiences)
        return min(still_kept, max(0, still_kept - (self.whole.capacity - self.whole.then)))

    @property
    def is_overbooked(self) -> bool:
        """Whether more have a seat now than there are, at the session or for an audience."""
        return any(row.over_now > 0 for row in (self.whole, *self.audiences))

    @property
    def is_over(self) -> bool:
        """Whether a limit would be passed."""
        rows = (self.whole, *self.audiences)
        return self.out_of_kept > 0 or any(row.over > 0 for row in rows)


def mix_of(
    count: SeatCount,
    *,
    sessions: Collection[uuid.UUID | None],
    changes: Iterable[tuple[Registration, RegistrationState]] = (),
    among_applications: bool = False,
) -> list[SessionMix]:
    """Return the mix of ``sessions``, now and as it would be after ``changes`` of state.

    The whole event comes first where it has a limit of its own. ``count`` is left as it was.
    ``among_applications``: applications that ``changes`` do not speak of count for nothing then,
    also where they hold a seat, since it is about what to make of them.
    """
    shown = [
        pool
        for pool in count.pools
        if (pool.kind == SeatPoolKind.EVENT and pool.capacity is not None)
        or (pool.kind == SeatPoolKind.EVENT_SESSION and pool.event_session_key in sessions)
    ]
    now = {pool.pk: count.of(pool) for pool in count.pools}
    base, then = _then(count, changes, among_applications=among_applications)

    def row(pool: SeatPool) -> MixRow:
        return _row(pool, now[pool.pk], base=base[pool.pk], then=then[pool.pk], count=count)

    return [
        SessionMix(
            row(pool),
            [
                row(cell)
                for cell in count.pools
                if pool.event_session_key
                and cell.kind == SeatPoolKind.AUDIENCE
                and cell.event_session_key == pool.event_session_key
                and not (cell.is_closed and not now[cell.pk].taken)
            ],
        )
        for pool in shown
    ]


def _then(
    count: SeatCount,
    changes: Iterable[tuple[Registration, RegistrationState]],
    *,
    among_applications: bool,
) -> tuple[dict[int, int], dict[int, int]]:
    """Return by pool what others than applications take, and what would be taken."""
    numbers = count.numbers.copy()
    _leave_out_applications(count)
    base = {pool.pk: count.of(pool).taken for pool in count.pools}
    if not among_applications:
        count.numbers = numbers.copy()
    for registration, state in changes:
        cell = (registration.event_session_key, registration.audience_key)
        is_left_out = among_applications and registration.state == RegistrationState.PENDING
        before = None if is_left_out else (cell, registration.state)
        count.move(before=before, after=(cell, state))
    then = {pool.pk: count.of(pool).taken for pool in count.pools}
    count.numbers = numbers
    return base, then


def _leave_out_applications(count: SeatCount) -> None:
    for session, audience, state in list(count.numbers):
        if state == RegistrationState.PENDING:
            count.numbers[session, audience, state] = 0


def _last_day(pool: SeatPool, count: SeatCount) -> dt.date | None:
    if pool.kept_until is None:
        return None
    return (pool.kept_until - dt.timedelta(seconds=1)).astimezone(count.event.zone).date()


def _row(pool: SeatPool, now: Seats, *, base: int, then: int, count: SeatCount) -> MixRow:
    return MixRow(
        name=pool.name,
        event_session_key=pool.event_session_key,
        audience_key=pool.audience_key,
        capacity=pool.capacity,
        aim=pool.aim,
        taken=now.taken,
        base=base,
        then=then,
        waiting=now.waiting,
        kept=0 if pool.is_closed else pool.kept_at(count.at),
        kept_through=_last_day(pool, count),
        is_gone=pool.takes_nobody,
    )


def would_be_over(count: SeatCount, registration: Registration) -> list[SessionMix]:
    """Return what would be over its limit at its session if ``registration`` had a seat."""
    change = [(registration, RegistrationState.CONFIRMED)]
    found = mix_of(count, sessions={registration.event_session_key}, changes=change)
    return [mix for mix in found if mix.is_over]
