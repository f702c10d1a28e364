"""What search engines and other sites read of an event page."""

from __future__ import annotations

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from wagtail.images import get_image_model

from ..models import EventPageMixin
from ..queries.invitation import InvitationView, SessionView

SHARE_RENDITION = "fill-1200x630|format-jpeg"
# What must not end a script element or start one.
SCRIPT_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def sharing_context(page: EventPageMixin, invitation: InvitationView) -> dict[str, Any]:
    """Return canonical address, sharing picture and schema.org data."""
    image_url = share_image_url(page)
    url = page.full_url or ""
    return {
        "canonical_url": url,
        "share_image_url": image_url,
        "event_json_ld": event_json_ld(page, invitation, url=url, image_url=image_url),
    }


def share_image_url(page: EventPageMixin) -> str:
    """Return the address of the picture that is shown when the page is shared, or nothing."""
    image = page.listing_image or page.figure
    if not isinstance(image, get_image_model()):
        return ""
    rendition = image.get_rendition(SHARE_RENDITION)
    return str(rendition.full_url)


def event_json_ld(
    page: EventPageMixin, invitation: InvitationView, *, url: str, image_url: str
) -> SafeString:
    """Return schema.org data, one ``Event`` a session, safe inside a script element."""
    is_off = invitation.is_cancelled
    graph = [
        _schema_event(page, session, url, image_url, is_off=is_off)
        for session in invitation.sessions
    ]
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    return mark_safe(text.translate(SCRIPT_ESCAPES))  # noqa: S308 (escaped above)


def _schema_event(
    page: EventPageMixin, session: SessionView, url: str, image_url: str, *, is_off: bool
) -> dict[str, Any]:
    venue = session.row.venue
    document: dict[str, Any] = {
        "@type": "Event",
        "name": f"{page.title}: {session.row.name}",
        "description": page.lead,
        "url": url,
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "eventStatus": f"https://schema.org/{'EventCancelled' if is_off else 'EventScheduled'}",
    }
    if session.starts_at:
        document["startDate"] = session.starts_at.isoformat()
    if session.ends_at:
        document["endDate"] = session.ends_at.isoformat()
    if image_url:
        document["image"] = image_url
    if venue is not None:
        document["location"] = {
            "@type": "Place",
            "name": venue.name,
            "address": {
                "@type": "PostalAddress",
                "streetAddress": venue.street,
                "postalCode": venue.postal_code,
                "addressLocality": venue.city,
            },
        }
    document["organizer"] = [
        {"@type": "Organization", "name": host.name} for host in session.co_hosts
    ]
    return document
