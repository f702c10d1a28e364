"""Invitations to people: the way in by link, who can still answer, and how many did."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from ..enums import EventStatus, InvitationState, SeatPoolKind
from ..links import Purpose, identifier_in, make_token
from ..models import EventRecord, Invitation, Registration, SeatPool
from ..validators import NAME_MARK, Identity
from .invitation import status_at

BETWEEN_REMINDERS = dt.timedelta(days=3)
"""Nobody is reminded twice within this time."""


def invitation_token(invitation: Invitation) -> str:
    """Return the token that opens ``invitation``."""
    return make_token(Purpose.INVITATION, invitation.uuid, invitation.link_generation)


def invitation_url(invitation: Invitation) -> str:
    """Return the full address of an invitation. It is put in mails at sending only."""
    path = reverse("kommed_personal:invitation", args=[invitation_token(invitation)])
    return f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{path}"


def invitation_for(token: str) -> Invitation | None:
    """Return the invitation that ``token`` opens, or None if it is unknown or an older one."""

    def generation_of(identifier: uuid.UUID) -> int | None:
        rows = Invitation.objects.filter(uuid=identifier)
        return rows.values_list("link_generation", flat=True).first()

    identifier = identifier_in(token, Purpose.INVITATION, generation_of)
    if identifier is None:
        return None
    rows = Invitation.objects.select_related("event", "registration")
    found: Invitation = rows.get(uuid=identifier)
    return found


def status_of(event: EventRecord, moment: dt.datetime) -> EventStatus:
    """Return whether an invitation to ``event`` can be accepted at ``moment``."""
    if event.is_cancelled:
        return EventStatus.CANCELLED
    if not event.is_live:
        return EventStatus.CLOSED
    return status_at(moment, opens_at=event.opens_at, closes_at=event.closes_at)


def remindable(event: EventRecord, *, at: dt.datetime) -> QuerySet[Invitation]:
    """Return the invitations to ``event`` that a reminder can go out for at ``at``.

    Nobody who has answered, who has registered by another way or was by somebody else, or who was
    reminded within ``BETWEEN_REMINDERS``; and nobody at all while registration is not open.
    """
    rows: QuerySet[Invitation] = Invitation.objects.filter(event=event).silent()
    if status_of(event, at) != EventStatus.OPEN:
        return rows.none()
    registered = Registration.objects.live().filter(event=event)
    not_lately = Q(reminded_at__isnull=True) | Q(reminded_at__lte=at - BETWEEN_REMINDERS)
    rows = rows.filter(not_lately).exclude(identity_key__in=registered.values("identity_key"))
    return rows.exclude(pk__in=_registered_by_others(rows, registered))


def _registered_by_others(
    rows: QuerySet[Invitation], registered: QuerySet[Registration]
) -> list[int]:
    """Return which of ``rows`` somebody else, such as a secretary, has registered."""
    by_others = registered.filter(identity_key__contains=NAME_MARK)
    people = set(by_others.values_list("identity_key", flat=True))
    if not people:
        return []
    asked = rows.values_list("pk", "email", "name")
    return [pk for pk, email, name in asked if Identity(email, name).person in people]


@dataclass(frozen=True)
class Answers:
    """How many were invited, and what they said. The withdrawn are not counted as invited."""

    invited: int = 0
    accepted: int = 0
    declined: int = 0
    silent: int = 0

    @classmethod
    def counted(cls, numbers: Counter[str]) -> Answers:
        """Return the numbers that were counted by state."""
        accepted, declined, silent = (
            numbers[state]
            for state in (
                InvitationState.ACCEPTED,
                InvitationState.DECLINED,
                InvitationState.SILENT,
            )
        )
        return cls(accepted + declined + silent, accepted, declined, silent)


@dataclass(frozen=True)
class AudienceAnswers:
    """The answers of one audience, and how many of it are hoped for, over its sessions."""

    name: str
    answers: Answers
    aim: int | None


def count_answers(
    rows: QuerySet[Invitation], pools: list[SeatPool]
) -> tuple[Answers, list[AudienceAnswers]]:
    """Return the answers of ``rows`` in all, and by those audiences of ``pools`` that are asked.

    An audience is listed when somebody of it was invited or it has an aim. One query.
    """
    counted: dict[uuid.UUID | None, Counter[str]] = {}
    grouped: Any = rows.order_by().values("audience_key", "state").annotate(number=Count("pk"))
    for row in grouped:
        counted.setdefault(row["audience_key"], Counter())[row["state"]] += row["number"]
    names: dict[uuid.UUID, str] = {}
    aims: dict[uuid.UUID, int] = {}
    for pool in pools:
        if pool.kind == SeatPoolKind.AUDIENCE and pool.audience_key is not None:
            names.setdefault(pool.audience_key, pool.name)
            if pool.aim is not None and not pool.takes_nobody:
                aims[pool.audience_key] = aims.get(pool.audience_key, 0) + pool.aim
    by_audience = [
        AudienceAnswers(name, Answers.counted(counted.get(key, Counter())), aims.get(key))
        for key, name in names.items()
        if key in counted or key in aims
    ]
    return Answers.counted(sum(counted.values(), Counter())), by_audience
