"""Rights to what was sent on a form, as rows. Being allowed to edit the page gives none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import FormRight, NoticePace

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser


class FormAccessQuerySet(models.QuerySet["FormAccess"]):
    """Adjectives for access rows."""

    def held_by(self, user: AbstractBaseUser | AnonymousUser) -> FormAccessQuerySet:
        """Rows that speak of ``user``, directly or through a group."""
        return self.filter(models.Q(user=user.pk) | models.Q(group__user=user.pk))

    def granting(self, right: FormRight) -> FormAccessQuerySet:
        """Rows that give ``right``; every row gives the right to see."""
        if right == FormRight.VIEW:
            return self
        return self.filter(**{f"can_{right.value}": True})


class FormAccess(models.Model):
    """What a user or a group may do with the submissions of one form."""

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
    form_key = models.UUIDField(_("form"), db_index=True)
    can_sensitive = models.BooleanField(_("see answers of special categories"), default=False)
    can_export = models.BooleanField(_("export"), default=False)
    can_delete = models.BooleanField(_("delete"), default=False)
    notify = models.CharField(
        _("hears of what is new"),
        max_length=16,
        choices=NoticePace.choices,
        blank=True,
        default=NoticePace.NEVER,
        help_text=_("By mail, which says that there is something, never what it says."),
    )

    objects: Any = FormAccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("access to submissions")
        verbose_name_plural = _("access to submissions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, group__isnull=True)
                | models.Q(user__isnull=True, group__isnull=False),
                name="kommed_forms_formaccess_user_or_group",
            )
        ]

    def __str__(self) -> str:
        """Who has it."""
        return str(self.user or self.group)
