"""What the script shows is what the server asks: random forms, random answers, one judgement."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page

from forms.builder import AnswerForm, build_form_class
from forms.enums import CHOICE_TYPES, Join, Operator, QuestionType
from forms.spec import Condition, QuestionSpec

SCRIPT = Path("forms/static/kommed_forms/form.js").resolve()
ROUNDS = 60
CHOICES = (("a", "Alfa"), ("b", "Beta"), ("æ ø", "Æ ø"))
TYPES = (
    QuestionType.SINGLELINE,
    QuestionType.MULTILINE,
    QuestionType.NUMBER,
    QuestionType.DATE,
    QuestionType.RADIO,
    QuestionType.DROPDOWN,
    QuestionType.CHECKBOXES,
    QuestionType.MULTISELECT,
    QuestionType.CHECKBOX,
    QuestionType.CONSENT,
    QuestionType.HIDDEN,
    QuestionType.SECTION,
    QuestionType.EXPLANATION,
    QuestionType.ADDRESS,
)
LOOKED_AT = frozenset(TYPES) - {
    QuestionType.SECTION,
    QuestionType.EXPLANATION,
    QuestionType.ADDRESS,
}
TYPED: dict[str, list[str]] = {
    QuestionType.SINGLELINE: ["", "  ida ", "Ida Holm", "ÆBLE", "3"],
    QuestionType.MULTILINE: ["", "ida\nholm", "æble "],
    QuestionType.NUMBER: ["", "3", "3,50", "-0", "007", " 1200 ", ".5", "0.0001"],
    QuestionType.DATE: ["", "2026-11-24"],
    QuestionType.ADDRESS: ["", "Vej 1"],
}
VALUES = [
    "a",
    "b",
    "other",
    "æ ø",
    "yes",
    "no",
    "ida",
    " IDA",
    "æble",
    "3",
    "3.5",
    "2026-11-24",
    "x",
]

# Fills in one question as a visitor would, and says which questions can be seen.
ANSWER = """([key, values]) => {
  for (const input of document.getElementsByName(key)) {
    if (["radio", "checkbox"].includes(input.type)) input.checked = values.includes(input.value);
    else if (input.multiple) for (const o of input.options) o.selected = values.includes(o.value);
    else input.value = values[0] ?? "";
    input.dispatchEvent(new Event("input", {bubbles: true}));
  }
}"""
SHOWN = """() => Array.from(document.querySelectorAll("[data-km-question]"))
  .filter((question) => !question.closest("[hidden]"))
  .map((question) => question.dataset.kmQuestion)"""
REACHED = """() => Array.from(document.querySelectorAll("input, select, textarea"))
  .filter((input) => { input.focus(); return document.activeElement === input; })
  .map((input) => input.name)"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def random_form(chance: random.Random) -> list[QuestionSpec]:
    """Return up to a dozen questions, each perhaps asked only if earlier ones were answered so."""
    specs: list[QuestionSpec] = []
    for number in range(chance.randint(4, 12)):
        kind = chance.choice(TYPES)
        earlier = [spec.key for spec in specs if spec.field_type in LOOKED_AT]
        conditions = tuple(
            Condition(chance.choice([*earlier, "given"]), str(how), chance.choice(VALUES))
            for how in chance.sample(list(Operator), chance.choice((0, 0, 1, 1, 2, 3)))
        )
        specs.append(
            QuestionSpec(
                key=f"q{number}",
                label=f"Q {number}",
                field_type=kind,
                required=False,
                choices=CHOICES if kind in CHOICE_TYPES else (),
                has_other=kind == QuestionType.RADIO,
                default_value=chance.choice(VALUES) if kind == QuestionType.HIDDEN else "",
                conditions=conditions,
                join=chance.choice(list(Join)),
            )
        )
    return specs


def random_answers(chance: random.Random, form_class: type[AnswerForm]) -> dict[str, list[str]]:
    """Return what is typed and ticked."""
    answers: dict[str, list[str]] = {}
    for spec in form_class.specs:
        if spec.key not in form_class.base_fields:
            continue
        if spec.field_type in (QuestionType.CHECKBOX, QuestionType.CONSENT):
            answers[spec.key] = chance.choice(([], ["on"]))
        elif spec.choices:
            keys = [key for key, _label in spec.choices] + ["other"] * spec.has_other
            most = len(CHOICES) if "list" in spec.field_type or "boxes" in spec.field_type else 1
            answers[spec.key] = chance.sample(keys, chance.randint(0, most))
        else:
            answers[spec.key] = [chance.choice(TYPED[spec.field_type])]
    return answers


