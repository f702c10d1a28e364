"""The bridge from content to ledger: called when a page is saved or deleted, or a venue moves."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from forms.actions.places import count_earlier_answers
from forms.models import specs_of

from ..capacity import count_seats
from ..clock import database_now
from ..enums import SeatPoolKind, TodoKind
from ..exceptions import EventBusy
from ..models import (
    EventPageMixin,
    EventRecord,
    EventSession,
    Registration,
    SeatPool,
    Todo,
    Venue,
)
from ..queries.pages import has_page_in, live_pages_of
from ..seat_matrix import cell_of
from .locking import seats_locked
from .offers import shorten_offers
from .waiting_list import promote_waiting

logger = logging.getLogger(__name__)

PUBLISH_WAIT = 30.0
"""Seconds that publishing waits for the seats: an editor is patient, and must not get an error."""

IN_CALENDAR = ("starts_at", "ends_at", "venue_name", "venue_address")
"""What a change of makes people's calendar entries out of date."""

Wanted = dict[tuple[str, uuid.UUID | None, uuid.UUID | None], dict[str, Any]]


def update_ledger(*, page: EventPageMixin) -> None:
    """Bring ``EventRecord`` and ``SeatPool`` up to date with ``page``, which has just been saved.

    A page that is not live, and never was, changes nothing. The page in the language the invitation
    was first written in steers; a translation only says that it is there. Never raises for what the
    page lacks: it would stop every later page of a scheduled publishing run.
    """
    if page.alias_of_id is not None:
        return  # an alias shows its source's event
    record = EventRecord.objects.filter(key=page.event_key).first()
    if not page.live:
        if record is not None:
            _set_live(record)
        return
    if record is None:
        record = _first_record(page)
    with seats_locked(record, wait=PUBLISH_WAIT) as locked:
        if not _steers(page, locked):
            _set_live(locked)
            return
        _copy_fields(page, locked)
        _copy_pools(page, locked)
        _note_what_is_tolerated(locked)
        count_earlier_answers(form_key=locked.key, specs=specs_of(page.questions.all()))
        promote_waiting(event=locked, at=database_now())


def page_deleted(*, event_key: uuid.UUID, locale_code: str) -> None:
    """Take note that the page in one language is gone. The ledger stays.

    If it was the one that steered and a translation lives, the oldest of those takes over. Staff
    get a to-do for that, and when the last page of an event with registrations is gone.
    """
    record = EventRecord.objects.filter(key=event_key).first()
    if record is None:
        return
    _set_live(record)
    has_registrations = Registration.objects.live().filter(event=record).exists()
    if record.source_locale == locale_code:
        heir = _oldest_live_page(event_key)
        if heir is not None:
            record.source_locale = heir.locale.language_code
            record.save(update_fields=["source_locale", "updated_at"])
            Todo.objects.create(event=record, kind=TodoKind.SOURCE_TAKEN_OVER, name=heir.title)
            return
    if has_registrations and not record.is_live:
        Todo.objects.create(event=record, kind=TodoKind.PAGE_DELETED, name=record.title)


def page_unpublished(*, event_key: uuid.UUID) -> None:
    """Take note that a page was taken down by something that saved Wagtail's base page only.

    Scheduled expiry does: it never reaches the ``save()`` of our own page class.
    """
    record = EventRecord.objects.filter(key=event_key).first()
    if record is not None:
        _set_live(record)


def venue_changed(*, venue: Venue) -> None:
    """Bring the ledger up to date with ``venue``, whose name or address has just been changed.

    Call it when that is committed: the seats of each event that is held there are locked in a
    transaction of their own, so that nobody who registers waits for more than one. An event whose
    seats cannot be locked now is left to the worker. What is over was held where the ledger says.
    """
    held = _held_at(venue).values("page__translation_key")
    records = EventRecord.objects.filter(key__in=held).exclude(ends_at__lte=database_now())
    for record in records.order_by("pk"):
        try:
            follow_venue(event=record, venue=venue)
        except EventBusy:
            logger.warning("The seats of event %s are busy; its place follows later.", record.key)


def follow_venue(*, event: EventRecord, venue: Venue) -> None:
    """Say in the ledger of ``event`` what ``venue`` is called now, and where it is.

    For sessions that a published page, in whatever language, holds there: their entries in
    calendars get a new number, once for all languages, and staff get the to-do that publishing
    another place makes. Raises ``EventBusy``; nothing is written then.
    """
    with seats_locked(event) as locked:
        _change_place(locked, venue)


