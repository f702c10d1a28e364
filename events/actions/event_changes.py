"""Calling off an event or a session, taking that back, and telling of a new time or place."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from ..clock import Clock, database_now
from ..enums import RegistrationState, SeatPoolKind, TodoKind
from ..exceptions import AlreadySo, EventSessionGone
from ..models import EventRecord, Registration, SeatPool, Todo
from ..notifications.event_changes import (
    EVENT_CANCELLED,
    EVENT_CHANGED,
    EVENT_RESTORED,
    SESSION_CLOSED,
    SESSION_REOPENED,
    DetailsOfMany,
    is_news,
    last_told,
    notify_of_event_change,
    reason_for,
)
from ..offers import offer_ends
from ..queries.details import when_text
from .locking import seats_locked
from .offers import wait_again
from .waiting_list import promote_waiting

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

LOG_CANCEL_EVENT = "kommed_events.event.cancel"
LOG_RESTORE_EVENT = "kommed_events.event.restore"
LOG_CLOSE_SESSION = "kommed_events.event.close_session"
LOG_REOPEN_SESSION = "kommed_events.event.reopen_session"
LOG_ANNOUNCE = "kommed_events.event.announce_change"
CHANGE_WAIT = 30.0
"""Seconds that these wait for the seats: staff are patient, and decide it once."""

Reasons = Mapping[str, str]
"""In the organiser's own words, by language. They go into the mails and are not kept."""


def cancel_event(
    *,
    event: EventRecord,
    by: AbstractBaseUser | None,
    reasons: Reasons | None = None,
    now: Clock = database_now,
) -> int:
    """Call ``event`` off, tell everybody who is registered, and return how many that are.

    Registrations keep their states and their places in line, so that it can be taken back; nobody
    gets in and nobody moves up meanwhile. The mail takes the entry out of their calendars. Raises
    ``AlreadySo`` or ``EventBusy``; nothing is written then.
    """
    with seats_locked(event, wait=CHANGE_WAIT) as locked:
        if locked.is_cancelled:
            raise AlreadySo
        moment = now()
        _set_cancelled(locked, moment)
        told = _tell(EVENT_CANCELLED, locked, reasons=reasons, at=moment)
        _close_todos(locked, at=moment)  # what they would be told is told by this
        _note(locked, LOG_CANCEL_EVENT, by=by, at=moment, told=told)
    return told


def restore_event(
    *,
    event: EventRecord,
    by: AbstractBaseUser | None,
    reasons: Reasons | None = None,
    now: Clock = database_now,
) -> int:
    """Take it back that ``event`` was called off, tell everybody, and return how many that are.

    Seats that were offered are held anew for as long as when they are offered now. Raises
    ``AlreadySo`` or ``EventBusy``; nothing is written then.
    """
    with seats_locked(event, wait=CHANGE_WAIT) as locked:
        if not locked.is_cancelled:
            raise AlreadySo
        moment = now()
        _set_cancelled(locked, None)
        _hold_offers(locked, at=moment)
        told = _tell(EVENT_RESTORED, locked, reasons=reasons, at=moment)
        _note(locked, LOG_RESTORE_EVENT, by=by, at=moment, told=told)
        promote_waiting(event=locked, at=moment)
    return told


def close_event_session(
    *,
    event: EventRecord,
    event_session_key: uuid.UUID,
    by: AbstractBaseUser | None,
    reasons: Reasons | None = None,
    now: Clock = database_now,
) -> int:
    """Close a session that is not held, and return how many people are told.

    Whoever was offered a seat there as their second choice waits for their first as before. Whoever
    waits there and would take another session moves up there, if there is a seat. The others keep
    their registration and are offered the other sessions: on their own page they move, or cancel.
    Raises ``AlreadySo``, ``EventSessionGone`` or ``EventBusy``; nothing is written then.
    """
    with seats_locked(event, wait=CHANGE_WAIT) as locked:
        pool = _session_pool(locked, event_session_key)
        if pool.closed_at is not None:
            raise AlreadySo
        moment = now()
        _set_closed(pool, moment)
        told = _take_offers_back(pool, by=by, reasons=reasons, at=moment)
        promote_waiting(event=locked, at=moment)
        if locked.is_cancelled:
            told = 0  # they know that they need not come
        else:
            told += _tell(SESSION_CLOSED, locked, reasons=reasons, at=moment, pool=pool)
        _close_todos(locked, at=moment, keys=[event_session_key])
        _note(locked, LOG_CLOSE_SESSION, by=by, at=moment, told=told, pool=pool)
    return told


