"""Uploads: the files that visitors sent with their answers."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..uploads.errors import UploadNotStored
from .submission import Submission

STORAGE_ALIAS = "kommed_uploads"
LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

logger = logging.getLogger(__name__)


class PrivateStorage(Storage):
    """The storage that no web server reads from: ``STORAGES["kommed_uploads"]``.

    It is looked up when it is used, so that a site that takes no files need not have it.
    """

    def open(self, name: str, mode: str = "rb") -> Any:
        """Open a file."""
        return storages[STORAGE_ALIAS].open(name, mode)

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        """Write a file and return the name that it got."""
        return storages[STORAGE_ALIAS].save(name, content, max_length=max_length)

    def delete(self, name: str) -> None:
        """Remove a file, if it is there."""
        storages[STORAGE_ALIAS].delete(name)

    def exists(self, name: str) -> bool:
        """Return whether the file is there."""
        return storages[STORAGE_ALIAS].exists(name)


def private_storage() -> Storage:
    """Return the storage of uploads."""
    return PrivateStorage()


def random_name(upload: Upload, filename: str) -> str:
    """Return where the file is kept: a name that says nothing of whose it is or what is in it."""
    return f"{upload.uuid.hex[:2]}/{upload.uuid.hex}"


class UploadQuerySet(models.QuerySet["Upload"]):
    """Adjectives for uploads, and the way in and out: rows and files come and go together."""

    def unclaimed(self) -> UploadQuerySet:
        """Those that no submission has taken over, or that their submission has let go."""
        return self.filter(submission__isnull=True)

    def keep(self, *, question_key: str, name: str, content_type: str, content: bytes) -> Upload:
        """Keep a file until a submission takes it over.

        The row comes first and goes last, so that a crash leaves no file that nobody knows of.
        Raises ``UploadNotStored``.
        """
        upload = Upload(
            question_key=question_key, name=name, content_type=content_type, size=len(content)
        )
        upload.file.name = random_name(upload, name)
        upload.save()
        storage = private_storage()
        try:
            stored_as = storage.save(upload.file.name, ContentFile(content))
        except Exception as error:
            # Storages raise what they like. No name is logged but one that says nothing.
            logger.exception("A file that was sent could not be stored.")
            upload.discard()
            raise UploadNotStored from error
        if stored_as != upload.file.name:
            upload.file.name = stored_as
            upload.save(update_fields=["file"])
        return upload

    def let_go(self) -> list[int]:
        """Part these from their submissions, and return their ids: nothing can claim them again."""
        ids = list(self.values_list("pk", flat=True))
        rows = Upload.objects.filter(pk__in=ids)
        rows.update(submission=None, name="", created_at=LONG_AGO)
        return ids


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

    objects: Any = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("uploaded file")
        verbose_name_plural = _("uploaded files")

    def __str__(self) -> str:
        """The identifier; the name may be personal data."""
        return str(self.uuid)

    def copy(self) -> Upload:
        """Keep the same file once more, for a second submission that is sent with it.

        Raises ``UploadNotStored``, also where the file cannot be read.
        """
        try:
            with private_storage().open(str(self.file.name)) as file:
                content = file.read()
        except Exception as error:
            logger.exception("A file that was sent could not be read.")
            raise UploadNotStored from error
        copied: Upload = Upload.objects.keep(
            question_key=self.question_key,
            name=self.name,
            content_type=self.content_type,
            content=content,
        )
        return copied

    def discard(self) -> bool:
        """Remove the file, then the row, unless a submission has it; return whether it is gone."""
        try:
            private_storage().delete(str(self.file.name))
        except Exception:
            logger.exception("A file could not be removed; it will be tried again.")
            return False
        Upload.objects.unclaimed().filter(pk=self.pk).delete()
        return True
