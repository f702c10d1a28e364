"""Turning a form into what is drawn."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from ..builder import AnswerForm
from ..conditions import conditions_in_words, holds
from ..enums import Join, Operator, PrivacyClass, QuestionType
from ..keeping import purpose_and_time
from ..question_types import get_type
from ..spec import Condition, QuestionSpec
from .items import Choice, FormLayout, Item, Section
from .places import PlacesLeft, PlacesOfChoices, places_in_words

ALWAYS, NEVER = "always", "never"
"""Besides the operators: what holds, or does not, whatever the visitor answers."""

FOLDER = "kommed_forms"
GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def form_layout(
    form: AnswerForm,
    *,
    places_left: PlacesLeft | None = None,
    ends_on: Any = None,
    templates: Mapping[str, str] | None = None,
) -> FormLayout:
    """Return ``form`` as sections of items, in the active language.

    ``places_left`` says how many places are left at choices that have a limit, ``ends_on`` the day
    from which answers are kept (None: that of sending), ``templates`` which questions, by key, are
    drawn in another way than their type's.

    What cannot apply whatever is answered, such as a question for another session than the only
    one there is, is not on the form.
    """
    drawing = _Drawing(form, places_left or {}, ends_on, templates or {})
    sections = [Section()]
    is_possible = True
    for spec in form.specs:
        if spec.field_type == QuestionType.SECTION:
            rules = drawing.rules(spec)
            is_possible = rules is not None
            if rules is not None:
                words = drawing.words(spec) if rules else ""
                sections.append(Section(spec=spec, rules=rules, words=words))
        elif is_possible:
            drawing.add(spec, sections[-1].items)
    return FormLayout(form, [section for section in sections if section.spec or section.items])


@dataclass
class _Drawing:
    form: AnswerForm
    places_left: PlacesLeft
    ends_on: Any
    templates: Mapping[str, str]

    def __post_init__(self) -> None:
        self.whole = {spec.key: spec for spec in self.form.sources}
        self.seen = [s for s in self.form.sources if get_type(s.field_type).is_shown]
        self.looked_at = {c.question for spec in self.form.specs for c in spec.conditions}

    def add(self, spec: QuestionSpec, items: list[Item]) -> None:
        """Draw ``spec`` at the end of ``items``, or as a part of the last one."""
        rules = self.rules(spec)
        answer_type = get_type(spec.field_type)
        if rules is None:
            return
        if spec.group:
            self._add_part(spec, rules, items)
        elif not answer_type.takes_answer and answer_type.is_shown:
            words = self.words(spec) if rules else ""
            items.append(Item(spec, f"{FOLDER}/_text.html", rules=rules, words=words))
        elif answer_type.is_shown:
            items.append(self._question(spec, rules))
        elif spec.key in self.looked_at:
            items.append(Item(spec, f"{FOLDER}/_fixed.html", rules=rules))

    def _add_part(self, spec: QuestionSpec, rules: str, items: list[Item]) -> None:
        """Put a line of an address into its group; the text behind "other" below the choices."""
        if items and items[-1].key == spec.group:
            whole = items[-1]
        else:  # the first line of an address: nothing has its own key on the form
            whole = self._group(self.whole[spec.group], rules)
            items.append(whole)
        is_line = whole.field is None
        part = self._question(spec, "" if is_line else rules)
        part.note = ""
        if whole.field is not None:
            part.words = ""  # it stands right below the choice that it belongs to
        _describe(part)
        whole.parts.append(part)

    def _group(self, spec: QuestionSpec, rules: str) -> Item:
        words = self.words(spec) if rules else ""
        template = self.templates.get(spec.key, f"{FOLDER}/_group.html")
        return Item(spec, template, rules=rules, words=words, note=self._note(spec))

    def _question(self, spec: QuestionSpec, rules: str) -> Item:
        item = Item(
            spec,
            "",
            field=self.form[spec.key],
            rules=rules,
            words=self.words(spec) if rules else "",
            note=self._note(spec),
            limit=_counted_limit(spec),
        )
        own = getattr(get_type(spec.field_type), "template_name", "")
        item.template = self.templates.get(spec.key) or own or _template_of(item)
        _describe(item)
        self._choices(item)
        return item

    def _choices(self, item: Item) -> None:
        bound = item.field
        if bound is None:
            return
        left = self.places_left.get(item.key, {})
        if isinstance(bound.field.widget, GROUPS):
            item.choices = [_choice(item, choice, left) for choice in bound.subwidgets]
        elif isinstance(bound.field.widget, forms.Select):
            item.left = left

    def _note(self, spec: QuestionSpec) -> str:
        if spec.privacy_class == PrivacyClass.ORDINARY:
            return ""
        return purpose_and_time(spec, self.ends_on)

    def words(self, spec: QuestionSpec) -> str:
        """Return when ``spec`` applies, in words that say nothing of what the server sets."""
        return conditions_in_words(spec, self.seen)

    def rules(self, spec: QuestionSpec) -> str | None:
        """Return the conditions as JSON; empty if there are none, None if they cannot hold.

        What is known already, such as the only session and what the server sets, is decided here
        and not shown to the visitor.
        """
        if not spec.conditions:
            return ""
        rules = [self._rule(condition) for condition in spec.conditions]
        said = {rule["operator"] for rule in rules}
        is_any = spec.join == Join.ANY
        if said == {ALWAYS} or (is_any and ALWAYS in said):
            return ""
        if said == {NEVER} or (not is_any and NEVER in said):
            return None
        return json.dumps({"join": str(spec.join), "rules": rules}, ensure_ascii=False)

    def _rule(self, condition: Condition) -> dict[str, str]:
        given = self.form.given
        looked_at = self.whole.get(condition.question)
        if looked_at is None and condition.question in given:
            return {"operator": ALWAYS if holds(condition, given) else NEVER}
        operator, value = str(condition.operator), condition.value
        if looked_at is not None and looked_at.field_type == QuestionType.HIDDEN:
            if_asked = holds(condition, {condition.question: looked_at.default_value})
            if if_asked == holds(condition, {}):
                return {"operator": ALWAYS if if_asked else NEVER}
            operator = str(Operator.IS_NOT_EMPTY if if_asked else Operator.IS_EMPTY)
            value = ""
        return {"question": condition.question, "operator": operator, "value": value}


def _template_of(item: Item) -> str:
    widget = item.field.field.widget if item.field is not None else None
    if isinstance(widget, GROUPS):
        return f"{FOLDER}/_choices.html"
    if isinstance(widget, forms.CheckboxInput):
        return f"{FOLDER}/_box.html"
    if item.field is not None and item.field.use_fieldset:
        return f"{FOLDER}/_group.html"
    return f"{FOLDER}/_input.html"


def _counted_limit(spec: QuestionSpec) -> int | None:
    """Return the limit to count towards; nobody counts what their browser fills in."""
    is_text = spec.field_type in (QuestionType.SINGLELINE, QuestionType.MULTILINE)
    return spec.max_length if is_text and not spec.autocomplete else None


def _describe(item: Item) -> None:
    """Tie the input to its texts. Groups are tied as a whole, in their template."""
    bound = item.field
    if bound is None or bound.use_fieldset:
        return
    attrs = bound.field.widget.attrs
    attrs.pop("aria-describedby", None)
    if item.described_by:
        attrs["aria-describedby"] = item.described_by
    if item.limit or isinstance(bound.field.widget, forms.Textarea):
        attrs.pop("maxlength", None)  # browsers cut what is pasted, without a word


def _choice(item: Item, choice: Any, left: PlacesOfChoices) -> Choice:
    value = str(choice.data["value"])
    is_full = left.get(value, 1) <= 0
    attrs = choice.data["attrs"]
    note_id = f"{choice.id_for_label}_places"
    if item.is_radio:
        attrs.pop("aria-invalid", None)  # the group says it; a radio button may not
    if value in left:
        attrs["aria-describedby"] = note_id
    if is_full:
        attrs["disabled"] = True
        attrs.pop("checked", None)
    return Choice(
        tag=choice.tag(),
        id=choice.id_for_label,
        label=str(choice.choice_label),
        value=value,
        note=places_in_words(left[value]) if value in left else "",
        is_full=is_full,
    )
