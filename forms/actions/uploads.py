"""Files that came with answers: taken over by their submission, and removed with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
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
    file that another submission has, by way of the browser's back button, is kept once more for
    this one: here and no earlier, so that nobody makes copies with a form that is never stored.
    """
    for key, value in answers.items():
        upload_uuid = upload_in(value)
        if upload_uuid is None:
            continue
        uploads = Upload.objects.filter(uuid=upload_uuid, question_key=key)
        if not uploads.waiting().update(submission=submission, sender=""):
            _attach_copy(submission, key, uploads.first())


def _attach_copy(submission: Submission, key: str, upload: Upload | None) -> None:
    """Attach a copy of ``upload``; without one the answer still says what was sent."""
    if upload is None or upload.submission_id == submission.pk:
        return
    try:
        copied = upload.copy_for(submission, name=submission.answers[key]["name"])
    except UploadNotStored:
        return  # logged there; a registration is not lost for it
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


def discard_unclaimed(*, before: dt.datetime, most: int, may_go_on: Callable[[], bool]) -> int:
    """Remove files that nobody has claimed since ``before``, and return how many.

    Tries up to ``most`` of them, while ``may_go_on`` says so. In no order, so that however many
    cannot be removed, and however slowly, they never keep the others from their turn.
    """
    due = Upload.objects.unclaimed().filter(created_at__lt=before).order_by("?")
    number = 0
    for pk in list(due.values_list("pk", flat=True)[:most]):
        if not may_go_on():
            break
        number += _discard([pk])
    return number


def _discard(ids: Collection[int]) -> int:
    return sum(upload.discard() for upload in Upload.objects.unclaimed().filter(pk__in=list(ids)))
