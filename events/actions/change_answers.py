"""Changing one's answers, as the person who gave them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from wagtail.log_actions import log

from forms.actions.submit import store_submission
from forms.models import FormVersion, QuestionSpec
from forms.uploads.answers import comparable_answers

from ..clock import Clock, database_now
from ..enums import LIVE_STATES
from ..exceptions import AlreadyRegistered, ChangeTooLate, TransitionNotAllowed
from ..models import AnswerChange, EventRecord, Registration
from ..models.event_questions import AUDIENCE_KEY, EITHER, SECOND_CHOICE_KEY, SESSION_KEY
from ..notifications.own_page import notify_changed
from ..queries.answer_changes import differences
from ..queries.form import organisation_in
from ..queries.live_registration import identity_of, live_registration
from ..queries.self_service import SelfService, self_service_at
from .applicant import Applicant
from .choice_places import check_choice_places
from .fingerprint import fingerprint_of
from .locking import seats_locked
from .placing import CLOSING_GRACE

LOG_CHANGE_ANSWERS = "kommed_events.registration.change_answers"
EMAIL_KEY, NAME_KEY = "email", "name"


def change_answers(
    *,
    registration: Registration,
    form_version: FormVersion,
    answers: Mapping[str, Any],
    now: Clock = database_now,
) -> Registration:
    """Replace the answers of ``registration`` and return it as it now is.

    Contract: ``answers`` have been validated against ``form_version``. They are the person's name
    and the editor's questions; session, audience and address are as they were, each has a step of
    its own. In one transaction, under the lock of the event's seats: the new submission, a note of
    the former one for staff, the audit entry and a mail that says what is different. Where nothing
    is different nothing is written.

    Raises ``ChangeTooLate``, ``TransitionNotAllowed`` when the registration is not live any more,
    ``AlreadyRegistered`` when the new name is that of another registration with the same address,
    ``forms.exceptions.ChoiceFull`` or ``EventBusy``; nothing is written then.
    """
    with seats_locked(registration.event) as event:
        current = locked_registration(registration=registration, event=event)
        moment = now()
        if not allowed_at(registration=current, moment=moment).may_change_answers:
            raise ChangeTooLate
        said = {**answers, **fixed_answers(registration=current, form_version=form_version)}
        if comparable_answers(said) == comparable_answers(_before(current)):
            return current
        check_choice_places(
            event=event, form_version=form_version, answers=said, exclude=current.submission
        )
        changes = differences(
            (current.submission.form_version.specs, current.submission.answers),
            (form_version.specs, said),
        )
        current.name = str(said[NAME_KEY])
        current.organisation = organisation_in(form_version.specs, said)
        replace_answers(registration=current, form_version=form_version, answers=said, at=moment)
        log(
            instance=current,
            action=LOG_CHANGE_ANSWERS,
            data={"questions": sorted(change.spec.key for change in changes)},
            timestamp=moment,
        )
        notify_changed(current, changes=changes, at=moment)
    current.refresh_from_db()
    return current


def locked_registration(*, registration: Registration, event: EventRecord) -> Registration:
    """Return ``registration`` as it is under the lock of ``event``, if it is still live.

    Raises ``TransitionNotAllowed`` otherwise.
    """
    current: Registration = Registration.objects.select_related("submission__form_version").get(
        pk=registration.pk
    )
    current.event = event
    if current.state not in LIVE_STATES:
        raise TransitionNotAllowed
    return current


def allowed_at(*, registration: Registration, moment: dt.datetime) -> SelfService:
    """Return what its person may do, with the grace for what was sent in time and had to wait."""
    return self_service_at(registration, moment - CLOSING_GRACE)


def replace_answers(
    *,
    registration: Registration,
    form_version: FormVersion,
    answers: Mapping[str, Any],
    at: dt.datetime,
    suspicion: str | None = None,
) -> None:
    """Let ``registration``, whose name and address are set, answer this from now on.

    Call it while the seats are locked. What tells people apart follows name and address. Without a
    ``suspicion`` of their own the answers are under the former one. Raises ``AlreadyRegistered``
    when name and address are somebody else's at this event; nothing is written then.
    """
    identity = identity_of(registration)
    if live_registration(registration.event, identity, besides=registration):
        raise AlreadyRegistered
    previous = registration.submission
    registration.submission = store_submission(
        form_version=form_version,
        answers=answers,
        at=at,
        suspicion=previous.suspicion if suspicion is None else suspicion,
    )
    applicant = Applicant(
        name=registration.name,
        email=registration.email,
        event_session_key=registration.event_session_key,
        audience_key=registration.audience_key,
        is_on_behalf=identity.is_on_behalf,
    )
    registration.identity_key = identity.key
    registration.fingerprint = fingerprint_of(registration.event, applicant, answers)
    registration.save(
        update_fields=["submission", "name", "email", "organisation", "identity_key", "fingerprint"]
    )
    AnswerChange.objects.create(registration=registration, previous=previous, changed_at=at)


def _asks(specs: tuple[QuestionSpec, ...], key: str) -> bool:
    return any(spec.key == key for spec in specs)


def fixed_answers(*, registration: Registration, form_version: FormVersion) -> dict[str, Any]:
    """Return what the form asks for and this step does not change, as it stands."""
    standing = {
        SESSION_KEY: str(registration.event_session_key),
        AUDIENCE_KEY: str(registration.audience_key or ""),
        SECOND_CHOICE_KEY: _second_choice(registration),
        EMAIL_KEY: registration.email,
    }
    return {key: value for key, value in standing.items() if _asks(form_version.specs, key)}


def _second_choice(registration: Registration) -> str:
    return EITHER if registration.takes_any_session else str(registration.second_choice_key or "")


def _before(registration: Registration) -> dict[str, Any]:
    """Return the answers as they stand, at the session that the person has been moved to."""
    submission = registration.submission
    return {
        **submission.answers,
        **fixed_answers(registration=registration, form_version=submission.form_version),
    }
