"""Taking what was sent on a form away as a file."""

from __future__ import annotations

import tempfile
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.views.generic import View

from ..actions.export import note_export
from ..export import WRITERS, Entry, answers_sheet, file_name
from ..models import FormRecord
from ..permissions import can_see_sensitive, check_can_export
from ..queries.submissions import current_specs, versions_of
from .base import DeskMixin
from .filters import SubmissionFilterSet
from .submissions import MatchingMixin, visible_form


class ExportView(MatchingMixin, DeskMixin, View):
    """What the list shows with the same filters and search, as a file.

    Only by POST: it is written to the log, and no prefetching browser may do that.
    """

    http_method_names = ["post"]
    form: FormRecord

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Look the form up among those one may see."""
        super().setup(request, *args, **kwargs)
        self.form = visible_form(request, kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | FileResponse:
        """Write the file, note it, and send it."""
        check_can_export(request.user, self.form)
        extension = request.POST.get("format", "")
        filters = SubmissionFilterSet(request.GET, request=request, queryset=self.submissions())
        if extension not in WRITERS or not filters.is_valid():
            return HttpResponseBadRequest()
        search = request.GET.get("q", "").strip()
        rows = self.matching(search, filters.qs) if search else filters.qs
        write, content_type = WRITERS[extension]
        sees_all = can_see_sensitive(request.user, self.form)
        file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
        count = write(self._sheet(rows, sees_all), file)
        note_export(
            record=self.form,
            by=request.user,  # type: ignore[arg-type]
            count=count,
            selection={
                "format": extension,
                "searched": bool(search),
                "special_categories": sees_all,
                **filters.as_logged(),
            },
        )
        file.seek(0)
        name = file_name(self.form.title, extension, localdate())
        return FileResponse(file, as_attachment=True, filename=name, content_type=content_type)

    def _sheet(self, rows: Any, sees_all: bool) -> Any:
        versions = {version.pk: version for version in versions_of(self.form)}
        entries = (
            Entry(
                form_version=versions[row.form_version_id],
                answers=row.answers,
                extra=(
                    localtime(row.submitted_at).strftime("%Y-%m-%d %H:%M:%S"),
                    versions[row.form_version_id].language,
                    row.get_suspicion_display(),
                ),
            )
            for row in rows.order_by("submitted_at", "pk").iterator(chunk_size=500)
        )
        return answers_sheet(
            entries,
            versions=versions.values(),
            current=current_specs(self.form),
            with_sensitive=sees_all,
            extra_headings=(_("Sent"), _("Language"), _("Looks like a machine's")),
        )
