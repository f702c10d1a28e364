"""Registering: the only code that creates a ``Registration``."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wagtail.log_actions import log

from forms.actions.submit import store_submission
from forms.enums import HELD
from forms.models import FormVersion
from forms.uploads.answers import comparable_answers

from ..capacity import SeatCount, count_seats
from ..clock import Clock, database_now
from ..enums import EventStatus, RegistrationState, SeatPoolKind, WayIn
from ..exceptions import EventSessionGone, RegistrationClosed, RegistrationNotOpen
from ..models import EventRecord, Registration
from ..notifications import notify_already_registered, notify_registration, notify_staff
from ..queries.details import registration_details
from ..queries.invitation import status_at
from ..signals import registration_created
from ..validators import identity_key
from .choice_places import check_choice_places
from .locking import seats_locked

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

CLOSING_GRACE = dt.timedelta(seconds=60)
"""How long after closing a registration still counts: it was sent in time, and had to wait."""

LOG_REGISTER = "kommed_events.registration.register"


@dataclass(frozen=True)
class Applicant:
    """Who asks for a seat, and for which: what every registration has, whatever its form asks."""

    name: str
    email: str
    event_session_key: uuid.UUID
    audience_key: uuid.UUID | None = None
    organisation: str = ""
    language: str = "da"


@dataclass(frozen=True)
class Registered:
    """The outcome of ``register``: the person's registration, and whether it is new."""

    registration: Registration
    is_new: bool


def fingerprint_of(event: EventRecord, applicant: Applicant, answers: Mapping[str, Any]) -> str:
    """Return what makes a repeat recognisable: event, person and answers, as 64 hex digits."""
    canonical = json.dumps(
        [
            str(event.key),
            identity_key(applicant.email),
            str(applicant.event_session_key),
            str(applicant.audience_key),
            comparable_answers(answers),
        ],
        sort_keys=True,
        ensure_ascii=False,
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def register(
    *,
    event: EventRecord,
    applicant: Applicant,
    form_version: FormVersion,
    answers: Mapping[str, Any],
    suspicion: str = "",
    by: AbstractBaseUser | None = None,
    now: Clock = database_now,
) -> Registered:
    """Give ``applicant`` a seat, a place on the waiting list, or a place among the applications.

    Contract: the answers have been validated against ``form_version``. In one transaction, under
    the lock of the event's seats, it writes submission, registration, audit entry and mails.
    A repeat of a live registration, with the same answers, writes nothing and returns the
    first; with other answers it leaves the registration alone too, and mails its holder.
    With a ``suspicion`` that is ``HELD`` staff decide first, whatever the event's way in.

    Raises ``RegistrationNotOpen``, ``RegistrationClosed``, ``EventSessionGone``, ``EventBusy`` or
    ``forms.exceptions.ChoiceFull``; nothing is written then. Staff (``by``) are not bound by
    opening and closing times.
    """
    _check_open(event, now(), by=by)
    fingerprint = fingerprint_of(event, applicant, answers)
    details = registration_details(
        event=event,
        event_session_key=applicant.event_session_key,
        language=applicant.language,
        form_version=form_version,
        answers=answers,
    )
    with seats_locked(event) as locked:
        moment = now()
        _check_open(locked, moment, by=by)
        existing = _live_registration(locked, applicant)
        if existing is not None:
            return _repeated(existing, fingerprint, at=moment)
        check_choice_places(event=locked, form_version=form_version, answers=answers)
        registration = _create(
            event=locked,
            applicant=applicant,
            state=_first_state(count_seats(locked), applicant, is_held=suspicion in HELD),
            submission_of=(form_version, answers, suspicion),
            fingerprint=fingerprint,
            at=moment,
        )
        _note(registration, by=by, at=moment, details=details)
    registration_created.send(sender=Registration, registration=registration)
    return Registered(registration=registration, is_new=True)


def _repeated(existing: Registration, fingerprint: str, *, at: dt.datetime) -> Registered:
    """Answer somebody who is registered already; if they say something else now, by mail too."""
    if existing.fingerprint != fingerprint:
        notify_already_registered(existing, at=at)
    return Registered(registration=existing, is_new=False)


def _note(
    registration: Registration,
    *,
    by: AbstractBaseUser | None,
    at: dt.datetime,
    details: dict[str, Any],
) -> None:
    """Write the audit entry, and the mails to the person and to staff."""
    log(
        instance=registration,
        action=LOG_REGISTER,
        user=by,
        data={"state": registration.state, "event": str(registration.event.key)},
        timestamp=at,
    )
    notify_registration(registration, at=at, details=details)
    notify_staff(registration, at=at)


def is_past_grace(event: EventRecord, moment: dt.datetime) -> bool:
    """Return whether it is too late, the grace included, or the event is published nowhere."""
    closes_at = event.closes_at and event.closes_at + CLOSING_GRACE
    return not event.is_live or (closes_at is not None and moment >= closes_at)


def _check_open(event: EventRecord, moment: dt.datetime, *, by: AbstractBaseUser | None) -> None:
    if by is not None:
        return
    if is_past_grace(event, moment):
        raise RegistrationClosed
    status = status_at(moment, opens_at=event.opens_at, closes_at=None)
    if status == EventStatus.NOT_YET_OPEN:
        raise RegistrationNotOpen


def _live_registration(event: EventRecord, applicant: Applicant) -> Registration | None:
    found = Registration.objects.live().filter(
        event=event, identity_key=identity_key(applicant.email)
    )
    return found.first()


def _first_state(count: SeatCount, applicant: Applicant, *, is_held: bool) -> RegistrationState:
    session_key, audience_key = applicant.event_session_key, applicant.audience_key
    pool = count.pool(SeatPoolKind.EVENT_SESSION, session_key)
    if pool is None or pool.is_closed:
        raise EventSessionGone
    is_application = is_held or count.event.way_in == WayIn.APPLICATION
    if is_application and not count.event.applications_hold_seat:
        return RegistrationState.PENDING
    if count.newcomer_waits(session_key, audience_key):
        return RegistrationState.WAITING
    return RegistrationState.PENDING if is_application else RegistrationState.CONFIRMED


def _create(
    *,
    event: EventRecord,
    applicant: Applicant,
    state: RegistrationState,
    submission_of: tuple[FormVersion, Mapping[str, Any], str],
    fingerprint: str,
    at: dt.datetime,
) -> Registration:
    form_version, answers, suspicion = submission_of
    registration: Registration = Registration.objects.create(
        event=event,
        event_session_key=applicant.event_session_key,
        audience_key=applicant.audience_key,
        submission=store_submission(
            form_version=form_version, answers=answers, at=at, suspicion=suspicion
        ),
        state=state,
        waiting_since=at if state == RegistrationState.WAITING else None,
        name=applicant.name,
        email=applicant.email,
        organisation=applicant.organisation,
        language=applicant.language,
        identity_key=identity_key(applicant.email),
        fingerprint=fingerprint,
        created_at=at,
        state_changed_at=at,
    )
    return registration