def _held_at(venue: Venue) -> Any:
    return EventSession.objects.filter(
        venue=venue, page__live=True, page__alias_of__isnull=True
    ).order_by()


def _change_place(record: EventRecord, venue: Venue) -> None:
    rows = _held_at(venue).filter(page__translation_key=record.key)
    steering = rows.filter(page__locale__language_code=record.source_locale)
    steered = set(steering.values_list("translation_key", flat=True))
    pools = record.seat_pools.filter(
        kind=SeatPoolKind.EVENT_SESSION,
        event_session_key__in=rows.values("translation_key"),
        is_closed=False,
    )
    fields = place_fields(venue=venue)
    is_news = False
    for pool in pools:
        if pool.event_session_key in steered:
            wanted = {**fields, **_calendar_step(pool, fields)}
        else:  # the ledger has the place in the language that steers
            wanted = {"calendar_sequence": pool.calendar_sequence + 1}
        is_news = _update_pool(pool, wanted) or is_news
    if is_news:
        record.save(update_fields=["updated_at"])  # calendars show it as the time of the change


def _oldest_live_page(event_key: uuid.UUID) -> Any:
    return next(iter(live_pages_of(event_key)), None)


def _set_live(record: EventRecord) -> None:
    is_live = bool(live_pages_of(record.key))
    if record.is_live != is_live:
        record.is_live = is_live
        record.save(update_fields=["is_live", "updated_at"])


def _first_record(page: Any) -> EventRecord:
    """Create the record and its root pool, the row that is locked from now on."""
    source = _source_page(page)
    record, _created = EventRecord.objects.get_or_create(
        key=page.event_key,
        defaults={
            "source_locale": source.locale.language_code,
            "title": source.title,
            "time_zone": source.zone.key,
            "way_in": source.way_in,
        },
    )
    SeatPool.objects.get_or_create(
        event=record, kind=SeatPoolKind.EVENT, defaults={"name": source.title}
    )
    return record


def _source_page(page: Any) -> Any:
    """Return the page the invitation was first written as: the oldest of its languages."""
    siblings = type(page)._default_manager.filter(
        translation_key=page.translation_key, alias_of__isnull=True
    )
    return siblings.select_related("locale").order_by("pk").first() or page


def _steers(page: Any, record: EventRecord) -> bool:
    """Return whether what ``page`` says of times and seats is what counts."""
    language = page.locale.language_code
    if language == record.source_locale:
        return True
    if not has_page_in(record.key, record.source_locale):
        record.source_locale = language  # its source is gone for good
        return True
    # A translation is published first: until its source is published, it has to steer.
    return record.starts_at is None


def _copy_fields(page: Any, record: EventRecord) -> None:
    record.title = page.title
    record.starts_at = page.starts_at
    record.ends_at = page.ends_at
    record.time_zone = page.zone.key
    record.opens_at = page.registration_opens_at
    record.closes_at = page.registration_closes_at
    record.way_in = page.way_in
    record.applications_hold_seat = page.applications_hold_seat
    record.waiting_list_mode = page.waiting_list_mode
    record.offer_hours = page.offer_hours
    record.lapse_rule = page.lapse_rule
    record.offers_by_mix = page.offers_by_mix
    record.reminder_days = page.reminder_days
    record.thanks_days = page.thanks_days
    record.is_live = True
    record.save()


def _wanted_pools(page: Any) -> Wanted:
    """Return the pools that the page asks for, by kind and keys, with their fields."""
    wanted: Wanted = {
        (SeatPoolKind.EVENT, None, None): {"name": page.title, "capacity": page.capacity}
    }
    audiences = [row for row in page.audiences.all() if row.is_choice]
    for number, row in enumerate(page.event_sessions.all(), start=1):
        key = row.translation_key
        wanted[SeatPoolKind.EVENT_SESSION, key, None] = {
            "name": row.name,
            "capacity": row.capacity,
            "starts_at": row.starts_at or page.starts_at,
            "ends_at": row.ends_at or page.ends_at,
            **place_fields(venue=row.venue),
            "sort_order": number,
        }
        for place, audience in enumerate(audiences, start=1):
            cell = cell_of(page.seat_matrix, row.row_key, audience.row_key)
            wanted[SeatPoolKind.AUDIENCE, key, audience.translation_key] = {
                "name": str(audience),
                "capacity": cell.most,
                "aim": cell.aim,
                "kept": cell.kept,
                "kept_until": cell.kept_until(page.zone),
                "way_in": audience.way_in,
                "sort_order": number * 100 + place,
            }
    return wanted


