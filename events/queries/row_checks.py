"""What must hold of each row of the ledger by itself, as ``check_registrations`` asks."""

from __future__ import annotations

import datetime as dt
import uuid
import zoneinfo
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..enums import InvitationState, RegistrationState
from ..models import EventRecord, Invitation, Registration
from ..transitions import LOG_ACTION
from ..validators import identity_key

LOG_REGISTER = "kommed_events.registration.register"
LOG_HAND_OVER = "kommed_events.registration.hand_over"
LOG_MOVE = "kommed_events.registration.move"
BIRTHS = {LOG_REGISTER, LOG_HAND_OVER}
STATE_ENTRIES = frozenset(LOG_ACTION.values()) | BIRTHS


@dataclass(frozen=True)
class Breach:
    """Something that should hold and does not. Nothing in it is personal."""

    rule: str
    """The number of the rule, such as ``I3``."""
    event: EventRecord
    reference: str
    """The registration's or, where it is not about one, the seat pool's or the invitation's."""
    what: str

    def __str__(self) -> str:
        """One line for whoever runs the command."""
        where = f" {self.reference}" if self.reference else ""
        return f"{self.rule} {self.event.key} “{self.event.title}”{where}: {self.what}"


@dataclass(frozen=True)
class Entry:
    """An entry of the audit log: its action and its data."""

    action: str
    data: dict[str, Any]


Problem = tuple[str, str]
"""The number of a rule and what is wrong."""


def registration_problems(
    registration: Registration,
    *,
    entries: Sequence[Entry],
    sessions: Collection[uuid.UUID],
    audiences: Collection[uuid.UUID],
    now: dt.datetime,
) -> Iterator[Problem]:
    """Yield what is wrong with one registration, read with its event, submission and form version.

    ``entries`` are its own in the audit log, oldest first; ``sessions`` and ``audiences`` the keys
    that the event has pools for.
    """
    yield from _identity(registration)
    yield from _fields_of_state(registration)
    yield from _history(registration, entries)
    if registration.submission.form_version.form_key != registration.event.key:
        yield "I12", "its answers were given to the form of something else"
    yield from _places(registration, sessions, audiences)
    yield from _times(registration, now)
    yield from _replaced(registration)


def _identity(registration: Registration) -> Iterator[Problem]:
    address = identity_key(registration.email)
    # Those who were registered from somebody else's address have their name in it as well.
    key = registration.identity_key
    if key != address and not key.startswith(f"{address}\n"):
        yield "I3", "what tells people apart is not made of its address"


def _fields_of_state(registration: Registration) -> Iterator[Problem]:
    state = registration.state
    if state not in RegistrationState.values:
        yield "I10", "its state is none of the table's"
    if (registration.waiting_since is not None) != (state == RegistrationState.WAITING):
        yield "I8", "since when it waits does not belong to its state"
    if (registration.offer_expires_at is not None) != (state == RegistrationState.OFFERED):
        yield "I8", "until when a seat is held does not belong to its state"


def _history(registration: Registration, entries: Sequence[Entry]) -> Iterator[Problem]:
    states = [entry for entry in entries if entry.action in STATE_ENTRIES]
    if not states or states[0].action not in BIRTHS:
        yield "I11", "nothing in the history says how it came into being"
        return
    # What is handed over is a confirmed seat.
    state = states[0].data.get("state", RegistrationState.CONFIRMED.value)
    for entry in states[1:]:
        if entry.data.get("before") != state:
            yield "I11", "a change of its state is missing in the history"
        state = entry.data.get("after")
    if state != registration.state:
        yield "I11", "its state is not the one that the history ends with"
    session = None
    for entry in entries:
        if entry.action == LOG_MOVE:
            session = entry.data.get("after")
        elif entry.action in STATE_ENTRIES:
            session = entry.data.get("event_session", session)
    if session is not None and session != str(registration.event_session_key):
        yield "I13", "its session is not the one that the history ends with"


def _places(
    registration: Registration,
    sessions: Collection[uuid.UUID],
    audiences: Collection[uuid.UUID],
) -> Iterator[Problem]:
    wished = (registration.first_choice_key, registration.second_choice_key)
    if {registration.event_session_key, *(key for key in wished if key)} - set(sessions):
        yield "I13", "it is for a session that the event never had"
    if registration.audience_key is not None and registration.audience_key not in audiences:
        yield "I13", "it is for an audience that the event never had"


def _times(registration: Registration, now: dt.datetime) -> Iterator[Problem]:
    if registration.state_changed_at < registration.created_at:
        yield "I15", "it was decided before it was made"
    if max(registration.created_at, registration.state_changed_at) > now:
        yield "I15", "it lies in the future"


def _replaced(registration: Registration) -> Iterator[Problem]:
    # The former one may be live again: staff can give the person who gave a seat away another.
    former = registration.replaces
    if former is None:
        return
    if former.event_id != registration.event_id or former.pk == registration.pk:
        yield "I14", "it took over the seat of a registration at another event"


def event_problems(event: EventRecord, *, has_root: bool) -> Iterator[Problem]:
    """Yield what is wrong with the record of an event that has registrations."""
    if not has_root:
        yield "I14", "it has registrations, and no seat pool of its own"
    try:
        zoneinfo.ZoneInfo(event.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        yield "I15", "its time zone is unknown"


def invitation_problems(invitation: Invitation) -> Iterator[Problem]:
    """Yield what is wrong with one invitation, read with its registration."""
    is_accepted = invitation.state == InvitationState.ACCEPTED
    if is_accepted and invitation.answered_at is None:
        yield "I11", "it was accepted, and nothing says when"
    registration = invitation.registration
    if registration is None:
        if is_accepted:
            yield "I14", "it was accepted, and there is no registration"
    elif registration.event_id != invitation.event_id:
        yield "I14", "its registration is at another event"
