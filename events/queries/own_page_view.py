"""The registrant's own page: what it says of a registration."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from forms.builder import answer_rows, form_from_json
from forms.models import QuestionSpec

from ..capacity import count_seats
from ..enums import RegistrationState, SeatPoolKind, WayIn
from ..models import Registration
from ..models.event_questions import AUDIENCE_KEY, SECOND_CHOICE_KEY, SESSION_KEY
from .details import registration_details, session_details, when_text
from .form import EventForm, event_form
from .pages import page_in_language
from .self_service import SelfService, offer_mark

EMAIL_KEY = "email"
SHOWN_ELSEWHERE = frozenset({SESSION_KEY, EMAIL_KEY})
"""Answers that the page says in another place, as they stand now."""


@dataclass(frozen=True)
class OwnPage:
    """One registration as its person sees it, in the active language."""

    registration: Registration
    may: SelfService
    facts: dict[str, Any]
    """Event, session, place, time and contacts, as in the mails."""
    answers: list[tuple[QuestionSpec, str]]
    offer_ends: str
    """Until when an offered seat is held, in words."""
    first_choice_name: str
    """The session that they wait on for if they say no to the offer; empty if they do not."""
    was_handed_over: bool
    has_open_questions: bool
    """Whether the form asks for something that is not answered."""

    @property
    def state(self) -> str:
        """The state, for the words of it."""
        return str(self.registration.state)

    @property
    def offer_mark(self) -> str:
        """Which offer the form answers."""
        return offer_mark(self.registration)

    @property
    def is_in_calendar(self) -> bool:
        """Whether there is something to put in a calendar."""
        is_held = self.facts["starts_at"] and not self.facts["is_called_off"]
        return bool(is_held) and self.state in (
            RegistrationState.CONFIRMED,
            RegistrationState.OFFERED,
            RegistrationState.PENDING,
        )


@dataclass(frozen=True)
class OtherSession:
    """A session that one could move to."""

    key: uuid.UUID
    facts: dict[str, Any]
    has_seat: bool
    """Whether one could have a seat there now, or needs none because one waits."""
    waits: bool
    """Whether one waits, and would wait on there."""


def own_page_view(registration: Registration, *, may: SelfService) -> OwnPage:
    """Return what the page of ``registration`` says. Call it in the person's language."""
    submission = registration.submission
    rows = answer_rows(submission.form_version.specs, submission.answers)
    ends_at = registration.offer_expires_at
    elsewhere = SHOWN_ELSEWHERE
    if registration.second_choice_key is None and not registration.takes_any_session:
        elsewhere |= {SECOND_CHOICE_KEY}  # they may have had one, and said no to it
    return OwnPage(
        registration=registration,
        may=may,
        facts=facts_of(registration, registration.event_session_key),
        answers=[(spec, text) for spec, text in rows if spec.key not in elsewhere],
        offer_ends=when_text(ends_at, None, registration.event.zone) if ends_at else "",
        first_choice_name=_first_choice_name(registration) if may.keeps_first_choice else "",
        was_handed_over=registration.replaced_by.exists(),
        has_open_questions=may.may_change_answers
        and not may.event_session_is_closed
        and _has_open_questions(registration),
    )


def _first_choice_name(registration: Registration) -> str:
    key = registration.first_choice_key
    return str(facts_of(registration, key)["session_name"]) if key else ""


def facts_of(registration: Registration, event_session_key: uuid.UUID) -> dict[str, Any]:
    """Return event, session, place, time and contacts, for one of the event's sessions."""
    return registration_details(
        event=registration.event,
        event_session_key=event_session_key,
        language=registration.language,
        form_version=registration.submission.form_version,
        answers={},
    )


def asked_now(registration: Registration) -> EventForm | None:
    """Return the form as it stands in the person's language; None when no page is published."""
    page = page_in_language(registration.event.key, registration.language)
    return event_form(page) if page is not None else None


def _has_open_questions(registration: Registration) -> bool:
    asked = asked_now(registration)
    if asked is None:
        return False
    answers = registration.submission.answers
    form = form_from_json(asked.form_class(), answers)
    form.is_valid()
    can_answer = form.errors.keys() - SHOWN_ELSEWHERE - {AUDIENCE_KEY, SECOND_CHOICE_KEY}
    return any(not answers.get(key) for key in can_answer)


def other_sessions(
    registration: Registration, *, may: SelfService, at: dt.datetime
) -> list[OtherSession]:
    """Return the sessions that ``registration`` could move to, in their order on the page.

    Who holds a seat needs one there, one that nobody in line is waiting for; nobody waits where
    their audience has none. Their own seat is counted as free.
    """
    count = count_seats(registration.event, at=at)
    needs_seat = registration.state in registration.event.seat_states
    here = (registration.event_session_key, registration.audience_key)
    if needs_seat:
        count.move(before=(here, registration.state))
    is_shut = count.newcomer_waits if needs_seat else count.takes_none_of
    facts = session_details(
        event=registration.event,
        language=registration.language,
        pools=[pool for pool in count.pools if pool.kind == SeatPoolKind.EVENT_SESSION],
    )
    return [
        OtherSession(
            key=key,
            facts=facts[key],
            has_seat=not is_shut(key, registration.audience_key),
            waits=registration.state == RegistrationState.WAITING
            and (
                count.newcomer_waits(key, registration.audience_key)
                or count.way_in(key, registration.audience_key) == WayIn.APPLICATION
            ),
        )
        for pool in count.sessions()
        if (key := pool.event_session_key) is not None and key in may.may_move_to
    ]
