"""Numbers, dates and times."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..enums import QuestionType
from ..spec import QuestionSpec
from ..validators import validate_plausible_date
from .base import AnswerType, Schema

MAX_DIGITS, DECIMAL_PLACES = 15, 4
LONGEST_NUMBER = 40
"""Characters; anything longer is no number that somebody typed."""
NUMBER_PATTERN = rf"^-?[0-9]{{1,{MAX_DIGITS}}}(\.[0-9]{{1,{DECIMAL_PLACES}}})?$"
THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}([.,][0-9]{3})+")
"""What is a thousand and more to some readers, and a little more than one to others."""
LARGEST_NUMBER, TOO_LARGE = 10**MAX_DIGITS, "1e99"


class PlainDecimalField(forms.DecimalField):
    """A number with a point or, as Danes write it, a comma."""

    def to_python(self, value: Any) -> Any:
        """Return a ``Decimal`` or None; what is too long to be one is refused unread."""
        if isinstance(value, str):
            value = value.strip()
            if len(value) > LONGEST_NUMBER:
                raise ValidationError(self.error_messages["invalid"], code="invalid")
            if THOUSANDS.fullmatch(value):
                raise ValidationError(
                    _("Write thousands without a mark between the digits, such as 1000."),
                    code="thousands",
                )
            if "." not in value:
                value = value.replace(",", ".")
        return super().to_python(value)


def plain_digits(text: str) -> str:
    """Return the digits of a number so that nobody reads its decimals as thousands: 1.1250."""
    return f"{text}0" if THOUSANDS.fullmatch(text) else text


def as_decimal(text: str) -> Decimal | None:
    """Return a limit that an editor wrote as a number, or None where it is none."""
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < LARGEST_NUMBER else None


def as_date(text: str) -> dt.date | None:
    """Return a limit that an editor wrote as a date, or None where it is none."""
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        return None


class NumberType(AnswerType):
    """A number of a size that somebody may mean."""

    name = QuestionType.NUMBER
    label = QuestionType.NUMBER.label
    settings = frozenset({"min_value", "max_value"})

    def form_field(self, spec: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        """Return a field drawn as text, since browsers lose what is wrong in a number input."""
        return PlainDecimalField(
            max_digits=MAX_DIGITS,
            decimal_places=DECIMAL_PLACES,
            min_value=as_decimal(spec.min_value),
            max_value=as_decimal(spec.max_value),
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            **options,
        )

    def as_json(self, spec: QuestionSpec, value: Any) -> Any:
        """Return the digits as a string, so that nothing is lost to floating point."""
        return plain_digits(format(value.normalize(), "f")) if isinstance(value, Decimal) else value

    def form_values(self, spec: QuestionSpec, value: Any) -> list[str]:
        """A JSON number is welcome beside a string."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            # Python refuses to write out integers that are longer than anybody means.
            return [plain_digits(str(value)) if abs(value) < LARGEST_NUMBER else TOO_LARGE]
        return super().form_values(spec, value)

    def schema(self, spec: QuestionSpec) -> Schema:
        """A number, or the string of one. The limits of a string are ours to judge."""
        limits: Schema = {"type": ["number", "string"], "pattern": NUMBER_PATTERN}
        for name, text in (("minimum", spec.min_value), ("maximum", spec.max_value)):
            number = as_decimal(text) if text else None
            if number is not None:
                limits[name] = float(number)
        return limits


class DateType(AnswerType):
    """A day."""

    name = QuestionType.DATE
    label = QuestionType.DATE.label
    settings = frozenset({"min_value", "max_value"})

    def form_field(self, spec: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        """Return a field with the browser's own date picker."""
        attrs = {"type": "date"}
        earliest, latest = as_date(spec.min_value), as_date(spec.max_value)
        if earliest:
            attrs["min"] = earliest.isoformat()
        if latest:
            attrs["max"] = latest.isoformat()
        return forms.DateField(
            input_formats=["%Y-%m-%d"],
            validators=[validate_plausible_date, _between(earliest, latest)],
            widget=forms.DateInput(attrs=attrs, format="%Y-%m-%d"),
            **options,
        )

    def as_json(self, spec: QuestionSpec, value: Any) -> Any:
        """Return ISO 8601."""
        return value.isoformat() if isinstance(value, dt.date) else value

    def as_text(self, spec: QuestionSpec, value: Any) -> str:
        """Return the day in words of the reader's language."""
        day = as_date(str(value)) if value else None
        return date_format(day, "DATE_FORMAT") if day else super().as_text(spec, value)

    def schema(self, spec: QuestionSpec) -> Schema:
        """An ISO date. Limits are ours to judge."""
        pattern = "^(19|20|21)[0-9]{2}-[01][0-9]-[0-3][0-9]$"
        return {"type": "string", "format": "date", "pattern": pattern}


def _between(earliest: dt.date | None, latest: dt.date | None) -> Any:
    def validate(value: dt.date) -> None:
        if earliest and value < earliest:
            raise ValidationError(
                _("Please write %(day)s or later.") % {"day": date_format(earliest)},
                code="min_value",
            )
        if latest and value > latest:
            raise ValidationError(
                _("Please write %(day)s or earlier.") % {"day": date_format(latest)},
                code="max_value",
            )

    return validate


class TimeType(AnswerType):
    """A time of day."""

    name = QuestionType.TIME
    label = QuestionType.TIME.label

    def form_field(self, spec: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        """Return a field with the browser's own time picker."""
        return forms.TimeField(
            input_formats=["%H:%M", "%H:%M:%S"],
            widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            **options,
        )

    def as_json(self, spec: QuestionSpec, value: Any) -> Any:
        """Return hours and minutes."""
        return value.strftime("%H:%M") if isinstance(value, dt.time) else value

    def schema(self, spec: QuestionSpec) -> Schema:
        """Hours and minutes."""
        return {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"}


class DateTimeType(AnswerType):
    """A moment, in the time zone of the page; an hour that a clock change skips is refused."""

    name = QuestionType.DATETIME
    label = QuestionType.DATETIME.label

    def form_field(self, spec: QuestionSpec, options: dict[str, Any]) -> forms.Field:
        """Return a field with the browser's own picker."""
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        return PlausibleMomentField(widget=widget, **options)

    def as_json(self, spec: QuestionSpec, value: Any) -> Any:
        """Return ISO 8601 with the offset."""
        return value.isoformat() if isinstance(value, dt.datetime) else value

    def as_text(self, spec: QuestionSpec, value: Any) -> str:
        """Return day and time in words, in the zone that was meant."""
        try:
            moment = dt.datetime.fromisoformat(str(value))
        except ValueError:
            return super().as_text(spec, value)
        return date_format(moment, "DATETIME_FORMAT")

    def schema(self, spec: QuestionSpec) -> Schema:
        """An ISO moment, with an offset or in the zone of the page."""
        return {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}"}


class PlausibleMomentField(forms.DateTimeField):
    """A moment between 1900 and 2100, kept with the offset of the zone it was written in."""

    def to_python(self, value: Any) -> dt.datetime | None:
        """Return the moment, aware; the year is judged before any zone is reckoned with."""
        if isinstance(value, str) and value.strip():
            try:
                written = dt.datetime.fromisoformat(value.strip())
            except ValueError:
                raise ValidationError(self.error_messages["invalid"], code="invalid") from None
            validate_plausible_date(written.date())
        moment: dt.datetime | None = super().to_python(value)
        if moment is None:
            return None
        moment = timezone.localtime(moment)
        validate_plausible_date(moment.date())  # an offset may have led over the new year
        return moment
