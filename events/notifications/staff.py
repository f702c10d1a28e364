"""The mails to staff: that there is something, and where; never who it is or what they wrote."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forms.enums import MessagePriority, NoticePace
from forms.mail.kinds import MessageKind, register_kind
from forms.mail.queue import Letter, queue_messages
from forms.mail.scopes import NOWHERE
from forms.models import Message
from forms.notifications import hearers, language_of, quickest

from ..enums import TodoKind
from ..models import EventAccess, Registration, Todo

STAFF_NEW_REGISTRATION = "staff_new_registration"
STAFF_DIGEST = "staff_digest"
ADDRESS_BOUNCED = "address_bounced"


@dataclass(frozen=True)
class Cell:
    """How many registrations have come in to one session of an event."""

    event_key: uuid.UUID
    event_title: str
    event_session_key: uuid.UUID
    session_name: str
    number: int


@dataclass
class _Hearing:
    """What one person of staff hears of, and how soon: the access rows that say so."""

    user: Any
    rows: list[EventAccess] = field(default_factory=list)

    def pace(self, event_key: uuid.UUID, event_session_key: uuid.UUID) -> str:
        """Return how soon they hear of what is new there: by the row that is quickest."""
        found = {
            row.notify
            for row in self.rows
            if row.event_key == event_key and row.event_session_key in (None, event_session_key)
        }
        return quickest(found)


def register_staff_kinds() -> None:
    """Tell the outbox of these mails; called once, when the app is ready."""
    for name, label, still_wanted in (
        (STAFF_NEW_REGISTRATION, _("To staff: new registration"), _may_still_be_seen),
        (STAFF_DIGEST, _("To staff: new registrations together"), _names_something),
        (ADDRESS_BOUNCED, _("To staff: a mail did not arrive"), _is_still_to_do),
    ):
        register_kind(
            MessageKind(
                name=name,
                template=f"kommed_events/mail/{name}",
                label=label,
                still_wanted=still_wanted,
                priority=MessagePriority.STAFF,
            )
        )


def notify_at_once(registrations: Sequence[Registration], *, at: dt.datetime) -> int:
    """Queue a notice of each to those who hear of it at once, and return how many that were.

    The registrations come with their events. How many queries it takes does not depend on how many
    they are, but for the writing itself.
    """
    heard = _heard({registration.event.key for registration in registrations})
    letters = [
        Letter(
            to=one.user.email,
            language=language_of(one.user),
            context={
                "event_title": registration.event.title,
                "reference": registration.reference,
                "path": _detail_path(registration),
            },
            scope_key=registration.event.key,
            subject_key=registration.uuid,
            dedupe_key=f"{STAFF_NEW_REGISTRATION}:{registration.uuid}:{one.user.pk}",
        )
        for registration in registrations
        for one in heard
        if one.pace(registration.event.key, registration.event_session_key) == NoticePace.AT_ONCE
    ]
    return queue_messages(kind=STAFF_NEW_REGISTRATION, letters=letters, scope_key=NOWHERE, at=at)


def notify_digest(
    cells: Sequence[Cell], *, pace: NoticePace, until: dt.datetime, at: dt.datetime
) -> int:
    """Queue one mail to each person who hears of any of ``cells`` at ``pace``; return how many.

    What they hear of sooner by another row of theirs is not counted.
    """
    letters = []
    for one in _heard({cell.event_key for cell in cells}):
        theirs = [c for c in cells if one.pace(c.event_key, c.event_session_key) == pace]
        if not theirs:
            continue
        context = {"events": _by_event(theirs), "number": sum(cell.number for cell in theirs)}
        letters.append(
            Letter(
                to=one.user.email,
                language=language_of(one.user),
                context=context,
                subject_key=None,
                dedupe_key=f"{STAFF_DIGEST}:{pace.value}:{one.user.pk}:{until.isoformat()}",
            )
        )
    return queue_messages(kind=STAFF_DIGEST, letters=letters, scope_key=NOWHERE, at=at)


def notify_bounced(registration: Registration, *, at: dt.datetime) -> int:
    """Queue a mail to those who decide, or hear of what is new, that one did not arrive.

    It names no address. One a day for each of them and event, however many mails come back.
    """
    event = registration.event
    rows = EventAccess.objects.filter(
        Q(event_session_key=None) | Q(event_session_key=registration.event_session_key),
        Q(can_change=True) | ~Q(notify=NoticePace.NEVER),
        event_key=event.key,
    )
    letters = [
        Letter(
            to=user.email,
            language=language_of(user),
            context={
                "event_title": event.title,
                "reference": registration.reference,
                "path": _detail_path(registration),
            },
            subject_key=registration.uuid,
            dedupe_key=f"{ADDRESS_BOUNCED}:{event.key}:{user.pk}:{at.date().isoformat()}",
        )
        for user in {user.pk: user for _row, user in hearers(rows)}.values()
    ]
    return queue_messages(kind=ADDRESS_BOUNCED, letters=letters, scope_key=event.key, at=at)


def _heard(event_keys: Iterable[uuid.UUID]) -> list[_Hearing]:
    rows = EventAccess.objects.filter(event_key__in=set(event_keys))
    found: dict[Any, _Hearing] = {}
    for row, user in hearers(rows.exclude(notify=NoticePace.NEVER)):
        found.setdefault(user.pk, _Hearing(user)).rows.append(row)
    return list(found.values())


def _by_event(cells: Iterable[Cell]) -> list[dict[str, Any]]:
    events: dict[uuid.UUID, list[Cell]] = defaultdict(list)
    for cell in cells:
        events[cell.event_key].append(cell)
    return [
        {
            "title": theirs[0].event_title,
            "number": sum(cell.number for cell in theirs),
            "path": reverse("kommed_events_desk:registrations", args=[key]),
            "sessions": [[cell.session_name, cell.number] for cell in theirs],
        }
        for key, theirs in events.items()
    ]


def _detail_path(registration: Registration) -> str:
    return reverse("kommed_events_desk:detail", args=[registration.event.key, registration.uuid])


def _may_still_be_seen(message: Message) -> bool:
    """Return whether the registration is there, and the reader may see it."""
    readers = get_user_model()._default_manager.filter(email=message.to, is_active=True)
    rows = Registration.objects.filter(uuid=str(message.subject_key))
    return any(rows.visible_to(reader).exists() for reader in readers)


def _names_something(message: Message) -> bool:
    """Return whether the numbers are there, which are removed after a while."""
    events: Mapping[str, Any] = message.context
    return bool(events.get("events"))


def _is_still_to_do(message: Message) -> bool:
    """Return whether nobody has looked at the address yet."""
    open_ones = Todo.objects.filter(
        kind=TodoKind.ADDRESS_BOUNCED, subject_key=message.subject_key, done_at=None
    )
    return bool(open_ones.exists()) and _may_still_be_seen(message)
