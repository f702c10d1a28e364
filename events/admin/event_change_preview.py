"""Who is affected by a change of an event, and what they would read, before anything is done."""

from __future__ import annotations

import uuid
from collections import Counter
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.utils import timezone, translation

from forms.mail.render import RenderedMail, render_message
from forms.models import Message

from ..actions.event_changes import other_sessions, who_knows_otherwise
from ..enums import RegistrationState, SeatPoolKind
from ..models import EventRecord, Registration, SeatPool, Venue
from ..notifications.event_changes import (
    EVENT_CANCELLED,
    EVENT_CHANGED,
    EVENT_RESTORED,
    SESSION_CLOSED,
    SESSION_REOPENED,
    DetailsOfMany,
    context_for,
    reason_for,
)
from ..queries.details import when_text
from ..queries.pages import live_pages_of

KIND_OF_TASK = {
    "cancel": EVENT_CANCELLED,
    "restore": EVENT_RESTORED,
    "close": SESSION_CLOSED,
    "reopen": SESSION_REOPENED,
    "time": EVENT_CHANGED,
    "venue": EVENT_CHANGED,
    "announce": EVENT_CHANGED,
}
TAKES_OUT = {"cancel", "close"}
"""Tasks whose mails take the entry out of calendars."""
EXAMPLE_NAME = "Kim Eksempel"
EXAMPLE_REFERENCE = "ABCD3799"


@dataclass(frozen=True)
class Sample:
    """One mail as somebody who speaks ``language`` would read it."""

    language: str
    mail: RenderedMail


@dataclass(frozen=True)
class Preview:
    """What a task would do, as somebody may know it."""

    rows: list[tuple[str, list[tuple[str, int]]]]
    """Each session with the number of people in each state there."""
    people: list[Registration]
    samples: list[Sample]

    @property
    def number(self) -> int:
        """How many people are told."""
        return len(self.people)


def preview_of(task: str, event: EventRecord, user: Any, wanted: dict[str, Any]) -> Preview:
    """Return what ``task`` would do with what was filled in."""
    key = uuid.UUID(wanted["event_session"]) if wanted.get("event_session") else None
    people = _affected(task, event, user, key)
    numbers: Counter[tuple[uuid.UUID | None, str]] = Counter(
        (person.event_session_key, person.state) for person in people
    )
    pools = list(SeatPool.objects.filter(event=event, kind=SeatPoolKind.EVENT_SESSION))
    rows = []
    for pool in pools:
        states = [
            (str(state.label), numbers[pool.event_session_key, state.value])
            for state in RegistrationState
            if numbers[pool.event_session_key, state.value]
        ]
        if states:
            rows.append((pool.name, states))
    return Preview(rows=rows, people=people, samples=_samples(task, event, people, key, wanted))


def _affected(
    task: str, event: EventRecord, user: Any, key: uuid.UUID | None
) -> list[Registration]:
    visible = Registration.objects.visible_to(user).filter(event=event).live().order_by("name")
    if task == "announce":
        keys = [person.pk for person in who_knows_otherwise(event=event)]
        return list(visible.filter(pk__in=keys))
    if key is not None:
        visible = visible.filter(event_session_key=key)
    elif task == "time":
        visible = visible.filter(event_session_key__in=_sessions_at_the_events_time(event))
    return list(visible)


def _sessions_at_the_events_time(event: EventRecord) -> list[uuid.UUID]:
    pages = [p for p in live_pages_of(event.key) if p.locale.language_code == event.source_locale]
    return [
        row.translation_key
        for page in pages
        for row in page.event_sessions.all()
        if row.starts_at is None or row.ends_at is None
    ]


def _samples(
    task: str,
    event: EventRecord,
    people: list[Registration],
    key: uuid.UUID | None,
    wanted: dict[str, Any],
) -> list[Sample]:
    """Return a mail to a made-up person in each language that those who are told speak."""
    first: dict[str, Registration] = {}
    for person in sorted(people, key=lambda each: each.state != RegistrationState.CONFIRMED):
        first.setdefault(person.language, person)
    return [
        Sample(language, _sample(task, event, person, key or person.event_session_key, wanted))
        for language, person in sorted(first.items())
    ]


def _sample(
    task: str, event: EventRecord, person: Registration, key: uuid.UUID, wanted: dict[str, Any]
) -> RenderedMail:
    now = timezone.now()
    # Somebody in the same state, under another name: nothing of this is saved.
    example, language = copy(person), person.language
    example.event, example.event_session_key = event, key
    example.name, example.reference = EXAMPLE_NAME, EXAMPLE_REFERENCE
    now_known = DetailsOfMany(event).of(example)
    details = {**now_known, **_as_it_will_be(event, language, wanted)}
    reasons = {
        name.removeprefix("reason_"): text
        for name, text in wanted.items()
        if name.startswith("reason_") and text
    }
    told = now_known if task in ("time", "venue") else None
    context = context_for(example, details, reason=reason_for(language, reasons), told=told)
    if task == "close":
        pool = SeatPool.objects.get(
            event=event, kind=SeatPoolKind.EVENT_SESSION, event_session_key=key
        )
        others = other_sessions(event=event, people=[example], but_for=pool, at=now)
        context |= others[language]
    message = Message(kind=KIND_OF_TASK[task], language=language, context=context, created_at=now)
    return render_message(message, with_links=False)


def _as_it_will_be(event: EventRecord, language: str, wanted: dict[str, Any]) -> dict[str, str]:
    venue: Venue | None = wanted.get("venue")
    found: dict[str, str] = {}
    if venue is not None:
        found |= {"venue_name": venue.name, "venue_address": venue.address}
    starts_at, ends_at = wanted.get("starts_at"), wanted.get("ends_at")
    if starts_at is not None and ends_at is not None:
        with translation.override(language):
            found["when"] = when_text(starts_at, ends_at, event.zone)
        found |= {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
    return found
