"""The one lock: the row of the event's root pool.

One lock and one event per transaction, so there is no order to get wrong and no deadlock.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from forms.locking import Gate, lock_timeouts_as, locked, process_gate
from forms.models import Submission
from forms.prepared import Asked, PreparedQuery, Statement, ask_together
from forms.prepared_insert import NewRows, key_questions, keys_reserved

from ..clock import Clock, ask_with_time, database_now
from ..enums import SeatPoolKind
from ..exceptions import EventBusy, EventSessionGone
from ..models import EventRecord, Registration, SeatPool
from ..queries.live_registration import Situation, situation_found, situation_questions
from ..validators import Identity

__all__ = ["Gate", "lock_timeouts_as_busy", "seats_locked", "situation_locked"]

_gate = process_gate


def lock_timeouts_as_busy() -> AbstractContextManager[None]:
    """Raise ``EventBusy`` for whatever in the block did not get its lock in time."""
    return lock_timeouts_as(EventBusy)


def seats_locked(
    event: EventRecord, *, wait: float | None = None
) -> AbstractContextManager[EventRecord]:
    """Hold the seats of ``event`` for one transaction, and yield the event as it is under the lock.

    Waits ``LOCK_WAIT`` seconds at most. Raises ``EventBusy`` when the seats are not had by then, or
    when enough others of this process are waiting already; nothing is written in that case. With
    ``wait`` of its own, in seconds, a caller is patient and passes by the others.
    """
    return locked(partial(_lock, event), busy=EventBusy, gate=_gate, wait=wait, limits_itself=True)


def situation_locked(
    event: EventRecord, identity: Identity, *, now: Clock, rows: NewRows
) -> AbstractContextManager[Situation]:
    """Hold the seats of ``event``, as ``seats_locked`` does, and yield what somebody finds there.

    The moment of its count is when the lock was had. Of ``rows``, which get their keys here, all is
    written when the block is done.
    """
    lock = partial(_lock_and_look, event, identity, now, rows)
    return locked(lock, busy=EventBusy, gate=_gate, limits_itself=True, last=rows)


def _root_pool(event: int) -> Any:
    pools = SeatPool.objects.filter(event=event, kind=SeatPoolKind.EVENT)
    return pools.select_for_update(no_key=True).order_by().values_list("pk")


_ROOT_POOL = PreparedQuery(_root_pool)
_NEW_ROWS = (Submission, Registration)
_RECORD = PreparedQuery(lambda pk: EventRecord.objects.filter(pk=pk))


def _lock(event: EventRecord, limits: list[Statement]) -> EventRecord:
    *_limited, pools, records = ask_together(*limits, *_lock_questions(event))
    return _held(pools, records)


def _lock_and_look(
    event: EventRecord, identity: Identity, now: Clock, rows: NewRows, limits: list[Statement]
) -> Situation:
    about_them = situation_questions(event, identity)
    questions: list[Asked | Statement] = [*limits, *_lock_questions(event), *about_them]
    answers, at = ask_with_time(*questions, *key_questions(*_NEW_ROWS))
    pools, records, live, numbers, seats = answers[len(limits) : len(questions)]
    rows.use_keys(keys_reserved(_NEW_ROWS, answers[len(questions) :]))
    return situation_found(
        _held(pools, records),
        identity,
        live,
        numbers,
        seats,
        at=at if now is database_now else now(),
    )


def _lock_questions(event: EventRecord) -> tuple[Asked, Asked]:
    # The record is read once the lock is there: a row that was read while waiting is of before it.
    return _ROOT_POOL.asked(event=event.pk), _RECORD.asked(pk=event.pk)


def _held(pools: list[Any], records: list[Any]) -> EventRecord:
    if not pools or not records:
        raise EventSessionGone
    held: EventRecord = records[0]
    return held
