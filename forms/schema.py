"""The answers of a form as JSON Schema 2020-12, for front ends of other makes and for the API.

The schema describes answers in the form in which they are kept. Whatever our validator accepts and
keeps agrees with it; what it cannot say, such as what counts as a telephone number, is ours to
judge. Answers to questions that are not asked are ignored by us, so it does not forbid them.

What a standard validator needs is in standard words, the conditions among it. What a front end
needs besides, to draw the form, is under ``x-kommed``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from django import forms

from .builder import AnswerForm, build_form_class
from .choices import OTHER
from .conditions import holds
from .countries import CODES
from .enums import CHOICE_TYPES, Join, Operator, QuestionType
from .question_types import AnswerType, get_type
from .question_types.measures import as_decimal
from .spec import Condition, QuestionSpec

DIALECT = "https://json-schema.org/draft/2020-12/schema"
EXTRA = "x-kommed"
EMPTY_ANSWERS: list[Any] = [None, "", False, []]
MANY = frozenset({QuestionType.CHECKBOXES, QuestionType.MULTISELECT})
TICKED = frozenset({QuestionType.CHECKBOX, QuestionType.CONSENT})
OPPOSITES = {Operator.IS_NOT: Operator.IS, Operator.IS_EMPTY: Operator.IS_NOT_EMPTY}
# What has a meaning of its own in an expression; nothing else may be escaped in JavaScript's.
SYNTAX = frozenset("^$\\.*+?()[]{}|/")

Schema = dict[str, Any] | bool


def form_schema(
    form: type[AnswerForm] | Sequence[QuestionSpec],
    *,
    given: Mapping[str, Any] | None = None,
    title: str = "",
) -> dict[str, Any]:
    """Return the JSON Schema of the answers to ``form``: a form class, or the questions of one.

    ``given`` are answers that conditions may look at though nobody is asked for them; a form class
    brings its own.
    """
    form_class = form if isinstance(form, type) else build_form_class(form, given=given)
    schema: dict[str, Any] = {"$schema": DIALECT, "type": "object"}
    if title:
        schema["title"] = title
    asked = _Asked(form_class)
    properties, required, rules = {}, [], []
    for order, spec in enumerate(form_class.specs):
        if not get_type(spec.field_type).takes_answer:
            continue
        is_always_asked = asked.of(spec) is True
        must = spec.required and get_type(spec.field_type).is_shown
        kept = _kept(spec, must=must and is_always_asked)
        properties[spec.key] = _described(spec, kept, order, form_class)
        if must and is_always_asked:
            required.append(spec.key)
        elif must:
            then = {"required": [spec.key], "properties": {spec.key: _kept(spec, must=True)}}
            rules.append({"if": asked.of(spec), "then": then})
    schema |= {"properties": properties, "required": required}
    if rules:
        schema["allOf"] = rules
    if asked.definitions:
        schema["$defs"] = asked.definitions
    schema[EXTRA] = {"sections": _sections(form_class)}
    return schema


# Answers


def _kept(spec: QuestionSpec, *, must: bool) -> dict[str, Any]:
    """Return the schema of the answer to ``spec``; nothing will do unless it ``must`` be given."""
    answer_type = get_type(spec.field_type)
    kept = answer_type.schema(spec)
    if not answer_type.is_shown:
        return kept
    if must:
        return {**kept, **_something(kept)}
    empty: list[Any] = [None]
    if not spec.required and kept.get("type") == "boolean":
        return {"type": ["boolean", "null"]}
    empty += [[]] if kept.get("type") == "array" else [False] if _is_ticked(spec) else [""]
    return {"anyOf": [kept, {"enum": empty}]}


def _something(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return what makes ``kept`` refuse an answer that says nothing."""
    if kept.get("type") == "array":
        return {"minItems": max(1, kept.get("minItems", 1))}
    if kept.get("type") == "string":
        return {"minLength": max(1, kept.get("minLength", 1))}
    return {}


