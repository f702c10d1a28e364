"""Answering an invitation by registering, while the seats are locked."""

from __future__ import annotations

import datetime as dt

from ..capacity import SeatCount
from ..enums import InvitationState, RegistrationAction, RegistrationState
from ..exceptions import InvitationUsed
from ..models import Invitation, Registration
from .applicant import Applicant
from .placing import Placement, place
from .transition import apply_transition
from .waiting_list import left_by_those_who_wait


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


def choose_applicant(
    *, invitation: Invitation, registration: Registration, applicant: Applicant, count: SeatCount
) -> bool:
    """Give whoever applied before they accepted what an invited newcomer has; return whether.

    Call it while the seats are locked. What is accepted has to be what was applied for, the same
    session and audience; between two wishes staff choose. Where applications hold a seat it is the
    one they hold.
    """
    here = registration.event_session_key
    asked = (applicant.event_session_key, applicant.audience_key)
    if registration.state != RegistrationState.PENDING or asked != (
        here,
        registration.audience_key,
    ):
        return False
    placement = Placement(RegistrationState.CONFIRMED, here)
    if registration.state not in count.event.seat_states:
        now_free = left_by_those_who_wait(count=count)
        placement = place(now_free, applicant.wish, is_invited=True)
    if placement.event_session_key != here:
        registration.first_choice_key = here
        registration.event_session_key = placement.event_session_key
    has_seat = placement.state == RegistrationState.CONFIRMED
    apply_transition(
        registration,
        RegistrationAction.CONFIRM if has_seat else RegistrationAction.WAIT,
        by=None,
        at=count.at,
        over=registration.is_over_capacity,
        data={"invitation": str(invitation.uuid)},
    )
    return True
