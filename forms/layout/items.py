"""The parts of a form as they are drawn."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from ..builder import AnswerForm
from ..enums import QuestionType
from ..spec import QuestionSpec
from .places import PlacesOfChoices, limited_select


@dataclass
class Choice:
    """One choice of a group, as it is drawn."""

    tag: SafeString
    id: str
    label: str
    value: str
    note: str = ""
    """How many places are left, in words, where there is a limit."""
    is_full: bool = False


@dataclass
class Item:
    """One question, or one text, as it is drawn."""

    spec: QuestionSpec
    template: str
    field: BoundField | None = None
    parts: list[Item] = dataclasses.field(default_factory=list)
    """The lines of an address, or the text behind "other"."""
    choices: list[Choice] = dataclasses.field(default_factory=list)
    rules: str = ""
    """The conditions as JSON, for the script; empty where the question always applies."""
    words: str = ""
    """The conditions in words, for those who have no script."""
    note: str = ""
    """What a confidential answer is for, and until when it is kept."""
    left: PlacesOfChoices = dataclasses.field(default_factory=dict)
    """How many places are left at the choices of a list."""
    limit: int | None = None
    """How many characters are counted for the visitor."""

    @property
    def key(self) -> str:
        """The key of the question."""
        return self.spec.key

    @property
    def id(self) -> str:
        """The identifier that those of help, errors and the rest start with."""
        return self.field.auto_id if self.field is not None else f"id_{self.key}"

    @property
    def target_id(self) -> str:
        """The identifier of the first input that can have the focus."""
        if self.choices:
            return next((c.id for c in self.choices if not c.is_full), self.choices[0].id)
        if self.field is None and self.parts:
            return self.parts[0].target_id
        return self.field.id_for_label or self.id if self.field is not None else self.id

    @property
    def input(self) -> SafeString:
        """The input itself, drawn."""
        if self.field is None:
            return SafeString("")
        return limited_select(self.field, self.left) if self.left else self.field.as_widget()

    @property
    def errors(self) -> list[str]:
        """What is wrong with the answer to this question itself: the first thing, if any."""
        errors = self.field.errors if self.field is not None else None
        return [str(errors[0])] if errors else []

    @property
    def is_radio(self) -> bool:
        """Whether one of the choices is taken, which a screen reader is told of the group."""
        return self.field is not None and type(self.field.field.widget) is forms.RadioSelect

    @property
    def answer_kind(self) -> str:
        """How the script reads the answer."""
        if self.field is None:
            return "fixed" if self.spec.field_type == QuestionType.HIDDEN else ""
        kinds = (
            (forms.BooleanField, "tick"),
            (forms.MultipleChoiceField, "list"),
            (forms.DecimalField, "number"),
        )
        return next((kind for cls, kind in kinds if isinstance(self.field.field, cls)), "text")

    @property
    def described_by(self) -> str:
        """The identifiers of what is read out with the input, in the order in which it stands."""
        said = (
            ("_if", self.words),
            ("_statement", self.spec.statement),
            ("_helptext", self.spec.help_text),
            ("_note", self.note),
            ("_count", self.limit),
            ("_error", self.errors),
        )
        return " ".join(f"{self.id}{suffix}" for suffix, what in said if what)


@dataclass
class Section:
    """What stands under one heading; the first one of a form may have none."""

    spec: QuestionSpec | None = None
    items: list[Item] = dataclasses.field(default_factory=list)
    rules: str = ""
    words: str = ""

    @property
    def described_by(self) -> str:
        """The identifiers of what is read out with the heading."""
        if self.spec is None:
            return ""
        said = (("_if", self.words), ("_helptext", self.spec.help_text))
        return " ".join(f"id_{self.spec.key}{suffix}" for suffix, what in said if what)


@dataclass(frozen=True)
class Problem:
    """One line of the error summary."""

    label: str
    message: str
    target_id: str


@dataclass
class FormLayout:
    """A form, ready to be drawn."""

    form: AnswerForm
    sections: list[Section]

    def items(self) -> Iterator[Item]:
        """Yield every question, each of its parts after it."""
        for section in self.sections:
            for item in section.items:
                yield item
                yield from item.parts

    def problems(self) -> list[Problem]:
        """Return what is wrong, in the order of the form."""
        found = []
        for section in self.sections:
            for item in section.items:
                found += _problems_of(item)
                for part in item.parts:
                    found += _problems_of(part, f"{item.spec.label}: ")
        return found


def _problems_of(item: Item, before: str = "") -> list[Problem]:
    label = f"{before}{item.spec.label}"
    return [Problem(label, error, item.target_id) for error in item.errors]
