"""Submissions: what was sent, exactly as it was sent."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from .form_version import FormVersion


class Submission(models.Model):
    """The answers to one form version.

    Deliberately not Wagtail's ``AbstractFormSubmission``: that one is deleted with its page, knows
    one language, and prints every answer in ``__str__``.
    """

    # No trace of the ledger in Wagtail's indexes.
    wagtail_reference_index_ignore = True

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form_version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField(help_text=_("Answers by question key."))
    submitted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")

    def __str__(self) -> str:
        """The identifier alone; answers are personal data."""
        return str(self.uuid)
