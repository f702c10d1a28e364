"""Form records: a form of its own as the ledger knows it, whatever becomes of its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import FormRight
from .access import FormAccess

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser


class FormRecord(models.Model):
    """One form, in all its languages. Locked while a submission is counted and written.

    Written by ``FormPage.save()`` when the page is live, and never deleted with it.
    """

    # No trace of the ledger in Wagtail's indexes.
    wagtail_reference_index_ignore = True

    key = models.UUIDField(
        unique=True, editable=False, help_text=_("The key of the page, in every language.")
    )
    source_locale = models.CharField(max_length=16)
    title = models.CharField(_("title"), max_length=255)
    is_live = models.BooleanField(_("published"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("form")
        verbose_name_plural = _("forms")
        ordering = ["title", "id"]

    def __str__(self) -> str:
        """The title, which is the editor's text."""
        return str(self.title)


def forms_visible_to(
    user: AbstractBaseUser | AnonymousUser, right: FormRight = FormRight.VIEW
) -> models.QuerySet[FormRecord]:
    """Return the forms whose submissions ``user`` has ``right`` to.

    Superusers have every right, the inactive none.
    """
    records = FormRecord.objects.all()
    if not user.is_active or user.pk is None:
        return records.none()
    if getattr(user, "is_superuser", False):
        return records
    rows = FormAccess.objects.held_by(user).granting(right)
    return records.filter(models.Exists(rows.filter(form_key=models.OuterRef("key"))))
