"""Model fields for what a question holds besides plain values: its choices and its conditions."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import models

from .choices import Choice, as_choices, relabelled
from .condition_rows import ConditionRows, as_condition_rows
from .widgets.choices import ChoicesFormField
from .widgets.conditions import ConditionsFormField


class ChoicesField(models.JSONField):
    """The choices of a question: key, label and, where there is a limit, places.

    Takes lines of text as well; the keys are made when the labels arrive and never change.
    wagtail-localize is offered the labels alone.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value: Any) -> list[Choice]:
        """Write choices with keys, whatever was set."""
        return as_choices(value)

    def formfield(self, **kwargs: Any) -> Any:
        """Offer an editor the rows of choices."""
        return models.Field.formfield(self, form_class=ChoicesFormField, **kwargs)

    def get_translatable_segments(self, value: Any) -> list[Any]:
        """Return the labels, each under its key, for wagtail-localize."""
        from wagtail_localize.segments import StringSegmentValue  # noqa: PLC0415 (optional)

        return [StringSegmentValue(c["key"], c["label"]) for c in as_choices(value)]

    def restore_translated_segments(self, value: Any, segments: Sequence[Any]) -> list[Choice]:
        """Return the choices under their translated labels; a blank one leaves the label as it is.

        A choice without a label is none, and a translator must not be able to remove one.
        """
        labels = {segment.path: segment.render_text().strip() for segment in segments}
        choices = as_choices(value)
        return relabelled(choices, [labels.get(c["key"]) or c["label"] for c in choices])


class ConditionsField(models.JSONField):
    """When a question is asked: how the conditions are joined, and the conditions."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value: Any) -> ConditionRows:
        """Write conditions in their full form, whatever was set."""
        return as_condition_rows(value)

    def formfield(self, **kwargs: Any) -> Any:
        """Offer an editor the rows of conditions."""
        return models.Field.formfield(self, form_class=ConditionsFormField, **kwargs)


class RowKeyField(models.UUIDField):  # type: ignore[type-arg]
    """The key by which other rows of the page refer to this one; it survives copying the page.

    It travels through the browser, so that a row which is new there can be referred to at once. One
    that comes without gets one.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", uuid.uuid4)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def save_form_data(self, instance: models.Model, data: Any) -> None:
        """Keep what came, or make a key."""
        setattr(instance, self.attname, data or uuid.uuid4())
