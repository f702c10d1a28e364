"""What the history calls the things that happen to registrations."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..actions.change_answers import LOG_CHANGE_ANSWERS
from ..actions.change_email import LOG_CHANGE_EMAIL, LOG_CORRECT_EMAIL
from ..actions.event_changes import (
    LOG_ANNOUNCE,
    LOG_CANCEL_EVENT,
    LOG_CLOSE_SESSION,
    LOG_REOPEN_SESSION,
    LOG_RESTORE_EVENT,
)
from ..actions.hand_over import LOG_HAND_OVER
from ..actions.invite import LOG_DECLINE, LOG_INVITE, LOG_REMIND, LOG_WITHDRAW
from ..actions.lottery import LOG_DRAW
from ..actions.mailings import (
    LOG_CHANGE_MAILING,
    LOG_DRAFT_MAILING,
    LOG_SEND_MAILING,
    LOG_STOP_MAILING,
)
from ..actions.move import LOG_MOVE
from ..actions.register import LOG_REGISTER
from ..actions.revoke_link import LOG_REVOKE_LINK
from ..actions.send_link import LOG_SEND_LINK
from ..enums import RegistrationAction
from ..transitions import LOG_ACTION

DONE = {
    RegistrationAction.CONFIRM: _("Confirmed"),
    RegistrationAction.DECLINE: _("Declined"),
    RegistrationAction.WAIT: pgettext_lazy("history", "Put on the waiting list"),
    RegistrationAction.CANCEL: pgettext_lazy("registration", "Cancelled"),
    RegistrationAction.REOPEN: _("Decision undone"),
    RegistrationAction.PROMOTE: _("Moved up from the waiting list"),
    RegistrationAction.OFFER: _("Offered a seat"),
    RegistrationAction.ACCEPT: _("Accepted the offered seat"),
    RegistrationAction.REFUSE: _("Declined the offered seat"),
    RegistrationAction.LAPSE: pgettext_lazy("history", "Offer lapsed"),
    RegistrationAction.REQUEUE: _("Offer lapsed, back to the end of the waiting list"),
}


def history_actions() -> list[tuple[str, Any, Any]]:
    """Return name, label and message of every action that is logged."""
    decided = [(name, action.label, DONE[action]) for action, name in LOG_ACTION.items()]
    return [
        (LOG_REGISTER, pgettext_lazy("history", "Register"), _("Registered")),
        (LOG_CHANGE_ANSWERS, _("Change answers"), _("Answers changed by the person")),
        (LOG_CHANGE_EMAIL, _("Change address"), _("Address changed by the person")),
        (LOG_CORRECT_EMAIL, _("Correct the address"), _("Address corrected")),
        (LOG_HAND_OVER, _("Hand over a seat"), _("Took over a seat from a colleague")),
        (LOG_SEND_LINK, _("Send the link again"), _("Link sent again on request")),
        (LOG_REVOKE_LINK, _("Revoke the link"), _("Link revoked, and a new one sent")),
        (LOG_MOVE, _("Move to another session"), _("Moved to another session")),
        (LOG_DRAW, _("Draw lots"), _("Lots were drawn")),
        *decided,
        (LOG_INVITE, pgettext_lazy("history", "Invite"), _("Invited")),
        (LOG_REMIND, _("Remind of an invitation"), _("Reminded of the invitation")),
        (LOG_WITHDRAW, _("Withdraw an invitation"), _("Invitation withdrawn")),
        (LOG_DECLINE, _("Decline an invitation"), _("Invitation declined")),
        (LOG_CANCEL_EVENT, _("Cancel the event"), _("Event cancelled")),
        (LOG_RESTORE_EVENT, _("Undo the cancelling"), _("Event is on again")),
        (LOG_CLOSE_SESSION, _("Close a session"), _("Session closed")),
        (LOG_REOPEN_SESSION, _("Undo the closing"), _("Session is on again")),
        (LOG_ANNOUNCE, _("Tell of a change"), _("People told of a new time or place")),
        (LOG_DRAFT_MAILING, _("Begin a mail to many"), _("Mail to many begun")),
        (LOG_CHANGE_MAILING, _("Change a mail to many"), _("Mail to many changed")),
        (LOG_SEND_MAILING, _("Send a mail to many"), _("Mail to many sent, or given a time")),
        (LOG_STOP_MAILING, _("Stop a mail to many"), _("Mail to many stopped")),
    ]