def reopen_event_session(
    *,
    event: EventRecord,
    event_session_key: uuid.UUID,
    by: AbstractBaseUser | None,
    reasons: Reasons | None = None,
    now: Clock = database_now,
) -> int:
    """Take it back that a session was closed, tell who is still there, and return how many.

    Raises ``AlreadySo``, ``EventSessionGone`` or ``EventBusy``; nothing is written then.
    """
    with seats_locked(event, wait=CHANGE_WAIT) as locked:
        pool = _session_pool(locked, event_session_key)
        if pool.closed_at is None:
            raise AlreadySo
        moment = now()
        _set_closed(pool, None)
        _hold_offers(locked, at=moment, pool=pool)
        told = 0
        if not locked.is_cancelled:
            told = _tell(SESSION_REOPENED, locked, reasons=reasons, at=moment, pool=pool)
        _note(locked, LOG_REOPEN_SESSION, by=by, at=moment, told=told, pool=pool)
        promote_waiting(event=locked, at=moment)
    return told


def announce_change(
    *,
    event: EventRecord,
    by: AbstractBaseUser | None,
    reasons: Reasons | None = None,
    now: Clock = database_now,
) -> int:
    """Tell those of ``event`` who know another time or place than holds now; return how many.

    Each is told what they know and what it is now, with their calendar entry brought up to date.
    Nobody is told what they know already, nor of a session that is not held. Raises ``EventBusy``;
    nothing is written then.
    """
    with seats_locked(event, wait=CHANGE_WAIT) as locked:
        moment = now()
        people = who_knows_otherwise(event=locked)
        told = 0
        if people:
            # A number of its own, also where the publishing that made the change had one.
            keys = {person.event_session_key for person in people}
            _next_in_calendars(locked, keys=list(keys))
            told = notify_of_event_change(
                EVENT_CHANGED,
                event=locked,
                registrations=people,
                details=DetailsOfMany(locked),
                reasons=reasons or {},
                at=moment,
                told=last_told(locked),
            )
            _note(locked, LOG_ANNOUNCE, by=by, at=moment, told=told)
        _close_todos(locked, at=moment)
    return told


def who_knows_otherwise(*, event: EventRecord) -> list[Registration]:
    """Return the live registrations whose last mail said another time or place than holds now."""
    if event.is_cancelled:
        return []
    held = [pool.event_session_key for pool in _session_pools(event) if not pool.takes_nobody]
    people = _people(event).filter(event_session_key__in=held)
    told, details = last_told(event), DetailsOfMany(event)
    found = []
    for person in people:
        person.event = event
        if is_news(told.get(person.uuid), details.of(person)):
            found.append(person)
    return found


# What is written


def _set_cancelled(event: EventRecord, moment: dt.datetime | None) -> None:
    event.cancelled_at = moment
    event.save(update_fields=["cancelled_at", "updated_at"])
    _next_in_calendars(event)


def _set_closed(pool: SeatPool, moment: dt.datetime | None) -> None:
    pool.closed_at = moment
    pool.save(update_fields=["closed_at"])
    _next_in_calendars(pool.event, keys=[pool.event_session_key])


def _take_offers_back(
    pool: SeatPool, *, by: AbstractBaseUser | None, reasons: Reasons | None, at: dt.datetime
) -> int:
    """Let those who were offered their second choice at ``pool`` wait for their first; how many.

    Nobody can take an offer there any more, and it would lapse, and their place in line with it.
    Whoever has no other session to come back to stays.
    """
    event = pool.event
    people = _people(event).filter(
        state=RegistrationState.OFFERED,
        event_session_key=str(pool.event_session_key),
        first_choice_key__in=[str(each.event_session_key) for each in _to_come(event, at)],
    )
    found = list(people)
    for person in found:
        person.event = event
        with translation.override(person.language):
            note = _(
                "We offered you a seat at %(place)s. That session is not held, so you have your "
                "place in line as before."
            ) % {"place": pool.name}
        reason = reason_for(person.language, reasons or {})
        note = f"{note}\n\n{reason}" if reason else note
        wait_again(registration=person, by=by, at=at, note=note, tell=not event.is_cancelled)
    return len(found)


