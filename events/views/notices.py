"""Plain pages for when there is no form to show."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from .visit import Visit

CONFLICT, GONE = 409, 410


def notice(visit: Visit, *, heading: str, message: str, status: int) -> HttpResponse:
    """Answer with a plain page that says one thing, and whom to ask."""
    context = {
        **visit.page.get_context(visit.request),
        "heading": heading,
        "message": message,
        "contact_email": visit.page.contact_email,
        "contacts": list(visit.page.contacts.all()),
    }
    response = render(visit.request, "kommed_events/notice.html", context, status=status)
    add_never_cache_headers(response)
    return response


def not_open(visit: Visit) -> HttpResponse:
    """Say that registration has not opened."""
    return notice(
        visit,
        heading=_("Registration is not open yet"),
        message=_("Nothing was saved. Please come back when registration has opened."),
        status=CONFLICT,
    )


def closed(visit: Visit) -> HttpResponse:
    """Say that registration has closed."""
    return notice(
        visit,
        heading=_("Registration has closed"),
        message=_("Nothing was saved. Ask us whether there is still a way in."),
        status=CONFLICT,
    )


def cancelled(visit: Visit) -> HttpResponse:
    """Say that the event does not take place."""
    return notice(
        visit,
        heading=_("This event is cancelled"),
        message=_("It does not take place. Nothing was saved."),
        status=CONFLICT,
    )


def invitation_needed(visit: Visit) -> HttpResponse:
    """Say that only those who were invited get in."""
    return notice(
        visit,
        heading=_("This is by invitation"),
        message=_(
            "Nothing was saved. Seats for this are given to those who were invited; their "
            "invitation has a link of its own. Ask us if you think you should have one."
        ),
        status=CONFLICT,
    )


def session_gone(visit: Visit) -> HttpResponse:
    """Say that the session is not held any more, or has begun."""
    return notice(
        visit,
        heading=_("That session takes nobody any more"),
        message=_("Nothing was saved. Go back to the invitation to see which sessions there are."),
        status=GONE,
    )


def unpublished(visit: Visit) -> HttpResponse:
    """Say that the page was taken down."""
    if (
        visit.event is None
    ):  # a page that was never published says nothing, not even that it is there
        raise Http404
    return notice(
        visit,
        heading=_("This invitation has been taken down"),
        message=_("Nothing was saved. Please ask us if you expected to be able to register."),
        status=GONE,
    )
