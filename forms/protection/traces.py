"""What a browser that opened the page sends along, and people neither see nor fill in.

Their names begin with ``form_``, so that ``views.steps`` carries them along.
"""

from __future__ import annotations

import math
import time
import uuid
from dataclasses import dataclass

from django.core import signing
from django.http import QueryDict

from ..enums import Suspicion

HONEYPOT_FIELD = "form_website"
OPENED_FIELD = "form_opened"
ASKED_FIELD = "form_asked"

LONGEST_TOKEN = 500

FASTEST_PERSON = 2.0
"""Seconds below which nobody has read a page and answered it."""


@dataclass(frozen=True)
class Traces:
    """What ``kommed_forms/_protection.html`` puts into a form."""

    opened: str
    asked: str = ""
    """The token of a second step that was taken, when the page is shown again after it."""


def _opened_signer(form_key: uuid.UUID) -> signing.Signer:
    return signing.Signer(salt=f"kommed_forms.opened.{form_key}")


def opened_token(form_key: uuid.UUID, *, at: float | None = None) -> str:
    """Return the signed time at which the form's page was made: now, unless told otherwise.

    On a page from a cache it is the age of the copy. It is the same for everybody, so the page
    stays cacheable, and it says nothing about who reads it.
    """
    return _opened_signer(form_key).sign(f"{time.time() if at is None else at:.1f}")


def seconds_since_opened(form_key: uuid.UUID, token: str) -> float | None:
    """Return how old the page is that ``token`` came with; None when we did not sign it."""
    try:
        opened = float(_opened_signer(form_key).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return time.time() - opened if math.isfinite(opened) else None


def traces_for(form_key: uuid.UUID, posted: QueryDict | None = None) -> Traces:
    """Return what the form's page carries.

    A page that is shown again keeps the time at which it was first opened, and the second step
    that was taken: who only has to press the button again, because the site was busy, has neither
    been too fast nor to take the step anew.
    """
    token = posted.get(OPENED_FIELD, "") if posted is not None else ""
    if not token or seconds_since_opened(form_key, token) is None:
        token = opened_token(form_key)
    asked = posted.get(ASKED_FIELD, "") if posted is not None else ""
    return Traces(opened=token, asked=asked if len(asked) <= LONGEST_TOKEN else "")


def suspicions_of(form_key: uuid.UUID, posted: QueryDict) -> list[Suspicion]:
    """Return what is suspicious about a post by itself.

    A page may be of any age: people leave it open over night, and caches keep it for days.
    """
    found = []
    if is_honeypot_filled(posted):
        found.append(Suspicion.HONEYPOT)
    age = seconds_since_opened(form_key, posted.get(OPENED_FIELD, ""))
    if age is None:
        found.append(Suspicion.NO_TOKEN)
    elif age < FASTEST_PERSON:
        found.append(Suspicion.TOO_FAST)
    return found


def is_honeypot_filled(posted: QueryDict) -> bool:
    """Return whether anything at all was written into the field that people do not see."""
    return any(posted.getlist(HONEYPOT_FIELD))
