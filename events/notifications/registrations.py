"""Which mail goes to whom when something happens to a registration."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from forms.mail.found import found_for
from forms.mail.kinds import Attachment, MessageKind, register_kind
from forms.mail.queue import queue_message
from forms.models import Message
from forms.prepared import PreparedQuery
from forms.prepared_insert import NewRows

from ..calendar import (
    CANCEL,
    CANCELLED,
    CONFIRMED,
    PUBLISH,
    TENTATIVE,
    CalendarEntry,
    calendar_file,
    registration_uid,
)
from ..enums import RegistrationState
from ..models import Registration
from ..queries.details import event_details, registration_details, when_text
from ..queries.own_page import own_page_url
from ..transitions import message_for
from .placeholders import OFFER_ENDS, event_wording

STATE_KINDS: dict[str, Any] = {
    "received": _("Registration received"),
    "confirmed": _("Registration confirmed"),
    "waiting": _("On the waiting list"),
    "declined": _("Registration declined"),
    "cancelled": _("Registration cancelled"),
    "offer": _("A seat is offered"),
    "offer_lapsed": _("An offer has lapsed"),
    "reopened": _("Decision undone"),
    "moved": _("Moved to another session"),
}
ALREADY_REGISTERED = "already_registered"
REGISTRATION = "registration"
"""Under which the registration of a mail is kept while it is being sent."""
NEEDED = ("uuid", "email", "state", "link_generation")
"""What a mail needs of its registration."""

# What a calendar should make of each state: the method and the entry's status.
CALENDAR_OF_STATE: dict[str, tuple[str, str]] = {
    RegistrationState.PENDING: (PUBLISH, TENTATIVE),
    RegistrationState.CONFIRMED: (PUBLISH, CONFIRMED),
    RegistrationState.OFFERED: (PUBLISH, TENTATIVE),
    RegistrationState.LAPSED: (CANCEL, CANCELLED),
    RegistrationState.WAITING: (CANCEL, CANCELLED),
    RegistrationState.DECLINED: (CANCEL, CANCELLED),
    RegistrationState.CANCELLED: (CANCEL, CANCELLED),
}


def register_message_kinds() -> None:
    """Tell the outbox of our mails; called once, when the app is ready."""
    for name, label in STATE_KINDS.items():
        register_kind(
            MessageKind(
                name=name,
                template=f"kommed_events/mail/{name}",
                label=label,
                still_wanted=state_still_holds,
                attachments=calendar_attachment,
                links=own_page_link,
                look_up=look_up_registrations,
                **event_wording(*([OFFER_ENDS] if name == "offer" else [])),
            )
        )
    register_kind(
        MessageKind(
            name=ALREADY_REGISTERED,
            template=f"kommed_events/mail/{ALREADY_REGISTERED}",
            label=_("Already registered"),
            links=own_page_link,
            look_up=look_up_registrations,
            **event_wording(),
        )
    )


def details_of(registration: Registration) -> dict[str, Any]:
    """Return what the mails of ``registration`` are rendered from."""
    details = registration_details(
        event=registration.event,
        event_session_key=registration.event_session_key,
        language=registration.language,
        form_version=registration.submission.form_version,
        answers=registration.submission.answers,
    )
    first = registration.first_choice_key
    if first is None or first == registration.event_session_key:
        return details
    wished = event_details(
        event=registration.event, event_session_key=first, language=registration.language
    )
    return details | {"first_choice_name": wished["session_name"]}


def notify_registration(
    registration: Registration,
    *,
    at: dt.datetime,
    note: str = "",
    details: dict[str, Any] | None = None,
    kind: str | None = None,
    more: Mapping[str, Any] | None = None,
    rows: NewRows | None = None,
) -> None:
    """Queue the mail that tells the person of the state their registration has come to.

    ``kind`` is the mail's where it is not the state's own; ``more`` is what its templates need
    besides.
    """
    kind = kind or message_for(RegistrationState(registration.state))
    if kind is None:
        return
    stamp = at.isoformat()
    _queue(kind, registration, at=at, note=note, details=details, stamp=stamp, more=more, rows=rows)


def notify_already_registered(registration: Registration, *, at: dt.datetime) -> None:
    """Queue a mail that says what we have already; at most one a day, however often one tries."""
    stamp = at.date().isoformat()
    _queue(ALREADY_REGISTERED, registration, at=at, note="", details=None, stamp=stamp)


def _queue(
    kind: str,
    registration: Registration,
    *,
    at: dt.datetime,
    note: str,
    details: dict[str, Any] | None,
    stamp: str,
    more: Mapping[str, Any] | None = None,
    rows: NewRows | None = None,
) -> None:
    details = details_of(registration) if details is None else details
    queue_message(
        kind=kind,
        to=registration.email,
        reply_to=details.get("contact_email", ""),
        language=registration.language,
        context={**mail_context(registration, details), "note": note, **(more or {})},
        scope_key=registration.event.key,
        subject_key=registration.uuid,
        dedupe_key=f"{kind}:{registration.uuid}:{stamp}",
        at=at,
        rows=rows,
    )


def mail_context(registration: Registration, details: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a mail to the person of ``registration`` is rendered from."""
    return {
        **details,
        "name": registration.name,
        "reference": registration.reference,
        "state": str(registration.state),
        **calendar_facts(registration, details),
        "note": "",
        "offer_ends": offer_ends_text(registration),
    }


