"""One step more for whoever looks like a machine: press a button, a few seconds later.

No puzzle, no script, no cookie. ``views.steps`` shows the step and carries the answers; the token
made here says for which form and answers it was asked, when, and why.
"""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core import signing

from ..enums import Suspicion

SOONEST = 3.0
"""Seconds before which the step is not taken: as long as it takes to read it."""

LATEST = 3600.0
"""Seconds after which it has to be asked for anew."""


@dataclass(frozen=True)
class StepToken:
    """A token that we made for this form and these answers."""

    reason: Suspicion
    age: float

    @property
    def is_ripe(self) -> bool:
        """Whether somebody has had the time to read what the step says."""
        return self.age >= SOONEST


def _signer(form_key: uuid.UUID) -> signing.Signer:
    return signing.Signer(salt=f"kommed_forms.second_step.{form_key}")


def digest_of_answers(answers: Mapping[str, Any]) -> str:
    """Return what ties a token to one set of answers."""
    canonical = json.dumps(dict(answers), sort_keys=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def make_step_token(form_key: uuid.UUID, answers: Mapping[str, Any], reason: Suspicion) -> str:
    """Return a token for the step that these answers now have to take."""
    said = {"t": round(time.time(), 1), "a": digest_of_answers(answers), "r": str(reason)}
    return _signer(form_key).sign_object(said)


def read_step_token(
    form_key: uuid.UUID, answers: Mapping[str, Any], token: str
) -> StepToken | None:
    """Return what ``token`` says, if it is ours, of these answers and not too old."""
    try:
        said: dict[str, Any] = _signer(form_key).unsign_object(token)
    except signing.BadSignature:
        return None
    age = time.time() - said["t"]
    if said["a"] != digest_of_answers(answers) or age > LATEST:
        return None
    return StepToken(reason=Suspicion(said["r"]), age=age)
