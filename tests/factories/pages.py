"""The site with its front pages, and pages as they come."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import factory
import wagtail_factories
from django.utils import timezone
from factory.django import DjangoModelFactory
from wagtail.models import Locale, Page, Site

from events.models import EventPage
from home.models import EventIndexPage, HomePage, StandardPage


class LocaleFactory(DjangoModelFactory[Locale]):
    """A language of the site."""

    language_code = "da"

    class Meta:
        model = Locale
        django_get_or_create = ("language_code",)


class HomePageFactory(wagtail_factories.PageFactory):
    """A front page."""

    title = "Forside"

    class Meta:
        model = HomePage


class EventIndexPageFactory(wagtail_factories.PageFactory):
    """A list of events."""

    title = "Arrangementer"

    class Meta:
        model = EventIndexPage


class StandardPageFactory(wagtail_factories.PageFactory):
    """A plain page."""

    title = "Om os"

    class Meta:
        model = StandardPage


class EventPageFactory(wagtail_factories.PageFactory):
    """An invitation without rows and not published; ``make_event`` builds whole ones."""

    title = factory.Sequence(lambda n: f"Værksted {n}")
    slug = factory.Sequence(lambda n: f"vaerksted-{n}")
    live = False
    starts_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=30))
    ends_at = factory.LazyAttribute(lambda page: page.starts_at + dt.timedelta(hours=3))

    class Meta:
        model = EventPage


@dataclass(frozen=True)
class MadeSite:
    """The site in its two languages."""

    site: Site
    home: Any
    home_en: Any
    danish: Locale
    english: Locale


def make_site() -> None:
    """Put a Danish front page at the root of the default site, and its translation beside it."""
    danish = LocaleFactory(language_code="da")
    english = LocaleFactory(language_code="en")
    home = HomePageFactory(
        parent=Page.get_first_root_node(), title="Forside", slug="forside", locale=danish
    )
    site = Site.objects.get(is_default_site=True)
    site.root_page = home
    site.save()
    Page.objects.filter(depth=2).exclude(pk=home.pk).delete()
    home_en = home.copy_for_translation(english)
    home_en.title, home_en.slug = "Front page", "front-page"
    home_en.save_revision().publish()


def get_site() -> MadeSite:
    """Return what ``make_site`` made."""
    danish, english = Locale.objects.get(language_code="da"), Locale.objects.get(language_code="en")
    return MadeSite(
        site=Site.objects.get(is_default_site=True),
        home=HomePage.objects.get(locale=danish),
        home_en=HomePage.objects.get(locale=english),
        danish=danish,
        english=english,
    )
