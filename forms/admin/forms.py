"""The first screen of the desk: the forms one may see, and what has come in on them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Max, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, TitleColumn

from ..models import FormRecord, forms_visible_to
from .base import DeskListView


class FormListView(DeskListView):
    """Forms with the number of submissions and when the last came, of those one may see."""

    page_title = _("Forms")
    results_name = "kommed_forms_desk:forms_results"
    template_name = "kommed_forms/admin/listing.html"
    results_template_name = "kommed_forms/admin/listing_results.html"
    default_ordering = "title"
    is_searchable = True
    search_fields = ["title"]
    search_backend_name = None
    model = FormRecord

    @cached_property
    def columns(self) -> list[Column]:
        """Title, number, and when the last one came."""
        return [
            TitleColumn(
                "title",
                label=_("Form"),
                sort_key="title",
                get_url=lambda form: reverse("kommed_forms_desk:submissions", args=[form.key]),
            ),
            Column("number", label=_("Sent"), sort_key="number"),
            DateColumn("last_sent_at", label=_("Last sent"), sort_key="last_sent_at"),
            BooleanColumn("is_live", label=_("Published"), sort_key="is_live"),
        ]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here; this screen is the desk itself."""
        return [self.desk_breadcrumbs()[0], {"url": "", "label": self.get_page_title()}]

    def get_base_queryset(self) -> QuerySet[FormRecord]:
        """Return the forms one may see, with their numbers."""
        return forms_visible_to(self.request.user).annotate(
            number=Count("submissions"), last_sent_at=Max("submissions__submitted_at")
        )
