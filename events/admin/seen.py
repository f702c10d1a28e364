"""What somebody had before their eyes when they decided, as a form sends it along."""

from __future__ import annotations

import copy
import uuid
from dataclasses import dataclass

from ..enums import RegistrationState
from ..models import Registration

MOST = 10_000
"""More than so many registrations no board shows."""


@dataclass(frozen=True)
class Seen:
    """A registration as it was shown."""

    state: RegistrationState
    event_session_key: uuid.UUID


def seen_of(registration: Registration) -> str:
    """Return ``registration`` as it is, as one word without spaces."""
    return f"{registration.uuid}/{registration.state}/{registration.event_session_key}"


def as_it_was(registration: Registration, seen: Seen) -> Registration:
    """Return a copy of ``registration`` as it was when it was shown.

    For actions to compare with what is true under the lock. The copy is never saved.
    """
    was = copy.copy(registration)
    was.state, was.event_session_key = seen.state, seen.event_session_key
    return was


def read_seen(text: str) -> dict[str, Seen]:
    """Return what ``text``, words of ``seen_of``, says, by identifier. What is no such word is not.

    It comes from a browser, so it gives no right: it says what somebody saw, not what they may do.
    """
    found = {}
    for word in text.split()[:MOST]:
        parts = word.split("/")
        try:
            identifier, state, session = parts
            found[str(uuid.UUID(identifier))] = Seen(RegistrationState(state), uuid.UUID(session))
        except ValueError:
            continue
    return found
