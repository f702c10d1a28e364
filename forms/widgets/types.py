"""The list from which an editor chooses the type of a question."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _


class TypeSelect(forms.Select):
    """A list that shows a type the site does not offer any more, where a question has it.

    A browser would otherwise send the first type of the list, and the question would become
    another without a word. The form refuses the type; the editor decides what is to become of it.
    """

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> list[Any]:
        """Return the options, with that of a missing type behind them."""
        groups: list[Any] = super().optgroups(name, value, attrs)
        offered = {str(key) for key, _label in self.choices}
        for missing in value:
            if missing and missing not in offered:
                label = _("Not offered here any more: %(type)s") % {"type": missing}
                number = len(groups)
                option = self.create_option(name, missing, label, True, number, attrs=attrs)
                groups.append((None, [option], number))
        return groups
