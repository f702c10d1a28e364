"""Reading a file that came with a submission. Only for those who may read the answers."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views import View

from ..models import Submission, Upload
from ..models.upload import private_storage
from ..permissions import can_see_sensitive
from .base import DeskMixin


def upload_response(
    submission: Submission, question_key: str, *, with_sensitive: bool
) -> FileResponse:
    """Answer with the file that ``submission`` has for a question, or 404.

    The caller has looked the submission up among those that may be read; ``with_sensitive`` says
    whether that goes for answers of special categories. The file is handed out to be saved, never
    shown: no browser runs anything of it here.
    """
    upload = get_object_or_404(Upload, submission=submission, question_key=question_key)
    specs = {spec.key: spec for spec in submission.form_version.specs}
    if specs[question_key].is_sensitive and not with_sensitive:
        raise Http404
    try:
        file = private_storage().open(str(upload.file.name))
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        file, as_attachment=True, filename=upload.name, content_type=upload.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


class SubmissionUploadView(DeskMixin, View):
    """A file of a submission to a form of its own."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        """Answer with the file, or 404 for those who may not see it."""
        visible = Submission.objects.visible_to(request.user)
        submission = get_object_or_404(
            visible.select_related("form_record", "form_version"),
            form_record__key=kwargs["form_key"],
            uuid=kwargs["submission_uuid"],
        )
        record = submission.form_record
        return upload_response(
            submission,
            kwargs["question_key"],
            with_sensitive=record is not None and can_see_sensitive(request.user, record),
        )
