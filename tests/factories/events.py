"""A whole invitation: built as an editor would, and published through Wagtail."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from wagtail.models import Locale, Site

from events.models import EventAudience, EventPage, EventQuestion, EventRecord, EventSession

from .pages import EventPageFactory


@dataclass(frozen=True)
class SessionSpec:
    """One session to be."""

    name: str
    capacity: int | None = 25
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class AudienceSpec:
    """One audience to be."""

    name: str
    criterion: str = ""
    is_choice: bool = True


TWO_SESSIONS = (SessionSpec("København"), SessionSpec("Aalborg"))


@dataclass
class MadeEvent:
    """A page and the event that the ledger knows it as, which is None while it is a draft."""

    page: EventPage
    record: EventRecord | None

    @property
    def event(self) -> EventRecord:
        """The event, fresh from the database."""
        return EventRecord.objects.get(key=self.page.translation_key)

    @property
    def key(self) -> uuid.UUID:
        """The key of the event."""
        key: uuid.UUID = self.page.translation_key
        return key

    @property
    def url(self) -> str:
        """The path of the page."""
        return str(self.page.get_url())

    def session_key(self, name: str | None = None) -> uuid.UUID:
        """The key of the session called ``name``, or of the first one."""
        rows = EventSession.objects.filter(page_id=self.page.pk).order_by("sort_order", "pk")
        row = rows.get(name=name) if name else rows[0]
        key: uuid.UUID = row.translation_key
        return key

    def audience_key(self, name: str) -> uuid.UUID:
        """The key of the audience called ``name``."""
        key: uuid.UUID = EventAudience.objects.get(page_id=self.page.pk, name=name).translation_key
        return key

    def reload(self) -> EventPage:
        """Read the page again, with its rows."""
        self.page = EventPage.objects.get(pk=self.page.pk)
        return self.page


def publish(page: Any) -> Any:
    """Publish ``page`` with its rows as they are, the way Wagtail's page API does."""
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def make_event(
    *,
    title: str = "Åbne værksteder",
    slug: str | None = None,
    sessions: Sequence[SessionSpec] = TWO_SESSIONS,
    audiences: Sequence[AudienceSpec] = (),
    questions: Sequence[dict[str, Any]] = (),
    published: bool = True,
    parent: Any = None,
    **fields: Any,
) -> MadeEvent:
    """Build an invitation below the front page; ``fields`` are those of the page.

    Without other times the event is in a month, open for registration now, first come first served,
    and a free seat goes to the next in line at once.
    """
    parent = parent or Site.objects.get(is_default_site=True).root_page
    starts_at = timezone.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=30)
    fields = {
        "starts_at": starts_at,
        "ends_at": fields.get("starts_at", starts_at) + dt.timedelta(hours=3),
        "lead": "Kom og tænk med.",
        "contact_email": "postkasse@example.dk",
        "waiting_list_mode": "direct",
    } | fields
    page = EventPageFactory.build(
        title=title, slug=slug or f"vaerksteder-{uuid.uuid4().hex[:8]}", **fields
    )
    page.locale = parent.locale
    page.event_sessions = [
        EventSession(name=spec.name, capacity=spec.capacity, sort_order=number, **spec.fields)
        for number, spec in enumerate(sessions)
    ]
    page.audiences = [
        EventAudience(
            name=spec.name, criterion=spec.criterion, is_choice=spec.is_choice, sort_order=number
        )
        for number, spec in enumerate(audiences)
    ]
    page.questions = [
        EventQuestion(sort_order=number, **question) for number, question in enumerate(questions)
    ]
    parent.refresh_from_db()
    parent.add_child(instance=page)
    page = EventPage.objects.get(pk=page.pk)
    if published:
        page = publish(page)
    record = EventRecord.objects.filter(key=page.translation_key).first()
    return MadeEvent(page=page, record=record)


def copy_to_language(page: Any, locale: Locale, **changes: Any) -> Any:
    """Translate ``page`` the way Wagtail does, change its words, and return the draft."""
    translation = page.copy_for_translation(locale)
    for name, value in changes.items():
        setattr(translation, name, value)
    translation.save_revision()
    return translation
