"""Questions as they stand at one moment, independent of the rows an editor wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from .enums import KEEP_DAYS, Join, LegalBasis, Operator, PrivacyClass


@dataclass(frozen=True)
class Condition:
    """One thing that must hold of an earlier answer for a question to be asked."""

    question: str
    """The key of the earlier question."""
    operator: str = Operator.IS
    value: str = ""
    """What it is compared with: the key of a choice, "yes" or "no" of a checkbox, or text."""

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Condition:
        """Return the condition that ``document`` keeps; unknown members are ignored."""
        return cls(
            **{name: document[name] for name in cls.__dataclass_fields__ if name in document}
        )


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
    places: tuple[tuple[str, int], ...] = ()
    """For choices that only so many may take: key and number."""
    has_other: bool = False
    default_value: str = ""
    """Of a hidden question, the value that the server sets. No other type has any."""
    autocomplete: str = ""
    error_text: str = ""
    statement: str = ""
    """What is consented to, or explained."""
    min_length: int | None = None
    max_length: int | None = None
    min_value: str = ""
    """The least number (decimal point), or the earliest date (ISO 8601)."""
    max_value: str = ""
    min_choices: int | None = None
    max_choices: int | None = None
    pattern: str = ""
    conditions: tuple[Condition, ...] = ()
    join: str = Join.ALL
    purpose: str = ""
    legal_basis: str = LegalBasis.PUBLIC_TASK
    privacy_class: str = PrivacyClass.ORDINARY
    special_basis: str = ""
    keep_days: int = KEEP_DAYS
    """Days after the event, or after sending where there is no event."""
    group: str = ""
    """The key of the question that this is a part of, for questions answered in several fields."""
    row_key: str = ""

    @property
    def clean_name(self) -> str:
        """The key, under the name that Wagtail's builder asks for."""
        return self.key

    @property
    def is_sensitive(self) -> bool:
        """Whether the answer stays out of lists, mails and exports unless somebody asks for it."""
        return self.privacy_class == PrivacyClass.SPECIAL

    def as_document(self) -> dict[str, Any]:
        """Return the question as it is kept in a form version's document.

        Members that say nothing are left out, so that a member which a later release adds does not
        make a new version of every form.
        """
        document: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in ("key", "label", "field_type", "required") or value != field.default:
                document[field.name] = _plain(value)
        return document

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> QuestionSpec:
        """Return the question that ``document`` keeps; unknown members are ignored."""
        known = {name: document[name] for name in cls.__dataclass_fields__ if name in document}
        if "choices" in known:
            known["choices"] = tuple((str(key), str(label)) for key, label in known["choices"])
        if "places" in known:
            known["places"] = tuple((str(key), int(count)) for key, count in known["places"])
        if "conditions" in known:
            known["conditions"] = tuple(Condition.from_document(c) for c in known["conditions"])
        return cls(**known)


def _plain(value: Any) -> Any:
    """Return ``value`` as JSON holds it."""
    if isinstance(value, Condition):
        return {"question": value.question, "operator": str(value.operator), "value": value.value}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, str) else value
