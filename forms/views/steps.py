"""A step between filling in a form and sending it, without a cookie and without a script.

"Check your answers" is such a step. The answers travel in hidden inputs and are validated anew when
they come back, so that nothing is believed and nothing has to be stored.

How a view uses it::

    step = step_of(request)
    form = form_class(request.POST, request.FILES)
    if step == CHANGE:                      # back to the form, with everything typed
        return <the page with form>
    if not form.is_valid():
        return <the page with form, 422>
    if page.check_answers and step != SEND:
        return render_confirmation(request, template=..., context=..., form=form)
    <send it>

``form_step`` says which button was pressed. It is in the hands of whoever posts and proves nothing.
A form's own inputs (``form_version``, and what protects it) are carried as they came; more can be
given in ``extra``, under names that no question has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from ..builder import AnswerForm, answer_text
from ..enums import QuestionType
from ..layout import Item, form_layout
from ..question_types.files import KEPT, KeptFile

STEP_FIELD = "form_step"
OWN_PREFIXES = ("form_", "km-")
"""Names of a form's own inputs begin so; ``form_version``, and those of ``forms.protection``."""

CHANGE, SEND = "change", "send"
"""The buttons: back to the form, and send what was checked."""


@dataclass(frozen=True)
class AnswerRow:
    """One answer as it is read before it is sent."""

    label: str
    lines: list[str]
    """The answer; empty where nothing was answered."""
    target_id: str
    """The input that "change" leads to."""


@dataclass
class AnswerGroup:
    """The answers under one heading."""

    heading: str = ""
    rows: list[AnswerRow] = field(default_factory=list)


def step_of(request: HttpRequest) -> str:
    """Return which button was pressed: one of the constants, or "" for that of the form itself."""
    step = request.POST.get(STEP_FIELD, "")
    return step if step in (CHANGE, SEND) else ""


def carried_values(form: AnswerForm, extra: Mapping[str, str] | None = None) -> list[list[str]]:
    """Return names and values of everything that was typed, and of the form's own inputs.

    What is not asked any more is among it, so that changing one's mind brings it back.
    """
    extra = dict(extra or {})
    posted: Any = form.data
    own = [name for name in posted if name.startswith(OWN_PREFIXES) and name != STEP_FIELD]
    names = [name for name in dict.fromkeys((*form.fields, *own)) if name not in extra]
    values = [[name, value] for name in names for value in posted.getlist(name)]
    return [*values, *_kept_files(form), *([name, value] for name, value in extra.items())]


def _kept_files(form: AnswerForm) -> list[list[str]]:
    """Return the references to files: what has come once is kept, and need not come again."""
    kept = [(name, form[name].value()) for name in form.fields]
    return [[name + KEPT, value.reference] for name, value in kept if isinstance(value, KeptFile)]


def answers_to_check(form: AnswerForm) -> list[AnswerGroup]:
    """Return the answers of a valid ``form``, under its headings, as people read them.

    What was not asked is not among them; what was not answered is, because it may be an oversight.
    """
    answers = form.answers()
    groups = []
    for section in form_layout(form).sections:
        if section.spec is not None and section.spec.key not in form.asked:
            continue
        rows = [
            AnswerRow(item.spec.label, _lines(item, answers), item.target_id)
            for item in section.items
            if _is_answered(item, form)
        ]
        if rows:
            groups.append(AnswerGroup(section.spec.label if section.spec else "", rows))
    return groups


def _is_answered(item: Item, form: AnswerForm) -> bool:
    if item.spec.field_type == QuestionType.HIDDEN:
        return False
    keys = {item.key, *(part.key for part in item.parts)}
    return bool(keys & form.asked) and (item.field is not None or bool(item.parts))


def _lines(item: Item, answers: Mapping[str, Any]) -> list[str]:
    """Return the answer, an address line by line, and what was written behind "other"."""
    texts = [answer_text(spec, answers.get(spec.key)) for spec in _asked_in(item)]
    return [line for text in texts if text for line in text.splitlines()]


def _asked_in(item: Item) -> list[Any]:
    own = [item.spec] if item.field is not None else []
    return [*own, *(part.spec for part in item.parts)]


def unanswered(form_class: type[AnswerForm]) -> AnswerForm:
    """Return the form as if everything had been asked and nothing answered, for a preview."""
    form = form_class(QueryDict())
    form.is_valid()
    form.asked = {spec.key for spec in form.specs}
    return form


def render_confirmation(
    request: HttpRequest,
    *,
    template: str,
    context: Mapping[str, Any],
    form: AnswerForm,
    extra: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Answer with a page that lists the answers of a valid ``form`` and has a button to send them.

    ``template`` includes ``kommed_forms/_confirmation.html``, which draws the list, the way back to
    each question and the button; ``extra`` are hidden values of the caller's own.
    """
    response = render(
        request,
        template,
        {
            **context,
            "form": form,
            "answer_groups": answers_to_check(form),
            "carried": carried_values(form, extra),
        },
        status=status,
    )
    add_never_cache_headers(response)
    return response
