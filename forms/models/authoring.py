"""What the script of the question editor has to know: types, words, and where to ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django import forms
from django.forms.widgets import Script
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from ..choices import OTHER
from ..conditions import NO, NOT_COMPARABLE, YES
from ..countries import country_choices
from ..enums import (
    CHOICE_TYPES,
    KEEP_DAYS,
    KEEP_DAYS_SPECIAL,
    Join,
    Operator,
    PrivacyClass,
    QuestionType,
)
from ..question_types import registered_types
from ..question_types.base import AnswerType

LONG_FORM = 12
"""More questions than this are many to answer."""

# They run when the page has been read, and before Wagtail folds its panels.
_SCRIPTS: list[Any] = [
    Script(f"kommed_forms/admin/{name}.js", defer=True)
    for name in ("autosave", "base", "choices", "conditions", "warnings", "rows", "library")
]
AUTHORING_MEDIA = forms.Media(css={"all": ["kommed_forms/admin/questions.css"]}, js=_SCRIPTS)

_OF_ANSWERS = frozenset({"required", "help_text", "error_text", "purpose", "privacy_class"})
_OF_KEEPING = frozenset({"special_basis", "legal_basis", "keep_days"})
_MANY = frozenset({QuestionType.CHECKBOXES, QuestionType.MULTISELECT})
_TICKS = frozenset({QuestionType.CHECKBOX, QuestionType.CONSENT})


@dataclass(frozen=True)
class FixedQuestion:
    """A question that is on the form without being a row; its choices are rows of another kind."""

    name: str
    label: Any
    relation: str
    """The formset that holds its choices."""
    only_if: str = ""
    """A checkbox in the row that makes it a choice."""


def shown_settings(answer_type: AnswerType) -> frozenset[str]:
    """Return the settings that an editor sees for a question of that type."""
    if not answer_type.takes_answer:
        return answer_type.settings | {"conditions"}
    if not answer_type.is_shown:
        return answer_type.settings
    return answer_type.settings | _OF_ANSWERS | _OF_KEEPING | {"conditions"}


def authoring_settings(
    language: str,
    *,
    relation: str = "",
    fixed: Sequence[FixedQuestion] = (),
    page: int | None = None,
    is_locked: bool = False,
) -> dict[str, Any]:
    """Return what the script is told, in the active language.

    ``language`` is the page's own, in which questions from the library are written.
    """
    return {
        "relation": relation,
        "language": language,
        "page": page,
        "locked": is_locked,
        "types": {each.name: _type(each) for each in registered_types() if each.is_on},
        "fixed": [asdict(each) | {"label": str(each.label)} for each in fixed],
        "operators": {value: str(label) for value, label in Operator.choices},
        "joins": {value: str(label) for value, label in Join.choices},
        "countries": [[key, str(name)] for key, name in country_choices()] if relation else [],
        "other": OTHER,
        "yes": YES,
        "no": NO,
        "special": str(PrivacyClass.SPECIAL),
        "keepDays": KEEP_DAYS,
        "keepDaysSpecial": KEEP_DAYS_SPECIAL,
        "longForm": LONG_FORM,
        "urls": _urls(),
        "words": _words(),
    }


def _type(answer_type: AnswerType) -> dict[str, Any]:
    return {
        "label": str(answer_type.label),
        "shows": sorted(shown_settings(answer_type)),
        "answered": answer_type.takes_answer and answer_type.is_shown,
        "compared": _compared(answer_type),
    }


def _compared(answer_type: AnswerType) -> str:
    """Return how a condition compares an answer of that type; the empty string if it cannot."""
    name = answer_type.name
    if name in NOT_COMPARABLE or not answer_type.takes_answer:
        return ""
    kinds = {QuestionType.COUNTRY: "country"}
    kinds |= dict.fromkeys(_MANY, "many") | dict.fromkeys(CHOICE_TYPES - _MANY, "one")
    kinds |= dict.fromkeys(_TICKS, "tick")
    return kinds.get(name, "one" if "choices" in answer_type.settings else "text")  # type: ignore[call-overload, no-any-return, unused-ignore]


def _urls() -> dict[str, str]:
    try:
        return {
            "library": reverse("kommed_forms_authoring:library"),
            "copy": reverse("kommed_forms_authoring:pages"),
        }
    except NoReverseMatch:  # the admin is not mounted
        return {}


def _words() -> dict[str, str]:
    return {**_words_of_rows(), **_words_of_parts(), **_warnings()}


def _words_of_rows() -> dict[str, str]:
    return {
        "addChoice": _("Add a choice"),
        "addCondition": _("Add a condition"),
        "alreadyThere": _("All its questions are here already."),
        "answer": _("answer"),
        "askedAlways": _("Always asked."),
        "askedIf": _("Asked if"),
        "cancel": _("Cancel"),
        "choice": _("Choice %(number)s"),
        "choose": _("Choose …"),
        "close": _("Close"),
        "copied": _("%(count)s questions added."),
        "copyHelp": _(
            "All questions of the page you choose are added below, with their conditions. What is "
            "here stays."
        ),
        "copyTitle": _("Copy the form from another page"),
        "duplicate": _("Duplicate"),
        "failed": _("That did not work. Please try again."),
        "gone": _("not on the form any more"),
        "join": _("how the conditions are joined"),
    }


def _words_of_parts() -> dict[str, str]:
    return {
        "key": _("Stored as “%(key)s”"),
        "libraryHelp": _("A copy is added at the end of the form. Change it as you like."),
        "libraryTitle": _("Add from the library"),
        "limitPlaces": _("Only so many may take each choice"),
        "moveDown": _("Move down"),
        "moveUp": _("Move up"),
        "mustBeAnswered": _("must be answered"),
        "nothing": _("Nothing found."),
        "noEarlier": _("There is no earlier question that a condition could look at."),
        "noLabel": _("no label yet"),
        "onlyIf": _("only if %(conditions)s"),
        "and": _(" and "),
        "or": _(" or "),
        "operator": _("how it is compared"),
        "other": _("other"),
        "pasteHelp": _("Enter adds a choice. Several lines can be pasted at once."),
        "places": _("Places"),
        "placesOf": _("Places for %(choice)s"),
        "question": _("question"),
        "remove": _("Remove"),
        "search": _("Search"),
        "ticked": _("ticked"),
        "notTicked": _("not ticked"),
    }


def _warnings() -> dict[str, str]:
    return {
        "warnings": _("Worth a thought"),
        "warnConsent": _(
            "“%(label)s” must be agreed to. Consent has to be free: make it optional."
        ),
        "warnLong": _(
            "The form asks %(count)s questions. Beyond %(limit)s, many people give up: which could "
            "you do without?"
        ),
        "warnPurpose": _("“%(label)s” does not say what the answer is for."),
        "warnSame": _("Two questions are called “%(label)s”."),
        "warnSpecial": _(
            "“%(label)s” asks for a special category of personal data. Ask only if you must."
        ),
        "warnSpecialRequired": _(
            "“%(label)s” asks for a special category and must be answered. It has to be optional."
        ),
    }
