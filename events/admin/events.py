"""The first screen of the desk: the events one may see, and how they are filling."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn

from ..enums import RegistrationState
from ..models import EventRecord, Registration, events_visible_to
from .base import DeskListView
from .outbox import HealthMixin

COUNTED_STATES = (
    RegistrationState.CONFIRMED,
    RegistrationState.PENDING,
    RegistrationState.WAITING,
)


def start_text(event: EventRecord) -> str:
    """Return the day on which the event starts. Wagtail's own column only looks back."""
    return date_format(event.starts_at.astimezone(event.zone)) if event.starts_at else ""


class EventListView(HealthMixin, DeskListView):
    """Events with the number of registrations in each state, of those one may see."""

    page_title = _("Registrations")
    results_name = "kommed_events_desk:events_results"
    template_name = "kommed_events/admin/events.html"
    results_template_name = "kommed_events/admin/listing_results.html"
    default_ordering = "-starts_at"
    is_searchable = True
    search_fields = ["title"]
    search_backend_name = None
    model = EventRecord

    @cached_property
    def columns(self) -> list[Column]:
        """Title, date, and a count for each state that calls for attention."""
        return [
            TitleColumn(
                "title",
                label=_("Event"),
                sort_key="title",
                get_url=lambda event: reverse("kommed_events_desk:registrations", args=[event.key]),
            ),
            Column("starts_at", label=_("Starts"), accessor=start_text, sort_key="starts_at"),
            *(
                Column(f"number_{state.value}", label=state.label, sort_key=f"number_{state.value}")
                for state in COUNTED_STATES
            ),
        ]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here; this screen is the desk itself."""
        return [self.desk_breadcrumbs()[0], {"url": "", "label": self.get_page_title()}]

    def get_base_queryset(self) -> QuerySet[EventRecord]:
        """Return the events one may see, each with the numbers of what one may see of it."""
        visible = Registration.objects.visible_to(self.request.user).values("pk")
        counts = {
            f"number_{state.value}": Count(
                "registrations",
                filter=Q(registrations__state=state, registrations__in=visible),
            )
            for state in COUNTED_STATES
        }
        return events_visible_to(self.request.user).annotate(**counts)
