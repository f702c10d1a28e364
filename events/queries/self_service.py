"""What somebody may do with their own registration, and until when.

The page shows it and the actions insist on it, so that both say the same.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from ..enums import LIVE_STATES, RegistrationState, SeatPoolKind
from ..models import Registration, SeatPool


@dataclass(frozen=True)
class SelfService:
    """What the person of one registration may do with it at one moment.

    Answers and session can be changed until registration closes: the organiser plans with them
    from then on. One can say that one cannot come, or send somebody else, until the session begins.
    Whose session is closed can go to another one until that begins, and sends nobody.
    """

    changes_end_at: dt.datetime | None
    """The first moment at which answers and session cannot be changed any more; None if never.

    Like all times here it is in the event's zone."""
    begins_at: dt.datetime | None
    """When the session begins, as far as that is known."""
    event_session_is_closed: bool = False
    """Whether theirs is not held, though the event is."""
    may_change_answers: bool = False
    may_change_email: bool = False
    may_move_to: frozenset[uuid.UUID | None] = frozenset()
    """The sessions that they could go to instead, if there is a seat."""
    may_cancel: bool = False
    may_hand_over: bool = False
    has_offer: bool = False
    keeps_first_choice: bool = False
    """Whether the offer is of their second choice, and who says no waits on for their first."""
    is_too_late: bool = False
    """Whether they have an offer, or wait, and no seat can come of it since it has begun."""

    @property
    def may_move(self) -> bool:
        """Whether there is a session to go to, and time for it."""
        return bool(self.may_move_to)

    @property
    def changes_until(self) -> dt.datetime | None:
        """The end of the time for changes as people say it: 18 December 23:59, not midnight."""
        ends = self.changes_end_at
        is_midnight = ends is not None and (ends.hour, ends.minute) == (0, 0)
        return ends - dt.timedelta(minutes=1) if ends is not None and is_midnight else ends


def offer_mark(registration: Registration) -> str:
    """Return which offer it has: of which seat, and until when; empty without one."""
    ends = registration.offer_expires_at
    return f"{registration.event_session_key} {ends.isoformat()}" if ends is not None else ""


def self_service_at(registration: Registration, moment: dt.datetime) -> SelfService:
    """Return what may be done with ``registration`` at ``moment``."""
    event = registration.event
    pools = list(SeatPool.objects.filter(event=event, kind=SeatPoolKind.EVENT_SESSION))
    for pool in pools:
        pool.event = event
    own = [pool for pool in pools if pool.event_session_key == registration.event_session_key]
    begins_at = own[0].begins_at if own else event.starts_at
    ends = [time for time in (event.closes_at, begins_at) if time is not None]
    changes_end_at = min(ends) if ends else None
    is_live = registration.state in LIVE_STATES and not event.is_cancelled
    has_not_begun = is_live and (begins_at is None or moment < begins_at)
    is_changeable = is_live and (changes_end_at is None or moment < changes_end_at)
    is_closed = is_live and any(_is_not_held(pool, moment) for pool in own)
    is_offered = is_live and registration.state == RegistrationState.OFFERED
    others = frozenset(
        pool.event_session_key
        for pool in pools
        if pool not in own and not pool.takes_nobody and not pool.has_begun(moment)
    )
    return SelfService(
        changes_end_at=changes_end_at and changes_end_at.astimezone(event.zone),
        begins_at=begins_at and begins_at.astimezone(event.zone),
        may_change_answers=is_changeable and event.is_live,
        may_change_email=is_live,
        event_session_is_closed=is_closed,
        may_move_to=others if is_changeable or is_closed else frozenset(),
        may_cancel=has_not_begun,
        may_hand_over=has_not_begun
        and not is_closed
        and registration.state == RegistrationState.CONFIRMED,
        has_offer=is_offered and has_not_begun and not is_closed,
        keeps_first_choice=is_offered and registration.first_choice_key in others,
        is_too_late=is_live
        and not has_not_begun
        and (is_offered or _waits_in_vain(registration, others)),
    )


def _is_not_held(pool: SeatPool, moment: dt.datetime) -> bool:
    """Return whether a session is called off; one dropped from the page afterwards was held."""
    ends_at = pool.ends_at or pool.event.ends_at
    is_over = ends_at is not None and moment >= ends_at
    return pool.closed_at is not None or (pool.is_closed and not is_over)


def _waits_in_vain(registration: Registration, others: frozenset[uuid.UUID | None]) -> bool:
    """Return whether somebody waits who would take none of the ``others``, which are to come."""
    if registration.state != RegistrationState.WAITING:
        return False
    takes_another = registration.takes_any_session and bool(others)
    return not takes_another and registration.second_choice_key not in others
