"""The pages of the front door."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models.functions import Left, Length
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model_string
from wagtail.models import Locale, Page, Site

from events.blocks import InvitationBlock
from events.models import EventPage
from events.validators import validate_slug_is_free
from forms.prepared import Asked, PreparedQuery

FEATURED_EVENTS = 3


def upcoming_events(page: Page) -> Any:
    """Return the published events in the page's language that are not over, soonest first."""
    return _events(page).filter(ends_at__gte=timezone.now()).order_by("starts_at", "pk")


def past_events(page: Page) -> Any:
    """Return the published events in the page's language that are over, latest first."""
    return _events(page).filter(ends_at__lt=timezone.now()).order_by("-starts_at", "pk")


def _events(page: Page) -> Any:
    return (
        EventPage.objects.live()
        .public()
        .filter(locale=page.locale_id)
        .select_related("figure", "listing_image")
        .prefetch_related("event_sessions")
    )


_EVENT = PreparedQuery(
    lambda low, high, depth, slug: EventPage.objects.filter(
        path__range=(low, high), depth=depth, slug=slug
    )
)

_EVENT_ON_ONLY_SITE = PreparedQuery(
    lambda slug: EventPage.objects.alias(parent=Left("path", Length("path") - Page.steplen)).filter(
        slug=slug, parent=Site.objects.order_by().values("root_page__path")[:1]
    )
)


def event_on_only_site(slug: str) -> Asked:
    """Return what asks for the event right below the front page, where there is one site."""
    return _EVENT_ON_ONLY_SITE.asked(slug=slug)


@dataclass(frozen=True)
class SiteFacts:
    """What was read together with the front page, for the one request that it answers."""

    locales: Mapping[int, Locale]
    """All there are, by their keys."""
    has_private_pages: bool
    """Whether any page of the site is for some people only."""
    slug: str = ""
    """Which event was looked for right below the front page; empty when none was."""
    event: EventPage | None = None
    """The one that was found."""


class PlainSlugMixin:
    """Pages keep off the addresses that the site answers itself."""

    slug: str

    def clean(self) -> None:
        """Check the slug besides what Wagtail checks."""
        super().clean()  # type: ignore[misc]
        validate_slug_is_free(self.slug)


class HomePage(PlainSlugMixin, Page):
    """The front page: a few words, and the next events."""

    lead = models.TextField(_("lead"), max_length=600, blank=True)
    figure = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("figure"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    body = StreamField(InvitationBlock(), verbose_name=_("text"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("lead"),
        FieldPanel("figure"),
        FieldPanel("body"),
    ]
    template = "home/home_page.html"
    facts: SiteFacts | None = None

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    @property
    def localized(self) -> Any:
        """The page in the visitor's language, as Wagtail has it; itself, if that is its own."""
        own = self.facts and self.facts.locales.get(self.locale_id)
        with contextlib.suppress(LookupError):
            wanted = get_supported_content_language_variant(translation.get_language())
            if own and own.language_code == wanted:
                return self
        return super().localized

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Find an event right below in one query; whatever else is asked for, as Wagtail does."""
        if path_components:
            event = self._event_below(path_components[0])
            if event is not None:
                event._cached_parent_obj = self
                self._tell(event)
                return event.route(request, path_components[1:])
        return super().route(request, path_components)

    def _event_below(self, slug: str) -> EventPage | None:
        if self.facts is not None and self.facts.slug == slug:
            return self.facts.event
        low, high = self._get_children_path_interval(self.path)
        return _EVENT.first(low=low, high=high, depth=self.depth + 1, slug=slug)

    def _tell(self, event: EventPage) -> None:
        """Let ``event`` know what was read together with this page."""
        if self.facts is None:
            return
        event.is_known_to_be_public = not self.facts.has_private_pages
        if (locale := self.facts.locales.get(event.locale_id)) is not None:
            event.locale = locale

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the next events."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["events"] = upcoming_events(self)[:FEATURED_EVENTS]
        return context


class EventIndexPage(PlainSlugMixin, Page):
    """All events, upcoming and past, wherever in the tree they stand."""

    lead = models.TextField(_("lead"), max_length=600, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead")]
    template = "home/event_index_page.html"

    class Meta:
        verbose_name = _("event index")
        verbose_name_plural = _("event indexes")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add upcoming and past events."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["upcoming"] = upcoming_events(self)
        context["past"] = past_events(self)
        return context


class StandardPage(PlainSlugMixin, Page):
    """A plain page: the thinking behind a format, privacy, accessibility."""

    lead = models.TextField(_("lead"), max_length=600, blank=True)
    text = RichTextField(_("text"), blank=True)
    body = StreamField(InvitationBlock(), verbose_name=_("more"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("lead"),
        FieldPanel("text"),
        FieldPanel("body"),
    ]
    template = "home/standard_page.html"

    class Meta:
        verbose_name = _("plain page")
        verbose_name_plural = _("plain pages")
