"""Uploads: the files that visitors sent with their answers."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import InvalidStorageError, Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from .submission import Submission

STORAGE_ALIAS = "kommed_uploads"


class NoStorage(Storage):
    """Stands in where a site has named no storage: it keeps nothing, and says so when asked to."""

    def _save(self, name: str, content: Any) -> str:
        raise ImproperlyConfigured(f'Uploads need a storage: STORAGES["{STORAGE_ALIAS}"].')

    def _open(self, name: str, mode: str = "rb") -> Any:
        raise ImproperlyConfigured(f'Uploads need a storage: STORAGES["{STORAGE_ALIAS}"].')


def private_storage() -> Storage:
    """Return the storage that no web server reads from: ``STORAGES["kommed_uploads"]``."""
    try:
        return storages[STORAGE_ALIAS]
    except InvalidStorageError:
        return NoStorage()  # most sites take no uploads, and need not name one


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
