"""The registration form: what every registration asks, then what the editor asks besides."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils.translation import gettext as _

from forms.enums import Autocomplete, QuestionType
from forms.models import QuestionSpec

from ..models import EventPageMixin

NAME_LENGTH = 160


def question_specs(page: EventPageMixin) -> tuple[QuestionSpec, ...]:
    """Return the whole form of ``page`` as it stands now, in the active language.

    A session is asked for when there is more than one, an audience when there is any to choose.
    """
    specs = [_session_spec(page), _audience_spec(page), _name_spec(), _email_spec()]
    own = [row.as_spec() for row in page.questions.all()]
    return tuple(spec for spec in [*specs, *own] if spec is not None and spec.key)


def _session_spec(page: EventPageMixin) -> QuestionSpec | None:
    rows = list(page.event_sessions.all())
    if len(rows) < 2:  # noqa: PLR2004 (one session is no choice)
        return None
    return QuestionSpec(
        key="event_session",
        label=_("Where will you take part?"),
        field_type=QuestionType.RADIO,
        choices=tuple((str(row.translation_key), row.name) for row in rows),
    )


def _audience_spec(page: EventPageMixin) -> QuestionSpec | None:
    rows = [row for row in page.audiences.all() if row.is_choice and row.name]
    if not rows:
        return None
    return QuestionSpec(
        key="audience",
        label=_("I come as"),
        field_type=QuestionType.RADIO,
        choices=tuple((str(row.translation_key), row.name) for row in rows),
    )


def _name_spec() -> QuestionSpec:
    return QuestionSpec(
        key="name",
        label=_("Name"),
        field_type=QuestionType.SINGLELINE,
        autocomplete=Autocomplete.NAME,
        max_length=NAME_LENGTH,
    )


def _email_spec() -> QuestionSpec:
    return QuestionSpec(
        key="email",
        label=_("E-mail"),
        field_type=QuestionType.EMAIL,
        autocomplete=Autocomplete.EMAIL,
        help_text=_("We send the confirmation here."),
    )


def organisation_in(specs: tuple[QuestionSpec, ...], answers: dict[str, Any]) -> str:
    """Return the answer to the question that asks for the organisation, or the empty string."""
    for spec in specs:
        if spec.autocomplete == Autocomplete.ORGANISATION:
            return str(answers.get(spec.key) or "")
    return ""


def as_key(value: Any) -> uuid.UUID | None:
    """Return ``value`` as a key, or None if it is none."""
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None
