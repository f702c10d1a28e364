"""The mails that ask somebody to come, and ask once more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from forms.mail.kinds import MessageKind, register_kind
from forms.mail.queue import queue_message
from forms.models import Message

from ..enums import InvitationState
from ..models import EventRecord, Invitation
from ..queries.details import invitation_details
from ..queries.invitations import invitation_url
from .placeholders import INVITATION_PLACEHOLDERS, event_wording

INVITATION = "invitation"
INVITATION_REMINDER = "invitation_reminder"
INVITATION_KINDS: dict[str, Any] = {
    INVITATION: _("Invitation"),
    INVITATION_REMINDER: _("Reminder of an invitation"),
}


def register_invitation_kinds() -> None:
    """Tell the outbox of these mails; called once, when the app is ready."""
    for name, label in INVITATION_KINDS.items():
        register_kind(
            MessageKind(
                name=name,
                template=f"kommed_events/mail/{name}",
                label=label,
                still_wanted=_is_unanswered,
                links=_invitation_link,
                **event_wording(placeholders=INVITATION_PLACEHOLDERS),
            )
        )


def notify_invited(
    kind: str,
    event: EventRecord,
    invitations: Iterable[Invitation],
    *,
    at: dt.datetime,
    note: str = "",
) -> None:
    """Queue a mail of ``kind`` to each of those who were invited, in their languages.

    What the mails say of the event is read once a language and session.
    """
    details: dict[Any, dict[str, Any]] = {}
    for invitation in invitations:
        key = (invitation.language, invitation.event_session_key)
        if key not in details:
            details[key] = invitation_details(
                event=event,
                event_session_key=invitation.event_session_key,
                language=invitation.language,
            )
        queue_message(
            kind=kind,
            to=invitation.email,
            reply_to=details[key]["contact_email"],
            language=invitation.language,
            context={**invited_context(invitation, details[key]), "note": note},
            scope_key=event.key,
            subject_key=invitation.uuid,
            dedupe_key=f"{kind}:{invitation.uuid}:{at.isoformat()}",
            at=at,
        )


def invited_context(invitation: Invitation, details: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a mail to somebody who is invited is rendered from."""
    return {
        **details,
        "name": invitation.name,
        "note": "",
        "generation": invitation.link_generation,
    }


def _found(message: Message) -> Invitation | None:
    found: Invitation | None = Invitation.objects.filter(uuid=str(message.subject_key)).first()
    return found


def _is_unanswered(message: Message) -> bool:
    """Return whether the mail still asks what nobody has answered, by a link that still opens."""
    invitation = _found(message)
    return (
        invitation is not None
        and invitation.state == InvitationState.SILENT
        and invitation.link_generation == message.context.get("generation")
    )


def _invitation_link(message: Message) -> dict[str, Any]:
    """Return the link to the invitation, made at sending and stored nowhere."""
    invitation = _found(message)
    return {"invitation_url": invitation_url(invitation)} if invitation is not None else {}
