"""What was sent on one form."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn

from ..builder import answer_text, expand, may_be_mailed
from ..models import FormRecord, FormVersion, QuestionSpec, Submission, forms_visible_to
from ..permissions import can_delete, can_export, can_see_sensitive
from ..queries.submissions import answers_that_say, current_specs, versions_of
from ..question_types import get_type
from .base import DeskListView
from .filters import SubmissionFilterSet

ANSWERS_SHOWN = 3
"""How many answers the list shows, so that one knows which is which."""
TEXT_SHOWN = 80


def visible_form(request: HttpRequest, kwargs: dict[str, Any]) -> FormRecord:
    """Return the form the path names, if the user may see what was sent on it; else 404."""
    return get_object_or_404(forms_visible_to(request.user), key=kwargs["form_key"])


class ChoosingColumn(Column):
    """A box for each row, to delete several at once."""

    header_template_name = "kommed_forms/admin/_choosing_header.html"
    cell_template_name = "kommed_forms/admin/_choosing_cell.html"


class SuspicionColumn(Column):
    """Why a row looks like a machine's."""

    cell_template_name = "kommed_forms/admin/_suspicion_cell.html"


class MatchingMixin:
    """What the list shows, exported too: the same filters and the same search."""

    request: HttpRequest
    form: FormRecord

    def submissions(self) -> QuerySet[Submission]:
        """Return what was sent on the form, if one may see it."""
        visible: QuerySet[Submission] = Submission.objects.visible_to(self.request.user)
        return visible.filter(form_record=self.form)

    def matching(self, text: str, submissions: QuerySet[Submission]) -> QuerySet[Submission]:
        """Return those with ``text`` in an answer that one may see."""
        sees_all = can_see_sensitive(self.request.user, self.form)
        return answers_that_say(text, submissions, with_sensitive=sees_all)


class SubmissionListView(MatchingMixin, DeskListView):
    """When, the first answers, and what looks like a machine's."""

    model = Submission
    results_name = "kommed_forms_desk:submissions_results"
    template_name = "kommed_forms/admin/listing.html"
    results_template_name = "kommed_forms/admin/submissions_results.html"
    default_ordering = "-submitted_at"
    filterset_class = SubmissionFilterSet
    is_searchable = True
    form: FormRecord

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Look the form up among those one may see."""
        super().setup(request, *args, **kwargs)
        self.form = visible_form(request, kwargs)

    def results_url_args(self) -> list[Any]:
        """The results are of this form."""
        return [self.form.key]

    def get_page_title(self) -> str:
        """The form's title."""
        return self.form.title

    def get_base_queryset(self) -> QuerySet[Submission]:
        """Return what was sent on the form."""
        return self.submissions()

    def search_queryset(self, queryset: QuerySet[Submission]) -> QuerySet[Submission]:
        """Search in the answers that one may see."""
        return self.matching(self.search_query, queryset) if self.is_searching else queryset

    def order_queryset(self, queryset: QuerySet[Submission]) -> QuerySet[Submission]:
        """Two of the same moment keep their order from page to page."""
        return queryset.order_by(self.ordering, "pk")

    @cached_property
    def may_delete(self) -> bool:
        """Whether to offer boxes, and a button to delete what is ticked."""
        return can_delete(self.request.user, self.form)

    @cached_property
    def specs_of_versions(self) -> dict[int, dict[str, QuestionSpec]]:
        """The questions of each form version, by key."""
        return {version.pk: specs_by_key(version) for version in versions_of(self.form)}

    @cached_property
    def columns(self) -> list[Column]:
        """The columns of the list."""
        boxes = [ChoosingColumn("uuid", label="", width="1%")] if self.may_delete else []
        answers = [
            Column(f"answer_{number}", label=spec.label, accessor=self._answer_to(spec.key))
            for number, spec in enumerate(first_questions(current_specs(self.form)))
        ]
        return [
            *boxes,
            TitleColumn(
                "submitted_at",
                label=_("Sent"),
                accessor=lambda row: date_format(localtime(row.submitted_at), "DATETIME_FORMAT"),
                sort_key="submitted_at",
                get_url=self.detail_url,
            ),
            *answers,
            SuspicionColumn("suspicion", label=_("To judge"), sort_key="suspicion"),
        ]

    def _answer_to(self, key: str) -> Any:
        def accessor(row: Submission) -> str:
            spec = self.specs_of_versions.get(row.form_version_id, {}).get(key)
            if spec is None or not may_be_mailed(spec):
                return ""
            text = answer_text(spec, row.answers.get(key))
            return text if len(text) <= TEXT_SHOWN else f"{text[:TEXT_SHOWN]}…"

        return accessor

    def detail_url(self, submission: Submission) -> str:
        """Where one is shown in full."""
        return reverse("kommed_forms_desk:submission", args=[self.form.key, submission.uuid])

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what one may do with all of them."""
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        return context | {
            "form_record": self.form,
            "may_delete": self.may_delete,
            "may_export": can_export(self.request.user, self.form),
            "query": self._selection(),
        }

    def _selection(self) -> str:
        """Return the filters and the search, for the export of the same rows."""
        query = self.request.GET.copy()
        for name in (self.page_kwarg, "ordering", "_w_filter_fragment"):
            query.pop(name, None)
        return query.urlencode()


def specs_by_key(version: FormVersion) -> dict[str, QuestionSpec]:
    """Return each part of each question under its key."""
    return {spec.key: spec for spec in expand(version.specs)}


def first_questions(specs: tuple[QuestionSpec, ...]) -> list[QuestionSpec]:
    """Return the first questions whose answers tell one row from another, and may lie about."""
    return [
        spec
        for spec in expand(specs)
        if get_type(spec.field_type).takes_answer
        and get_type(spec.field_type).is_shown
        and may_be_mailed(spec)
    ][:ANSWERS_SHOWN]
