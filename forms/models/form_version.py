"""Form versions: the questions exactly as they stood when they were answered."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ..spec import QuestionSpec

_DIGEST = re.compile("[0-9a-f]{64}")


def document_of(specs: Sequence[QuestionSpec]) -> dict[str, Any]:
    """Return the document that keeps ``specs``."""
    return {"questions": [spec.as_document() for spec in specs]}


def digest_of(document: dict[str, Any], *, language: str) -> str:
    """Return the fingerprint of a document in one language: 64 hexadecimal digits."""
    canonical = json.dumps([language, document], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


@lru_cache(maxsize=64)
def digest_of_specs(specs: tuple[QuestionSpec, ...], *, language: str) -> str:
    """Return the fingerprint of the document that keeps ``specs``.

    Kept, since a form mostly asks the next visitor what it asked the last.
    """
    return digest_of(document_of(specs), language=language)


def is_digest(text: str) -> bool:
    """Return whether ``text``, which may have come from anywhere, could be such a fingerprint."""
    return _DIGEST.fullmatch(text) is not None


class FormVersion(models.Model):
    """The questions of one form in one language, at one moment. Never changed after creation."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form_key = models.UUIDField(
        _("form"), help_text=_("The key of the page that carries the form, in every language.")
    )
    language = models.CharField(_("language"), max_length=16)
    digest = models.CharField(max_length=64)
    document = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("form version")
        verbose_name_plural = _("form versions")
        constraints = [
            models.UniqueConstraint(
                fields=["form_key", "digest"], name="kommed_forms_formversion_unique"
            )
        ]

    def __str__(self) -> str:
        """The form's key and the start of the fingerprint."""
        return f"{self.form_key} {self.digest[:8]}"

    @cached_property
    def specs(self) -> tuple[QuestionSpec, ...]:
        """The questions, in the order in which they were asked."""
        return tuple(QuestionSpec.from_document(item) for item in self.document["questions"])
