"""Registering: the only code that creates a ``Registration``."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from forms.actions.submit import store_submission
from forms.audit import note_action
from forms.enums import HELD
from forms.models import FormVersion
from forms.prepared_insert import NewRows, PreparedInsert

from ..capacity import SeatCount, count_seats
from ..clock import Clock, database_now
from ..enums import EventStatus, GroupRule, RegistrationState
from ..exceptions import (
    AlreadyRegistered,
    GroupDoesNotFit,
    RegistrationClosed,
    RegistrationNotOpen,
)
from ..models import EventRecord, Invitation, Registration
from ..notifications import notify_already_registered, notify_registration
from ..queries.details import AtHand, registration_details
from ..queries.invitation import status_at
from ..queries.live_registration import Situation, live_registration
from ..signals import registration_created
from .applicant import Applicant, Entry
from .choice_places import check_choice_places
from .fingerprint import fingerprint_of
from .invitation_answer import answer_invitation, choose_applicant, invitation_to_answer
from .locking import seats_locked, situation_locked
from .placing import CLOSING_GRACE, Placement, place, place_in_turn
from .waiting_list import left_by_those_who_wait

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

LOG_REGISTER = "kommed_events.registration.register"
_NEW = PreparedInsert(Registration)


@dataclass(frozen=True)
class Registered:
    """The outcome of ``register``: the person's registration, and whether it is new.

    ``expected`` is what anybody was to expect who asked for the same, known or not: all that may be
    said to whoever sent the form.
    """

    registration: Registration
    is_new: bool
    expected: Placement


def register(
    *,
    event: EventRecord,
    applicant: Applicant,
    form_version: FormVersion,
    answers: Mapping[str, Any],
    suspicion: str = "",
    invitation: Invitation | None = None,
    at_hand: AtHand | None = None,
    by: AbstractBaseUser | None = None,
    now: Clock = database_now,
) -> Registered:
    """Give ``applicant`` a seat, a place on the waiting list, or a place among the applications.

    Contract: the answers have been validated against ``form_version``. In one transaction, under
    the lock of the event's seats, it writes submission, registration, audit entry and mails.
    A repeat of a live registration, with the same answers, writes nothing and returns the
    first; with other answers it leaves the registration alone too, and mails its holder.
    With a ``suspicion`` that is ``HELD`` staff decide first, whatever the event's way in. An
    ``invitation`` leads in where only the invited do, and is answered by this; whoever had applied
    for the same is chosen by it, with what they say now. What is ``at_hand`` of the event is not
    looked up again for the mail; whoever read it has seen that it is open.

    Raises ``RegistrationNotOpen``, ``RegistrationClosed``, ``EventSessionGone``, ``EventBusy``,
    ``InvitationNeeded``, ``NoSeatsForAudience``, ``InvitationUsed`` or
    ``forms.exceptions.ChoiceFull``; nothing is written then. Staff (``by``) are not bound by
    opening and closing times or a session's start, and may enter whom it has no seats for.
    """
    if at_hand is None:
        _check_open(event, now(), by=by)  # so that nobody waits for the lock in vain
    entry = Entry(applicant, answers)
    prepared = _prepare(event, entry, form_version, at_hand)
    rows = NewRows()
    with situation_locked(event, applicant.identity, now=now, rows=rows) as found:
        _check_open(found.count.event, found.count.at, by=by)
        answered = invitation_to_answer(invitation=invitation)
        outcome = _register_one(
            prepared, found, rows, suspicion=suspicion, invitation=answered, by=by
        )
        if answered is not None:
            rows.write()
            answer_invitation(
                invitation=answered, registration=outcome.registration, at=found.count.at
            )
    if outcome.is_new:
        registration_created.send(sender=Registration, registration=outcome.registration)
    return outcome


def register_group(
    *,
    event: EventRecord,
    entries: Sequence[Entry],
    rule: GroupRule,
    form_version: FormVersion,
    suspicion: str = "",
    by: AbstractBaseUser | None = None,
    now: Clock = database_now,
) -> list[Registered]:
    """Register several people in one go, each with a registration of their own, in their order.

    By ``rule`` either all have a seat (or an application), or nothing is written and
    ``GroupDoesNotFit`` says how many could have had one; or as many as fit have one and the rest go
    on the waiting list. Where all have to fit there must be a seat for each, also for somebody who
    is registered already, unless they are sent exactly as before: nobody learns who is. Raises what
    ``register`` raises; it is all or nothing then too.
    """
    _check_open(event, now(), by=by)
    prepared = [_prepare(event, entry, form_version) for entry in entries]
    group, outcomes, seats = uuid.uuid4(), list[Registered](), 0
    with seats_locked(event) as locked:
        moment = now()
        _check_open(locked, moment, by=by)
        count = left_by_those_who_wait(count=count_seats(locked, at=moment))
        as_if_new = replace(count, numbers=count.numbers.copy())
        for each in prepared:
            found = Situation(live_registration(locked, each.applicant.identity), count)
            seats += _fits(
                each, found.existing, as_if_new, is_held=suspicion in HELD, by_staff=by is not None
            )
            outcome = _register_one(each, found, NewRows(), suspicion=suspicion, by=by, group=group)
            outcomes.append(outcome)
            if outcome.is_new:
                new = outcome.registration
                count.move(after=((new.event_session_key, new.audience_key), new.state))
        if rule == GroupRule.ALL_OR_NONE and seats < len(outcomes):
            raise GroupDoesNotFit(seats=seats)
    for outcome in outcomes:
        if outcome.is_new:
            registration_created.send(sender=Registration, registration=outcome.registration)
    return outcomes


def _fits(
    prepared: _Prepared,
    existing: Registration | None,
    as_if_new: SeatCount,
    *,
    is_held: bool,
    by_staff: bool,
) -> bool:
    """Return whether one of a group has no need to wait, and count them among the others.

    Whoever is sent exactly as before is answered by what they have; anybody else, known or not, as
    if they were new.
    """
    if existing is not None and existing.fingerprint == prepared.fingerprint:
        return existing.state != RegistrationState.WAITING
    wish = prepared.applicant.wish
    placement = place_in_turn(as_if_new, wish, is_held=is_held, by_staff=by_staff)
    return placement.state != RegistrationState.WAITING


def register_successor(
    *,
    replaced: Registration,
    applicant: Applicant,
    form_version: FormVersion,
    answers: Mapping[str, Any],
    is_over_capacity: bool,
    at: dt.datetime,
) -> Registration:
    """Give ``applicant`` the seat that ``replaced`` had until now, and return the registration.

    Call it while the seats are locked and before anybody is promoted; the caller writes audit entry
    and mails. Raises ``AlreadyRegistered`` when the applicant has a live registration.
    """
    event = replaced.event
    if live_registration(event, applicant.identity):
        raise AlreadyRegistered
    successor = _create(
        event=event,
        prepared=_prepare(event, Entry(applicant, answers), form_version),
        placement=Placement(RegistrationState.CONFIRMED, applicant.event_session_key),
        suspicion="",
        group=None,
        at=at,
    )
    successor.replaces = replaced
    successor.is_over_capacity = is_over_capacity
    successor.save(update_fields=["replaces", "is_over_capacity"])
    return successor


@dataclass(frozen=True)
class _Prepared:
    """What can be worked out about one person before the seats are locked."""

    applicant: Applicant
    answers: Mapping[str, Any]
    form_version: FormVersion
    fingerprint: str
    details: dict[str, Any]


def _prepare(
    event: EventRecord, entry: Entry, form_version: FormVersion, at_hand: AtHand | None = None
) -> _Prepared:
    applicant = entry.applicant
    return _Prepared(
        applicant=applicant,
        answers=entry.answers,
        form_version=form_version,
        fingerprint=fingerprint_of(event, applicant, entry.answers),
        details=registration_details(
            event=event,
            event_session_key=applicant.event_session_key,
            language=applicant.language,
            form_version=form_version,
            answers=entry.answers,
            at_hand=at_hand,
        ),
    )


def _register_one(
    prepared: _Prepared,
    found: Situation,
    rows: NewRows,
    *,
    suspicion: str,
    by: AbstractBaseUser | None,
    invitation: Invitation | None = None,
    group: uuid.UUID | None = None,
) -> Registered:
    """Register one person, who has ``found`` this while the event's seats are locked.

    Their ``rows`` may be left for the caller to write.
    """
    applicant, count = prepared.applicant, found.count
    event, at = count.event, count.at
    is_held = suspicion in HELD
    how = {"is_held": is_held, "is_invited": invitation is not None, "by_staff": by is not None}
    # Before anybody is looked at: what stands in the way is the same for known and unknown people.
    expected = placement = place(count, applicant.wish, **how)
    existing = found.existing
    if existing is not None:
        invited_by = None if is_held else invitation
        _meet_again(prepared, existing, count, suspicion=suspicion, invitation=invited_by)
        return Registered(existing, is_new=False, expected=expected)
    check_choice_places(event=event, form_version=prepared.form_version, answers=prepared.answers)
    now_free = left_by_those_who_wait(count=count)
    if now_free is not count:
        placement = place(now_free, applicant.wish, **how)
    registration = _create(
        event=event,
        prepared=prepared,
        placement=placement,
        suspicion=suspicion,
        group=group,
        at=at,
        rows=rows,
    )
    # What was read before the lock does not hold for another session, nor for another time of it.
    is_stale = (
        registration.event_session_key != applicant.event_session_key
        or sum(pool.calendar_sequence for pool in count.pools) != prepared.details["event_sequence"]
    )
    _note(registration, by=by, at=at, details=None if is_stale else prepared.details, rows=rows)
    return Registered(registration, is_new=True, expected=expected)


def _meet_again(
    prepared: _Prepared,
    existing: Registration,
    count: SeatCount,
    *,
    suspicion: str,
    invitation: Invitation | None,
) -> None:
    """Answer somebody who is registered already; if they say something else now, by mail too.

    An ``invitation`` chooses whoever had applied for the same; the mail is about that then.
    """
    existing.event = count.event
    version, answers = prepared.form_version, prepared.answers
    if invitation is not None and choose_applicant(
        invitation=invitation,
        registration=existing,
        entry=Entry(prepared.applicant, answers),
        form_version=version,
        suspicion=suspicion,
        count=count,
    ):
        return
    if existing.fingerprint != prepared.fingerprint:  # who repeats has the places they chose
        check_choice_places(event=count.event, form_version=version, answers=answers)
        notify_already_registered(existing, at=count.at)


def _note(
    registration: Registration,
    *,
    by: AbstractBaseUser | None,
    at: dt.datetime,
    details: dict[str, Any] | None,
    rows: NewRows,
) -> None:
    """Write the audit entry, and the mail to the person. A job tells staff."""
    note_action(
        registration,
        LOG_REGISTER,
        by=by,
        data={"state": registration.state, "event": str(registration.event.key)},
        at=at,
        rows=rows,
    )
    notify_registration(registration, at=at, details=details, rows=rows)


def is_past_grace(event: EventRecord, moment: dt.datetime) -> bool:
    """Return whether it is too late, the grace included, or the event is published nowhere."""
    closes_at = event.closes_at and event.closes_at + CLOSING_GRACE
    return (
        not event.is_live or event.is_cancelled or (closes_at is not None and moment >= closes_at)
    )


def _check_open(event: EventRecord, moment: dt.datetime, *, by: AbstractBaseUser | None) -> None:
    if by is not None:
        return
    if is_past_grace(event, moment):
        raise RegistrationClosed
    status = status_at(moment, opens_at=event.opens_at, closes_at=None)
    if status == EventStatus.NOT_YET_OPEN:
        raise RegistrationNotOpen


def _create(
    *,
    event: EventRecord,
    prepared: _Prepared,
    placement: Placement,
    suspicion: str,
    group: uuid.UUID | None,
    at: dt.datetime,
    rows: NewRows | None = None,
) -> Registration:
    applicant = prepared.applicant
    is_elsewhere = placement.event_session_key != applicant.event_session_key
    rows = rows or NewRows()
    registration: Any = rows.add(
        _NEW,
        event=event,
        event_session_key=placement.event_session_key,
        first_choice_key=applicant.event_session_key if is_elsewhere else None,
        second_choice_key=applicant.second_choice_key,
        takes_any_session=applicant.takes_any_session,
        audience_key=applicant.audience_key,
        submission=store_submission(
            form_version=prepared.form_version,
            answers=prepared.answers,
            at=at,
            suspicion=suspicion,
            rows=rows,
        ),
        state=placement.state,
        waiting_since=at if placement.state == RegistrationState.WAITING else None,
        name=applicant.name,
        email=applicant.email,
        organisation=applicant.organisation,
        language=applicant.language,
        identity_key=applicant.identity.key,
        fingerprint=prepared.fingerprint,
        group=group,
        created_at=at,
        state_changed_at=at,
    )
    return registration  # type: ignore[no-any-return]
