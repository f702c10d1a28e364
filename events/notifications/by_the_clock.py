"""The mails that only the clock gives rise to: before and after an event, and while an offer runs.

Each asks just before it is sent whether it still makes sense: whoever has cancelled, was moved or
has answered gets none, nor does anybody of an event that is called off or has begun.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forms.enums import MessagePriority
from forms.mail.kinds import MessageKind, register_kind
from forms.mail.queue import Letter, queue_messages
from forms.models import Message

from ..enums import RegistrationState, SeatPoolKind
from ..models import Registration, SeatPool
from .event_changes import DetailsOfMany, context_for
from .placeholders import OFFER_ENDS, event_wording
from .registrations import calendar_attachment, look_up_registrations, own_page_link

REMINDER = "reminder"
THANKS = "thanks"
OFFER_REMINDER = "offer_reminder"
POINTLESS_AFTER = dt.timedelta(days=14)
"""How late thanks may be."""


def register_clock_kinds() -> None:
    """Tell the outbox of these mails; called once, when the app is ready."""
    _register(
        REMINDER,
        _("Reminder before the event"),
        still_wanted=_is_still_to_come,
        attachments=calendar_attachment,
        priority=MessagePriority.BULK,
        **event_wording(),
    )
    _register(
        THANKS,
        _("Thanks after the event"),
        still_wanted=_was_there_lately,
        priority=MessagePriority.BULK,
        **event_wording(),
    )
    _register(
        OFFER_REMINDER,
        _("Reminder of an offered seat"),
        still_wanted=_is_unanswered,
        **event_wording(OFFER_ENDS),
    )


def _register(name: str, label: Any, **behaviour: Any) -> None:
    template = f"kommed_events/mail/{name}"
    register_kind(
        MessageKind(
            name=name,
            template=template,
            label=label,
            links=own_page_link,
            look_up=look_up_registrations,
            **behaviour,
        )
    )


def notify_by_the_clock(
    kind: str,
    registrations: Sequence[Registration],
    *,
    details: DetailsOfMany,
    dedupe: Callable[[Registration], str],
    at: dt.datetime,
) -> int:
    """Queue a mail of ``kind`` to each of ``registrations`` of one event, and return how many.

    ``dedupe`` says of what there is one mail a registration. The number of queries does not depend
    on how many people there are, but for the writing itself.
    """
    letters = []
    for registration in registrations:
        said = details.of(registration)
        context = context_for(registration, said, reason="", told=None)
        if registration.offer_expires_at is not None:
            context["offer_expires_at"] = registration.offer_expires_at.isoformat()
        letters.append(
            Letter(
                to=registration.email,
                language=registration.language,
                reply_to=said.get("contact_email", ""),
                context=context,
                subject_key=registration.uuid,
                dedupe_key=f"{kind}:{registration.uuid}:{dedupe(registration)}",
            )
        )
    return queue_messages(kind=kind, letters=letters, scope_key=details.event.key, at=at)


def _found(message: Message, state: RegistrationState) -> Registration | None:
    """Return the registration, if it is in ``state``, at the same session, which takes place."""
    registration: Registration | None = (
        Registration.objects.filter(
            uuid=str(message.subject_key),
            state=state,
            event_session_key=message.context.get("session_key"),
            event__cancelled_at=None,
        )
        .select_related("event")
        .first()
    )
    if registration is None or _pool_of(registration) is None:
        return None
    return registration


def _pool_of(registration: Registration) -> SeatPool | None:
    found: SeatPool | None = SeatPool.objects.filter(
        event=registration.event,
        kind=SeatPoolKind.EVENT_SESSION,
        event_session_key=registration.event_session_key,
        is_closed=False,
        closed_at=None,
    ).first()
    return found


def _is_still_to_come(message: Message) -> bool:
    """Return whether they still have the seat, at the time the mail says, which is to come."""
    registration = _found(message, RegistrationState.CONFIRMED)
    if registration is None:
        return False
    pool = _pool_of(registration)
    starts_at = (pool.starts_at if pool else None) or registration.event.starts_at
    if starts_at is None or starts_at <= timezone.now():
        return False
    return bool(message.context.get("starts_at") == starts_at.isoformat())


def _was_there_lately(message: Message) -> bool:
    """Return whether they had a seat to the end, and that was not long ago."""
    is_late = message.created_at + POINTLESS_AFTER < timezone.now()
    return not is_late and _found(message, RegistrationState.CONFIRMED) is not None


def _is_unanswered(message: Message) -> bool:
    """Return whether it is still the same offer, which has not ended."""
    registration = _found(message, RegistrationState.OFFERED)
    if registration is None or registration.offer_expires_at is None:
        return False
    ends_at = registration.offer_expires_at
    is_same = message.context.get("offer_expires_at") == ends_at.isoformat()
    return is_same and ends_at > timezone.now()
