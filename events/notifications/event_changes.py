"""The mails about an event that is called off, changed, or on again: to everybody it concerns."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from forms.enums import MessageState
from forms.mail.kinds import Attachment, MessageKind, register_kind
from forms.mail.queue import Letter, queue_messages
from forms.models import Message

from ..enums import LIVE_STATES, RegistrationState
from ..models import EventRecord, Registration
from ..queries.details import event_details
from .placeholders import event_wording
from .registrations import (
    calendar_attachment,
    calendar_facts,
    look_up_registrations,
    offer_ends_text,
    own_page_link,
)

EVENT_CANCELLED = "event_cancelled"
EVENT_RESTORED = "event_restored"
SESSION_CLOSED = "session_closed"
SESSION_REOPENED = "session_reopened"
EVENT_CHANGED = "event_changed"

CHANGE_KINDS: dict[str, Any] = {
    EVENT_CANCELLED: _("Event cancelled"),
    EVENT_RESTORED: _("Event is on again"),
    SESSION_CLOSED: _("Session closed"),
    SESSION_REOPENED: _("Session is on again"),
    EVENT_CHANGED: _("Time or place changed"),
}
HAVE_AN_ENTRY = frozenset(LIVE_STATES - {RegistrationState.WAITING})
"""States of those who were sent a calendar entry that holds."""
PLACE_AND_TIME = ("starts_at", "ends_at", "venue_name", "venue_address")

Told = Mapping[str, str]
"""When and where, as a mail said it: the keys of ``PLACE_AND_TIME`` and ``when``."""


def register_event_change_kinds() -> None:
    """Tell the outbox of our mails; called once, when the app is ready."""
    for name, label in CHANGE_KINDS.items():
        register_kind(
            MessageKind(
                name=name,
                template=f"kommed_events/mail/{name}",
                label=label,
                still_wanted=still_concerns,
                attachments=update_attachment,
                links=own_page_link,
                look_up=look_up_registrations,
                **event_wording(),
            )
        )


@dataclass
class DetailsOfMany:
    """What mails say of an event's sessions, looked up once a session and language."""

    event: EventRecord

    def __post_init__(self) -> None:
        self._found: dict[tuple[uuid.UUID, str], dict[str, Any]] = {}

    def of(self, registration: Registration) -> dict[str, Any]:
        """Return what is said to the person of ``registration`` of event and session."""
        key = (registration.event_session_key, registration.language)
        if key not in self._found:
            self._found[key] = event_details(
                event=self.event, event_session_key=key[0], language=key[1]
            )
        return self._found[key]


def last_told(event: EventRecord) -> dict[uuid.UUID, Told]:
    """Return by registration when and where the event is, as its last mail said that was sent.

    Those whose mails' words were removed meanwhile are not in it.
    """
    # What was overtaken or never arrived has told nobody anything.
    rows = Message.objects.filter(scope_key=event.key, subject_key__isnull=False)
    rows = rows.exclude(state__in=[MessageState.ABORTED, MessageState.FAILED]).order_by("id")
    names = (*PLACE_AND_TIME, "when")
    fields = [f"context__{name}" for name in names]
    found: dict[uuid.UUID, Told] = {}
    for subject, *values in rows.values_list("subject_key", *fields):
        if values[0]:
            found[subject] = {name: value or "" for name, value in zip(names, values, strict=True)}
    return found


def is_news(told: Told | None, details: Mapping[str, Any]) -> bool:
    """Return whether ``details`` say another time or place than was ``told``, or nothing was."""
    if told is None:
        return True
    return any(told[name] != (details.get(name) or "") for name in PLACE_AND_TIME)


def notify_of_event_change(
    kind: str,
    *,
    event: EventRecord,
    registrations: Iterable[Registration],
    details: DetailsOfMany,
    reasons: Mapping[str, str],
    at: dt.datetime,
    told: Mapping[uuid.UUID, Told] | None = None,
    more: Mapping[str, Mapping[str, Any]] | None = None,
) -> int:
    """Queue a mail of ``kind`` to each of ``registrations``, and return how many.

    ``reasons`` are in the organiser's own words by language; who has none in their language gets
    the first there is. ``told`` is what they were told before, where that is to be said; ``more``
    is what the templates need besides, by language. The number of queries does not depend on how
    many people there are, but for the writing itself.
    """
    letters = [
        Letter(
            to=registration.email,
            language=registration.language,
            reply_to=details.of(registration).get("contact_email", ""),
            context={
                **context_for(
                    registration,
                    details.of(registration),
                    reason=reason_for(registration.language, reasons),
                    told=(told or {}).get(registration.uuid),
                ),
                **(more or {}).get(registration.language, {}),
            },
            subject_key=registration.uuid,
            dedupe_key=f"{kind}:{registration.uuid}:{at.isoformat()}",
        )
        for registration in registrations
    ]
    return queue_messages(kind=kind, letters=letters, scope_key=event.key, at=at)


def reason_for(language: str, reasons: Mapping[str, str]) -> str:
    """Return the organiser's words in ``language``, or else in the first they wrote in."""
    given = [text for text in reasons.values() if text]
    return reasons.get(language) or next(iter(given), "")


def context_for(
    registration: Registration, details: Mapping[str, Any], *, reason: str, told: Told | None
) -> dict[str, Any]:
    """Return what a mail to the person of ``registration`` is rendered from."""
    return {
        **details,
        "name": registration.name,
        "reference": registration.reference,
        "state": str(registration.state),
        "waits": registration.state == RegistrationState.WAITING,
        "note": reason,
        "offer_ends": offer_ends_text(registration),
        **calendar_facts(registration, details),
        **what_it_was(told, details),
    }


def what_it_was(told: Told | None, details: Mapping[str, Any]) -> dict[str, str]:
    """Return time and place as they were, each empty where it is the same now or not known."""
    if told is None:
        return {"was_when": "", "was_where": ""}
    place = ", ".join(part for part in (told["venue_name"], told["venue_address"]) if part)
    new_time = any(told[name] != details.get(name) for name in ("starts_at", "ends_at"))
    new_place = any(told[name] != details.get(name) for name in ("venue_name", "venue_address"))
    return {
        "was_when": told["when"] if new_time else "",
        "was_where": place if new_place else "",
    }


def still_concerns(message: Message) -> bool:
    """Return whether the mail is still news: the person is where it says, and so is the event.

    Whoever was moved or decided on meanwhile has a newer mail that says how things are.
    """
    context = message.context
    found = (
        Registration.objects.filter(
            uuid=str(message.subject_key),
            state=context.get("state"),
            event_session_key=context.get("session_key"),
        )
        .select_related("event")
        .first()
    )
    if found is None:
        return False
    if message.kind in (EVENT_CANCELLED, EVENT_RESTORED):
        return bool(found.event.is_cancelled == (message.kind == EVENT_CANCELLED))
    return True


def update_attachment(message: Message) -> list[Attachment]:
    """Return the calendar file that brings the person's entry up to date, if they have one."""
    if message.context.get("state") not in HAVE_AN_ENTRY:
        return []
    return calendar_attachment(message)