def _described(
    spec: QuestionSpec, kept: dict[str, Any], order: int, form_class: type[AnswerForm]
) -> dict[str, Any]:
    """Return ``kept`` with what is said to people, and what a front end needs to ask for it."""
    described: dict[str, Any] = {"title": str(spec.label)}
    if spec.help_text:
        described["description"] = str(spec.help_text)
    extra: dict[str, Any] = {
        "type": str(spec.field_type),
        "order": order,
        "required": spec.required and get_type(spec.field_type).is_shown,
    }
    shown = form_class.base_fields.get(spec.key)
    if shown is not None:
        extra |= {"widget": _widget(shown), "autocomplete": shown.widget.attrs.get("autocomplete")}
    optional = {
        "conditions": _rules(spec),
        "group": spec.group,
        "statement": spec.statement,
        "error": spec.error_text,
        "pattern": str(spec.pattern),
        "places": dict(spec.places),
        "purpose": spec.purpose,
        "legal_basis": str(spec.legal_basis),
        "privacy_class": str(spec.privacy_class),
        "special_basis": str(spec.special_basis),
        "keep_days": spec.keep_days,
    }
    extra |= {name: value for name, value in optional.items() if value not in ("", None, {})}
    extra = {name: value for name, value in extra.items() if value is not None}
    return {**described, **kept, EXTRA: extra}


def _widget(shown: forms.Field) -> str:
    """Return the kind of input: an input's ``type``, or the name of another element."""
    widget = shown.widget
    if isinstance(widget, forms.Textarea):
        return "textarea"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, forms.SelectMultiple):
        return "select-multiple"
    return str(widget.attrs.get("type") or getattr(widget, "input_type", "") or "text")


def _rules(spec: QuestionSpec) -> dict[str, Any]:
    if not spec.conditions:
        return {}
    rules = [
        {"question": rule.question, "operator": str(rule.operator), "value": rule.value}
        for rule in spec.conditions
    ]
    return {"join": str(spec.join), "rules": rules}


def _sections(form_class: type[AnswerForm]) -> list[dict[str, Any]]:
    """Return what is on the form, in order: sections, and in them questions, groups and texts.

    What stands before the first heading is a section without a key.
    """
    sections: list[dict[str, Any]] = [{"key": "", "items": []}]
    wholes = {spec.key: spec for spec in form_class.sources}
    for spec in form_class.specs:
        items = sections[-1]["items"]
        if spec.field_type == QuestionType.SECTION:
            sections.append(_heading(spec) | {"items": []})
        elif spec.field_type == QuestionType.EXPLANATION:
            items.append({"kind": "text", "text": spec.statement} | _heading(spec))
        elif not get_type(spec.field_type).is_shown:
            continue
        elif spec.group and wholes[spec.group].field_type == QuestionType.ADDRESS:
            if not items or items[-1].get("key") != spec.group:
                whole = _heading(wholes[spec.group])
                items.append({"kind": "group", "questions": []} | whole)
            items[-1]["questions"].append(spec.key)
        else:
            items.append({"kind": "question", "key": spec.key})
    return [section for section in sections if section["key"] or section["items"]]


def _heading(spec: QuestionSpec) -> dict[str, Any]:
    heading: dict[str, Any] = {"key": spec.key, "title": str(spec.label)}
    if spec.help_text:
        heading["description"] = str(spec.help_text)
    if spec.conditions:
        heading["conditions"] = _rules(spec)
    return heading


# Conditions


@dataclass
class _Asked:
    """When each question is asked, as schemas of all answers; chains are led through ``$defs``."""

    form_class: type[AnswerForm]
    definitions: dict[str, Any] = field(default_factory=dict)
    _schemas: dict[str, Schema] = field(default_factory=dict)

    def __post_init__(self) -> None:
        earlier: dict[str, QuestionSpec] = {}
        section: Schema = True
        for spec in self.form_class.specs:
            own = self._own(spec, earlier)
            if spec.field_type == QuestionType.SECTION:
                section = self._named(spec, own)
                continue
            self._schemas[spec.key] = self._named(spec, _all(section, own))
            earlier[spec.key] = spec

    def of(self, spec: QuestionSpec) -> Schema:
        """Return the schema that answers agree with when ``spec`` is asked."""
        return self._schemas[spec.key]

    def _named(self, spec: QuestionSpec, schema: Schema) -> Schema:
        if isinstance(schema, bool):
            return schema
        name = f"asked_{spec.key}"
        self.definitions[name] = schema
        pointer = name.replace("~", "~0").replace("/", "~1")
        return {"$ref": f"#/$defs/{quote(pointer)}"}

    def _own(self, spec: QuestionSpec, earlier: Mapping[str, QuestionSpec]) -> Schema:
        if not spec.conditions:
            return True
        parts = [self._holds(rule, earlier.get(rule.question)) for rule in spec.conditions]
        return _any(*parts) if spec.join == Join.ANY else _all(*parts)

    def _holds(self, rule: Condition, looked_at: QuestionSpec | None) -> Schema:
        if rule.operator in OPPOSITES:
            opposite = Condition(rule.question, OPPOSITES[Operator(rule.operator)], rule.value)
            return _not(self._holds(opposite, looked_at))
        given = self.form_class.given
        without_it = holds(rule, given)
        if looked_at is None:
            return without_it
        asked = self._schemas[looked_at.key]
        matches = _matches(rule, looked_at)
        when_asked = _all(asked, matches)
        return _any(when_asked, _not(asked)) if without_it else when_asked


