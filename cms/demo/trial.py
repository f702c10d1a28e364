"""The demo's form of its own: those who want to try a solution from the workshops."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from forms.choices import as_choices, relabelled
from forms.enums import (
    KEEP_DAYS_SPECIAL,
    Autocomplete,
    LegalBasis,
    NoticePace,
    Operator,
    PrivacyClass,
    QuestionType,
    SpecialBasis,
)
from forms.models import FormAccess, FormPage, FormQuestion

from . import facts
from .media import Shelf
from .tree import LanguageTree
from .trial_words import WORDS, TrialWords

PLACES = (12, 12, 6)
"""How many may try each solution at a time."""

MUNICIPALITY, RING = 0, 1
"""Indexes of the choices that lead to a further question."""


@dataclass(frozen=True)
class AskedFacts:
    """How one question is answered, and when it is asked."""

    key: str
    field_type: QuestionType
    required: bool = False
    asked_if: tuple[str, int | None] | None = None
    """An earlier question, and which of its choices is taken; None: that it is answered at all."""
    settings: Mapping[str, Any] = field(default_factory=dict)


QUESTIONS = (
    AskedFacts("hvem", QuestionType.SECTION),
    AskedFacts("navn", QuestionType.SINGLELINE, True, settings={"autocomplete": Autocomplete.NAME}),
    AskedFacts("email", QuestionType.EMAIL, True),
    AskedFacts("sted", QuestionType.RADIO, True, settings={"has_other": True}),
    AskedFacts("kommune", QuestionType.SINGLELINE, True, ("sted", MUNICIPALITY)),
    AskedFacts("loesningen", QuestionType.SECTION),
    AskedFacts("loesning", QuestionType.RADIO),
    AskedFacts("hvordan", QuestionType.MULTILINE, False, ("loesning", None), {"max_length": 400}),
    AskedFacts("start", QuestionType.DATE, False, ("loesning", None)),
    AskedFacts("moedet", QuestionType.SECTION, False, ("loesning", None)),
    AskedFacts("kontakt", QuestionType.RADIO, True),
    AskedFacts("telefon", QuestionType.PHONE, True, ("kontakt", RING)),
    AskedFacts("adresse", QuestionType.ADDRESS),
    AskedFacts(
        "hensyn",
        QuestionType.MULTILINE,
        settings={
            "max_length": 300,
            "privacy_class": PrivacyClass.SPECIAL,
            "legal_basis": LegalBasis.CONSENT,
            "special_basis": SpecialBasis.EXPLICIT_CONSENT,
            "keep_days": KEEP_DAYS_SPECIAL,
        },
    ),
    AskedFacts("foto", QuestionType.CONSENT, settings={"legal_basis": LegalBasis.CONSENT}),
)


def make_trial_form(trees: Sequence[LanguageTree], *, shelf: Shelf) -> uuid.UUID:
    """Write the form below the first language's front page, translate it, and return its key."""
    source, *others = trees
    words = WORDS[source.words.language]
    page: Any = FormPage(
        locale=source.locale,
        live=False,
        show_in_menus=True,
        check_answers=True,
        copy_to_sender=True,
        contact_email=facts.MAILBOX,
    )
    _write(page, words)
    page.questions = _questions(words)
    source.home.refresh_from_db()
    page = source.home.add_child(instance=page)
    _publish(page, shelf)
    for tree in others:
        _translate(FormPage.objects.get(pk=page.pk), tree, shelf)
    key: uuid.UUID = page.translation_key
    return key


def give_form_access(users: Mapping[str, Any], *, form_key: uuid.UUID) -> None:
    """Let staff read what is sent, and hear of it."""
    FormAccess.objects.create(
        user=users["staff"],
        form_key=form_key,
        can_sensitive=True,
        can_export=True,
        can_delete=True,
        notify=NoticePace.AT_ONCE,
    )


def _write(page: Any, words: TrialWords) -> None:
    page.title = page.draft_title = words.title
    page.slug = words.slug
    page.intro, page.thanks = words.intro, words.thanks
    page.button_text = words.button
    page.search_description = words.search_description


def _publish(page: Any, shelf: Shelf) -> None:
    page.save_revision(user=shelf.user).publish(user=shelf.user)


def _questions(words: TrialWords) -> list[FormQuestion]:
    rows: dict[str, FormQuestion] = {}
    for number, fact in enumerate(QUESTIONS):
        asked = words.questions[fact.key]
        rows[fact.key] = FormQuestion(
            clean_name=fact.key,
            label=asked.label,
            help_text=asked.help_text,
            statement=asked.statement,
            purpose=asked.purpose,
            field_type=fact.field_type,
            required=fact.required,
            choices=_choices(fact.key, asked.choices),
            conditions=_conditions(fact, rows),
            sort_order=number,
            **fact.settings,
        )
    return list(rows.values())


def _choices(key: str, labels: Sequence[str]) -> list[Any]:
    choices = as_choices(labels)
    if key != "loesning":
        return list(choices)
    return [{**item, "places": number} for item, number in zip(choices, PLACES, strict=True)]


def _conditions(fact: AskedFacts, earlier: Mapping[str, FormQuestion]) -> dict[str, Any]:
    """Return when the question is asked, as the editor's rows say it."""
    if fact.asked_if is None:
        return {}
    key, number = fact.asked_if
    looked_at = earlier[key]
    rule = {"question": str(looked_at.row_key), "operator": Operator.IS_NOT_EMPTY, "value": ""}
    if number is not None:
        choice = as_choices(looked_at.choices)[number]["key"]
        rule |= {"operator": Operator.IS, "value": choice}
    return {"rules": [rule]}


def _translate(source: Any, tree: LanguageTree, shelf: Shelf) -> None:
    """Translate the page as Wagtail does: the rows keep their keys, and get other words."""
    words = WORDS[tree.words.language]
    page = source.copy_for_translation(tree.locale)
    _write(page, words)
    rows = list(page.questions.all())
    for row in rows:
        asked = words.questions[row.clean_name]
        row.label, row.help_text = asked.label, asked.help_text
        row.statement, row.purpose = asked.statement, asked.purpose
        row.choices = relabelled(as_choices(row.choices), asked.choices)
    page.questions = rows
    _publish(page, shelf)
