"""Choices that only so many may take: how many are left is said, and what is full not offered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

PlacesOfChoices = Mapping[str, int]
PlacesLeft = Mapping[str, PlacesOfChoices]
"""By question and choice: how many more may choose it."""


def places_in_words(left: int) -> str:
    """Return how many places are left."""
    if left <= 0:
        return _("no places left")
    return ngettext("%(number)d place left", "%(number)d places left", left) % {"number": left}


def limited_select(bound: BoundField, left: PlacesOfChoices) -> SafeString:
    """Draw a list that says how many places are left, and does not offer what is full."""
    widget = bound.field.widget
    attrs = bound.build_widget_attrs({"id": bound.auto_id})
    context = widget.get_context(bound.html_name, bound.value(), attrs)
    for _group, options, _index in context["widget"]["optgroups"]:
        for option in options:
            _limit(option, left)
    html = bound.renderer.render(widget.template_name, context)
    return mark_safe(html)  # noqa: S308 (Django's own template has escaped it)


def _limit(option: dict[str, Any], left: PlacesOfChoices) -> None:
    number = left.get(str(option["value"]))
    if number is None:
        return
    option["label"] = f"{option['label']} ({places_in_words(number)})"
    if number <= 0:
        option["attrs"] = {**option["attrs"], "disabled": True}
        option["attrs"].pop("selected", None)