def _matches(rule: Condition, spec: QuestionSpec) -> Schema:
    """Return the schema of answers in which ``rule`` holds of the answer to ``spec``."""
    answer_type = get_type(spec.field_type)
    if not answer_type.takes_answer or not answer_type.is_shown:
        return holds(rule, {spec.key: answer_type.as_json(spec, None)})
    is_so = _is_so(rule, spec, answer_type)
    if is_so is False:
        return False
    wanted: dict[str, Any] = {"properties": {spec.key: is_so}}
    missing = False if _is_ticked(spec) else None
    return wanted if holds(rule, {spec.key: missing}) else {**wanted, "required": [spec.key]}


def _is_so(rule: Condition, spec: QuestionSpec, answer_type: AnswerType) -> Schema:
    """Return the schema of an answer of which ``rule`` holds."""
    if rule.operator == Operator.IS_NOT_EMPTY:
        return {"not": {"enum": EMPTY_ANSWERS}}
    if _is_ticked(spec):
        return _one_of([value for value in (True, False, None) if _does(rule, bool(value))])
    if spec.field_type in MANY:
        some = _one_of([key for key in _keys(spec) if _does(rule, [key])])
        return {"type": "array", "contains": some} if some else False
    if spec.field_type in CHOICE_TYPES or spec.field_type == QuestionType.COUNTRY:
        return _one_of([key for key in _keys(spec) if _does(rule, key)])
    return _is_text(rule, spec, answer_type)


def _is_text(rule: Condition, spec: QuestionSpec, answer_type: AnswerType) -> Schema:
    """Return the schema of a text that is, or contains, what is wanted; case does not count."""
    wanted = rule.value.strip().lower()
    text = "".join(_either_case(character) for character in wanted)
    if rule.operator == Operator.CONTAINS:
        return {"type": "string", "pattern": text}
    exactly: dict[str, Any] = {"type": "string", "pattern": rf"^\s*{text}\s*$"}
    number = as_decimal(wanted) if spec.field_type == QuestionType.NUMBER else None
    if number is not None and answer_type.as_json(spec, number) == wanted:
        plain = int(number) if number == number.to_integral_value() else float(number)
        return {"anyOf": [exactly, {"const": plain}]}
    return exactly


def _does(rule: Condition, answer: Any) -> bool:
    return holds(rule, {rule.question: answer})


def _keys(spec: QuestionSpec) -> list[str]:
    if spec.field_type == QuestionType.COUNTRY:
        return list(CODES)
    return [*(key for key, _label in spec.choices), *([OTHER] if spec.has_other else [])]


def _is_ticked(spec: QuestionSpec) -> bool:
    return spec.field_type in TICKED


def _either_case(character: str) -> str:
    upper = character.upper()
    if upper != character and len(upper) == 1:
        return f"[{character}{upper}]"
    return f"\\{character}" if character in SYNTAX else character


def _one_of(values: list[Any]) -> Schema:
    return {"enum": values} if values else False


def _all(*schemas: Schema) -> Schema:
    if any(schema is False for schema in schemas):
        return False
    parts = [schema for schema in schemas if schema is not True]
    return (parts[0] if len(parts) == 1 else {"allOf": parts}) if parts else True


def _any(*schemas: Schema) -> Schema:
    if any(schema is True for schema in schemas):
        return True
    parts = [schema for schema in schemas if schema is not False]
    return (parts[0] if len(parts) == 1 else {"anyOf": parts}) if parts else False


def _not(schema: Schema) -> Schema:
    return not schema if isinstance(schema, bool) else {"not": schema}
