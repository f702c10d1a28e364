"""The registration form: what every registration asks, then what the editor asks besides."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from forms.builder import AnswerForm, form_class_of
from forms.enums import Autocomplete, QuestionType
from forms.models import QuestionSpec, specs_of

from ..models import EventPageMixin
from ..models.event_questions import (
    EITHER,
    SECOND_CHOICE_KEY,
    SESSION_KEY,
    audience_choices,
    audience_spec,
    row_keys,
    second_choice_spec,
    session_spec,
)

NAME_LENGTH = 160


@dataclass(frozen=True)
class EventForm:
    """What a page asks of those who register, and what holds without being asked."""

    specs: tuple[QuestionSpec, ...]
    given: dict[str, str]
    form_key: uuid.UUID

    def form_class(self) -> type[AnswerForm]:
        """Return the form that asks this."""
        return form_class_of(self.specs, given=self.given, form_key=self.form_key)


def event_form(page: EventPageMixin) -> EventForm:
    """Return the whole form of ``page`` as it stands now, in the active language.

    A session is asked for when there is more than one, an audience when there is any to choose.
    """
    sessions, audiences = list(page.event_sessions.all()), list(page.audiences.all())
    choosable = audience_choices(audiences)
    fixed = [
        session_spec(sessions) if len(sessions) > 1 else None,
        second_choice_spec(sessions) if len(sessions) > 1 and page.asks_second_choice else None,
        audience_spec(choosable) if choosable else None,
        _name_spec(),
        _email_spec(),
    ]
    own = specs_of(page.questions.all(), row_keys(sessions, audiences))
    only = {SESSION_KEY: str(sessions[0].translation_key)} if len(sessions) == 1 else {}
    specs = (*(spec for spec in fixed if spec is not None), *own)
    return EventForm(specs=specs, given=only, form_key=page.event_key)


def question_specs(page: EventPageMixin) -> tuple[QuestionSpec, ...]:
    """Return what ``page`` asks as it stands now, in the active language."""
    return event_form(page).specs


def _name_spec() -> QuestionSpec:
    return QuestionSpec(
        key="name",
        label=_("Name"),
        field_type=QuestionType.SINGLELINE,
        purpose=_("To know who is coming"),
        autocomplete=Autocomplete.NAME,
        max_length=NAME_LENGTH,
    )


def _email_spec() -> QuestionSpec:
    return QuestionSpec(
        key="email",
        label=_("E-mail"),
        field_type=QuestionType.EMAIL,
        purpose=_("To write to you about your registration"),
        autocomplete=Autocomplete.EMAIL,
        help_text=_("We send the confirmation here."),
    )


def organisation_in(specs: tuple[QuestionSpec, ...], answers: dict[str, Any]) -> str:
    """Return the answer to the question that asks for the organisation, or the empty string.

    One of a special category, such as a trade union, is nobody's label in a list.
    """
    for spec in specs:
        if spec.autocomplete == Autocomplete.ORGANISATION and not spec.is_sensitive:
            return str(answers.get(spec.key) or "")
    return ""


@dataclass(frozen=True)
class SecondChoice:
    """What else than the session they chose somebody would take."""

    second_choice_key: uuid.UUID | None = None
    takes_any_session: bool = False


def second_choice_in(answers: dict[str, Any]) -> SecondChoice:
    """Return what the answers say of a second choice; the first one once more says nothing."""
    said = answers.get(SECOND_CHOICE_KEY) or ""
    if said == EITHER:
        return SecondChoice(takes_any_session=True)
    is_the_first = said == answers.get(SESSION_KEY)
    return SecondChoice(second_choice_key=None if is_the_first else as_key(said))


def as_key(value: Any) -> uuid.UUID | None:
    """Return ``value`` as a key, or None if it is none."""
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None