def place_fields(*, venue: Venue | None) -> dict[str, str]:
    """Return what the ledger keeps of a session's place."""
    return {
        "venue_name": venue.name if venue else "",
        "venue_address": venue.address if venue else "",
    }


def _copy_pools(page: Any, record: EventRecord) -> None:
    wanted = _wanted_pools(page)
    existing = {
        (pool.kind, pool.event_session_key, pool.audience_key): pool
        for pool in record.seat_pools.all()
    }
    for keys, fields in wanted.items():
        pool = existing.get(keys)
        if pool is None:
            kind, session_key, audience_key = keys
            SeatPool.objects.create(
                event=record,
                kind=kind,
                event_session_key=session_key,
                audience_key=audience_key,
                **fields,
            )
            continue
        began_at = pool.starts_at
        _update_pool(pool, {**fields, "is_closed": False, **_calendar_step(pool, fields)})
        if pool.starts_at != began_at:
            shorten_offers(pool=pool, at=database_now())
    for keys, pool in existing.items():
        if keys not in wanted and not pool.is_closed:
            _close(pool)


def _update_pool(pool: SeatPool, fields: dict[str, Any]) -> bool:
    """Write ``fields`` if one is different, and return whether.

    Staff are asked to tell where calendars show it.
    """
    if all(getattr(pool, name) == value for name, value in fields.items()):
        return False
    for name, value in fields.items():
        setattr(pool, name, value)
    pool.save()
    if "calendar_sequence" in fields:
        _ask_to_tell(pool)
    return True


def _calendar_step(pool: SeatPool, fields: dict[str, Any]) -> dict[str, int]:
    """Return the next number of the calendar entry when the session's time or place changes."""
    if any(name in fields and getattr(pool, name) != fields[name] for name in IN_CALENDAR):
        return {"calendar_sequence": pool.calendar_sequence + 1}
    return {}


def _ask_to_tell(pool: SeatPool) -> None:
    """Ask staff to tell those who have the session in their calendars as it was; once is enough."""
    people = Registration.objects.live().filter(
        event=pool.event, event_session_key=str(pool.event_session_key)
    )
    if people.exists():
        Todo.objects.get_or_create(
            event=pool.event,
            kind=TodoKind.EVENT_SESSION_CHANGED,
            event_session_key=pool.event_session_key,
            done_at=None,
            defaults={"name": pool.name},
        )


def _note_what_is_tolerated(event: EventRecord) -> None:
    """Note in each pool how many seats were taken when its capacity was set below that.

    Nobody is thrown out; this is what tells a lowered capacity from too many seats given away.
    Seats that staff gave knowingly are marked themselves and do not count here.
    """
    knowingly = Registration.objects.filter(event=event, is_over_capacity=True)
    count = count_seats(event)
    for session_key, audience_key, state in knowingly.values_list(
        "event_session_key", "audience_key", "state"
    ):
        count.move(before=((session_key, audience_key), state))
    for pool in count.pools:
        seats = count.of(pool)
        over = seats.capacity is not None and seats.taken > seats.capacity
        tolerated = seats.taken if over else 0
        if pool.tolerated != tolerated:
            pool.tolerated = tolerated
            pool.save(update_fields=["tolerated"])


def _close(pool: SeatPool) -> None:
    """Close a pool that was dropped from the page; staff get a to-do if people are in it."""
    pool.is_closed = True
    pool.save(update_fields=["is_closed"])
    people = Registration.objects.live().filter(
        event=pool.event, event_session_key=str(pool.event_session_key)
    )
    if pool.kind == SeatPoolKind.AUDIENCE:
        people = people.filter(audience_key=pool.audience_key)
    if not people.exists():
        return
    kind = (
        TodoKind.AUDIENCE_DROPPED
        if pool.kind == SeatPoolKind.AUDIENCE
        else TodoKind.EVENT_SESSION_DROPPED
    )
    Todo.objects.create(
        event=pool.event,
        kind=kind,
        name=pool.name,
        event_session_key=pool.event_session_key,
    )
