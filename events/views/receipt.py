"""The receipt. It says what was asked and what to expect, never who was asked."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers

from forms.models import FormVersion, QuestionSpec

from ..actions.applicant import Applicant
from ..actions.placing import Placement
from ..enums import Outlook, RegistrationState
from ..models import EventPageMixin
from ..models.event_page import RECEIPT_PATH
from ..queries.form import as_key
from ..queries.invitation import InvitationView
from .visit import Visit

RECEIPT_SALT = "kommed_events.receipt"
OUTLOOK_OF_STATE = {
    RegistrationState.PENDING: Outlook.APPLICATION,
    RegistrationState.CONFIRMED: Outlook.ROOM,
    RegistrationState.WAITING: Outlook.WAITING,
}


def to_receipt(
    request: HttpRequest, applicant: Applicant, placement: Placement, version: FormVersion
) -> HttpResponse:
    """Lead to the receipt, whose address says what to expect and nothing personal."""
    outlook = outlook_of(placement, applicant)
    said = {
        "s": str(placement.event_session_key),
        "a": str(applicant.audience_key or ""),
        "o": outlook.value,
        "v": str(version.uuid),
    }
    if placement.event_session_key != applicant.event_session_key:
        said["f"] = str(applicant.event_session_key)
    return lead_to_receipt(request.path, said)


def outlook_of(placement: Placement, applicant: Applicant) -> Outlook:
    """Return what ``placement`` means to whoever asked."""
    is_elsewhere = placement.event_session_key != applicant.event_session_key
    if is_elsewhere and placement.state == RegistrationState.CONFIRMED:
        return Outlook.SECOND_CHOICE
    return OUTLOOK_OF_STATE[placement.state]


def lead_to_receipt(path: str, said: Mapping[str, Any]) -> HttpResponse:
    """Lead to the receipt below the page at ``path`` that says what is ``said``, signed."""
    signed = signing.Signer(salt=RECEIPT_SALT).sign_object(dict(said))
    url = f"{path.rstrip('/')}/{RECEIPT_PATH}/?s={signed}"
    return HttpResponse(status=303, headers={"Location": url, "Cache-Control": "no-store"})


def serve_receipt(visit: Visit) -> HttpResponse:
    """Answer with the receipt that the address speaks of, or lead to the page."""
    try:
        signer = signing.Signer(salt=RECEIPT_SALT)
        said = signer.unsign_object(visit.request.GET.get("s", ""))
    except signing.BadSignature:
        return redirect(visit.page.get_url(visit.request))
    version = FormVersion.objects.filter(uuid=said["v"]).first()
    return render_receipt(
        visit.request,
        visit.page,
        visit.invitation(),
        outlook=said["o"],
        session_key=as_key(said["s"]),
        first_choice_key=as_key(said.get("f", "")),
        group=said.get("g"),
        audience_key=as_key(said["a"]),
        specs=version.specs if version is not None else (),
    )


def render_receipt(
    request: HttpRequest,
    page: EventPageMixin,
    invitation: InvitationView,
    *,
    outlook: str,
    session_key: uuid.UUID | None,
    audience_key: uuid.UUID | None,
    specs: tuple[QuestionSpec, ...],
    first_choice_key: uuid.UUID | None = None,
    group: Mapping[str, int] | None = None,
) -> HttpResponse:
    """Render the receipt. It says what was asked and what to expect, never who was asked."""
    sessions = {session.key: session for session in invitation.sessions}
    audiences = {row.translation_key: row.name for row in invitation.audiences}
    context = {
        **page.get_context(request),
        "invitation": invitation,
        "outlook": outlook,
        "session": sessions.get(session_key) if session_key else None,
        "first_choice": sessions.get(first_choice_key) if first_choice_key else None,
        "group": group,
        "audience_name": audiences.get(audience_key, "") if audience_key else "",
        "question_labels": [spec.label for spec in specs],
    }
    response = render(request, page.landing_page_template, context)
    add_never_cache_headers(response)
    return response
