"""The registrant's own page: the way to it, and which registration a token leads to."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.urls import reverse

from ..links import Purpose, identifier_in, make_token
from ..models import Registration

KEPT_OPEN = dt.timedelta(days=90)
"""How long after the event a link still works, for those who look up where they have been."""


def own_page_token(registration: Registration) -> str:
    """Return the token of the registrant's own page."""
    return make_token(Purpose.REGISTRATION, registration.uuid, registration.link_generation)


def own_page_url(registration: Registration) -> str:
    """Return the full address of the registrant's own page. It is put in mails at sending only."""
    path = reverse("kommed_personal:own_page", args=[own_page_token(registration)])
    return f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{path}"


def registration_for(token: str, *, now: dt.datetime) -> Registration | None:
    """Return the registration that ``token`` leads to, or None if it is unknown, revoked or old."""

    def generation_of(identifier: uuid.UUID) -> int | None:
        rows = Registration.objects.filter(uuid=identifier)
        return rows.values_list("link_generation", flat=True).first()

    identifier = identifier_in(token, Purpose.REGISTRATION, generation_of)
    if identifier is None:
        return None
    found: Registration = Registration.objects.select_related(
        "event", "submission__form_version"
    ).get(uuid=identifier)
    return None if is_expired(found, now) else found


def is_expired(registration: Registration, now: dt.datetime) -> bool:
    """Return whether links to ``registration`` are too old."""
    ends = registration.link_expires_at
    if ends is None and registration.event.ends_at is not None:
        ends = registration.event.ends_at + KEPT_OPEN
    return ends is not None and now >= ends
