"""Session and audience as questions: what the editor's own conditions may look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from forms.enums import QuestionType
from forms.models import QuestionSpec, RowKeys

SESSION_KEY, AUDIENCE_KEY = "event_session", "audience"
"""The keys of the fixed questions that conditions may look at."""
SECOND_CHOICE_KEY = "second_choice"
PAIR = 2
EITHER = "either"
"""The answer of somebody who would take any session."""


def session_spec(rows: Sequence[Any]) -> QuestionSpec:
    """Return the question for the session."""
    return QuestionSpec(
        key=SESSION_KEY,
        label=_("Where will you take part?"),
        field_type=QuestionType.RADIO,
        choices=tuple((str(row.translation_key), row.name) for row in rows),
        purpose=_("To keep a seat for you"),
    )


def second_choice_spec(rows: Sequence[Any]) -> QuestionSpec:
    """Return the question for what to do when the session is full."""
    either = _("Either is fine") if len(rows) == PAIR else _("Any of them is fine")
    return QuestionSpec(
        key=SECOND_CHOICE_KEY,
        label=_("If that one is full"),
        field_type=QuestionType.DROPDOWN,
        required=False,
        choices=(*((str(row.translation_key), row.name) for row in rows), (EITHER, either)),
        purpose=_("To give you a seat where there is one"),
        help_text=_(
            "Is there another one that you would take a seat at? Leave it empty to go on the "
            "waiting list of the one you chose."
        ),
    )


def audience_choices(rows: Iterable[Any]) -> list[Any]:
    """Return the audiences that people choose among; the others are criteria for everyone."""
    return [row for row in rows if row.is_choice and row.name]


def audience_spec(rows: Sequence[Any]) -> QuestionSpec:
    """Return the question for the audience; ``rows`` are those that can be chosen."""
    return QuestionSpec(
        key=AUDIENCE_KEY,
        label=_("I come as"),
        field_type=QuestionType.RADIO,
        choices=tuple((str(row.translation_key), row.name) for row in rows),
        purpose=_("To bring the groups together in a good mix"),
    )


def row_keys(sessions: Iterable[Any], audiences: Iterable[Any]) -> RowKeys:
    """Return what conditions may refer to besides the editor's questions.

    Rows refer to sessions and audiences by ``row_key``, which survives copying the page; answers
    hold their ``translation_key``.
    """
    return RowKeys(
        questions={SESSION_KEY: SESSION_KEY, AUDIENCE_KEY: AUDIENCE_KEY},
        values={str(row.row_key): str(row.translation_key) for row in (*sessions, *audiences)},
    )
