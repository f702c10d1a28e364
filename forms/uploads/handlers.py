"""Receiving files: no more of them is read than a form may take, and nothing touches the disk."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from .limits import MEGABYTE, most_bytes, most_files, uploads_are_on

ROOM_FOR_ANSWERS = 5 * MEGABYTE


class LimitedUploadHandler(FileUploadHandler):
    """Keeps as many files as a form may take, each as long as it may be, and lets the rest go by.

    A file that is too long arrives with its whole ``size`` and part of its content, so that the
    form can say what is wrong with it. Files beyond the number arrive as ``is_surplus``. Each says
    which ``sender`` it came from.
    """

    def __init__(self, request: HttpRequest | None = None, *, sender: str = "") -> None:
        super().__init__(request)
        self._sender = sender
        self._room = most_files() if uploads_are_on() else 0
        self._longest = most_bytes()
        self._content = io.BytesIO()

    def handle_raw_input(
        self,
        input_data: Any,
        META: Mapping[str, Any],  # noqa: N803 (Django's name)
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        """Refuse at once what no form asks for."""
        if content_length > self._room * self._longest + ROOM_FOR_ANSWERS:
            raise RequestDataTooBig("The request is longer than any form's answers.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin with a file."""
        super().new_file(*args, **kwargs)
        self._content = io.BytesIO()
        self._room -= 1

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a part of it, as long as it is within the limits."""
        if self._room >= 0 and self._content.tell() <= self._longest:
            self._content.write(raw_data)

    def file_complete(self, file_size: int) -> Any:
        """Return what is there of it; nothing at all on a site that takes no files."""
        if not uploads_are_on():
            return None
        self._content.seek(0)
        file = InMemoryUploadedFile(
            file=self._content,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
        file.is_surplus = self._room < 0  # type: ignore[attr-defined]
        file.sender = self._sender  # type: ignore[attr-defined]
        return file


def limit_uploads(request: HttpRequest, *, sender: str = "") -> None:
    """Receive the files of ``request`` within the limits. Call it before ``POST`` is looked at.

    ``sender`` says, without saying who it is, whose share of the room the files take up. Where
    somebody has looked already, Django's own handlers have received them.
    """
    if not hasattr(request, "_files"):
        request.upload_handlers = [LimitedUploadHandler(request, sender=sender)]
