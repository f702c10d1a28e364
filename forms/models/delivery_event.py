"""What providers tell us of mails: the inbox of their webhooks."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .message import Message


class DeliveryEvent(models.Model):
    """One thing that a provider told, written down before anything is made of it.

    Holds no address: whom it is about is found through the message. That it is there already is
    how a repeated call is known.
    """

    provider = models.CharField(_("provider"), max_length=32)
    event_id = models.CharField(
        max_length=255, help_text=_("The provider's, or a digest of what was told.")
    )
    kind = models.CharField(_("what happened"), max_length=32)
    reason = models.CharField(_("reason"), max_length=64, blank=True)
    happened_at = models.DateTimeField(_("happened"))
    received_at = models.DateTimeField(_("told"))
    message = models.ForeignKey(
        Message, null=True, on_delete=models.CASCADE, related_name="delivery_events"
    )

    class Meta:
        verbose_name = _("delivery event")
        verbose_name_plural = _("delivery events")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "event_id"], name="kommed_forms_deliveryevent_once"
            )
        ]

    def __str__(self) -> str:
        """What happened, and who told."""
        return f"{self.provider}: {self.kind}"
