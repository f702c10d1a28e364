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

from ..locking import lock_timeouts_as, locked
from ..uploads.errors import UploadNotStored
from ..uploads.limits import most_waiting_bytes, most_waiting_files, shares_of_networks
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

    def waiting(self) -> UploadQuerySet:
        """Those unclaimed that may still be claimed."""
        return self.unclaimed().exclude(created_at=LONG_AGO)

    def check_room(self, *, form_key: str, sender: str, size: int) -> None:
        """Raise ``UploadNotStored`` where ``size`` bytes more may not wait for the rest of a form.

        What has been sent does not count. Posts at the same moment may each take the last room, so
        that a little more than the limit may be kept; nothing waits for a lock here.
        """
        waiting = self.unclaimed().filter(form_key=form_key)
        waiting._check_room(size, most_waiting_bytes(), most_waiting_files())
        if sender:
            waiting.filter(sender=sender)._check_room(size, *shares_of_networks())

    def _check_room(self, size: int, most_bytes: int, most_files: int) -> None:
        held = self.aggregate(files=models.Count("pk"), bytes=models.Sum("size", default=0))
        if held["bytes"] + size > most_bytes or held["files"] >= most_files:
            raise UploadNotStored

    def keep(
        self,
        *,
        question_key: str,
        name: str,
        content_type: str,
        content: bytes,
        form_key: str = "",
        sender: str = "",
    ) -> Upload:
        """Keep a file until a submission takes it over.

        The row comes first and goes last, so that a crash leaves no file that nobody knows of.
        Raises ``UploadNotStored``, also when the database is locked. Never inside a transaction: a
        place in the queue for the lock would be taken twice.
        """
        upload = Upload(
            question_key=question_key,
            name=name,
            content_type=content_type,
            size=len(content),
            form_key=form_key,
            sender=sender,
        )
        upload.file.name = random_name(upload, name)
        with locked(upload.save, busy=UploadNotStored):
            pass
        upload.store(content)
        return upload

    def let_go(self) -> list[int]:
        """Part these from their submissions, and return their ids: nothing can claim them again."""
        ids = list(self.values_list("pk", flat=True))
        rows = Upload.objects.filter(pk__in=ids)
        rows.update(submission=None, name="", form_key="", created_at=LONG_AGO)
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
    # In whose room the file waits: the form's, and while it waits the share of the network that it
    # came from, as a keyed hash of network, form and day.
    form_key = models.CharField(max_length=64, blank=True)
    sender = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: Any = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("uploaded file")
        verbose_name_plural = _("uploaded files")
        indexes = [
            models.Index(
                fields=["form_key"],
                condition=models.Q(submission__isnull=True),
                name="kommed_forms_upload_waiting",
            )
        ]

    def __str__(self) -> str:
        """The identifier; the name may be personal data."""
        return str(self.uuid)

    def store(self, content: bytes) -> None:
        """Write the file of this row. Raises ``UploadNotStored``, and removes the row then."""
        try:
            stored_as = private_storage().save(str(self.file.name), ContentFile(content))
        except Exception as error:
            # Storages raise what they like. No name is logged but one that says nothing.
            logger.exception("A file that was sent could not be stored.")
            with lock_timeouts_as(UploadNotStored):
                self.discard()
            raise UploadNotStored from error
        if stored_as != self.file.name:
            self.file.name = stored_as
            with lock_timeouts_as(UploadNotStored):
                self.save(update_fields=["file"])

    def copy_for(self, submission: Submission, *, name: str) -> Upload:
        """Keep the same file once more, for a second submission that was sent with it.

        Inside the transaction that writes the submission. Raises ``UploadNotStored``, also where
        the file cannot be read.
        """
        try:
            with private_storage().open(str(self.file.name)) as file:
                content = file.read()
        except Exception as error:
            logger.exception("A file that was sent could not be read.")
            raise UploadNotStored from error
        copied = Upload(
            question_key=self.question_key,
            name=name,
            content_type=self.content_type,
            size=len(content),
        )
        copied.file.name = random_name(copied, name)
        copied.save()
        copied.store(content)
        copied.submission = submission
        copied.save(update_fields=["submission"])
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
