"""Keeping what was sent."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from ..models import FormVersion, QuestionSpec, Submission, digest_of, document_of


def keep_form_version(
    *, form_key: uuid.UUID, language: str, specs: Sequence[QuestionSpec]
) -> FormVersion:
    """Return the form version that says just what ``specs`` say, making it if it is new.

    Called before any lock: two visitors who are the first with a form may both try, and one of
    them then reads the other's row.
    """
    document = document_of(specs)
    version, _created = FormVersion.objects.get_or_create(
        form_key=form_key,
        digest=digest_of(document, language=language),
        defaults={"language": language, "document": document},
    )
    return version


def store_submission(
    *, form_version: FormVersion, answers: Mapping[str, Any], at: dt.datetime, suspicion: str = ""
) -> Submission:
    """Keep ``answers``, which were validated against ``form_version``, as they were sent."""
    return Submission.objects.create(
        form_version=form_version, answers=dict(answers), submitted_at=at, suspicion=suspicion
    )
