"""Where a newcomer is put: a seat at the first choice or the second, or a place in the line."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from ..capacity import SeatCount
from ..enums import RegistrationState, WayIn
from ..exceptions import EventSessionGone, InvitationNeeded, NoSeatsForAudience

CLOSING_GRACE = dt.timedelta(seconds=60)
"""How long after closing a registration still counts: it was sent in time, and had to wait."""


@dataclass(frozen=True)
class Wish:
    """What somebody asks for: a session, their audience, and what else they would take."""

    event_session_key: uuid.UUID
    audience_key: uuid.UUID | None = None
    second_choice_key: uuid.UUID | None = None
    takes_any_session: bool = False


@dataclass(frozen=True)
class Placement:
    """The state somebody comes into, and at which session."""

    state: RegistrationState
    event_session_key: uuid.UUID


def way_in_of(count: SeatCount, wish: Wish) -> WayIn:
    """Return how one gets a seat: as the audience's own way says, else as the event's."""
    return count.way_in(wish.event_session_key, wish.audience_key)


def choices_of(count: SeatCount, wish: Wish, *, at: dt.datetime | None) -> list[uuid.UUID]:
    """Return the sessions somebody would take, the dearest first, without closed ones.

    Those that have begun ``at`` that moment are left out too.
    """
    is_there = {pool.event_session_key: pool for pool in count.sessions(to_come_at=at)}
    wanted: list[uuid.UUID | None] = [wish.event_session_key, wish.second_choice_key]
    if wish.takes_any_session:
        wanted.extend(is_there)
    return [key for key in dict.fromkeys(wanted) if key is not None and key in is_there]


def place(
    count: SeatCount,
    wish: Wish,
    *,
    is_held: bool = False,
    is_invited: bool = False,
    by_staff: bool = False,
) -> Placement:
    """Decide where somebody who comes now is put. Call it while the seats are locked.

    ``is_held``: staff look at it first, whatever the way in. ``is_invited``: a personal invitation
    leads in, and stands for having been chosen. ``by_staff``: whom staff enter may come to what has
    begun, and may wait where no seat will come of it, until staff give them one.

    Raises ``EventSessionGone`` when the session takes nobody, or has begun, ``InvitationNeeded``
    where only those who were invited get in, ``NoSeatsForAudience`` when the session takes nobody
    of the audience.
    """
    first = wish.event_session_key
    choices = choices_of(count, wish, at=None if by_staff else count.at - CLOSING_GRACE)
    if not choices or choices[0] != first:
        raise EventSessionGone
    way_in = way_in_of(count, wish)
    if way_in == WayIn.INVITATION and not is_invited:
        raise InvitationNeeded
    if count.takes_none_of(first, wish.audience_key) and not by_staff:
        raise NoSeatsForAudience
    is_application = is_held or (way_in == WayIn.APPLICATION and not is_invited)
    if is_application and not count.event.applications_hold_seat:
        return Placement(RegistrationState.PENDING, first)
    for key in choices:
        if not count.newcomer_waits(key, wish.audience_key):
            state = RegistrationState.PENDING if is_application else RegistrationState.CONFIRMED
            return Placement(state, key)
    return Placement(RegistrationState.WAITING, first)


def place_in_turn(
    count: SeatCount, wish: Wish, *, is_held: bool = False, by_staff: bool = False
) -> Placement:
    """Decide as ``place`` does, and count them, so that who comes after them is placed behind."""
    placement = place(count, wish, is_held=is_held, by_staff=by_staff)
    count.move(after=((placement.event_session_key, wish.audience_key), placement.state))
    return placement
