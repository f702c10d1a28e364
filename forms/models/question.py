"""Questions: the rows an editor writes, and how they become what is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.forms.models import AbstractFormField
from wagtail.models import TranslatableMixin

from ..choices import as_choices
from ..condition_rows import as_condition_rows
from ..enums import (
    KEEP_DAYS,
    Autocomplete,
    LegalBasis,
    Pattern,
    PrivacyClass,
    QuestionType,
    SpecialBasis,
)
from ..fields import ChoicesField, ConditionsField, RowKeyField
from ..question_types import get_type, type_choices
from ..spec import Condition, QuestionSpec
from ..translation import same_in_every_language, translated_within
from ..validators import question_key
from .question_panels import question_panels

LONGEST_KEEP_DAYS = 3650
LONGEST_TEXT = 5000
STATEMENT_LENGTH = 2000

SAME_IN_EVERY_LANGUAGE = (
    "clean_name",
    "field_type",
    "required",
    "has_other",
    "default_value",
    "min_length",
    "max_length",
    "min_value",
    "max_value",
    "min_choices",
    "max_choices",
    "pattern",
    "autocomplete",
    "conditions",
    "legal_basis",
    "privacy_class",
    "special_basis",
    "keep_days",
    "row_key",
)
"""What a translation of a question takes from its source."""


def default_purpose() -> str:
    """Return what a question is for unless the editor says otherwise, in the editor's language."""
    return gettext("To handle what you send us")


@dataclass(frozen=True)
class RowKeys:
    """How rows that conditions refer to are known among the answers.

    ``questions`` leads from a ``row_key``, or the name of a fixed question, to the key of the
    question; ``values`` from the ``row_key`` of a session or an audience to what is answered.
    """

    questions: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)


