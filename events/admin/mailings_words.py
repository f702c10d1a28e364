"""Saying in words whom a mailing is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..enums import RegistrationState, Right
from ..models import EventRecord, Mailing
from ..permissions import scope_of
from ..queries.mailing_recipients import (
    BOUNCED,
    AskedQuestion,
    MailingFilter,
    asked_questions,
)
from .relations import Names, names_in


def questions_for(user: Any, event: EventRecord) -> dict[str, AskedQuestion]:
    """Return the questions that ``user`` may choose people by.

    Those of special categories are for who may read such answers somewhere at the event; whose
    answers are looked at is narrowed to those.
    """
    is_whole, keys = scope_of(user, event, Right.SENSITIVE)
    return {
        key: question
        for key, question in asked_questions(event, language=get_language() or "").items()
        if not question.is_sensitive or is_whole or keys
    }


def describe(mailing: Mailing, user: Any) -> list[tuple[str, str]]:
    """Return whom ``mailing`` is for, as pairs of what is asked and what it has to be.

    An answer of a special category is named to those alone who may choose people by it.
    """
    wanted = MailingFilter.from_document(mailing.filters)
    questions = questions_for(user, mailing.event) if wanted.question else {}
    return in_words(wanted, names=names_in(mailing.event), questions=questions)


def in_words(
    wanted: MailingFilter, *, names: Names, questions: Mapping[str, AskedQuestion]
) -> list[tuple[str, str]]:
    """Return a filter as pairs of what is asked and what it has to be."""
    labels = dict(RegistrationState.choices)
    audiences = {str(key): name for key, name in names.audiences.items()}
    sessions = {str(key): name for key, name in names.sessions.items()}
    found = [
        (_("State"), _either(labels, wanted.states)),
        (_("Session"), _either(sessions, wanted.sessions)),
        (_("Audience"), _either(audiences, wanted.audiences)),
    ]
    if wanted.question:
        question = questions.get(wanted.question)
        if question is None:
            found.append((_("Answer"), _("an answer that is not for everyone’s eyes")))
        else:
            found.append((question.label, choice_label(question, wanted.choice)))
    if wanted.bounced:
        text = _("A mail has bounced") if wanted.bounced == BOUNCED else _("No mail has bounced")
        found.append((_("Delivery"), text))
    return [(what, text) for what, text in found if text]


def choice_label(question: AskedQuestion, choice: str) -> str:
    """Return what a choice is called."""
    return question.choices.get(choice, choice) or _("Other")


def _either(labels: Mapping[Any, Any], keys: tuple[str, ...]) -> str:
    return _(" or ").join(str(labels.get(key, key)) for key in keys)
