"""The admin form of a form page: keys for new questions, and what it refuses to publish."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from wagtail.contrib.forms.forms import WagtailAdminFormPageForm

from .question_checks import assign_question_keys, check_questions
from .question_lock import lock_steering_fields
from .records import FormRecord
from .saved_rows import adopt_saved_rows

PUBLISHING_ACTIONS = ("action-publish", "action-submit")
RESERVED_KEYS = frozenset(
    {"form_version", "form_step", "form_opened", "form_asked", "form_sending", "form_website"}
)
"""Names that the form itself uses; a question is never stored under them."""


class FormPageForm(WagtailAdminFormPageForm):
    """Wagtail's form for form pages, with what our questions need."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_locked_questions = self._is_translation()
        if self.has_locked_questions:
            lock_steering_fields(self.formsets["questions"].forms)

    def clean(self) -> dict[str, Any]:
        """Check across rows; what cannot be asked is refused when publishing only."""
        adopt_saved_rows(self.formsets.values())
        assign_question_keys(self._questions(), RESERVED_KEYS, page=self.instance)
        cleaned: dict[str, Any] = super().clean()
        if any(action in self.data for action in PUBLISHING_ACTIONS):
            check_questions(self._questions())
        opens_at, closes_at = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens_at and closes_at and opens_at >= closes_at:
            self.add_error("closes_at", _("The form must close after it opens."))
        return cleaned

    def _is_translation(self) -> bool:
        """Whether the page was first written in another language, which steers the form."""
        page = self.instance
        if page.pk is None:
            return False
        record = FormRecord.objects.filter(key=page.translation_key).first()
        if record is not None:
            return bool(record.source_locale != page.locale.language_code)
        siblings = type(page).objects.filter(translation_key=page.translation_key)
        return bool(siblings.filter(pk__lt=page.pk).exists())

    def _questions(self) -> Iterator[Any]:
        """Yield the rows of the questions that are filled in and not marked for deletion."""
        for form in self.formsets["questions"].forms:
            form.is_valid()
            cleaned = getattr(form, "cleaned_data", {})
            if cleaned and not cleaned.get("DELETE"):
                yield form