def asked_by_the_server(form_class: type[AnswerForm], answers: dict[str, list[str]]) -> set[str]:
    """Return what the server asks of those who answer so."""
    data = QueryDict(mutable=True)
    for key, values in answers.items():
        data.setlist(key, values)
    form = form_class(data)
    form.is_valid()
    return form.asked


def comparable(keys: Any, form_class: type[AnswerForm]) -> set[str]:
    """Return the keys of what has a place on the page of its own."""
    return set(keys) & set(form_class.base_fields) | {
        key
        for key in keys
        for spec in form_class.sources
        if spec.key == key and spec.field_type in ("section", "explanation")
    }


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_the_script_shows_what_the_server_asks(page: Page, seed: int) -> None:
    chance = random.Random(seed)
    form_class = build_form_class(random_form(chance), given={"given": "ida"})
    html = render_to_string("kommed_forms/_items.html", {"form": form_class()})
    page.set_content(f'<form class="km-form">{html}</form>')
    page.add_script_tag(path=SCRIPT)
    for _time in range(3):
        answers = random_answers(chance, form_class)
        filled_in = list(answers.items())
        chance.shuffle(filled_in)
        for key, values in filled_in:
            page.evaluate(ANSWER, [key, values])

        expected = comparable(asked_by_the_server(form_class, answers), form_class)
        assert comparable(page.evaluate(SHOWN), form_class) == expected
        reached = set(page.evaluate(REACHED))
        assert reached == expected & set(form_class.base_fields)


def test_what_is_hidden_keeps_what_was_typed(page: Page) -> None:
    specs = [
        QuestionSpec("q", "Q", QuestionType.CHECKBOX, required=False),
        QuestionSpec("r", "R", "singleline", conditions=(Condition("q", "is", "yes"),)),
    ]
    html = render_to_string("kommed_forms/_items.html", {"form": build_form_class(specs)()})
    page.set_content(f'<form class="km-form">{html}</form>')
    assert page.locator(".km-if").count() == 1

    page.add_script_tag(path=SCRIPT)

    assert page.locator(".km-if").count() == 0
    assert page.locator("[name=r]").get_attribute("aria-describedby") is None
    assert not page.locator("[name=r]").is_visible()
    page.locator("[name=q]").check()
    page.locator("[name=r]").fill("Skrevet")
    page.locator("[name=q]").uncheck()
    assert not page.locator("[name=r]").is_visible()
    page.locator("[name=q]").check()
    assert page.locator("[name=r]").input_value() == "Skrevet"


def test_characters_are_counted_as_the_server_counts_them(page: Page) -> None:
    spec = QuestionSpec("q", "Q", "multiline", max_length=10)
    html = render_to_string("kommed_forms/_items.html", {"form": build_form_class([spec])()})
    page.set_content(f'<form class="km-form">{html}</form>')
    page.add_script_tag(path=SCRIPT)
    seen = page.locator("p.km-count[aria-hidden=true]")
    heard = page.locator("[role=status]")

    page.locator("textarea").fill("👩‍🚒\næ")

    assert seen.inner_text().endswith(" 5")  # 3 code points, a line feed and a letter
    page.locator("textarea").fill("x" * 12)
    assert seen.inner_text().endswith(" 2")
    assert "km-over" in (seen.get_attribute("class") or "")
    heard.get_by_text(seen.inner_text()).wait_for(state="attached")


def test_two_clicks_are_one_and_coming_back_is_possible(page: Page) -> None:
    page.set_content('<form class="km-form" action="javascript:void 0"><button type="submit">')
    page.add_script_tag(path=SCRIPT)
    page.evaluate(
        """() => { window.sent = 0; document.addEventListener("submit", (event) => {
          if (!event.defaultPrevented) window.sent += 1; event.preventDefault(); }); }"""
    )
    button = page.locator("button")

    button.click()
    button.evaluate("button => button.click()")  # Playwright itself would wait until it may

    assert page.evaluate("window.sent") == 1
    assert button.get_attribute("aria-disabled") == "true"
    page.evaluate("window.dispatchEvent(new Event('pageshow'))")
    assert button.get_attribute("aria-disabled") is None
    button.click()
    assert page.evaluate("window.sent") == 2
