"""What answers are used for and until when they are kept, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .enums import LegalBasis, PrivacyClass, SpecialBasis
from .question_types import get_type
from .spec import QuestionSpec


@dataclass(frozen=True)
class Use:
    """What one question is asked for."""

    label: str
    purpose: str
    legal_basis: str
    special_basis: str
    kept: str


def kept_until(spec: QuestionSpec, ends_on: dt.date | None) -> str:
    """Return until when the answer is kept: a day, or where there is no event a number of days."""
    if ends_on is not None:
        try:
            last_day = ends_on + dt.timedelta(days=spec.keep_days)
        except OverflowError:  # an event at the end of time, in a draft
            last_day = dt.date.max
        return _("Kept until %(day)s.") % {"day": date_format(last_day, "DATE_FORMAT")}
    return ngettext(
        "Kept for %(number)d day after you send it.",
        "Kept for %(number)d days after you send it.",
        spec.keep_days,
    ) % {"number": spec.keep_days}


def purpose_and_time(spec: QuestionSpec, ends_on: dt.date | None) -> str:
    """Return what is said beside a question that asks for more than ordinary data."""
    kept = kept_until(spec, ends_on)
    if not spec.purpose:
        return kept
    return _("What we use this for: %(purpose)s. %(kept)s") % {
        "purpose": spec.purpose.rstrip(". "),
        "kept": kept,
    }


def uses_of(specs: Iterable[QuestionSpec], ends_on: dt.date | None) -> list[Use]:
    """Return what each question that visitors answer is used for."""
    return [
        Use(
            label=spec.label,
            purpose=spec.purpose.rstrip(". "),
            legal_basis=_label(LegalBasis, spec.legal_basis),
            special_basis=(
                _label(SpecialBasis, spec.special_basis)
                if spec.privacy_class == PrivacyClass.SPECIAL
                else ""
            ),
            kept=kept_until(spec, ends_on),
        )
        for spec in specs
        if get_type(spec.field_type).takes_answer and get_type(spec.field_type).is_shown
    ]


def _label(choices: type[LegalBasis] | type[SpecialBasis], value: str) -> str:
    return str(dict(choices.choices).get(value, value))
