"""Judging a post: it comes from a person, or it looks like a machine's.

Whoever looks like a machine gets one step more, and is held for staff if that looks the same.
Nothing is ever refused or dropped here.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from ..enums import Suspicion
from .counting import is_too_many
from .network import client_address, network_of
from .second_step import make_step_token, read_step_token
from .traces import ASKED_FIELD, HONEYPOT_FIELD, is_honeypot_filled, suspicions_of


@dataclass(frozen=True)
class Assessment:
    """What is suspicious about a post, and what becomes of it."""

    suspicions: tuple[Suspicion, ...] = ()
    suspicion: str = ""
    """What is noted with the submission; empty when there is nothing to note."""
    step_token: str = ""
    is_too_soon: bool = False
    """Whether the button of the second step was pressed before anybody could have read it."""

    @property
    def needs_step(self) -> bool:
        """Whether the second step is to be shown instead of storing anything."""
        return bool(self.step_token)

    @property
    def carried(self) -> dict[str, str]:
        """What the step carries besides the answers: its token, and the field people do not see.

        That one is offered anew and empty, so that what filled it in can do it again or not.
        """
        return {ASKED_FIELD: self.step_token, HONEYPOT_FIELD: ""}


def assess(request: HttpRequest, *, form_key: uuid.UUID, answers: Mapping[str, Any]) -> Assessment:
    """Judge a post with valid ``answers``, just before they would be stored."""
    posted = request.POST
    token = read_step_token(form_key, answers, posted.get(ASKED_FIELD, ""))
    if token is not None and token.is_ripe:
        _count(request, form_key, is_suspicious=True)
        reason = _noted(token.reason, is_filled_again=is_honeypot_filled(posted))
        return Assessment(suspicions=(reason,), suspicion=reason)
    if token is not None:
        # The same token once more: whoever waits and presses again need not wait from the start.
        return Assessment(
            suspicions=(token.reason,), step_token=posted[ASKED_FIELD], is_too_soon=True
        )
    suspicions = _suspicions(request, form_key)
    if not suspicions:
        return Assessment()
    return Assessment(
        suspicions=tuple(suspicions),
        step_token=make_step_token(form_key, answers, suspicions[0]),
    )


def _suspicions(request: HttpRequest, form_key: uuid.UUID) -> list[Suspicion]:
    found = suspicions_of(form_key, request.POST)
    if _count(request, form_key, is_suspicious=bool(found)):
        found.append(Suspicion.TOO_MANY)
    return found


def _count(request: HttpRequest, form_key: uuid.UUID, *, is_suspicious: bool) -> bool:
    """Count the post, and return whether there are too many.

    Who has taken the step is counted too, so that a program that takes it each time shows.
    """
    address = client_address(request)
    network = network_of(address) if address is not None else None
    return is_too_many(form_key, network, now=timezone.now(), is_suspicious=is_suspicious)


def _noted(reason: Suspicion, *, is_filled_again: bool) -> Suspicion:
    if is_filled_again:
        return Suspicion.HONEYPOT
    return Suspicion.HONEYPOT_ONCE if reason is Suspicion.HONEYPOT else reason
