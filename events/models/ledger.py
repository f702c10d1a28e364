"""The ledger of an event: what it is, and how many seats there are.

These are plain models on purpose. No revision, copy, translation or page deletion touches them.
"""

from __future__ import annotations

import datetime as dt
import uuid
import zoneinfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import (
    HOLDS_SEAT,
    LapseRule,
    RegistrationState,
    SeatPoolKind,
    TodoKind,
    WaitingListMode,
    WayIn,
)

DEFAULT_OFFER_HOURS = 24
MAX_CAPACITY = 100_000
"""""More seats than this are a slip of the finger."""


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
    waiting_list_mode = models.CharField(
        max_length=16, choices=WaitingListMode.choices, default=WaitingListMode.OFFER
    )
    offer_hours = models.PositiveSmallIntegerField(
        default=DEFAULT_OFFER_HOURS, help_text=_("How long an offered seat is held.")
    )
    lapse_rule = models.CharField(
        max_length=16, choices=LapseRule.choices, default=LapseRule.REQUEUE
    )
    offers_by_mix = models.BooleanField(
        default=False,
        help_text=_("Whether the next offer goes to the audience furthest below its aim."),
    )
    reminder_days = models.PositiveSmallIntegerField(
        null=True, help_text=_("How many days before it people are reminded; empty for not at all.")
    )
    thanks_days = models.PositiveSmallIntegerField(
        null=True, help_text=_("How many days after it people are thanked; empty for not at all.")
    )
    cancelled_at = models.DateTimeField(null=True)
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
    def is_cancelled(self) -> bool:
        """Whether the organiser has called it off."""
        return self.cancelled_at is not None

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
    tolerated = models.PositiveIntegerField(
        default=0,
        help_text=_(
            "How many seats were taken when the capacity was set below that; 0 if it was not."
        ),
    )
    aim = models.PositiveIntegerField(
        null=True, help_text=_("How many of an audience the organiser hopes for.")
    )
    kept = models.PositiveIntegerField(
        default=0, help_text=_("Seats that are kept for an audience until ``kept_until``.")
    )
    kept_until = models.DateTimeField(
        null=True, help_text=_("The first moment at which they are anybody's.")
    )
    way_in = models.CharField(
        max_length=16,
        choices=WayIn.choices,
        blank=True,
        help_text=_("Of an audience, where it differs from the event's."),
    )
    venue_name = models.CharField(max_length=255, blank=True)
    venue_address = models.TextField(blank=True)
    calendar_sequence = models.PositiveIntegerField(
        default=0, help_text=_("Grows when the time or the place of a session changes.")
    )
    is_closed = models.BooleanField(
        default=False, help_text=_("Closed pools were dropped from the page and take nobody.")
    )
    closed_at = models.DateTimeField(
        null=True, help_text=_("When staff closed the session, though it is still on the page.")
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
            models.CheckConstraint(
                condition=models.Q(capacity__isnull=True) | models.Q(capacity__lte=MAX_CAPACITY),
                name="kommed_events_seatpool_capacity",
            ),
            models.CheckConstraint(
                condition=models.Q(kept=0) | models.Q(kind=SeatPoolKind.AUDIENCE),
                name="kommed_events_seatpool_kept_for_audience",
            ),
        ]

    def __str__(self) -> str:
        """What the pool is called."""
        return str(self.name)

    @property
    def takes_nobody(self) -> bool:
        """Whether the pool was dropped from the page, or closed by staff."""
        return self.is_closed or self.closed_at is not None

    @property
    def begins_at(self) -> dt.datetime | None:
        """When a session begins: at its own time, or else with the event."""
        return self.starts_at or self.event.starts_at

    def has_begun(self, moment: dt.datetime) -> bool:
        """Return whether a session has begun at ``moment``."""
        begins_at = self.begins_at
        return begins_at is not None and moment >= begins_at

    def kept_at(self, moment: dt.datetime) -> int:
        """Return how many seats are kept for the pool's audience at ``moment``."""
        return self.kept if self.kept_until is None or moment < self.kept_until else 0


class Todo(models.Model):
    """Something staff have to look at, because no form stood in the way when it happened."""

    # No trace of the ledger in Wagtail's indexes.
    wagtail_reference_index_ignore = True

    event = models.ForeignKey(EventRecord, on_delete=models.CASCADE, related_name="todos")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=32, choices=TodoKind.choices)
    name = models.CharField(max_length=255, blank=True, help_text=_("What it is about."))
    event_session_key = models.UUIDField(null=True)
    subject_key = models.UUIDField(null=True, help_text=_("The registration it is about, if one."))
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("to-do")
        verbose_name_plural = _("to-dos")
        ordering = ["-id"]

    def __str__(self) -> str:
        """What it is and what it is about."""
        return f"{self.get_kind_display()}: {self.name}"
