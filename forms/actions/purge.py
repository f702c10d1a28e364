"""Removing answers whose time is over."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import transaction
from wagtail.log_actions import log

from ..builder import expand
from ..clock import Clock, database_now
from ..enums import KEEP_DAYS
from ..models import FormRecord, FormVersion, Submission, TakenPlace
from .delete import AT_ONCE, forget_mails, remove_submissions
from .uploads import delete_uploads

LOG_PURGE = "kommed_forms.form.purge"

logger = logging.getLogger(__name__)


@dataclass
class Purged:
    """What was removed, or would be."""

    answers: int = 0
    submissions: int = 0


@dataclass(frozen=True)
class _Overdue:
    """One submission with something in it whose time is over."""

    submission: Submission
    keys: frozenset[str]
    rest: dict[str, Any]

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to keep."""
        return all(value in (None, "", [], {}) for value in self.rest.values())


def purge_submissions(*, now: Clock = database_now, dry_run: bool = False) -> Purged:
    """Remove the answers to forms of their own that have been kept long enough.

    Each question says for how many days after sending its answer is kept. A submission in which no
    answer is left is deleted. With ``dry_run`` nothing is written, only counted. Run again, it
    finds nothing more; killed, it goes on where it was.

    What came with a registration is not touched: its time is counted from the event.
    """
    moment = now()
    done = Purged()
    rows = _overdue(moment)
    while batch := list(islice(rows, AT_ONCE)):
        done.answers += sum(len(item.keys) for item in batch)
        done.submissions += sum(item.is_over for item in batch)
        if not dry_run:
            with transaction.atomic():
                _remove(batch, moment)
    if done.answers and not dry_run:
        logger.info(
            "Purged %d answers that were kept long enough, and with them %d submissions.",
            done.answers,
            done.submissions,
        )
    return done


def _overdue(moment: dt.datetime) -> Iterator[_Overdue]:
    """Yield what holds something whose time is over, one form version after the other."""
    own = Submission.objects.filter(form_record__isnull=False)
    for version in FormVersion.objects.filter(pk__in=own.values("form_version")).order_by("pk"):
        days = {spec.key: spec.keep_days for spec in expand(version.specs)}
        shortest = moment - dt.timedelta(days=min(days.values(), default=KEEP_DAYS))
        old = own.filter(form_version=version, submitted_at__lte=shortest).order_by("pk")
        last = 0
        while page := list(old.filter(pk__gt=last)[:AT_ONCE]):
            last = page[-1].pk
            for submission in page:
                item = _look_at(submission, days, moment)
                if item.keys or item.is_over:
                    yield item


def _look_at(submission: Submission, days: dict[str, int], moment: dt.datetime) -> _Overdue:
    age = moment - submission.submitted_at
    over = {key for key in submission.answers if age >= dt.timedelta(days=days.get(key, KEEP_DAYS))}
    rest = {key: value for key, value in submission.answers.items() if key not in over}
    return _Overdue(submission=submission, keys=frozenset(over), rest=rest)


def _remove(batch: list[_Overdue], moment: dt.datetime) -> None:
    gone = [item.submission for item in batch if item.is_over]
    remove_submissions(ids=[submission.pk for submission in gone])
    for item in batch:
        if not item.is_over:
            _remove_answers(item, moment)
    records = [item.submission.form_record_id or 0 for item in batch]
    for record in FormRecord.objects.filter(pk__in=records):
        of_form = [item for item in batch if item.submission.form_record_id == record.pk]
        log(
            instance=record,
            action=LOG_PURGE,
            data={
                "form": str(record.key),
                "answers": sum(len(item.keys) for item in of_form),
                "submissions": sum(item.is_over for item in of_form),
            },
            timestamp=moment,
        )


def _remove_answers(item: _Overdue, moment: dt.datetime) -> None:
    submission = item.submission
    TakenPlace.objects.filter(submission=submission, question_key__in=item.keys).delete()
    rows = Submission.objects.filter(pk=submission.pk)
    delete_uploads(submissions=rows, question_keys=item.keys)
    removed = [submission.answers[key] for key in item.keys]
    forget_mails(about=[submission.uuid], to=[text for text in removed if isinstance(text, str)])
    rows.update(answers=item.rest, fingerprint="", purged_at=moment)
