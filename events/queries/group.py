"""Several people who are registered in one go: the form, and one whole form for each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from forms.builder import AnswerForm, build_form_class
from forms.enums import QuestionType
from forms.models import QuestionSpec

from ..enums import GroupRule
from ..models import EventPageMixin
from ..models.event_questions import AUDIENCE_KEY
from ..validators import identity_key
from .form import EventForm, event_form

NAME_KEY, EMAIL_KEY = "name", "email"
ROW_PREFIX = "km-person"
RULE_FIELD = "km-rule"
"""Their names begin as those of a form's own inputs, so that a step before sending carries them."""


@dataclass
class PersonRow:
    """One line of the form: who, and as what."""

    number: int
    name: str = ""
    audience: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    """What is wrong, by ``name`` and ``audience``."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return not self.name and not self.audience

    @property
    def problems(self) -> list[tuple[str, str]]:
        """What is wrong, in the order of the inputs."""
        return [(key, self.errors[key]) for key in (NAME_KEY, AUDIENCE_KEY) if key in self.errors]

    @property
    def name_field(self) -> str:
        """What the input for the name is called."""
        return f"{ROW_PREFIX}-{self.number}-name"

    @property
    def audience_field(self) -> str:
        """What the input for the audience is called."""
        return f"{ROW_PREFIX}-{self.number}-audience"


@dataclass
class GroupForm:
    """The form for several people, as it stands or as it was sent."""

    asked: EventForm
    """What each of them is asked for, without files."""
    form: AnswerForm
    """What is asked once for all of them."""
    rows: list[PersonRow]
    rule: str
    audiences: list[tuple[str, str]]
    """The audiences to choose among, each a key and a name."""
    leaves_out_files: bool
    each: list[tuple[PersonRow, dict[str, Any]]] = field(default_factory=list)
    """Every person with all of their answers; known once the form is found to be valid."""

    @property
    def has_errors(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.form.errors) or any(row.errors for row in self.rows)


def group_form(page: EventPageMixin, data: QueryDict | None = None) -> GroupForm:
    """Return the form for several people; with ``data`` as it was sent, not looked through yet."""
    whole = event_form(page)
    specs = tuple(spec for spec in whole.specs if spec.field_type != QuestionType.FILE)
    asked = replace(whole, specs=specs)
    audiences = next((list(spec.choices) for spec in specs if spec.key == AUDIENCE_KEY), [])
    form_class = build_form_class(
        [_as_common(spec) for spec in specs if spec.key not in (AUDIENCE_KEY, NAME_KEY)],
        given=asked.given,
        form_key=asked.form_key,
    )
    rule = data.get(RULE_FIELD, "") if data is not None else ""
    return GroupForm(
        asked=asked,
        form=form_class(data) if data is not None else form_class(),
        rows=[_row(number, data) for number in range(1, page.group_size + 1)],
        rule=rule if rule in GroupRule.values else GroupRule.ALL_OR_NONE.value,
        audiences=[(key, label) for key, label in audiences],
        leaves_out_files=len(specs) < len(whole.specs),
    )


def _row(number: int, data: QueryDict | None) -> PersonRow:
    row = PersonRow(number)
    if data is not None:
        row.name = " ".join(data.get(row.name_field, "").replace("\0", "").split())
        row.audience = data.get(row.audience_field, "").strip()
    return row


def _as_common(spec: QuestionSpec) -> QuestionSpec:
    """Return ``spec`` as it is asked for all of them.

    What depends on the audience is asked whoever comes, and missed only where it applies.
    """
    if spec.key == EMAIL_KEY:
        help_text = _("We send the mails here: one for each of them.")
        return replace(spec, label=_("Your e-mail"), help_text=help_text)
    if any(condition.question == AUDIENCE_KEY for condition in spec.conditions):
        return replace(spec, conditions=(), required=False)
    return spec


def check_group(group: GroupForm) -> bool:
    """Look through everything that was sent, and return whether it will do.

    Each person's answers go through the same form as those of somebody who comes alone. What is
    wrong with name or audience is said at the row, the rest once, at the question.
    """
    group.form.is_valid()
    filled = [row for row in group.rows if not row.is_empty]
    if not filled and group.rows:
        group.rows[0].errors["name"] = _("Please write the name of at least one person.")
    _find_doubles(filled)
    form_class = group.asked.form_class()
    group.each = []
    for row in filled:
        form = form_class(_data_of(row, group.form.data))
        form.is_valid()
        for key, errors in form.errors.items():
            _say(group, row, key, str(errors[0]))
        group.each.append((row, form.answers() if form.is_valid() else {}))
    return not group.has_errors


def _data_of(row: PersonRow, data: Any) -> QueryDict:
    own: QueryDict = data.copy()
    own[NAME_KEY], own[AUDIENCE_KEY] = row.name, row.audience
    return own


def _say(group: GroupForm, row: PersonRow, key: str, text: str) -> None:
    if key in (NAME_KEY, AUDIENCE_KEY):
        row.errors.setdefault(key, text)
    elif key not in group.form.errors:
        group.form.add_error(key if key in group.form.fields else None, text)


def _find_doubles(rows: Sequence[PersonRow]) -> None:
    seen: dict[str, PersonRow] = {}
    for row in rows:
        if not row.name:
            continue
        first = seen.setdefault(identity_key(row.name), row)
        if first is not row:
            text = _("The same name as person %(number)s. Please tell them apart.")
            row.errors["name"] = text % {"number": first.number}
