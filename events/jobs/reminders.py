"""Mails before and after an event, and of offers that run out: when each is due, and to whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce, Lower

from forms.enums import DELIVERY_TROUBLE
from forms.models import Message

from ..clock import Clock, database_now
from ..enums import RegistrationState, SeatPoolKind
from ..models import EventRecord, Registration, SeatPool
from ..notifications.by_the_clock import (
    OFFER_REMINDER,
    POINTLESS_AFTER,
    REMINDER,
    THANKS,
    notify_by_the_clock,
)
from ..notifications.event_changes import DetailsOfMany
from .invitations import WAKING_HOURS

BATCH = 200
"""How many people are written to in one transaction."""
CONFIRMED_BEFORE = dt.timedelta(days=1)
"""Whoever has had their confirmation for less than this when the reminder is due gets none."""
LEFT_TO_ANSWER = dt.timedelta(hours=2)
"""How much of an offer must be left for a reminder of it."""
MOST_DAYS = 60
"""What an editor can choose at most; see ``EventPage.reminder_days``."""


def remind_before_events(*, now: Clock = database_now) -> int:
    """Remind those who have a seat, N days before their session, and return how many.

    Once for each time that it is to begin, between eight and twenty o'clock where it is held. What
    was missed while no worker ran is made good until it begins.
    """
    moment = now()
    latest = moment + dt.timedelta(days=MOST_DAYS + 1)
    pools = _pools(
        Q(event__reminder_days__isnull=False, begins__gt=moment, begins__lte=latest), "begins"
    )
    queued = 0
    for pool in pools:
        if not _is_day(pool.event, moment):
            continue
        due = _days_from(pool.event, pool.begins, -pool.event.reminder_days)
        if due <= moment:
            stamp = pool.begins.isoformat()
            people = _confirmed(pool).filter(state_changed_at__lte=due - CONFIRMED_BEFORE)
            people = people.exclude(_has_had(REMINDER, dedupe_key__endswith=f":{stamp}"))
            queued += _write(REMINDER, pool.event, people, now, stamp=stamp)
    return queued


def thank_after_events(*, now: Clock = database_now) -> int:
    """Thank those who had a seat, N days after their session, and return how many.

    Once, at the same hours. More than two weeks late it would be pointless, and is left.
    """
    moment = now()
    earliest = moment - dt.timedelta(days=MOST_DAYS + 1) - POINTLESS_AFTER
    pools = _pools(Q(event__thanks_days__isnull=False, ends__lte=moment, ends__gt=earliest), "ends")
    queued = 0
    for pool in pools:
        if not _is_day(pool.event, moment):
            continue
        due = _days_from(pool.event, pool.ends, pool.event.thanks_days)
        if due <= moment < due + POINTLESS_AFTER:
            people = _confirmed(pool).exclude(_has_had(THANKS))
            queued += _write(THANKS, pool.event, people, now, stamp="")
    return queued


def remind_of_offers(*, now: Clock = database_now) -> int:
    """Remind those who were offered a seat, when half of their time is over; return how many.

    Once for each offer, and not when less than two hours are left.
    """
    moment = now()
    offers: QuerySet[Any] = Registration.objects.filter(
        state=RegistrationState.OFFERED,
        offer_expires_at__gte=moment + LEFT_TO_ANSWER,
        event__cancelled_at=None,
    )
    offers = offers.exclude(_has_had(OFFER_REMINDER, created_at__gte=OuterRef("state_changed_at")))
    rows = offers.order_by("event_id", "id").values_list(
        "event_id", "pk", "state_changed_at", "offer_expires_at"
    )
    due: dict[int, list[int]] = {}
    for event, pk, offered_at, ends_at in rows:
        if moment >= offered_at + (ends_at - offered_at) / 2:
            due.setdefault(event, []).append(pk)
    queued = 0
    for record in EventRecord.objects.filter(pk__in=due).order_by("pk"):
        people = offers.filter(pk__in=due[record.pk])
        queued += _write(OFFER_REMINDER, record, people, now)
    return queued


def _pools(condition: Q, moment_of: str) -> QuerySet[Any]:
    """Return the sessions that take place, with when they begin and end, the event's if need be."""
    pools: QuerySet[Any] = SeatPool.objects.filter(
        kind=SeatPoolKind.EVENT_SESSION,
        is_closed=False,
        closed_at=None,
        event__cancelled_at=None,
    )
    begins = Coalesce("starts_at", "event__starts_at")
    pools = pools.annotate(
        begins=begins,
        ends=Case(
            When(starts_at__isnull=False, then=Coalesce("ends_at", "starts_at")),
            default=Coalesce("ends_at", "event__ends_at", "event__starts_at"),
        ),
    )
    return pools.filter(condition).select_related("event").order_by(moment_of, "id")


def _is_day(event: EventRecord, moment: dt.datetime) -> bool:
    return moment.astimezone(event.zone).hour in WAKING_HOURS


def _days_from(event: EventRecord, moment: dt.datetime, days: int) -> dt.datetime:
    """Return the same time of day so many days from ``moment``, where the event is held."""
    return (moment.astimezone(event.zone) + dt.timedelta(days=days)).astimezone(dt.UTC)


def _confirmed(pool: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = Registration.objects.filter(
        event_id=pool.event_id,
        event_session_key=pool.event_session_key,
        state=RegistrationState.CONFIRMED,
    )
    return rows


def _has_had(kind: str, **conditions: Any) -> Exists:
    return Exists(Message.objects.filter(kind=kind, subject_key=OuterRef("uuid"), **conditions))


def _write(
    kind: str,
    event: EventRecord,
    people: QuerySet[Any],
    now: Clock,
    *,
    stamp: str | None = None,
) -> int:
    """Queue a mail to each of ``people``, who are no longer among them then; return how many."""
    details = DetailsOfMany(event)
    queued = 0
    for batch in _batches(people):
        for registration in batch:
            registration.event = event
        with transaction.atomic():
            queued += notify_by_the_clock(
                kind,
                batch,
                details=details,
                dedupe=lambda registration: stamp if stamp is not None else _offer(registration),
                at=now(),
            )
    return queued


def _offer(registration: Registration) -> str:
    return registration.offer_expires_at.isoformat() if registration.offer_expires_at else ""


def _batches(people: QuerySet[Any]) -> Iterator[list[Registration]]:
    """Yield those whose address takes mail, in the order of their rows."""
    trouble = Message.objects.filter(delivery__in=DELIVERY_TROUBLE).values(address=Lower("to"))
    people = people.annotate(address=Lower("email")).exclude(address__in=trouble)
    last = 0
    while batch := list(people.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1].pk
