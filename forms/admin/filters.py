"""Filters of the list of submissions, and what the log says of them."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from ..enums import Suspicion
from ..models import Submission


class SubmissionFilterSet(WagtailFilterSet):
    """By when it was sent, and by whether it looks like a machine's."""

    submitted_at = django_filters.DateFromToRangeFilter(
        label=_("Sent"), widget=DateRangePickerWidget
    )
    suspicion = django_filters.MultipleChoiceFilter(
        label=_("Looks like a machine's"), choices=Suspicion.choices
    )

    class Meta:
        model = Submission
        fields = ["submitted_at", "suspicion"]

    def as_logged(self) -> dict[str, Any]:
        """Return what was filtered by, as the log may keep it: days and closed lists."""
        days = self.form.cleaned_data.get("submitted_at")
        return {
            "from": days.start.date().isoformat() if days and days.start else "",
            "until": days.stop.date().isoformat() if days and days.stop else "",
            "suspicion": list(self.form.cleaned_data.get("suspicion") or []),
        }
