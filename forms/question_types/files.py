"""A file that the visitor sends. Off unless the site says ``KOMMED_UPLOADS``."""

from __future__ import annotations

from typing import Any

from django import forms

from ..enums import QuestionType
from ..spec import QuestionSpec
from .base import AnswerType, Schema


class FileType(AnswerType):
    """A file, kept where only those who may read the answers reach it."""

    name = QuestionType.FILE
    label = QuestionType.FILE.label

    def form_field(self, spec: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        """Return a file field."""
        return forms.FileField(**options)

    def schema(self, spec: QuestionSpec) -> Schema:
        """Files are not sent over the API."""
        return {"type": "null"}
