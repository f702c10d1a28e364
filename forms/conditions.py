"""Which questions are asked, given the answers before them. The server is the judge of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from .choices import OTHER
from .enums import OPERATORS_WITHOUT_VALUE, Join, Operator, QuestionType
from .spec import Condition, QuestionSpec

NOT_COMPARABLE = frozenset(
    {QuestionType.SECTION, QuestionType.EXPLANATION, QuestionType.ADDRESS, QuestionType.FILE}
)
"""Types that conditions cannot look at."""

NUMBER_AS_KEPT = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?")
"""How a number is kept, and so what an answer can be equal to."""

YES, NO = "yes", "no"
"""What a condition compares a checkbox with."""


def holds(condition: Condition, answers: Mapping[str, Any]) -> bool:
    """Return whether ``condition`` holds of ``answers``, as JSON holds them.

    A question that was not asked, or not answered, is empty. "Is not" is the opposite of "is".
    """
    answer = answers.get(condition.question)
    wanted = condition.value.strip().lower()
    if condition.operator == Operator.IS_EMPTY:
        return _is_empty(answer)
    if condition.operator == Operator.IS_NOT_EMPTY:
        return not _is_empty(answer)
    if condition.operator == Operator.CONTAINS:
        parts = _parts(answer)
        is_list = isinstance(answer, (list, tuple))
        return wanted in parts if is_list else any(wanted in part for part in parts)
    is_it = wanted in _parts(answer)
    return not is_it if condition.operator == Operator.IS_NOT else is_it


def is_asked(spec: QuestionSpec, answers: Mapping[str, Any]) -> bool:
    """Return whether the conditions of ``spec`` itself, its section aside, hold."""
    if not spec.conditions:
        return True
    results = [holds(condition, answers) for condition in spec.conditions]
    return any(results) if spec.join == Join.ANY else all(results)


def asked_keys(
    specs: Sequence[QuestionSpec],
    answer_of: Callable[[QuestionSpec], Any],
    *,
    given: Mapping[str, Any] | None = None,
) -> set[str]:
    """Return the keys of what is asked: questions, sections and texts.

    Goes through ``specs`` once, in order, since conditions look at earlier questions only.
    ``answer_of`` is asked for the answer of each question that is asked; ``given`` holds answers
    that no question asks for, such as the only session of an event. What stands in a section that
    is not shown is not asked.
    """
    answers: dict[str, Any] = dict(given or {})
    asked: set[str] = set()
    section_is_shown = True
    for spec in specs:
        if spec.field_type == QuestionType.SECTION:
            section_is_shown = is_asked(spec, answers)
            if section_is_shown:
                asked.add(spec.key)
        elif section_is_shown and is_asked(spec, answers):
            asked.add(spec.key)
            answers[spec.key] = answer_of(spec)
    return asked


def conditions_in_words(spec: QuestionSpec, specs: Iterable[QuestionSpec]) -> str:
    """Return when the question is asked, in words, for those who see the page without a script."""
    by_key = {other.key: other for other in specs}
    parts = [_in_words(condition, by_key.get(condition.question)) for condition in spec.conditions]
    parts = [part for part in parts if part]
    if not parts:
        return ""
    # Translators: joins conditions, as in "you answered A to X or you answered B to Y".
    joint = _(" or ") if spec.join == Join.ANY else _(" and ")
    return _("Only if %(conditions)s.") % {"conditions": joint.join(parts)}


def _in_words(condition: Condition, spec: QuestionSpec | None) -> str:
    if spec is None:
        return ""
    words = {"question": spec.label, "value": _value_in_words(condition.value, spec)}
    if spec.field_type in (QuestionType.CHECKBOX, QuestionType.CONSENT):
        is_ticked = holds(condition, {condition.question: True})
        text = _("you tick “%(question)s”") if is_ticked else _("you do not tick “%(question)s”")
        return text % words
    texts: dict[str, str] = {
        Operator.IS: _("you answer “%(value)s” to “%(question)s”"),
        Operator.IS_NOT: _("you answer something else than “%(value)s” to “%(question)s”"),
        Operator.CONTAINS: _("your answer to “%(question)s” contains “%(value)s”"),
        Operator.IS_EMPTY: _("you do not answer “%(question)s”"),
        Operator.IS_NOT_EMPTY: _("you answer “%(question)s”"),
    }
    text = texts.get(condition.operator, "")
    return text % words if text else ""


def _value_in_words(value: str, spec: QuestionSpec) -> str:
    others = {OTHER: _("other")} if spec.has_other else {}
    return {**others, **dict(spec.choices)}.get(value, value)


def unusable_conditions(
    specs: Sequence[QuestionSpec], *, given: Iterable[str] = ()
) -> list[tuple[QuestionSpec, Condition, str]]:
    """Return the conditions that cannot work: question, condition and why, in words.

    A condition may look at questions before its own only, so that there is no circle; those
    deleted meanwhile, and texts that take no answer, are none.
    """
    earlier: dict[str, QuestionSpec] = {}
    everywhere = {spec.key for spec in specs}
    found = []
    for spec in specs:
        for condition in spec.conditions:
            problem = _problem(condition, spec, earlier, everywhere, set(given))
            if problem:
                found.append((spec, condition, problem))
        earlier[spec.key] = spec
    return found


def _problem(
    condition: Condition,
    spec: QuestionSpec,
    earlier: Mapping[str, QuestionSpec],
    everywhere: set[str],
    given: set[str],
) -> str:
    if condition.question == spec.key:
        return _("A question cannot depend on its own answer.")
    if condition.question not in earlier:
        if condition.question in given:
            return ""
        if condition.question in everywhere:
            return _("The condition looks at a question further down. Move that one up.")
        return _("The condition looks at a question that is not on the form any more.")
    return _comparison_problem(condition, earlier[condition.question])


def _comparison_problem(condition: Condition, looked_at: QuestionSpec) -> str:
    if condition.operator not in Operator.values:
        return _("The condition compares in a way that is not known.")
    if looked_at.field_type in NOT_COMPARABLE:
        return _("A condition cannot look at a question of that type.")
    if condition.operator in OPERATORS_WITHOUT_VALUE:
        return ""
    if not condition.value.strip():
        return _("Say what the answer is compared with.")
    return _value_problem(condition, looked_at)


def _value_problem(condition: Condition, looked_at: QuestionSpec) -> str:
    if looked_at.field_type in (QuestionType.CHECKBOX, QuestionType.CONSENT):
        is_box = condition.value.strip().lower() in (YES, NO)
        return "" if is_box else _("A box is ticked or not: compare with yes or no.")
    keys = {key for key, _label in looked_at.choices} | ({OTHER} if looked_at.has_other else set())
    if looked_at.choices and condition.value not in keys:
        return _("The condition compares with a choice that is not there any more.")
    is_number = looked_at.field_type == QuestionType.NUMBER
    if is_number and not NUMBER_AS_KEPT.fullmatch(condition.value.strip()):
        return _("Write the number as digits with a point before decimals, such as 12.5.")
    return ""


def _is_empty(answer: Any) -> bool:
    return answer is None or answer is False or (isinstance(answer, (str, list)) and not answer)


def _parts(answer: Any) -> list[str]:
    """Return what there is to compare with, in lower case: the choices, or the one answer."""
    if isinstance(answer, (list, tuple)):
        return [str(part).strip().lower() for part in answer]
    if isinstance(answer, bool):
        return [YES if answer else NO]
    return [] if answer is None else [str(answer).strip().lower()]
