"""Handing one's seat to a colleague. In between it is nobody else's."""

from __future__ import annotations

import datetime as dt

from wagtail.log_actions import log

from forms.enums import Autocomplete
from forms.models import FormVersion

from ..clock import Clock, database_now
from ..enums import RegistrationAction, RegistrationState
from ..exceptions import ChangeTooLate, TransitionNotAllowed
from ..models import Registration
from ..notifications.own_page import notify_handed_over
from ..signals import registration_created
from .applicant import Applicant
from .change_answers import EMAIL_KEY, NAME_KEY, allowed_at, fixed_answers, locked_registration
from .locking import seats_locked
from .register import register_successor
from .transition import apply_transition

LOG_HAND_OVER = "kommed_events.registration.hand_over"


def hand_over(
    *,
    registration: Registration,
    name: str,
    email: str,
    form_version: FormVersion,
    now: Clock = database_now,
) -> Registration:
    """Give the confirmed seat of ``registration`` to a colleague, and return theirs.

    Contract: ``name`` and ``email`` are valid. The colleague comes as the same audience, to the
    same session, in the same language; of the answers only the organisation goes with the seat, the
    others are the former person's own. ``form_version`` is of the form as it stands: the colleague
    answers it by the link in their mail. One transaction, under the lock of the event's seats: the
    one is cancelled, the other confirmed, nobody is promoted in between, and both are written to.

    Raises ``TransitionNotAllowed`` when there is no confirmed seat, ``ChangeTooLate`` once the
    session has begun or is closed, ``AlreadyRegistered`` when the colleague has a registration of
    their own, or ``EventBusy``; nothing is written then.
    """
    with seats_locked(registration.event) as event:
        giver = locked_registration(registration=registration, event=event)
        if giver.state != RegistrationState.CONFIRMED:
            raise TransitionNotAllowed
        moment = now()
        if not allowed_at(registration=giver, moment=moment).may_hand_over:
            raise ChangeTooLate
        was_over = giver.is_over_capacity
        apply_transition(
            giver,
            RegistrationAction.CANCEL,
            by=None,
            at=moment,
            tell=False,
            data={"handed_over": True},
        )
        taker = _take_over(
            giver, name=name, email=email, form_version=form_version, over=was_over, at=moment
        )
        log(
            instance=taker,
            action=LOG_HAND_OVER,
            data={"replaces": giver.reference},
            timestamp=moment,
        )
        notify_handed_over(giver=giver, taker=taker, at=moment)
    registration_created.send(sender=Registration, registration=taker)
    return taker


def _take_over(
    giver: Registration,
    *,
    name: str,
    email: str,
    form_version: FormVersion,
    over: bool,
    at: dt.datetime,
) -> Registration:
    """Return the colleague's registration, at the session and as the audience of ``giver``."""
    applicant = Applicant(
        name=name,
        email=email,
        event_session_key=giver.event_session_key,
        audience_key=giver.audience_key,
        organisation=giver.organisation,
        language=giver.language,
    )
    fixed = fixed_answers(registration=giver, form_version=form_version)
    answers = {NAME_KEY: name, **fixed, EMAIL_KEY: email}
    return register_successor(
        replaced=giver,
        applicant=applicant,
        form_version=form_version,
        answers=answers | _organisation_answer(giver, form_version),
        is_over_capacity=over,
        at=at,
    )


def _organisation_answer(giver: Registration, form_version: FormVersion) -> dict[str, str]:
    """Return the answer to the question for the organisation, where the form asks for it."""
    for spec in form_version.specs:
        if spec.autocomplete == Autocomplete.ORGANISATION and not spec.is_sensitive:
            return {spec.key: giver.organisation} if giver.organisation else {}
    return {}
