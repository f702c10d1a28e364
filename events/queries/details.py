"""What a mail says of a registration: event, place, time and answers, in the person's language."""

from __future__ import annotations

import datetime as dt
import uuid
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forms.builder import answer_rows, may_be_mailed
from forms.models import FormVersion

from ..enums import SeatPoolKind
from ..models import EventRecord, EventSession, SeatPool
from .pages import page_in_language


def day_text(moment: dt.datetime, zone: zoneinfo.ZoneInfo) -> str:
    """Return the day in words, such as "Wednesday 3 October 2018"."""
    # Translators: a date format, see Django's "date" filter. Danish: l \d\e\n j. F Y
    return date_format(moment.astimezone(zone), _("l j F Y"))


def time_text(moment: dt.datetime, zone: zoneinfo.ZoneInfo) -> str:
    """Return the time of day, such as "13:00"."""
    # Translators: a time format, see Django's "time" filter. Danish: H.i
    return date_format(moment.astimezone(zone), _("H:i"))


def when_text(
    starts_at: dt.datetime | None, ends_at: dt.datetime | None, zone: zoneinfo.ZoneInfo
) -> str:
    """Return day and time in words, with the zone's name; empty while the time is unknown."""
    if starts_at is None:
        return ""
    words = {
        "day": day_text(starts_at, zone),
        "from": time_text(starts_at, zone),
        "to": time_text(ends_at, zone) if ends_at else "",
        "zone": zone.key,
    }
    if ends_at is None:
        return _("%(day)s at %(from)s (%(zone)s)") % words
    return _("%(day)s, %(from)s–%(to)s (%(zone)s)") % words


@dataclass(frozen=True)
class AtHand:
    """What a caller has read already: the pools of the event, and after them its page.

    In that order, or a change of place between the two would go unnoticed.
    """

    pools: Sequence[SeatPool]
    page: Any

    def has(self, event: EventRecord, language: str) -> bool:
        """Return whether it is the published page of ``event`` in ``language``."""
        page = self.page
        return bool(
            page.live
            and page.alias_of_id is None
            and page.event_key == event.key
            and page.locale.language_code == language
        )


def registration_details(
    *,
    event: EventRecord,
    event_session_key: uuid.UUID,
    language: str,
    form_version: FormVersion,
    answers: Mapping[str, Any],
    at_hand: AtHand | None = None,
) -> dict[str, Any]:
    """Return what the mails of one registration are rendered from, as JSON can hold it.

    Read before the seats are locked, so that the lock is short. Where the page is gone, the
    ledger's own names are used. What is ``at_hand`` is not looked up again.
    """
    with translation.override(language):
        rows = answer_rows(form_version.specs, dict(answers))
        return {
            **event_details(
                event=event,
                event_session_key=event_session_key,
                language=language,
                at_hand=at_hand,
            ),
            "answers": [[spec.label, text] for spec, text in rows if text and may_be_mailed(spec)],
            "answers_left_out": any(text and not may_be_mailed(spec) for spec, text in rows),
        }


def event_details(
    *,
    event: EventRecord,
    event_session_key: uuid.UUID,
    language: str,
    at_hand: AtHand | None = None,
) -> dict[str, Any]:
    """Return what mails say of the event and one of its sessions; nothing of any registration.

    Times and what has become of the session are the ledger's, which holds for every language; the
    words are those of the page in ``language``.
    """
    # The ledger first: a number of the calendar entry that is too low only calls for another one.
    if at_hand is not None and at_hand.has(event, language):
        pools = [pool for pool in at_hand.pools if pool.kind == SeatPoolKind.EVENT_SESSION]
        page = at_hand.page
    else:
        pools = list(SeatPool.objects.filter(event=event, kind=SeatPoolKind.EVENT_SESSION))
        page = page_in_language(event.key, language)
    with translation.override(language):
        row = _session_row(page, event_session_key)
        return {
            **_event_details(event, page),
            **_session_details(event, row, event_session_key, pools),
        }


def session_details(
    *, event: EventRecord, language: str, pools: Sequence[SeatPool]
) -> dict[uuid.UUID, dict[str, Any]]:
    """Return by key what is said of each session alone, of which ``pools`` are all there are.

    One look at the page serves them all.
    """
    page = page_in_language(event.key, language)
    rows = page.event_sessions.select_related("venue") if page is not None else []
    row_of = {row.translation_key: row for row in rows}
    with translation.override(language):
        return {
            key: _session_details(event, row_of.get(key), key, pools)
            for pool in pools
            if (key := pool.event_session_key) is not None
        }


def invitation_details(
    *, event: EventRecord, event_session_key: uuid.UUID | None, language: str
) -> dict[str, Any]:
    """Return what the mails to somebody who is invited are rendered from, as JSON can hold it.

    Without a session of their own they choose among all, whose names are listed.
    """
    with translation.override(language):
        page = page_in_language(event.key, language)
        details = {
            **_event_details(event, page),
            "lead": page.lead if page is not None else "",
            "when": when_text(event.starts_at, event.ends_at, event.zone),
            "sessions": [],
            "answer_by": when_text(event.last_moment, None, event.zone),
        }
        if event_session_key is not None:
            return details | event_details(
                event=event, event_session_key=event_session_key, language=language
            )
        if page is not None:
            details["sessions"] = [row.name for row in page.event_sessions.all()]
        return details


def _session_row(page: Any, key: uuid.UUID) -> EventSession | None:
    if page is None:
        return None
    rows = page.event_sessions.select_related("venue")
    return next((row for row in rows if row.translation_key == key), None)


def _event_details(event: EventRecord, page: Any) -> dict[str, Any]:
    if page is None:
        return {"event_title": event.title, "event_url": "", "contacts": [], "contact_email": ""}
    contacts = [
        {"name": row.name, "title": row.title, "phone": row.phone, "email": row.email}
        for row in page.contacts.all()
    ]
    return {
        "event_title": page.title,
        "event_url": page.full_url or "",
        "contacts": contacts,
        "contact_email": page.contact_email,
    }


def _session_details(
    event: EventRecord, row: EventSession | None, key: uuid.UUID, pools: Sequence[SeatPool]
) -> dict[str, Any]:
    pool = next((pool for pool in pools if pool.event_session_key == key), None)
    starts_at = (pool.starts_at if pool else None) or event.starts_at
    ends_at = (pool.ends_at if pool else None) or event.ends_at
    venue = row.venue if row else None
    name = row.name if row else (pool.name if pool else "")
    return {
        "session_key": str(key),
        "session_name": name,
        "session_heading": row.heading if row else "",
        "venue_name": venue.name if venue else "",
        "venue_address": venue.address if venue else "",
        "when": when_text(starts_at, ends_at, event.zone),
        "starts_at": starts_at.isoformat() if starts_at else "",
        "ends_at": ends_at.isoformat() if ends_at else "",
        "zone": event.zone.key,
        # Of all sessions together: moving to one whose time never changed makes it no smaller.
        "event_sequence": sum(pool.calendar_sequence for pool in pools),
        "is_called_off": event.is_cancelled or (pool is not None and pool.takes_nobody),
    }
