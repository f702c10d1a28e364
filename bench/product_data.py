"""Fill the product's database: two events, one with room for everybody and one with 50 seats."""

from __future__ import annotations

import datetime as dt

import django

django.setup()

from django.utils import timezone  # noqa: E402 (Django is set up first)
from wagtail.models import Site  # noqa: E402

from events.models import EventPage, EventQuestion, EventSession  # noqa: E402


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
    page.questions = [EventQuestion(label="Organisation", field_type="singleline")]
    Site.objects.get(is_default_site=True).root_page.add_child(instance=page)
    EventPage.objects.get(pk=page.pk).save_revision().publish()


if __name__ == "__main__":
    publish("open", None)
    publish("fifty", 50)
