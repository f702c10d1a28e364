"""What makes a registration that is sent again recognisable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from forms.uploads.answers import comparable_answers

from ..models import EventRecord
from .applicant import Applicant


def fingerprint_of(event: EventRecord, applicant: Applicant, answers: Mapping[str, Any]) -> str:
    """Return what makes a repeat recognisable: event, person and answers, as 64 hex digits."""
    canonical = json.dumps(
        [
            str(event.key),
            applicant.identity.key,
            str(applicant.event_session_key),
            str(applicant.audience_key),
            comparable_answers(answers),
        ],
        sort_keys=True,
        ensure_ascii=False,
    )
    return hashlib.sha256(canonical.encode()).hexdigest()
