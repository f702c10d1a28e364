"""Questions: the rows an editor writes, and the frozen form in which they are answered."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.forms.models import AbstractFormField
from wagtail.models import TranslatableMixin

from ..enums import CHOICE_TYPES, Autocomplete, QuestionType
from ..validators import question_key


@dataclass(frozen=True)
class QuestionSpec:
    """One question as it stands at one moment, independent of the row it came from.

    This is what a form is built from and what a ``FormVersion`` keeps. It has the attributes that
    Wagtail's ``FormBuilder`` reads of a field row.
    """

    key: str
    label: str
    field_type: str
    required: bool = True
    help_text: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    default_value: str = ""
    autocomplete: str = ""
    max_length: int | None = None

    @property
    def clean_name(self) -> str:
        """The key, under the name that Wagtail's builder asks for."""
        return self.key

    def as_document(self) -> dict[str, Any]:
        """Return the question as it is kept in a form version's document."""
        return asdict(self) | {"choices": [list(choice) for choice in self.choices]}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> QuestionSpec:
        """Return the question that ``document`` keeps; unknown members are ignored."""
        known = {name: document[name] for name in cls.__dataclass_fields__ if name in document}
        choices = tuple((str(value), str(label)) for value, label in document.get("choices", ()))
        return cls(**(known | {"choices": choices}))


def choices_from_text(text: str) -> tuple[tuple[str, str], ...]:
    """Return the choices an editor wrote, one a line (commas count where there is one line)."""
    lines = text.strip().splitlines()
    parts = lines if len(lines) > 1 else text.split(",")
    labels = dict.fromkeys(part.strip().rstrip(",").strip() for part in parts)
    return tuple((label, label) for label in labels if label)


class AbstractQuestion(TranslatableMixin, AbstractFormField):
    """A question on an editor's form.

    ``clean_name`` is its key: made once from the first label, and the same in every language and
    after every renaming, because answers are stored under it.
    """

    field_type = models.CharField(
        _("type"),
        max_length=16,
        choices=QuestionType.choices,
        default=QuestionType.SINGLELINE,
    )
    field_type.required_on_save = True  # type: ignore[attr-defined]
    choices = models.TextField(
        _("choices"), blank=True, help_text=_("One choice a line, for the types that have choices.")
    )
    default_value = models.TextField(_("default value"), blank=True, editable=False)
    required = models.BooleanField(_("must be answered"), default=False)
    autocomplete = models.CharField(
        _("filled in by the browser"),
        max_length=32,
        blank=True,
        choices=Autocomplete.choices,
        help_text=_("Lets the visitor's browser suggest what it knows of them."),
    )
    row_key = models.UUIDField(default=uuid.uuid4, editable=False)

    panels = [
        FieldPanel("field_type", classname="formbuilder-type", required_on_save=True),
        FieldPanel("label"),
        FieldPanel("help_text"),
        FieldPanel("required"),
        FieldPanel("choices", classname="formbuilder-choices"),
        FieldPanel("autocomplete"),
    ]

    class Meta(TranslatableMixin.Meta, AbstractFormField.Meta):
        abstract = True

    def __str__(self) -> str:
        """The label; it is the editor's text, never an answer."""
        return str(self.label)

    def get_field_clean_name(self) -> str:
        """Return the key for a new row; Wagtail calls it on save, validation and preview."""
        return question_key(self.label)

    def as_spec(self) -> QuestionSpec:
        """Return the question as it stands now."""
        return QuestionSpec(
            key=self.clean_name or self.get_field_clean_name(),
            label=self.label,
            field_type=self.field_type,
            required=self.required,
            help_text=self.help_text,
            choices=choices_from_text(self.choices) if self.field_type in CHOICE_TYPES else (),
            autocomplete=self.autocomplete,
        )
