"""Answering an invitation by registering, while the seats are locked."""

from __future__ import annotations

import datetime as dt

from wagtail.log_actions import log

from forms.models import FormVersion

from ..capacity import SeatCount
from ..enums import InvitationState, RegistrationAction, RegistrationState
from ..exceptions import InvitationUsed
from ..models import Invitation, Registration
from ..queries.answer_changes import differences
from ..queries.live_registration import live_registration
from .applicant import Applicant, Entry
from .change_answers import LOG_CHANGE_ANSWERS, replace_answers
from .choice_places import check_choice_places
from .fingerprint import fingerprint_of
from .placing import CLOSING_GRACE, Placement, place
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
    *,
    invitation: Invitation,
    registration: Registration,
    entry: Entry,
    form_version: FormVersion,
    suspicion: str,
    count: SeatCount,
) -> bool:
    """Give whoever applied before they accepted what an invited newcomer has; return whether.

    Call it while the seats are locked. What is accepted has to be what was applied for, the same
    session and audience; between two wishes staff choose. What is said now holds: it takes the
    place of what was sent under their address before, by themselves or by a machine. Where
    applications hold a seat it is the one they hold, at their second choice too.

    Raises ``forms.exceptions.ChoiceFull``.
    """
    applicant = entry.applicant
    if not _had_applied(registration, applicant, count):
        return False
    placement = Placement(RegistrationState.CONFIRMED, registration.event_session_key)
    if registration.state not in count.event.seat_states:
        now_free = left_by_those_who_wait(count=count)
        placement = place(now_free, applicant.wish, is_invited=True)
    asked = registration.event_session_key = applicant.event_session_key
    if registration.fingerprint != fingerprint_of(count.event, applicant, entry.answers):
        _say_anew(registration, entry, form_version, suspicion=suspicion, at=count.at)
    registration.language = applicant.language
    registration.second_choice_key = applicant.second_choice_key
    registration.takes_any_session = applicant.takes_any_session
    registration.save(update_fields=["language", "second_choice_key", "takes_any_session"])
    is_elsewhere = placement.event_session_key != asked
    registration.event_session_key = placement.event_session_key
    registration.first_choice_key = asked if is_elsewhere else None
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


def _had_applied(registration: Registration, applicant: Applicant, count: SeatCount) -> bool:
    """Return whether it is an application for what is accepted now, which can become a seat.

    Not if the seat it holds is at a session that takes nobody any more, nor if somebody else
    registered the same person besides: staff look at those.
    """
    here = registration.event_session_key
    applied = (registration.first_choice_key or here, registration.audience_key)
    to_come = count.sessions(to_come_at=count.at - CLOSING_GRACE)
    return (
        registration.state == RegistrationState.PENDING
        and applied == (applicant.event_session_key, applicant.audience_key)
        and any(pool.event_session_key == here for pool in to_come)
        and live_registration(count.event, applicant.identity, besides=registration) is None
    )


def _say_anew(
    registration: Registration,
    entry: Entry,
    form_version: FormVersion,
    *,
    suspicion: str,
    at: dt.datetime,
) -> None:
    """Put the answers of ``entry`` in the place of the former ones, which staff still see."""
    before = registration.submission
    event, answers = registration.event, entry.answers
    check_choice_places(event=event, form_version=form_version, answers=answers, exclude=before)
    changes = differences(
        (before.form_version.specs, before.answers), (form_version.specs, answers)
    )
    registration.name = entry.applicant.name
    registration.organisation = entry.applicant.organisation
    replace_answers(
        registration=registration,
        form_version=form_version,
        answers=answers,
        at=at,
        suspicion=suspicion,
    )
    log(
        instance=registration,
        action=LOG_CHANGE_ANSWERS,
        data={"questions": sorted(change.spec.key for change in changes)},
        timestamp=at,
    )
