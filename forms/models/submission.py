"""Submissions: what was sent, exactly as it was sent."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import FormRight, Suspicion
from .form_version import FormVersion
from .records import FormRecord, forms_visible_to

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Adjectives for submissions."""

    def visible_to(
        self, user: AbstractBaseUser | AnonymousUser, right: FormRight = FormRight.VIEW
    ) -> SubmissionQuerySet:
        """Those of forms of their own that ``user`` has ``right`` to.

        What came with a registration is not among them: it is reached through the registration.
        """
        return self.filter(form_record__in=forms_visible_to(user, right))


class Submission(models.Model):
    """The answers to one form version.

    Deliberately not Wagtail's ``AbstractFormSubmission``: that one is deleted with its page, knows
    one language, and prints every answer in ``__str__``.
    """

    # No trace of the ledger in Wagtail's indexes.
    wagtail_reference_index_ignore = True

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form_version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="+")
    form_record = models.ForeignKey(
        FormRecord,
        null=True,
        on_delete=models.PROTECT,
        related_name="submissions",
        help_text=_("Empty when the submission came with a registration."),
    )
    answers = models.JSONField(help_text=_("Answers by question key."))
    submitted_at = models.DateTimeField(_("sent"))
    fingerprint = models.CharField(
        max_length=64, blank=True, help_text=_("Makes a repeat recognisable.")
    )
    suspicion = models.CharField(
        _("looks like a machine's"), max_length=16, blank=True, choices=Suspicion.choices
    )
    purged_at = models.DateTimeField(
        null=True, help_text=_("When the last answer was removed because its time was over.")
    )

    objects: Any = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        indexes = [
            models.Index(
                fields=["form_record", "-submitted_at"],
                condition=models.Q(form_record__isnull=False),
                name="kommed_forms_submission_by",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(suspicion__in=["", *Suspicion.values]),
                name="kommed_forms_submission_suspicion",
            )
        ]

    def __str__(self) -> str:
        """The identifier alone; answers are personal data."""
        return str(self.uuid)


class TakenPlace(models.Model):
    """One submission's place at a choice that only so many may take.

    A row of its own, so that places are counted by columns and never by names that editors write.
    """

    # No trace of the ledger in Wagtail's indexes.
    wagtail_reference_index_ignore = True

    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="taken_places"
    )
    form_key = models.UUIDField()
    question_key = models.CharField(max_length=255)
    choice_key = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("taken place")
        verbose_name_plural = _("taken places")
        indexes = [
            models.Index(
                fields=["form_key", "question_key", "choice_key"],
                name="kommed_forms_takenplace_by",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "question_key", "choice_key"],
                name="kommed_forms_takenplace_unique",
            )
        ]

    def __str__(self) -> str:
        """Question and choice, which are the editor's words."""
        return f"{self.question_key}: {self.choice_key}"
