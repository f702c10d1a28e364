"""Answering an invitation by registering, while the seats are locked."""

from __future__ import annotations

import datetime as dt

from ..enums import InvitationState
from ..exceptions import InvitationUsed
from ..models import Invitation, Registration


def invitation_to_answer(*, invitation: Invitation | None) -> Invitation | None:
    """Return the invitation as it is under the lock; raise ``InvitationUsed`` if it is no more."""
    if invitation is None:
        return None
    current: Invitation = Invitation.objects.get(pk=invitation.pk)
    if current.state == InvitationState.WITHDRAWN or current.registration_id is not None:
        raise InvitationUsed
    return current


def answer_invitation(
    *, invitation: Invitation, registration: Registration, at: dt.datetime
) -> None:
    """Note that somebody who was invited has come, with this ``registration``."""
    invitation.state = InvitationState.ACCEPTED
    invitation.answered_at = at
    # Whoever was invited at two addresses and came to use the other one answers both with the same.
    invitation.registration = registration
    invitation.save(update_fields=["state", "answered_at", "registration"])
