"""Messages: the outbox. One row is one mail to one address."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import UNFINISHED_MESSAGE_STATES, Delivery, MessagePriority, MessageState


class Message(models.Model):
    """A mail that is to be sent, is being sent, or was sent.

    Written in the transaction that gives rise to it, so that there is never a registration without
    its mail. ``context`` is frozen when queued and holds personal data: it is shown only to those
    who may read what it speaks of.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=64)
    language = models.CharField(_("language"), max_length=16)
    to = models.EmailField(_("to"))
    reply_to = models.EmailField(_("reply to"), blank=True)
    context = models.JSONField(default=dict)
    scope_key = models.UUIDField(
        db_index=True, help_text=_("The form or event that the message belongs to.")
    )
    subject_key = models.UUIDField(
        null=True, db_index=True, help_text=_("The registration that the message is about.")
    )
    # Null, not empty: any number of messages may have none.
    dedupe_key = models.CharField(max_length=200, unique=True, null=True)  # noqa: DJ001
    state = models.CharField(
        _("state"), max_length=16, choices=MessageState.choices, default=MessageState.QUEUED
    )
    priority = models.PositiveSmallIntegerField(
        choices=MessagePriority.choices, default=MessagePriority.PERSONAL
    )
    batch_key = models.UUIDField(
        null=True, db_index=True, help_text=_("What was written to many, of which this is one.")
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    lease_until = models.DateTimeField(null=True)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("queued"))
    sent_at = models.DateTimeField(_("sent"), null=True)

    words = models.JSONField(
        null=True,
        help_text=_("Subject and text of the editors' own that the mail was sent with."),
    )
    provider_id = models.CharField(
        max_length=255, blank=True, db_index=True, help_text=_("What the provider calls it.")
    )
    delivery = models.CharField(_("delivery"), max_length=16, choices=Delivery.choices, blank=True)
    delivery_at = models.DateTimeField(
        null=True, help_text=_("When that happened, as the provider tells.")
    )
    cleared_at = models.DateTimeField(
        null=True, help_text=_("When its words were removed, as they are after a while.")
    )

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["priority", "next_attempt_at", "id"],
                condition=models.Q(state__in=sorted(UNFINISHED_MESSAGE_STATES)),
                name="kommed_forms_message_due",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=MessageState.values),
                name="kommed_forms_message_state",
            ),
            models.CheckConstraint(
                condition=models.Q(state=MessageState.SENT, sent_at__isnull=False)
                | (~models.Q(state=MessageState.SENT) & models.Q(sent_at__isnull=True)),
                name="kommed_forms_message_sent_at_with_state",
            ),
            models.CheckConstraint(
                condition=models.Q(delivery="", delivery_at__isnull=True)
                | (~models.Q(delivery="") & models.Q(delivery_at__isnull=False)),
                name="kommed_forms_message_delivery_with_time",
            ),
        ]

    def __str__(self) -> str:
        """Kind and identifier; the address is personal data."""
        return f"{self.kind} {self.uuid}"
