"""Deleting what was sent: for real, with everything that hangs on it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet
from wagtail.log_actions import log

from ..clock import Clock, database_now
from ..enums import UNFINISHED_MESSAGE_STATES, MessageState
from ..models import FormRecord, Message, Submission, TakenPlace
from .uploads import delete_uploads

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

LOG_DELETE = "kommed_forms.form.delete_submissions"
AT_ONCE = 200
"""How many rows one statement names."""


def delete_submissions(
    *,
    record: FormRecord,
    submissions: QuerySet[Submission],
    by: AbstractBaseUser,
    now: Clock = database_now,
) -> int:
    """Delete those of ``submissions`` that were sent on the form, and return how many.

    Answers, taken places, files, and what mails said go in one transaction; the log keeps who did
    it and how many there were. Mails that have not left yet do not leave any more.
    """
    with transaction.atomic():
        ids = list(submissions.filter(form_record=record).order_by().values_list("pk", flat=True))
        for start in range(0, len(ids), AT_ONCE):
            remove_submissions(ids=ids[start : start + AT_ONCE])
        if ids:
            log(
                instance=record,
                action=LOG_DELETE,
                user=by,
                data={"form": str(record.key), "count": len(ids)},
                timestamp=now(),
            )
    return len(ids)


def remove_submissions(*, ids: Collection[int]) -> None:
    """Remove submissions and all that hangs on them, inside the caller's transaction."""
    rows = Submission.objects.filter(pk__in=ids)
    forget_mails(about=list(rows.values_list("uuid", flat=True)))
    TakenPlace.objects.filter(submission__in=ids).delete()
    delete_uploads(submissions=rows)
    rows.delete()


def forget_mails(*, about: Collection[uuid.UUID], to: Collection[str] | None = None) -> None:
    """Empty the mails about these submissions, and stop those that have not left.

    That there was a mail, and how it went, stays; to whom is forgotten too, or, with ``to``, where
    it was one of these addresses.
    """
    mails = Message.objects.filter(subject_key__in=about)
    mails.filter(state__in=UNFINISHED_MESSAGE_STATES).update(
        state=MessageState.ABORTED, lease_until=None
    )
    mails.update(context={})
    (mails if to is None else mails.filter(to__in=to)).update(to="")
