"""Keeping what was sent."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ..audit import note_action
from ..clock import Clock, database_now
from ..enums import QuestionType
from ..exceptions import FormClosed, FormNotOpen
from ..locking import locked
from ..models import (
    FormRecord,
    FormVersion,
    QuestionSpec,
    Submission,
    digest_of_specs,
    document_of,
)
from ..notifications import notify_sender, notify_staff
from ..prepared import Asked, PreparedQuery
from ..prepared_insert import NewRows, PreparedInsert
from ..protection.sending import Sending
from ..queries.pages import steering_page
from ..queries.places import chosen_places
from ..uploads.answers import comparable_answers, upload_in
from .places import check_places, take_places
from .uploads import attach_uploads

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

LOG_SUBMIT = "kommed_forms.submission.submit"
IDENTIFYING_TYPES = frozenset({QuestionType.EMAIL, QuestionType.PHONE})
"""Questions whose answers tell people apart, so that the same answers are the same person's."""
CLOSING_GRACE = dt.timedelta(seconds=60)
"""How long after closing a form still counts: it was sent in time, and had to wait."""
UNKNOWN = Sending()
"""A sending of which nothing is known."""


@dataclass(frozen=True)
class Submitted:
    """The outcome of ``submit_form``: what is kept, and whether it is new."""

    submission: Submission
    is_new: bool


_VERSION = PreparedQuery(
    lambda form_key, digest: FormVersion.objects.filter(form_key=form_key, digest=digest)
)


def form_version_question(*, form_key: uuid.UUID, digest: str) -> Asked:
    """Return what asks for the version of a form that has this ``digest``."""
    return _VERSION.asked(form_key=form_key, digest=digest)


def keep_form_version(
    *,
    form_key: uuid.UUID,
    language: str,
    specs: Sequence[QuestionSpec],
    at_hand: FormVersion | None = None,
) -> FormVersion:
    """Return the form version that says just what ``specs`` say, making it if it is new.

    If it is the one ``at_hand``, it is not looked up.

    Called before any lock: two visitors who are the first with a form may both try, and one of
    them then reads the other's row.
    """
    digest = digest_of_specs(tuple(specs), language=language)
    if at_hand is not None and (at_hand.form_key, at_hand.digest) == (form_key, digest):
        return at_hand
    version = _VERSION.first(form_key=form_key, digest=digest)
    if version is None:
        version, _created = FormVersion.objects.get_or_create(
            form_key=form_key,
            digest=digest,
            defaults={"language": language, "document": document_of(specs)},
        )
    return version


_NEW = PreparedInsert(Submission)


def store_submission(
    *,
    form_version: FormVersion,
    answers: Mapping[str, Any],
    at: dt.datetime,
    record: FormRecord | None = None,
    fingerprint: str = "",
    suspicion: str = "",
    rows: NewRows | None = None,
) -> Submission:
    """Keep ``answers``, which were validated against ``form_version``, and the places they take.

    Contract: inside the caller's transaction, after ``check_places`` under the same lock. Without
    a ``record`` the submission belongs to something else, such as a registration. Among ``rows`` it
    is written with them, unless places or files are to belong to it.
    """
    rows = rows or NewRows()
    submission: Any = rows.add(
        _NEW,
        form_version=form_version,
        form_record=record,
        answers=dict(answers),
        submitted_at=at,
        fingerprint=fingerprint,
        suspicion=suspicion,
    )
    if chosen_places(form_version.specs, answers) or any(map(upload_in, answers.values())):
        rows.write()
    take_places(submission=submission, specs=form_version.specs, answers=answers, is_new=True)
    attach_uploads(submission=submission, answers=answers)
    return submission  # type: ignore[no-any-return]


def submit_form(
    *,
    record: FormRecord,
    form_version: FormVersion,
    answers: Mapping[str, Any],
    suspicion: str = "",
    sending: Sending = UNKNOWN,
    by: AbstractBaseUser | None = None,
    now: Clock = database_now,
) -> Submitted:
    """Keep what was sent on a form of its own, and mail its sender and staff.

    Contract: the answers have been validated against ``form_version``. In one transaction, under
    the lock of the form, it writes submission, taken places, mails and audit entry. Of the same
    answers once more from the same person or ``sending`` nothing is written; the first is returned.

    Raises ``FormNotOpen``, ``FormClosed``, ``ChoiceFull`` or ``FormBusy``; nothing is written then.
    Staff (``by``) are not bound by opening and closing times.
    """
    page = steering_page(record)
    if by is None:
        _check_open(record, page, now())
    fingerprint, repeats_within = _recognised_by(form_version, answers, sending)
    with locked(partial(_lock, record)) as held:
        moment = now()
        if by is None:
            _check_open(held, page, moment)
        existing = _repeated(held, fingerprint, moment - repeats_within)
        if existing is not None:
            return Submitted(submission=existing, is_new=False)
        check_places(form_key=held.key, specs=form_version.specs, answers=answers)
        submission = store_submission(
            form_version=form_version,
            answers=answers,
            at=moment,
            record=held,
            fingerprint=fingerprint,
            suspicion=suspicion,
        )
        notify_sender(submission, held, page)
        notify_staff(submission, held)
        note_action(submission, LOG_SUBMIT, by=by, data={"form": str(held.key)}, at=moment)
    return Submitted(submission=submission, is_new=True)


def _lock(record: FormRecord) -> FormRecord:
    rows: Any = FormRecord.objects.filter(pk=record.pk).select_for_update(no_key=True)
    held: FormRecord = rows.get()
    return held


def _check_open(record: FormRecord, page: Any | None, moment: dt.datetime) -> None:
    if page is None or not record.is_live:
        raise FormClosed
    if page.closes_at and moment >= page.closes_at + CLOSING_GRACE:
        raise FormClosed
    if page.opens_at and moment < page.opens_at:
        raise FormNotOpen


def _recognised_by(
    form_version: FormVersion, answers: Mapping[str, Any], sending: Sending
) -> tuple[str, dt.timedelta]:
    """Return the fingerprint that a repeat has too, and for how long it is one.

    An address or a number says who it is; whatever else is answered, others may answer the same,
    and then only the sending tells. Where nothing does, the fingerprint is empty: what is sent is
    kept twice rather than not at all.
    """
    if any(s.field_type in IDENTIFYING_TYPES and answers.get(s.key) for s in form_version.specs):
        sending = Sending(mark="who")
    if not sending.mark:
        return "", sending.repeats_within
    said = [str(form_version.form_key), comparable_answers(answers), sending.mark]
    canonical = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest(), sending.repeats_within


def _repeated(record: FormRecord, fingerprint: str, since: dt.datetime) -> Submission | None:
    if not fingerprint:
        return None
    recent = Submission.objects.filter(
        form_record=record, fingerprint=fingerprint, submitted_at__gt=since
    )
    found: Submission | None = recent.order_by("pk").first()
    return found