def _next_in_calendars(event: EventRecord, *, keys: list[Any] | None = None) -> None:
    """Give the entries of the event's sessions, or of some, their next number in calendars."""
    pools = SeatPool.objects.filter(event=event, kind=SeatPoolKind.EVENT_SESSION)
    if keys is not None:
        pools = pools.filter(event_session_key__in=keys)
    pools.update(calendar_sequence=F("calendar_sequence") + 1)
    event.save(update_fields=["updated_at"])


def _hold_offers(event: EventRecord, *, at: dt.datetime, pool: SeatPool | None = None) -> None:
    """Hold offered seats as long as if they were offered ``at``; never shorter than before."""
    offers = Registration.objects.filter(event=event, state=RegistrationState.OFFERED)
    for each in [pool] if pool is not None else _session_pools(event):
        each.event = event
        ends = offer_ends(at=at, hours=event.offer_hours, zone=event.zone, starts_at=each.begins_at)
        if ends is not None:
            offers.filter(
                event_session_key=str(each.event_session_key), offer_expires_at__lt=ends
            ).update(offer_expires_at=ends)


def _tell(
    kind: str,
    event: EventRecord,
    *,
    reasons: Reasons | None,
    at: dt.datetime,
    pool: SeatPool | None = None,
) -> int:
    people = _people(event)
    if pool is not None:
        people = people.filter(event_session_key=pool.event_session_key)
    found = list(people)
    for person in found:
        person.event = event
    return notify_of_event_change(
        kind,
        event=event,
        registrations=found,
        details=DetailsOfMany(event),
        reasons=reasons or {},
        at=at,
        more=other_sessions(event=event, people=found, but_for=pool, at=at)
        if kind == SESSION_CLOSED
        else None,
    )


def other_sessions(
    *, event: EventRecord, people: list[Registration], but_for: SeatPool | None, at: dt.datetime
) -> dict[str, dict[str, Any]]:
    """Return by language which sessions ``people`` can go to instead, with their times.

    Those that have begun ``at`` that moment are none of them.
    """
    pools = [pool for pool in _to_come(event, at) if pool != but_for]
    found: dict[str, dict[str, Any]] = {}
    for language in {person.language for person in people}:
        with translation.override(language):
            others = [
                {"name": pool.name, "when": when_text(pool.starts_at, pool.ends_at, event.zone)}
                for pool in pools
            ]
        found[language] = {"other_sessions": others}
    return found


def _close_todos(
    event: EventRecord,
    *,
    at: dt.datetime,
    keys: list[uuid.UUID] | None = None,
) -> None:
    todos = Todo.objects.filter(event=event, done_at=None, kind=TodoKind.EVENT_SESSION_CHANGED)
    if keys is not None:
        todos = todos.filter(event_session_key__in=keys)
    todos.update(done_at=at)


def _note(
    event: EventRecord,
    action: str,
    *,
    by: AbstractBaseUser | None,
    at: dt.datetime,
    told: int,
    pool: SeatPool | None = None,
) -> None:
    data: dict[str, Any] = {"told": told}
    if pool is not None:
        data["event_session"] = str(pool.event_session_key)
    log(instance=event, action=action, user=by, data=data, timestamp=at)


# What is read


def _people(event: EventRecord) -> Any:
    return Registration.objects.live().filter(event=event).order_by("id")


def _session_pools(event: EventRecord) -> Any:
    return SeatPool.objects.filter(
        event=event, kind=SeatPoolKind.EVENT_SESSION, is_closed=False
    ).order_by("sort_order", "id")


def _to_come(event: EventRecord, at: dt.datetime) -> list[SeatPool]:
    """Return the sessions that are held, and have not begun ``at`` that moment."""
    pools = list(_session_pools(event))
    for pool in pools:
        pool.event = event
    return [pool for pool in pools if not pool.takes_nobody and not pool.has_begun(at)]


def _session_pool(event: EventRecord, key: uuid.UUID) -> SeatPool:
    pool: SeatPool | None = _session_pools(event).filter(event_session_key=key).first()
    if pool is None:
        raise EventSessionGone
    pool.event = event
    return pool
