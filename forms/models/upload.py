"""Uploads: the files that visitors sent with their answers."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.storage import storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from .submission import Submission

STORAGE_ALIAS = "kommed_uploads"


def private_storage() -> Any:
    """Return the storage that no web server reads from: ``STORAGES["kommed_uploads"]``."""
    return storages[STORAGE_ALIAS]


def random_name(upload: Upload, filename: str) -> str:
    """Return where the file is kept: a name that says nothing of whose it is or what is in it."""
    return f"{upload.uuid.hex[:2]}/{upload.uuid.hex}"


class Upload(models.Model):
    """One file. Written without a submission when it arrives, and taken over when that is stored.

    Files without a submission are swept away after a day.
    """

    # No trace of the ledger in Wagtail's indexes.
    wagtail_reference_index_ignore = True

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission = models.ForeignKey(
        Submission, null=True, on_delete=models.PROTECT, related_name="uploads"
    )
    question_key = models.CharField(max_length=255)
    name = models.CharField(_("name"), max_length=255)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    file = models.FileField(storage=private_storage, upload_to=random_name)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("uploaded file")
        verbose_name_plural = _("uploaded files")

    def __str__(self) -> str:
        """The identifier; the name may be personal data."""
        return str(self.uuid)
