"""Files that came with answers: taken over by their submission, and removed with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from ..models import Submission, Upload
from ..uploads.answers import upload_in
from ..uploads.errors import UploadNotStored


def attach_uploads(*, submission: Submission, answers: Mapping[str, Any]) -> None:
    """Let ``submission``, which has just been written, take over the files among its answers.

    Contract: inside the transaction that writes the submission; the answers have been validated. A
    file that another submission has taken in this very moment is kept once more for this one.
    """
    for key, value in answers.items():
        upload_uuid = upload_in(value)
        if upload_uuid is None:
            continue
        uploads = Upload.objects.filter(uuid=upload_uuid, question_key=key)
        if not uploads.unclaimed().update(submission=submission):
            _attach_copy(submission, key, uploads.first())


def _attach_copy(submission: Submission, key: str, upload: Upload | None) -> None:
    """Attach a copy of ``upload``; without one the answer still says what was sent."""
    if upload is None or upload.submission_id == submission.pk:
        return
    try:
        copied = upload.copy()
    except UploadNotStored:
        return  # logged there; a registration is not lost for it
    copied.submission = submission
    copied.save(update_fields=["submission"])
    submission.answers[key] = {**submission.answers[key], "upload": str(copied.uuid)}
    submission.save(update_fields=["answers"])


def delete_uploads(
    *, submissions: QuerySet[Submission], question_keys: Collection[str] | None = None
) -> int:
    """Delete the files of ``submissions``, or of some of their questions, and return how many.

    The files go when the transaction is committed. What a crash leaves, or a storage that is not
    there, is unclaimed and without a name, and goes with the next sweep.
    """
    uploads = Upload.objects.filter(submission__in=submissions)
    if question_keys is not None:
        uploads = uploads.filter(question_key__in=question_keys)
    with transaction.atomic():
        ids = uploads.let_go()
        transaction.on_commit(partial(_discard, ids), robust=True)
    return len(ids)


def discard_unclaimed(*, before: dt.datetime, most: int) -> int:
    """Remove up to ``most`` files that nobody has claimed since ``before``; return how many."""
    waiting = Upload.objects.unclaimed().filter(created_at__lt=before).order_by("created_at")
    return _discard(waiting.values_list("pk", flat=True)[:most])


def _discard(ids: Collection[int]) -> int:
    return sum(upload.discard() for upload in Upload.objects.unclaimed().filter(pk__in=list(ids)))
