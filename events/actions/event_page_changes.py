"""Moving an event's time or a session's venue: the page is changed, and then people are told."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page

from ..clock import Clock, database_now
from ..exceptions import AlreadySo, PageCannotChange
from ..models import EventRecord, Venue
from ..models.event_checks import check_event_dates, dates_in_order
from ..queries.pages import live_pages_of
from .event_changes import Reasons, announce_change
from .locking import lock_timeouts_as_busy

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

Change = Callable[[Any], None]
"""Writes what is new on a page, with its rows, without saving it."""


def move_time(
    *,
    event: EventRecord,
    event_session_key: uuid.UUID | None,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    by: AbstractBaseUser | None,
    reasons: Reasons | None = None,
    now: Clock = database_now,
) -> int:
    """Move the whole event, or one session of it, tell those it concerns, and return how many.

    Sessions with a time of their own keep it when the event moves. The page is changed in every
    language and published; a draft that somebody has begun is changed too and stays a draft.

    Raises ``PageCannotChange``, ``AlreadySo`` or ``EventBusy``; nothing is written then.
    """
    put_on = _new_time(event_session_key, starts_at, ends_at)
    return _change(event, put_on, by=by, reasons=reasons, now=now)


def check_new_time(
    *,
    event: EventRecord,
    event_session_key: uuid.UUID | None,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
) -> None:
    """Raise ``PageCannotChange`` if the page cannot have this time, whoever wants it."""
    page = check_page_changes(event=event, by=None)[0]
    if not page.has_unpublished_changes:
        page = page.get_latest_revision_as_object()
    _new_time(event_session_key, starts_at, ends_at)(page)
    _check(page)


def change_venue(
    *,
    event: EventRecord,
    event_session_key: uuid.UUID,
    venue: Venue,
    by: AbstractBaseUser | None,
    reasons: Reasons | None = None,
    now: Clock = database_now,
) -> int:
    """Hold a session at another venue, tell those it concerns, and return how many.

    A translated page gets the venue in its language, if there is one. Otherwise as ``move_time``.
    """

    def put_on(page: Any) -> None:
        translated = venue.get_translation_or_none(page.locale)
        _change_row(page, event_session_key, venue=translated or venue)

    return _change(event, put_on, by=by, reasons=reasons, now=now)


def check_page_changes(*, event: EventRecord, by: AbstractBaseUser | None) -> list[Any]:
    """Return the published pages of ``event``, the one that steers first.

    Raises ``PageCannotChange`` when there is none, or ``by`` may not publish it or has to wait for
    somebody who works on it. The translations only follow, so nobody needs a right to those.
    """
    pages = live_pages_of(event.key)
    pages.sort(key=lambda page: page.locale.language_code != event.source_locale)
    if not pages or pages[0].locale.language_code != event.source_locale:
        raise PageCannotChange([_("The event's page is not published.")])
    source = pages[0]
    if by is not None:
        if not source.permissions_for_user(by).can_publish():
            raise PageCannotChange([_("You may not publish the event's page.")])
        lock = source.get_lock()
        if lock is not None and lock.for_user(by):
            raise PageCannotChange([_("The event's page is locked by somebody who works on it.")])
    return pages


def _new_time(
    event_session_key: uuid.UUID | None, starts_at: dt.datetime, ends_at: dt.datetime
) -> Change:
    def put_on(page: Any) -> None:
        if event_session_key is None:
            page.starts_at, page.ends_at = starts_at, ends_at
        else:
            _change_row(page, event_session_key, starts_at=starts_at, ends_at=ends_at)

    return put_on


def _change(
    event: EventRecord,
    put_on: Change,
    *,
    by: AbstractBaseUser | None,
    reasons: Reasons | None,
    now: Clock,
) -> int:
    with lock_timeouts_as_busy(), transaction.atomic():
        pages = check_page_changes(event=event, by=by)
        # All rows of pages come before the seats, as when an editor publishes: no deadlock.
        keys = sorted(page.pk for page in pages)
        list(Page.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
        before = _facts(pages[0])
        for number, page in enumerate(pages):
            _put_on_page(page, put_on, by=by, is_source=number == 0)
        if _facts(type(pages[0])._default_manager.get(pk=pages[0].pk)) == before:
            raise AlreadySo
        return announce_change(event=event, by=by, reasons=reasons, now=now)


def _put_on_page(page: Any, put_on: Change, *, by: Any, is_source: bool) -> None:
    """Change what is published and what is begun; only what was published is published again."""
    has_draft = page.has_unpublished_changes
    if has_draft:
        put_on(page)
        if is_source:
            _check(page)
        page.save()
    latest = page.get_latest_revision_as_object()
    put_on(latest)
    if is_source and not has_draft:
        _check(latest)
    revision = latest.save_revision(user=by, log_action=True)
    if not has_draft:
        revision.publish(user=by, skip_permission_checks=True)


def _check(page: Any) -> None:
    try:
        check_event_dates(page)
    except ValidationError as error:
        # Registration opens and closes before the start, so what contradicts it is said there.
        field = "ends_at" if list(error.message_dict) == ["ends_at"] else "starts_at"
        raise PageCannotChange(list(error.messages), field=field) from error
    for row in page.event_sessions.all():
        if not dates_in_order(row.starts_at or page.starts_at, row.ends_at or page.ends_at):
            message = _("The session must end after it starts.")
            raise PageCannotChange([message], field="ends_at")


def _change_row(page: Any, key: uuid.UUID, **fields: Any) -> None:
    rows = list(page.event_sessions.all())
    for row in rows:
        if row.translation_key == key:
            for name, value in fields.items():
                setattr(row, name, value)
    page.event_sessions = rows


def _facts(page: Any) -> list[Any]:
    rows = page.event_sessions.order_by("sort_order", "pk")
    sessions = rows.values_list("translation_key", "starts_at", "ends_at", "venue")
    return [page.starts_at, page.ends_at, *sessions]
