"""Dates as people write them, and the small look-ups that the event templates need.

The formats are messages, so that a language can order the parts as it likes: Danish writes
"onsdag den 3. oktober 2018" and "kl. 13–16", English "Wednesday 3 October 2018" and "13:00–16:00".
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..enums import WayIn
from ..queries.invitation import InvitationView, SessionView
from ..queries.live_seats import SeatsLine

register = template.Library()


@register.filter
def event_day(value: dt.date | None) -> str:
    """Return a day in words: "Wednesday 3 October 2018"."""
    if value is None:
        return ""
    # Translators: a Django date format. Danish: l \d\e\n j. F Y
    return date_format(value, pgettext("date format, full day", "l j F Y"))


@register.filter
def event_clock(value: dt.datetime | None) -> str:
    """Return a time of day: "13:30". Danish leaves the minutes out of whole hours."""
    if value is None:
        return ""
    if value.minute or not value.hour:  # midnight is not "0"
        # Translators: a Django time format. Danish: G.i
        return date_format(value, pgettext("time format", "H:i"), use_l10n=False)
    # Translators: a Django time format for a whole hour. Danish: G
    return date_format(value, pgettext("time format, whole hour", "H:i"), use_l10n=False)


@register.simple_tag
def event_hours(start: dt.datetime | None, end: dt.datetime | None = None) -> str:
    """Return from when to when on one day: "13:00–16:00"; the end is left out on another day."""
    if start is None:
        return ""
    if end is None or end.date() != start.date():
        # Translators: Danish: kl. %(start)s
        return pgettext("time of day", "%(start)s") % {"start": event_clock(start)}
    # Translators: Danish: kl. %(start)s–%(end)s
    return pgettext("from time to time", "%(start)s–%(end)s") % {
        "start": event_clock(start),
        "end": event_clock(end),
    }


@register.simple_tag
def event_days(start: dt.datetime | None, end: dt.datetime | None = None) -> str:
    """Return the day, or the first and the last of several."""
    if start is None:
        return ""
    if end is None or end.date() == start.date():
        return event_day(start)
    return f"{event_day(start)} – {event_day(end)}"


@register.filter
def event_moment(value: dt.datetime | None) -> str:
    """Return a day and a time: "Monday 3 September 2018 at 09:00"."""
    if value is None:
        return ""
    # Translators: Danish: %(day)s kl. %(time)s
    return pgettext("day and time", "%(day)s at %(time)s") % {
        "day": event_day(value),
        "time": event_clock(value),
    }


@register.filter
def in_future(value: dt.datetime | None) -> bool:
    """Return whether a moment is still to come."""
    return value is not None and value > timezone.now()


@register.filter
def event_session_of(invitation: InvitationView, value: Any) -> SessionView | None:
    """Return the session that a choice of the form stands for."""
    return next((item for item in invitation.sessions if str(item.key) == str(value)), None)


@register.simple_tag
def seats_line(invitation: InvitationView, event_session: SessionView) -> SeatsLine:
    """Return what is said of the seats of a session."""
    return invitation.line_of(event_session)


@register.filter
def way_in_note(invitation: InvitationView, value: Any) -> str:
    """Return how the audience that a choice stands for gets a seat, if not as everyone does."""
    rows = [row for row in invitation.audiences if str(row.translation_key) == str(value)]
    way_in = rows[0].way_in if rows else ""
    if not way_in or way_in == invitation.page.way_in:
        return ""
    return {
        WayIn.FIRST_COME: _("First come, first served"),
        WayIn.APPLICATION: _("You apply, and the organiser chooses"),
        WayIn.INVITATION: _("By invitation only"),
    }[WayIn(way_in)]


@register.filter
def is_simultaneous(invitation: InvitationView) -> bool:
    """Return whether several sessions are held at the same time."""
    return len({(item.starts_at, item.ends_at) for item in invitation.sessions}) == 1