def offer_ends_text(registration: Registration) -> str:
    """Return until when the seat is held, in words, in the event's zone; empty without an offer."""
    if registration.offer_expires_at is None:
        return ""
    with translation.override(registration.language):
        return when_text(registration.offer_expires_at, None, registration.event.zone)


def own_page_link(message: Message) -> dict[str, Any]:
    """Return the link to the registrant's own page, made at sending and stored nowhere.

    A mail that was still under way to an address which is not theirs any more has none.
    """
    found = _registration_of(message)
    if found is None or found.email != message.to:
        return {}
    return {"own_page_url": own_page_url(found)}


def state_still_holds(message: Message) -> bool:
    """Return whether the registration is in the state that the mail speaks of."""
    found = _registration_of(message)
    return found is not None and found.state == message.context.get("state")


def _registration_of(message: Message) -> Registration | None:
    """Return what a mail needs of its registration.

    While the mail is being sent it is asked several times, and looked up once: its row is read anew
    for every attempt.
    """
    found = found_for(message)
    if REGISTRATION not in found:
        found[REGISTRATION] = _needed_of(message)
    registration: Registration | None = found[REGISTRATION]
    return registration


def look_up_registrations(messages: Sequence[Message]) -> None:
    """Find the registrations of ``messages``, which are about to be sent, in one query."""
    keys = {message.subject_key for message in messages if message.subject_key}
    rows = Registration.objects.filter(uuid__in=keys).only(*NEEDED)
    registrations: dict[uuid.UUID | None, Registration] = {each.uuid: each for each in rows}
    for message in messages:
        found_for(message)[REGISTRATION] = registrations.get(message.subject_key)


_NEEDED = PreparedQuery(lambda key: Registration.objects.filter(uuid=key).only(*NEEDED))


def _needed_of(message: Message) -> Registration | None:
    if message.subject_key is None:
        return None
    # A mail that is only looked at may have the key in letters.
    return _NEEDED.first(key=uuid.UUID(str(message.subject_key)))


def calendar_attachment(message: Message) -> list[Attachment]:
    """Return the calendar file that goes with the state the mail speaks of.

    At an event or a session that does not take place, it takes the entry out whatever the state is.
    """
    context = message.context
    if context.get("state") not in CALENDAR_OF_STATE or not context.get("starts_at"):
        return []
    method, status = CALENDAR_OF_STATE[context["state"]]
    is_new = context.get("steps", context.get("sequence", 0)) == 0
    if method == CANCEL and is_new:
        return []  # nothing is in the calendar yet that could be taken out
    if context.get("is_called_off"):
        method, status = CANCEL, CANCELLED
    place = ", ".join(
        part for part in (context.get("venue_name"), context.get("venue_address")) if part
    )
    entry = CalendarEntry(
        uid=registration_uid(message.subject_key),
        summary=f"{context['event_title']} ({context['session_name']})",
        starts_at=context["starts_at"],
        ends_at=context["ends_at"] or context["starts_at"],
        zone=context["zone"],
        location=place or context["session_name"],
        url=context.get("event_url", ""),
        status=status,
        sequence=context.get("sequence", 0),
        changed_at=message.created_at.isoformat(),
        organizer=context.get("contact_email", ""),
    )
    content = calendar_file([entry], method=method)
    return [Attachment("invitation.ics", content, f"text/calendar; method={method}")]


def calendar_facts(registration: Registration, details: Mapping[str, Any]) -> dict[str, int]:
    """Return the numbers of a registration's calendar entry, for the context of a mail.

    ``sequence`` grows with everything that is done to the registration and with each change of time
    or place of any session of its event, so that it grows when somebody is moved, too. ``steps`` is
    0 while nothing was done to it but registering.
    """
    steps = registration.calendar_sequence
    return {"sequence": steps + int(details.get("event_sequence", 0)), "steps": steps}
