"""The types of question there are. Ours are registered here; other apps add theirs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..spec import QuestionSpec
from .base import AnswerType, as_words
from .choosing import CheckboxesType, CountryType, DropdownType, MultiselectType, RadioType
from .contact import AddressType, EmailType, PhoneType, UrlType
from .files import FileType
from .fixed import ExplanationType, HiddenType, SectionType
from .measures import DateTimeType, DateType, NumberType, TimeType
from .text import MultilineType, SinglelineType
from .ticking import CheckboxType, ConsentType

_types: dict[str, AnswerType] = {}
_changes = 0


class UnknownType(AnswerType):
    """Stands in for a type whose app is gone: it asks nothing, and old answers stay readable."""

    label = _("A type that is not installed any more")
    takes_answer = False
    is_shown = False

    def as_text(self, spec: QuestionSpec, value: Any) -> str:
        """Return the answer in words, with the labels of that day for the keys of choices."""
        labels = dict(spec.choices)
        if isinstance(value, list):
            return ", ".join(as_words(_label(labels, item)) for item in value)
        return as_words(_label(labels, value))


def _label(labels: dict[str, str], value: Any) -> Any:
    return labels.get(value, value) if isinstance(value, str) else value


UNKNOWN = UnknownType()


class SwitchedOffType(UnknownType):
    """Stands in for a type that the site has switched off: its answers read as they always did."""

    def __init__(self, answer_type: AnswerType) -> None:
        self.name = answer_type.name  # type: ignore[misc]
        self.label = answer_type.label  # type: ignore[misc]
        self.answer_type = answer_type

    def as_text(self, spec: QuestionSpec, value: Any) -> str:
        """Return what the type itself would."""
        return self.answer_type.as_text(spec, value)


def register_type(answer_type: AnswerType) -> None:
    """Make ``answer_type`` known. The last one under a name wins, so that a site can replace it.

    Call it when an app is ready. ``name`` is kept with every question and every form version, and
    must never change.
    """
    if not answer_type.name:
        raise ValueError("A type of question needs a name.")
    global _changes  # noqa: PLW0603 (it counts what happens to the types beside it)
    _types[answer_type.name] = answer_type
    _changes += 1


def unregister_type(name: str) -> None:
    """Forget a type; questions of it degrade to readable text."""
    global _changes  # noqa: PLW0603 (as above)
    _types.pop(name, None)
    _changes += 1


def get_type(name: str) -> AnswerType:
    """Return the type called ``name``, or one that stands in for it."""
    answer_type = _types.get(name, UNKNOWN)
    return answer_type if answer_type.is_on else SwitchedOffType(answer_type)


def state_of_types() -> tuple[int, tuple[bool, ...]]:
    """Return what is another one whenever a type comes, goes, or is switched on or off."""
    return _changes, tuple(answer_type.is_on for answer_type in _types.values())


def is_known(name: str) -> bool:
    """Return whether a type of that name is installed, and not switched off."""
    return name in _types and _types[name].is_on


def registered_types() -> Iterator[AnswerType]:
    """Yield the types in the order in which they were registered."""
    yield from _types.values()


def type_choices() -> list[tuple[str, Any]]:
    """Return name and label of each type, for the editor to choose from."""
    return [(each.name, each.label) for each in _types.values() if each.is_on]


for _answer_type in (
    SinglelineType(),
    MultilineType(),
    EmailType(),
    PhoneType(),
    UrlType(),
    AddressType(),
    CountryType(),
    NumberType(),
    DateType(),
    TimeType(),
    DateTimeType(),
    RadioType(),
    DropdownType(),
    CheckboxesType(),
    MultiselectType(),
    CheckboxType(),
    ConsentType(),
    FileType(),
    HiddenType(),
    SectionType(),
    ExplanationType(),
):
    register_type(_answer_type)
