"""Reading a file that came with a registration."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest
from django.views import View

from forms.admin.uploads import upload_response

from ..permissions import can_see_sensitive
from .base import DeskMixin
from .detail import visible_registration


class RegistrationUploadView(DeskMixin, View):
    """A file of one registration, for those who may see the registration and this answer."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        """Answer with the file, or 404 for those who may not see it."""
        registration = visible_registration(request, kwargs)
        return upload_response(
            registration.submission,
            kwargs["question_key"],
            with_sensitive=can_see_sensitive(request.user, registration),
        )
