"""Invitations: who was asked to come, by a link of their own, and what they said."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import InvitationState, Right
from .ledger import EventRecord
from .registration import Registration, narrowed_to

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Adjectives for invitations."""

    def silent(self) -> InvitationQuerySet:
        """Those nobody has answered."""
        return self.filter(state=InvitationState.SILENT)

    def visible_to(
        self, user: AbstractBaseUser | AnonymousUser, right: Right = Right.VIEW
    ) -> InvitationQuerySet:
        """Those that ``user`` has ``right`` to: of whole events, or of sessions one may see."""
        return narrowed_to(
            self, user, right, event_key="event__key", session_key="event_session_key"
        )


class Invitation(models.Model):
    """One person who was asked to come."""

    # No trace of the ledger in Wagtail's indexes.
    wagtail_reference_index_ignore = True

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(EventRecord, on_delete=models.PROTECT, related_name="invitations")
    name = models.CharField(_("name"), max_length=160)
    email = models.EmailField(_("e-mail"))
    identity_key = models.CharField(max_length=500)
    organisation = models.CharField(_("organisation"), max_length=255, blank=True)
    language = models.CharField(_("language"), max_length=16)
    audience_key = models.UUIDField(_("audience"), null=True)
    event_session_key = models.UUIDField(_("session"), null=True)
    state = models.CharField(
        _("answer"),
        max_length=16,
        choices=InvitationState.choices,
        default=InvitationState.SILENT,
    )
    link_generation = models.PositiveIntegerField(default=1)
    invited_at = models.DateTimeField(_("invited"))
    reminded_at = models.DateTimeField(_("reminded"), null=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    registration = models.ForeignKey(
        Registration, null=True, on_delete=models.SET_NULL, related_name="invitations"
    )

    objects: Any = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "identity_key"], name="kommed_events_invitation_one_per_person"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=InvitationState.values),
                name="kommed_events_invitation_state",
            ),
        ]

    def __str__(self) -> str:
        """The identifier; everything else is personal data."""
        return str(self.uuid)


class Lottery(models.Model):
    """A draw among applications, with what is needed to repeat and check it."""

    # No trace of the ledger in Wagtail's indexes.
    wagtail_reference_index_ignore = True

    event = models.ForeignKey(EventRecord, on_delete=models.PROTECT, related_name="lotteries")
    event_session_key = models.UUIDField()
    audience_key = models.UUIDField(null=True)
    seed = models.CharField(max_length=64)
    seats = models.PositiveIntegerField(help_text=_("How many were to be drawn."))
    entries = models.JSONField(
        help_text=_("The references that took part, in the order they were in before the draw.")
    )
    drawn = models.JSONField(help_text=_("The references that were drawn, in order."))
    drawn_at = models.DateTimeField()
    drawn_by = models.CharField(max_length=150, blank=True)

    class Meta:
        verbose_name = _("lottery")
        verbose_name_plural = _("lotteries")
        ordering = ["-id"]

    def __str__(self) -> str:
        """Its seed, by which it can be repeated."""
        return str(self.seed)