class AbstractQuestion(TranslatableMixin, AbstractFormField):
    """A question on an editor's form.

    ``clean_name`` is its key: made once from the first label, and the same in every language and
    after every renaming, because answers are stored under it. Other rows refer to it by
    ``row_key``, which survives copying the page.
    """

    field_type = models.CharField(
        _("type"),
        max_length=32,
        choices=type_choices,
        default=QuestionType.SINGLELINE,
    )
    field_type.required_on_save = True  # type: ignore[attr-defined]
    required = models.BooleanField(_("must be answered"), default=False)
    help_text = models.CharField(_("help text"), max_length=500, blank=True)
    statement = models.TextField(
        _("text"),
        max_length=STATEMENT_LENGTH,
        blank=True,
        help_text=_("What is consented to, or explained. Kept with each answer."),
    )
    choices = ChoicesField(_("choices"))
    has_other = models.BooleanField(
        _("offer “other, namely”"),
        default=False,
        help_text=_("Adds a last choice with a line to write on."),
    )
    default_value = models.CharField(
        _("value"),
        max_length=255,
        blank=True,
        help_text=_("Stored with every answer. Visitors neither see nor change it."),
    )
    min_length = models.PositiveIntegerField(
        _("at least this many characters"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(LONGEST_TEXT)],
    )
    max_length = models.PositiveIntegerField(
        _("at most this many characters"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(LONGEST_TEXT)],
    )
    min_value = models.CharField(
        _("least"), max_length=32, blank=True, help_text=_("A number, or a date: 2026-12-24.")
    )
    max_value = models.CharField(
        _("most"), max_length=32, blank=True, help_text=_("A number, or a date: 2026-12-24.")
    )
    min_choices = models.PositiveSmallIntegerField(_("choose at least"), null=True, blank=True)
    max_choices = models.PositiveSmallIntegerField(_("choose at most"), null=True, blank=True)
    pattern = models.CharField(
        _("shape of the answer"), max_length=16, blank=True, choices=Pattern.choices
    )
    autocomplete = models.CharField(
        _("filled in by the browser"),
        max_length=32,
        blank=True,
        choices=Autocomplete.choices,
        help_text=_("Lets the visitor's browser suggest what it knows of them."),
    )
    error_text = models.CharField(
        _("error text"),
        max_length=255,
        blank=True,
        help_text=_("Said instead of our own words when the answer is missing or will not do."),
    )
    conditions = ConditionsField(_("asked only if"))
    purpose = models.CharField(
        _("what the answer is for"),
        max_length=250,
        blank=True,
        default=default_purpose,
        help_text=_("Shown to the visitor."),
    )
    legal_basis = models.CharField(
        _("legal basis"),
        max_length=32,
        choices=LegalBasis.choices,
        default=LegalBasis.PUBLIC_TASK,
    )
    privacy_class = models.CharField(
        _("how sensitive"),
        max_length=16,
        choices=PrivacyClass.choices,
        default=PrivacyClass.ORDINARY,
        help_text=_("Answers of a special category stay out of lists and mails."),
    )
    special_basis = models.CharField(
        _("basis for the special category"),
        max_length=32,
        blank=True,
        choices=SpecialBasis.choices,
    )
    keep_days = models.PositiveSmallIntegerField(
        _("kept for this many days"),
        default=KEEP_DAYS,
        validators=[MaxValueValidator(LONGEST_KEEP_DAYS)],
        help_text=_("After the event, or after sending where there is no event."),
    )
    row_key = RowKeyField()

    panels = question_panels()
    # For wagtail-localize: labels, help and texts are translated, everything else is the same.
    override_translatable_fields = (
        *same_in_every_language(*SAME_IN_EVERY_LANGUAGE),
        *translated_within("choices"),
    )

    class Meta(TranslatableMixin.Meta, AbstractFormField.Meta):
        abstract = True

    def __str__(self) -> str:
        """The label; it is the editor's text, never an answer."""
        return str(self.label)

    def get_field_clean_name(self) -> str:
        """Return the key for a new row; Wagtail calls it on save, validation and preview."""
        return question_key(self.label)

    @property
    def key(self) -> str:
        """The key its answers are stored under."""
        return str(self.clean_name or self.get_field_clean_name())

    def as_spec(self, keys: RowKeys | None = None) -> QuestionSpec:
        """Return the question as it stands now; settings that its type does not heed are left out.

        ``keys`` says what the rows are that its conditions refer to; a condition on a row that is
        not there any more is left out.
        """
        settings = get_type(self.field_type).settings
        heeded = {name: getattr(self, name) for name in _PLAIN_SETTINGS if name in settings}
        if "choices" in settings:
            choices = as_choices(self.choices)
            heeded["choices"] = tuple((item["key"], item["label"]) for item in choices)
            heeded["places"] = tuple(
                (item["key"], item["places"]) for item in choices if item["places"] is not None
            )
        return QuestionSpec(
            key=self.key,
            label=self.label,
            field_type=self.field_type,
            required=self.required,
            help_text=self.help_text,
            error_text=self.error_text,
            join=as_condition_rows(self.conditions)["join"],
            conditions=tuple(self._conditions(keys or RowKeys())),
            purpose=self.purpose,
            legal_basis=self.legal_basis,
            privacy_class=self.privacy_class,
            special_basis=self.special_basis,
            keep_days=self.keep_days,
            row_key=str(self.row_key),
            **heeded,
        )

    def _conditions(self, keys: RowKeys) -> Iterable[Condition]:
        for rule in as_condition_rows(self.conditions)["rules"]:
            question = keys.questions.get(rule["question"])
            if question is not None:
                value = keys.values.get(rule["value"], rule["value"])
                yield Condition(question, rule["operator"], value)


_PLAIN_SETTINGS = (
    "has_other",
    "default_value",
    "statement",
    "min_length",
    "max_length",
    "min_value",
    "max_value",
    "min_choices",
    "max_choices",
    "pattern",
    "autocomplete",
)


def specs_of(
    rows: Iterable[AbstractQuestion], keys: RowKeys | None = None
) -> tuple[QuestionSpec, ...]:
    """Return what ``rows`` ask, in their order; rows without a label, as autosave keeps, are none.

    ``keys`` says what else the conditions may refer to.
    """
    rows = [row for row in rows if row.key]
    fixed = keys or RowKeys()
    questions = {**fixed.questions, **{str(row.row_key): row.key for row in rows}}
    known = RowKeys(questions=questions, values=fixed.values)
    return tuple(row.as_spec(known) for row in rows)
