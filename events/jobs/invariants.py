"""Checking the ledger: what must hold of its rows, of its seats and of its waiting lists."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count
from wagtail.models import ModelLogEntry

from ..actions.offers import OFFER_GRACE
from ..actions.waiting_list import next_in_line
from ..capacity import SeatCount
from ..clock import Clock, database_now
from ..enums import LIVE_STATES, SeatPoolKind
from ..models import EventRecord, Invitation, Registration, SeatPool
from ..queries.live_registration import identity_of
from ..queries.row_checks import (
    Breach,
    Entry,
    event_problems,
    invitation_problems,
    registration_problems,
)

WORKER_ROUNDS = dt.timedelta(minutes=10)
"""What the clock alone moves may be this late: the worker comes by once a minute."""

CHECKED = ("I1", "I2", "I3", "I7", "I8", "I10", "I11", "I12", "I13", "I14", "I15")
"""The rules that stored data can show; tests show the others, which are about what happens."""

Numbers = Counter[tuple[uuid.UUID, uuid.UUID | None, str]]


def find_breaches(*, now: Clock = database_now) -> Iterator[Breach]:
    """Yield everything in the ledger that should not be as it is, event by event.

    It reads all events and registrations in a fixed number of queries and locks nothing: while
    people register, it may report what is being written. Run it again then.
    """
    moment = now()
    events = {event.pk: event for event in EventRecord.objects.prefetch_related("seat_pools")}
    numbers, over = _numbers()
    waiting = _waiting(events)
    for event in events.values():
        pools = list(event.seat_pools.all())
        has_root = any(pool.kind == SeatPoolKind.EVENT for pool in pools)
        if event.pk in numbers:
            for rule, what in event_problems(event, has_root=has_root):
                yield Breach(rule, event, "", what)
        if not has_root:
            continue
        count = SeatCount(event=event, pools=tuple(pools), numbers=numbers[event.pk], at=moment)
        yield from _seats(count, over[event.pk])
        yield from _line(count, waiting[event.pk], moment)
    yield from _rows(events, moment)
    for invitation in Invitation.objects.select_related("registration").order_by("id"):
        for rule, what in invitation_problems(invitation):
            yield Breach(rule, events[invitation.event_id], str(invitation.uuid), what)


def _numbers() -> tuple[dict[int, Numbers], dict[int, Numbers]]:
    """Return how many are in each cell and state of each event, and how many over capacity."""
    numbers: dict[int, Numbers] = defaultdict(Counter)
    over: dict[int, Numbers] = defaultdict(Counter)
    rows = (
        Registration.objects.values_list(
            "event_id", "event_session_key", "audience_key", "state", "is_over_capacity"
        )
        .annotate(number=Count("id"))
        .order_by()
    )
    for event, session, audience, state, is_over, number in rows:
        numbers[event][session, audience, state] += number
        if is_over:
            over[event][session, audience, state] += number
    return numbers, over


def _waiting(events: dict[int, EventRecord]) -> dict[int, list[Registration]]:
    waiting: dict[int, list[Registration]] = defaultdict(list)
    for registration in Registration.objects.waiting():
        registration.event = events[registration.event_id]
        waiting[registration.event_id].append(registration)
    return waiting


def _seats(count: SeatCount, over: Numbers) -> Iterator[Breach]:
    """I1 and I2: no more are in than there are seats, but for those that staff gave knowingly."""
    overs = SeatCount(event=count.event, pools=count.pools, numbers=over, at=count.at)
    for pool in count.pools:
        if pool.capacity is None:
            continue
        taken = count.of(pool).taken
        allowed = max(pool.capacity, pool.tolerated) + overs.of(pool).taken
        if taken > allowed:
            what = f"{taken} seats are taken of {allowed}"
            yield Breach("I1", count.event, _name(pool), what)


def _name(pool: SeatPool) -> str:
    return f"{pool.get_kind_display()} “{pool.name}”"


def _line(count: SeatCount, waiting: list[Registration], moment: dt.datetime) -> Iterator[Breach]:
    """I8: nobody waits while there is a seat for them, where people move up by themselves."""
    # Kept seats become anybody's by the clock alone, and the worker hands them out.
    earlier = SeatCount(
        event=count.event, pools=count.pools, numbers=count.numbers, at=moment - WORKER_ROUNDS
    )
    if count.event.is_cancelled:
        return
    found = next_in_line(count=earlier, waiting=waiting, at=moment)
    if found is not None:
        yield Breach("I8", count.event, found[0].reference, "it waits while a seat is free for it")


def _rows(events: dict[int, EventRecord], moment: dt.datetime) -> Iterator[Breach]:
    entries = _entries()
    people: set[tuple[int, str]] = set()
    sessions: dict[int, set[Any]] = defaultdict(set)
    audiences: dict[int, set[Any]] = defaultdict(set)
    for event in events.values():
        for pool in event.seat_pools.all():
            sessions[event.pk].add(pool.event_session_key)
            audiences[event.pk].add(pool.audience_key)
    registrations = Registration.objects.select_related("submission__form_version", "replaces")
    # Answers are nobody's business here.
    registrations = registrations.defer("submission__answers", "submission__form_version__document")
    for registration in registrations.order_by("event_id", "id").iterator():
        event = registration.event = events[registration.event_id]
        problems = registration_problems(
            registration,
            entries=entries[str(registration.pk)],
            sessions=sessions[event.pk],
            audiences=audiences[event.pk],
            now=moment + WORKER_ROUNDS,
        )
        for rule, what in problems:
            yield Breach(rule, event, registration.reference, what)
        person = (event.pk, identity_of(registration).person)
        if registration.state in LIVE_STATES:
            if person in people:
                what = "somebody of the same name and address is registered as well"
                yield Breach("I3", event, registration.reference, what)
            people.add(person)
        ends = registration.offer_expires_at
        is_late = ends is not None and ends + OFFER_GRACE + WORKER_ROUNDS < moment
        if is_late and not event.is_cancelled:
            yield Breach(
                "I7", event, registration.reference, "its offer has ended and still is held"
            )


def _entries() -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    rows = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Registration)
    ).order_by("pk")
    for pk, action, data in rows.values_list("object_id", "action", "data"):
        found[pk].append(Entry(action, data))
    return found
