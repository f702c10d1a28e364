"""What the dates and numbers of an event page must be in relation to each other."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from .event_page import EventPageMixin


def dates_in_order(starts_at: dt.datetime | None, ends_at: dt.datetime | None) -> bool:
    """Return whether an end comes after its start; unknown dates are in order."""
    return starts_at is None or ends_at is None or ends_at > starts_at


def clocks_are_changed_message() -> str:
    """Return what is wrong with a time in a night in which the clocks are changed."""
    return _(
        "The clocks are changed that night: this time does not exist, or it is there twice. Choose "
        "another one."
    )


def is_skipped(day: dt.date, time: dt.time, zone: zoneinfo.ZoneInfo) -> bool:
    """Return whether the clocks of ``zone`` are put forward over that time of the day."""
    local = dt.datetime.combine(day, time, zone)
    there_and_back = local.astimezone(dt.UTC).astimezone(zone)
    return there_and_back.replace(tzinfo=None) != local.replace(tzinfo=None)


def check_event_dates(page: EventPageMixin) -> None:
    """Raise a ``ValidationError`` with one message per field whose date contradicts another.

    Whether the dates are there at all is the form's business: a draft may lack them.
    """
    errors: dict[str, str] = {}
    if not dates_in_order(page.starts_at, page.ends_at):
        errors["ends_at"] = _("The event must end after it starts.")
    if (
        page.registration_closes_on is not None
        and page.starts_at is not None
        and page.registration_closes_on > page.starts_at.astimezone(page.zone).date()
    ):
        errors["registration_closes_on"] = _("Registration must close before the event starts.")
    if page.registration_closes_time is not None and page.registration_closes_on is None:
        errors["registration_closes_on"] = _("A time needs a day.")
    if (
        page.registration_closes_time is not None
        and page.registration_closes_on is not None
        and is_skipped(page.registration_closes_on, page.registration_closes_time, page.zone)
    ):
        errors["registration_closes_time"] = clocks_are_changed_message()
    closes_at = page.registration_closes_at
    opens_at = page.registration_opens_at
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        errors["registration_opens_at"] = _("Registration must open before it closes.")
    if errors:
        raise ValidationError(errors)
