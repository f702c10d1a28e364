"""Telling a form that is sent twice from two people who answer the same.

A double click, a reload, a button pressed again because nothing seemed to happen: all of these send
the same once more. Nobody is to be told from others by their answers alone, where many tick the
same box, so it is the sending that is recognised.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone

from .network import client_address, network_of, scope_of
from .traces import OPENED_FIELD

SENDING_FIELD = "form_sending"
"""What ``form.js`` makes up anew each time the page is loaded."""

LONGEST_MARK = 100
REPEAT_WITHIN = dt.timedelta(hours=24)
"""How long the same answers are the same submission, once it is known who or what sent them."""
REPEAT_WITHOUT_SCRIPT = dt.timedelta(seconds=30)
"""The same where there is but the network to go by, and others may sit behind it."""


@dataclass(frozen=True)
class Sending:
    """By what a form that is sent once more is recognised; nothing is known by default."""

    mark: str = ""
    """A hash, the same for a repeat; empty if there is nothing to recognise it by."""
    repeats_within: dt.timedelta = REPEAT_WITHIN


def sending_of(request: HttpRequest, form_key: uuid.UUID) -> Sending:
    """Return by what the post is recognised when it comes again.

    With a script it is the loading of the page that it comes from. Without, it is the network, as
    the hash of today, and when the page was made.
    """
    made_up = request.POST.get(SENDING_FIELD, "")
    if made_up and len(made_up) <= LONGEST_MARK:
        return Sending(_hash("page", made_up))
    address = client_address(request)
    network = network_of(address) if address is not None else None
    scope = scope_of(form_key, network, day=timezone.now().date())
    opened = request.POST.get(OPENED_FIELD, "")
    return Sending(_hash("network", f"{scope} {opened}"), REPEAT_WITHOUT_SCRIPT)


def _hash(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind} {value}".encode(errors="replace")).hexdigest()
