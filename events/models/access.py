"""Rights to registrations, as rows. Being allowed to edit a page gives none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _

from forms.enums import NoticePace

from ..enums import Right

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser


class EventAccessQuerySet(models.QuerySet["EventAccess"]):
    """Adjectives for access rows."""

    def held_by(self, user: AbstractBaseUser | AnonymousUser) -> EventAccessQuerySet:
        """Rows that speak of ``user``, directly or through a group."""
        return self.filter(models.Q(user=user.pk) | models.Q(group__user=user.pk))

    def granting(self, right: Right) -> EventAccessQuerySet:
        """Rows that give ``right``; every row gives the right to see."""
        if right == Right.VIEW:
            return self
        return self.filter(**{f"can_{right.value}": True})


class EventAccess(models.Model):
    """What a user or a group may do with the registrations of an event, or of one session of it."""

    # No trace of the ledger in Wagtail's indexes.
    wagtail_reference_index_ignore = True

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    group = models.ForeignKey(
        Group,
        verbose_name=_("group"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    event_key = models.UUIDField(_("event"), db_index=True)
    event_session_key = models.UUIDField(
        _("session"), null=True, blank=True, help_text=_("Empty means every session.")
    )
    can_sensitive = models.BooleanField(_("see answers of special categories"), default=False)
    can_change = models.BooleanField(_("decide"), default=False)
    can_export = models.BooleanField(_("export"), default=False)
    can_message = models.BooleanField(_("write to"), default=False)
    can_delete = models.BooleanField(_("delete"), default=False)
    notify = models.CharField(
        _("hears of new registrations"),
        max_length=16,
        choices=NoticePace.choices,
        blank=True,
        default=NoticePace.NEVER,
        help_text=_("By mail, which says that there is something, never what it says."),
    )

    objects: Any = EventAccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("access to registrations")
        verbose_name_plural = _("access to registrations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, group__isnull=True)
                | models.Q(user__isnull=True, group__isnull=False),
                name="kommed_events_eventaccess_user_or_group",
            )
        ]

    def __str__(self) -> str:
        """Who has it."""
        return str(self.user or self.group)
