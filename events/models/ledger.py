"""The ledger of an event: what it is, and how many seats there are.

These are plain models on purpose. No revision, copy, translation or page deletion touches them.
"""

from __future__ import annotations

import datetime as dt
import uuid
import zoneinfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import HOLDS_SEAT, RegistrationState, SeatPoolKind, TodoKind, WayIn


class EventRecord(models.Model):
    """One event, in all its languages, as the ledger knows it.

    ``key`` is the ``translation_key`` of its page. What steers registration is copied here from the
    page in ``source_locale``, the language the invitation was first written in.
    """

    # No trace of the ledger in Wagtail's indexes.
    wagtail_reference_index_ignore = True

    key = models.UUIDField(unique=True)
    source_locale = models.CharField(max_length=16)
    title = models.CharField(_("title"), max_length=255)
    starts_at = models.DateTimeField(_("starts"), null=True)
    ends_at = models.DateTimeField(_("ends"), null=True)
    time_zone = models.CharField(max_length=64)
    opens_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(
        null=True, help_text=_("The first moment at which it is too late.")
    )
    way_in = models.CharField(max_length=16, choices=WayIn.choices)
    applications_hold_seat = models.BooleanField(default=False)
    is_live = models.BooleanField(
        default=False, help_text=_("Whether the page is published in any language.")
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-starts_at", "-id"]

    def __str__(self) -> str:
        """The title, in the language the invitation was first written in."""
        return str(self.title)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The event's time zone."""
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def last_moment(self) -> dt.datetime | None:
        """The last minute in which one can register, as people say it: 18 December 23:59."""
        return self.closes_at and self.closes_at - dt.timedelta(minutes=1)

    @property
    def seat_states(self) -> frozenset[RegistrationState]:
        """The states that take a seat at this event."""
        if self.applications_hold_seat:
            return HOLDS_SEAT | {RegistrationState.PENDING}
        return HOLDS_SEAT


class SeatPool(models.Model):
    """A count with a limit: of the event, of a session, or of an audience at a session.

    The event's own pool always exists; its row is the one that is locked (``actions.locking``).
    """

    # No trace of the ledger in Wagtail's indexes.
    wagtail_reference_index_ignore = True

    event = models.ForeignKey(EventRecord, on_delete=models.PROTECT, related_name="seat_pools")
    kind = models.CharField(max_length=16, choices=SeatPoolKind.choices)
    event_session_key = models.UUIDField(null=True)
    audience_key = models.UUIDField(null=True)
    name = models.CharField(max_length=255, help_text=_("What it is called in the first language."))
    capacity = models.PositiveIntegerField(
        _("seats"), null=True, help_text=_("Empty means no limit.")
    )
    starts_at = models.DateTimeField(_("starts"), null=True, help_text=_("Of a session."))
    ends_at = models.DateTimeField(_("ends"), null=True)
    is_closed = models.BooleanField(
        default=False, help_text=_("Closed pools were dropped from the page and take nobody.")
    )
    sort_order = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("seat pool")
        verbose_name_plural = _("seat pools")
        ordering = ["sort_order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["event"],
                condition=models.Q(kind=SeatPoolKind.EVENT),
                name="kommed_events_seatpool_one_root",
            ),
            models.UniqueConstraint(
                fields=["event", "event_session_key"],
                condition=models.Q(kind=SeatPoolKind.EVENT_SESSION),
                name="kommed_events_seatpool_one_per_session",
            ),
            models.UniqueConstraint(
                fields=["event", "event_session_key", "audience_key"],
                condition=models.Q(kind=SeatPoolKind.AUDIENCE),
                name="kommed_events_seatpool_one_per_audience",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(
                        kind=SeatPoolKind.EVENT,
                        event_session_key__isnull=True,
                        audience_key__isnull=True,
                    )
                    | models.Q(
                        kind=SeatPoolKind.EVENT_SESSION,
                        event_session_key__isnull=False,
                        audience_key__isnull=True,
                    )
                    | models.Q(
                        kind=SeatPoolKind.AUDIENCE,
                        event_session_key__isnull=False,
                        audience_key__isnull=False,
                    )
                ),
                name="kommed_events_seatpool_keys_of_kind",
            ),
        ]

    def __str__(self) -> str:
        """What the pool is called."""
        return str(self.name)


class Todo(models.Model):
    """Something staff have to look at, because no form stood in the way when it happened."""

    # No trace of the ledger in Wagtail's indexes.
    wagtail_reference_index_ignore = True

    event = models.ForeignKey(EventRecord, on_delete=models.CASCADE, related_name="todos")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=32, choices=TodoKind.choices)
    name = models.CharField(max_length=255, blank=True, help_text=_("What it is about."))
    event_session_key = models.UUIDField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("to-do")
        verbose_name_plural = _("to-dos")
        ordering = ["-id"]

    def __str__(self) -> str:
        """What it is and what it is about."""
        return f"{self.get_kind_display()}: {self.name}"
