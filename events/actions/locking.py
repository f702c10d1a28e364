"""The one lock: the row of the event's root pool.

One lock and one event per transaction, so there is no order to get wrong and no deadlock.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from forms.locking import Gate, lock_timeouts_as, locked, process_gate
from forms.prepared import PreparedQuery

from ..enums import SeatPoolKind
from ..exceptions import EventBusy, EventSessionGone
from ..models import EventRecord, SeatPool

__all__ = ["Gate", "lock_timeouts_as_busy", "seats_locked"]

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
    return locked(partial(_lock, event), busy=EventBusy, gate=_gate, wait=wait)


def _root_pool(event: int) -> Any:
    pools = SeatPool.objects.filter(event=event, kind=SeatPoolKind.EVENT)
    return pools.select_for_update(no_key=True).order_by().values_list("pk")


_ROOT_POOL = PreparedQuery(_root_pool)
_RECORD = PreparedQuery(lambda pk: EventRecord.objects.filter(pk=pk))


def _lock(event: EventRecord) -> EventRecord:
    if not _ROOT_POOL.rows(event=event.pk):
        raise EventSessionGone
    # Read anew once the lock is there: a row that was read while waiting is of before it.
    record = _RECORD.first(pk=event.pk)
    if record is None:
        raise EventSessionGone
    return record
