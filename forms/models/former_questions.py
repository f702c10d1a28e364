"""What a form has asked before, so that a new question takes no key that meant something else."""

from __future__ import annotations

import uuid

from ..spec import QuestionSpec
from .form_version import FormVersion


class FormerQuestions:
    """Every question that was ever answered on one form.

    Answers are read in the words of the form version they were given to, so a key that is used
    again would not mix up a single submission. Lists and exports have one column for each key,
    though, and there a former meaning would stand under a new heading. A new question may therefore
    have an old key only where it is the old question put back: asked under the same label, as the
    same type, each time it was asked in the language of the page. Choices may differ.
    """

    def __init__(self, form_key: uuid.UUID, language: str) -> None:
        self._by_key: dict[str, list[tuple[str, QuestionSpec]]] = {}
        for version in FormVersion.objects.filter(form_key=form_key):
            for spec in version.specs:
                self._by_key.setdefault(spec.key, []).append((version.language, spec))
        self._language = language

    def keys_that_mean_else(self, label: str, field_type: str) -> set[str]:
        """Return the keys that a new question of this label and type must not take."""
        return {
            key
            for key, asked in self._by_key.items()
            if not self._is_this(asked, label, field_type)
        }

    def _is_this(self, asked: list[tuple[str, QuestionSpec]], label: str, field_type: str) -> bool:
        here = {
            (spec.label.strip(), spec.field_type)
            for language, spec in asked
            if language == self._language
        }
        return here == {(label.strip(), field_type)}
