"""Events as what a mail text may be for alone."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from forms.mail.scopes import MailScope, register_scope
from forms.queries.editable import titles_of_editable

from ..enums import SeatPoolKind
from ..models import EventRecord, Invitation, Registration, SeatPool
from ..notifications import details_of, mail_context
from ..notifications.invitations import INVITATION_KINDS, invited_context
from ..notifications.placeholders import EVENT_SCOPE
from ..queries.details import event_details, invitation_details


def register_event_scope() -> None:
    """Make events known to mail texts; called once, when the admin is there."""
    register_scope(
        MailScope(
            name=EVENT_SCOPE,
            label=_("Events"),
            editable_by=lambda user: titles_of_editable(user, EventRecord.objects.all()),
            titles=_titles,
            about=_about,
            context=_context,
        )
    )


def _titles(keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    return dict(EventRecord.objects.filter(key__in=keys).values_list("key", "title"))


def _about(key: uuid.UUID, language: str) -> dict[str, Any]:
    """Return what mails say of the event and its first session."""
    event = EventRecord.objects.filter(key=key).first()
    if event is None:
        return {}
    pool = SeatPool.objects.filter(event=event, kind=SeatPoolKind.EVENT_SESSION).first()
    if pool is None or pool.event_session_key is None:
        return invitation_details(event=event, event_session_key=None, language=language)
    return event_details(event=event, event_session_key=pool.event_session_key, language=language)


def _context(user: Any, kind: str, language: str, key: uuid.UUID | None) -> dict[str, Any] | None:
    """Return the context of a mail to the newest person that ``user`` may see."""
    if kind in INVITATION_KINDS:
        return _of_invitation(user, language, key)
    rows = Registration.objects.visible_to(user).select_related("event", "submission__form_version")
    if key is not None:
        rows = rows.filter(event__key=key)
    registration = rows.order_by("-id").first()
    if registration is None:
        return None
    registration.language = language  # of this object, which is not saved
    context = mail_context(registration, details_of(registration))
    # What no mail of this person has is made up rather than left out of a sentence.
    return {name: value for name, value in context.items() if name != "offer_ends" or value}


def _of_invitation(user: Any, language: str, key: uuid.UUID | None) -> dict[str, Any] | None:
    rows = Invitation.objects.visible_to(user).select_related("event")
    if key is not None:
        rows = rows.filter(event__key=key)
    invitation = rows.order_by("-id").first()
    if invitation is None:
        return None
    details = invitation_details(
        event=invitation.event,
        event_session_key=invitation.event_session_key,
        language=language,
    )
    return invited_context(invitation, details)
