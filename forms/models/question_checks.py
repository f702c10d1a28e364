"""What an editor's questions must fulfil, as errors at the rows of the page's form."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from ..conditions import unusable_conditions
from ..enums import CHOICE_TYPES, PrivacyClass, QuestionType
from ..question_types import get_type
from ..question_types.measures import as_date, as_decimal
from ..spec import QuestionSpec
from ..uploads.limits import most_files, most_files_text
from ..validators import unique_key
from .former_questions import FormerQuestions
from .question import RowKeys, specs_of


def assign_question_keys(
    rows: Iterable[Any], reserved: frozenset[str] = frozenset(), *, page: Any
) -> None:
    """Give every new question a key of its own, as soon as its label has arrived.

    ``rows`` are the filled-in forms of the questions. A key that once meant something else on the
    form of ``page`` is not used again (see ``FormerQuestions``).
    """
    rows = list(rows)
    taken = {row.instance.clean_name for row in rows} | reserved
    former: FormerQuestions | None = None
    for row in rows:
        if row.instance.clean_name:
            continue
        row.instance.label = row.cleaned_data.get("label") or ""
        key = row.instance.get_field_clean_name()
        if key:
            # A page that is only being previewed has no language yet, and no past either.
            language = page.locale.language_code if page.locale_id else ""
            former = former or FormerQuestions(page.translation_key, language)
            field_type = row.cleaned_data.get("field_type") or row.instance.field_type
            elsewhere = former.keys_that_mean_else(row.instance.label, field_type)
            row.instance.clean_name = unique_key(key, taken | elsewhere)
            taken.add(row.instance.clean_name)


def check_questions(
    rows: Iterable[Any], *, keys: RowKeys | None = None, fixed: tuple[QuestionSpec, ...] = ()
) -> None:
    """Add an error to each row that cannot be asked as it is.

    ``fixed`` are the questions that stand before the editor's own; ``keys`` what conditions may
    refer to besides the rows. Rows are looked at in the order the editor has put them in.
    """
    rows = sorted(rows, key=_place)
    for row in rows:
        for check in _CHECKS:
            check(row)
    own = specs_of([row.instance for row in rows], keys)
    by_key = {row.instance.key: row for row in rows}
    given = (keys or RowKeys()).questions.values()
    for spec, _condition, problem in unusable_conditions([*fixed, *own], given=given):
        if spec.key in by_key:
            by_key[spec.key].add_error("conditions", problem)
    _check_dropped_conditions(rows, keys or RowKeys())
    _check_files(rows)


def _place(row: Any) -> float:
    """Return where the row stands; one without a number is the last."""
    order = row.cleaned_data.get("ORDER")
    return float("inf") if order is None else float(order)


def _check_dropped_conditions(rows: list[Any], keys: RowKeys) -> None:
    """Refuse conditions on rows that are not there: ``specs_of`` leaves them out."""
    known = {*keys.questions, *(str(row.instance.row_key) for row in rows)}
    for row in rows:
        rules = (row.cleaned_data.get("conditions") or {}).get("rules", [])
        if any(rule["question"] not in known for rule in rules):
            row.add_error(
                "conditions",
                _("The condition looks at a question that is not on the form any more."),
            )


def _check_files(rows: list[Any]) -> None:
    """Refuse to ask for more files than a form may take: the last ones would be turned away."""
    asking = [row for row in rows if row.cleaned_data.get("field_type") == QuestionType.FILE]
    for row in asking[most_files() :]:
        row.add_error("field_type", most_files_text())


def _check_choices(row: Any) -> None:
    if row.cleaned_data.get("field_type") in CHOICE_TYPES and not row.cleaned_data.get("choices"):
        row.add_error("choices", _("Write at least one choice."))


def _check_special(row: Any) -> None:
    data = row.cleaned_data
    if data.get("privacy_class") != PrivacyClass.SPECIAL:
        return
    if not data.get("special_basis"):
        row.add_error("special_basis", _("Say on which basis you may ask for a special category."))
    if data.get("required"):
        row.add_error("required", _("A question of a special category must be optional."))


def _check_limits(row: Any) -> None:
    data = row.cleaned_data
    for low, high in (("min_length", "max_length"), ("min_choices", "max_choices")):
        if data.get(low) and data.get(high) and data[low] > data[high]:
            row.add_error(high, _("The upper limit is below the lower one."))
    field_type = data.get("field_type")
    if "min_value" not in get_type(str(field_type)).settings:
        return
    read: Callable[[str], Any] = as_date if field_type == QuestionType.DATE else as_decimal
    limits = {}
    for name in ("min_value", "max_value"):
        if data.get(name):
            limits[name] = read(data[name])
            if limits[name] is None:
                row.add_error(name, _("Write a number, or a date such as 2026-12-24."))
    least, most = limits.get("min_value"), limits.get("max_value")
    if least is not None and most is not None and least > most:
        row.add_error("max_value", _("The upper limit is below the lower one."))


def _check_statement(row: Any) -> None:
    data = row.cleaned_data
    needs_text = (QuestionType.CONSENT, QuestionType.EXPLANATION)
    if data.get("field_type") in needs_text and not data.get("statement"):
        row.add_error("statement", _("Write the text."))


_CHECKS = (_check_choices, _check_special, _check_limits, _check_statement)
