"""What staff write to many people at once."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import MailingState
from .ledger import EventRecord


class Mailing(models.Model):
    """One text to everybody at an event whom a filter finds, sent now or at a time.

    Who gets it is found when it is sent, among those whom its writer may write to then. Each gets a
    ``Message`` of their own with ``batch_key`` as this row's ``uuid``, once, however often it runs.
    """

    # No trace of the ledger in Wagtail's indexes.
    wagtail_reference_index_ignore = True

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(EventRecord, on_delete=models.PROTECT, related_name="mailings")
    filters = models.JSONField(
        default=dict, help_text=_("Whom it is for: states, sessions, audiences, answers, bounced.")
    )
    words = models.JSONField(
        default=dict, help_text=_("Subject and text by language, with placeholders.")
    )
    state = models.CharField(
        _("state"), max_length=16, choices=MailingState.choices, default=MailingState.DRAFT
    )
    send_at = models.DateTimeField(
        _("send"), null=True, blank=True, help_text=_("Empty means at once.")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(
        null=True, help_text=_("How many people it went to; known when it has begun.")
    )
    lease_until = models.DateTimeField(
        null=True, help_text=_("Until when somebody is putting it in the outbox.")
    )

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=MailingState.values),
                name="kommed_events_mailing_state",
            )
        ]

    def __str__(self) -> str:
        """Event and identifier; what it says may be personal."""
        return f"{self.event} {self.uuid}"
