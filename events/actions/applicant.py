"""Who asks for a seat, and what they say."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..validators import Identity
from .placing import Wish


@dataclass(frozen=True)
class Applicant:
    """Who asks for a seat, and for which: what every registration has, whatever its form asks."""

    name: str
    email: str
    event_session_key: uuid.UUID
    audience_key: uuid.UUID | None = None
    organisation: str = ""
    language: str = "da"
    second_choice_key: uuid.UUID | None = None
    takes_any_session: bool = False
    is_on_behalf: bool = False
    """Whether the address is somebody else's, such as a secretary's."""

    @property
    def identity(self) -> Identity:
        """What tells them from others at the event."""
        return Identity(self.email, self.name, self.is_on_behalf)

    @property
    def wish(self) -> Wish:
        """What they ask for."""
        return Wish(
            event_session_key=self.event_session_key,
            audience_key=self.audience_key,
            second_choice_key=self.second_choice_key,
            takes_any_session=self.takes_any_session,
        )


@dataclass(frozen=True)
class Entry:
    """One person of those who are registered together, with their answers."""

    applicant: Applicant
    answers: Mapping[str, Any]
