"""Asking people to come: inviting, reminding, withdrawing, and their declining."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wagtail.log_actions import log

from ..clock import Clock, database_now
from ..enums import EventStatus, InvitationState, SeatPoolKind
from ..exceptions import EventSessionGone, InvitationUsed, RegistrationClosed
from ..models import EventRecord, Invitation, Registration
from ..notifications.invitations import INVITATION, INVITATION_REMINDER, notify_invited
from ..queries.invitations import remindable, status_of
from ..validators import Identity
from .locking import seats_locked

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

LOG_INVITE = "kommed_events.invitation.invite"
LOG_REMIND = "kommed_events.invitation.remind"
LOG_WITHDRAW = "kommed_events.invitation.withdraw"
LOG_DECLINE = "kommed_events.invitation.decline"


@dataclass(frozen=True)
class Invitee:
    """Somebody to be asked. Without an audience or a session they choose themselves."""

    name: str
    email: str
    organisation: str = ""
    language: str = "da"
    audience_key: uuid.UUID | None = None
    event_session_key: uuid.UUID | None = None

    @property
    def identity(self) -> Identity:
        """What tells them from others at the event."""
        return Identity(self.email, self.name)


@dataclass(frozen=True)
class Invited:
    """The outcome of ``invite``."""

    invitations: list[Invitation]
    """Those who are asked now."""
    asked_before: int
    """How many had an invitation already, answered or not, or stood on the list twice."""
    registered: int
    """How many are registered already."""


def invite(
    *,
    event: EventRecord,
    people: Sequence[Invitee],
    by: AbstractBaseUser | None,
    note: str = "",
    now: Clock = database_now,
) -> Invited:
    """Ask ``people`` to come, each by a mail with a link of their own.

    Who was asked before is left alone, unless that invitation was withdrawn; so is who is
    registered already. ``note`` are the organiser's own words, which go into the mail and are kept
    nowhere else. The caller has checked that ``by`` may invite to the sessions named.

    Raises ``RegistrationClosed`` when nobody could answer any more, ``EventSessionGone`` when a
    session named takes nobody or has begun, ``EventBusy``; nothing is written then.
    """
    with seats_locked(event) as locked:
        moment = now()
        if status_of(locked, moment) not in (EventStatus.OPEN, EventStatus.NOT_YET_OPEN):
            raise RegistrationClosed
        _check_sessions(locked, people, at=moment)
        keys = [person.identity.address for person in people]
        known = _by_key(Invitation.objects.filter(event=locked, identity_key__in=keys))
        registered = set(
            Registration.objects.live()
            .filter(
                event=locked, identity_key__in=[*keys, *(each.identity.person for each in people)]
            )
            .values_list("identity_key", flat=True)
        )
        asked: dict[str, Invitation] = {}
        numbers = {"asked_before": 0, "registered": 0}
        for person in people:
            key = person.identity.address
            before = known.get(key)
            is_open = before is not None and before.state != InvitationState.WITHDRAWN
            if is_open or key in asked:
                numbers["asked_before"] += 1
            elif registered & {key, person.identity.person}:
                numbers["registered"] += 1
            else:
                asked[key] = _ask(locked, person, before, at=moment)
        invitations = list(asked.values())
        _note(LOG_INVITE, locked, invitations, by=by, at=moment)
        notify_invited(INVITATION, locked, invitations, at=moment, note=note)
    return Invited(invitations=invitations, **numbers)


def remind_silent(
    *,
    event: EventRecord,
    by: AbstractBaseUser | None = None,
    only: Collection[int] | None = None,
    now: Clock = database_now,
) -> int:
    """Ask those once more who have not answered, and return how many that were.

    ``only`` are primary keys of invitations to keep to. ``by`` is None when the clock does it. Safe
    to run twice and by two at once: nobody is reminded twice within ``BETWEEN_REMINDERS``. Raises
    ``EventBusy``.
    """
    with seats_locked(event) as locked:
        moment = now()
        rows = remindable(locked, at=moment)
        if only is not None:
            rows = rows.filter(pk__in=only)
        invitations = list(rows.order_by("pk"))
        for invitation in invitations:
            invitation.reminded_at = moment
        Invitation.objects.bulk_update(invitations, ["reminded_at"])
        _note(LOG_REMIND, locked, invitations, by=by, at=moment)
        notify_invited(INVITATION_REMINDER, locked, invitations, at=moment)
    return len(invitations)


def withdraw_invitation(
    *, invitation: Invitation, by: AbstractBaseUser | None, now: Clock = database_now
) -> Invitation:
    """Take an invitation back; its link says so from then on. No mail tells of it.

    Withdrawing twice writes nothing more. Raises ``InvitationUsed`` when it was accepted already:
    then there is a registration to decide on. Raises ``EventBusy``.
    """
    return _close(invitation, InvitationState.WITHDRAWN, LOG_WITHDRAW, by=by, now=now)


def decline_invitation(*, invitation: Invitation, now: Clock = database_now) -> Invitation:
    """Say no to an invitation, as the person who was asked. They can still change their mind.

    Declining twice writes nothing more. Raises ``InvitationUsed`` when it was accepted or withdrawn
    meanwhile, and ``EventBusy``.
    """
    return _close(invitation, InvitationState.DECLINED, LOG_DECLINE, by=None, now=now)


def _close(
    invitation: Invitation,
    state: InvitationState,
    action: str,
    *,
    by: AbstractBaseUser | None,
    now: Clock,
) -> Invitation:
    with seats_locked(invitation.event):
        invitation = Invitation.objects.get(pk=invitation.pk)
        moment = now()
        if invitation.state == state:
            return invitation
        is_answerable = {InvitationState.SILENT}
        if state == InvitationState.WITHDRAWN:
            is_answerable.add(InvitationState.DECLINED)
        if invitation.state not in is_answerable:
            raise InvitationUsed
        invitation.state = state
        if state == InvitationState.DECLINED:
            invitation.answered_at = moment
        invitation.save(update_fields=["state", "answered_at"])
        _note(action, invitation.event, [invitation], by=by, at=moment)
    return invitation


def _ask(
    event: EventRecord, person: Invitee, before: Invitation | None, *, at: dt.datetime
) -> Invitation:
    """Write the invitation. One that was withdrawn is given anew, under a link of its own."""
    invitation = before or Invitation(event=event, identity_key=person.identity.address)
    if before is not None:
        invitation.link_generation += 1
    for name in (
        "name",
        "email",
        "organisation",
        "language",
        "audience_key",
        "event_session_key",
    ):
        setattr(invitation, name, getattr(person, name))
    invitation.state = InvitationState.SILENT
    invitation.invited_at = at
    invitation.reminded_at = invitation.answered_at = invitation.registration = None
    invitation.save()
    return invitation


def _check_sessions(event: EventRecord, people: Iterable[Invitee], *, at: dt.datetime) -> None:
    named = {person.event_session_key for person in people} - {None}
    pools = event.seat_pools.filter(kind=SeatPoolKind.EVENT_SESSION)
    to_come = [pool for pool in pools if not pool.takes_nobody and not pool.has_begun(at)]
    if named - {pool.event_session_key for pool in to_come}:
        raise EventSessionGone


def _by_key(rows: Any) -> dict[str, Invitation]:
    return {row.identity_key: row for row in rows}


def _note(
    action: str,
    event: EventRecord,
    invitations: Iterable[Invitation],
    *,
    by: AbstractBaseUser | None,
    at: dt.datetime,
) -> None:
    for invitation in invitations:
        log(
            instance=invitation,
            action=action,
            user=by,
            data={"event": str(event.key)},
            timestamp=at,
        )
