"""What editors may write in braces in the mails of an event, and what it stands for."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forms.mail.placeholders import Placeholder
from forms.models import Message

EVENT_SCOPE = "event"
"""What mails of an event are called among the scopes that may have words of their own."""


def _site() -> str:
    return str(settings.WAGTAILADMIN_BASE_URL).rstrip("/") + "/"


NAME = Placeholder("name", gettext_lazy("Name of the person"), lambda: _("Kim Sample"))
EVENT_TITLE = Placeholder(
    "event_title", gettext_lazy("Name of the event"), lambda: _("A sample event")
)
EVENT_URL = Placeholder("event_url", gettext_lazy("Address of the event’s page"), _site, True)
CONTACT_EMAIL = Placeholder(
    "contact_email",
    gettext_lazy("Address of the contact person"),
    lambda: "contact@example.dk",
    True,
)
REFERENCE = Placeholder("reference", gettext_lazy("Reference of the registration"), "K7M2-9QX4")
SESSION_NAME = Placeholder(
    "session_name", gettext_lazy("Name of the session"), lambda: _("Sample town")
)
WHEN = Placeholder("when", gettext_lazy("Day and time"), lambda: _("a sample day at one o’clock"))
VENUE = Placeholder(
    "venue", gettext_lazy("Place and its address"), lambda: _("Sample House, 1 Sample Street")
)
OWN_PAGE = Placeholder("own_page_url", gettext_lazy("Link to the person’s own page"), _site, True)

ABOUT_THE_EVENT = (EVENT_TITLE, EVENT_URL, CONTACT_EMAIL)
EVENT_PLACEHOLDERS: tuple[Placeholder, ...] = (
    NAME,
    EVENT_TITLE,
    SESSION_NAME,
    WHEN,
    VENUE,
    REFERENCE,
    EVENT_URL,
    CONTACT_EMAIL,
    OWN_PAGE,
)
"""Those of every mail about a registration, to the person it is about."""
OFFER_ENDS = Placeholder(
    "offer_ends", gettext_lazy("Until when the seat is held"), lambda: _("a sample day at noon")
)
TAKER_NAME = Placeholder(
    "taker_name", gettext_lazy("Name of who has the seat now"), lambda: _("Robin Sample")
)
GIVER_NAME = Placeholder(
    "giver_name", gettext_lazy("Name of who had the seat before"), lambda: _("Robin Sample")
)
LEAD = Placeholder(
    "lead", gettext_lazy("First words of the event’s page"), lambda: _("A day of samples.")
)
ANSWER_BY = Placeholder(
    "answer_by", gettext_lazy("Last time to answer"), lambda: _("a sample day at noon")
)
INVITATION_LINK = Placeholder("invitation_url", gettext_lazy("Link to say yes or no"), _site, True)
INVITATION_PLACEHOLDERS: tuple[Placeholder, ...] = (
    NAME,
    *ABOUT_THE_EVENT,
    LEAD,
    SESSION_NAME,
    WHEN,
    VENUE,
    ANSWER_BY,
    INVITATION_LINK,
)


def event_values(message: Message) -> dict[str, str]:
    """Return what the placeholders stand for in ``message``, from its frozen context.

    Links of the person's own are not in a context, and so not among them.
    """
    context = message.context
    venue = [context.get("venue_name"), context.get("venue_address")]
    values = {name: str(value) for name, value in context.items() if isinstance(value, str)}
    return values | {"venue": ", ".join(str(part) for part in venue if part)}


def sample_context(language: str, placeholders: tuple[Placeholder, ...]) -> dict[str, Any]:
    """Return a context as of a mail to somebody made up, in ``language``."""
    with translation.override(language):
        texts = {one.name: one.sample_text() for one in placeholders}
        return {
            **texts,
            "venue_name": texts.get("venue", ""),
            "venue_address": "",
            "contacts": [],
            "state": "confirmed",
            "note": "",
        }


def event_wording(
    *more: Placeholder, placeholders: tuple[Placeholder, ...] = EVENT_PLACEHOLDERS
) -> dict[str, Any]:
    """Return what a ``MessageKind`` of an event needs for editors to write its words.

    ``more`` are placeholders of this kind alone; the values of all are texts in its context.
    """
    known = placeholders + more
    return {
        "placeholders": known,
        "values": event_values,
        "sample": lambda language: sample_context(language, known),
        "scope": EVENT_SCOPE,
    }
