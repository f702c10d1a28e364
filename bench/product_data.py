"""Fill the product's database: a front page, and events below it, all but one with 50 seats."""

from __future__ import annotations

import datetime as dt

import django

django.setup()

from django.utils import timezone  # noqa: E402 (Django is set up first)
from wagtail.models import Page, Site  # noqa: E402

from bench.questions import QUESTIONS, THRONGS  # noqa: E402
from events.models import EventPage, EventQuestion, EventSession  # noqa: E402
from forms.choices import as_choices  # noqa: E402
from home.models import HomePage  # noqa: E402


def publish(slug: str, capacity: int | None) -> None:
    """Publish an event with one session."""
    starts_at = timezone.now() + dt.timedelta(days=30)
    page = EventPage(
        title=slug,
        slug=slug,
        lead="Lead",
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=3),
        contact_email="postkasse@example.dk",
    )
    page.event_sessions = [EventSession(name="Aalborg", capacity=capacity)]
    page.questions = [
        EventQuestion(
            label=key.title(),
            field_type=field_type,
            required=required,
            choices=as_choices(choices.split(",")) if choices else [],
            autocomplete="organization" if key == "organisation" else "",
        )
        for key, field_type, required, choices in QUESTIONS
    ]
    Site.objects.get(is_default_site=True).root_page.add_child(instance=page)
    EventPage.objects.get(pk=page.pk).save_revision().publish()


def put_front_page() -> None:
    """Give the site a front page of ours instead of Wagtail's welcome page."""
    site = Site.objects.get(is_default_site=True)
    home = HomePage(title="Front page", slug="front-page")
    Page.objects.get(depth=1).add_child(instance=home)
    site.root_page = home
    site.save()


if __name__ == "__main__":
    put_front_page()
    publish("open", None)
    for number in range(THRONGS):
        publish(f"fifty-{number}", 50)
