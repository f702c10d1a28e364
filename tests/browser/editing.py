"""What an editor does in Wagtail's editor, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

TRIES = 4
OPENING_TIME = 15_000


@dataclass
class Editor:
    """Wagtail's page editor, open in ``page``."""

    page: Page

    def tab(self, number: int) -> None:
        """Open one of the tabs."""
        self.page.get_by_role("tab").nth(number).click()

    def write(self, name: str, text: str) -> None:
        """Write into a plain field."""
        field = self.page.locator(f'[name="{name}"]')
        field.fill(text)

    def write_rich(self, path: Locator, text: str) -> None:
        """Write into a rich text field."""
        path.locator('[role="textbox"]').first.click()
        self.page.keyboard.type(text)

    def add_row(self, relation: str) -> int:
        """Add a row to an inline panel and return its number."""
        total = self.page.locator(f"#id_{relation}-TOTAL_FORMS")
        number = int(total.input_value())
        self.page.locator(f"#id_{relation}-ADD").click()
        self.page.locator(f"#id_{relation}-{number}-ORDER").wait_for(state="attached")
        return number

    def add_block(self, stream: str, kind: str) -> int:
        """Add a block of a stream's own kind at its end and return its number."""
        counter = self.page.locator(f'[name="{stream}-count"]')
        number = int(counter.input_value())
        container = counter.locator("xpath=..")
        container.locator("button.c-sf-add-button:visible").last.click()
        options = self.page.locator(".w-combobox__option")
        options.first.wait_for()
        options.filter(has_text=kind).first.click()
        self.page.locator(f'[name="{stream}-{number}-type"]').wait_for(state="attached")
        return number

    def add_only_block(self, stream: str) -> int:
        """Add a block to a stream that knows one kind."""
        counter = self.page.locator(f'[name="{stream}-count"]')
        number = int(counter.input_value())
        counter.locator("xpath=..").locator("button.c-sf-add-button:visible").last.click()
        self.page.locator(f'[name="{stream}-{number}-type"]').wait_for(state="attached")
        return number

    def choose(self, chooser: str, result: str, text: str = "") -> None:
        """Open a chooser and take the first result that has ``text``."""
        found = self.page.locator(f".modal-body {result}")
        if text:
            found = found.filter(has_text=text)
        for _try in range(TRIES):
            self.page.locator(f"#{chooser} [data-chooser-action-choose]:visible").first.click()
            try:
                found.first.wait_for(timeout=OPENING_TIME)
                break
            except PlaywrightTimeoutError:
                # The row was added a moment ago and did not listen yet.
                self.page.keyboard.press("Escape")
        found.first.click()
        self.page.locator(".modal-body").wait_for(state="detached")

    def choose_picture(self, field: str, text: str = "") -> None:
        """Choose a picture."""
        self.choose(f"{field}-chooser", "a.image-choice", text)

    def choose_snippet(self, field: str, text: str) -> None:
        """Choose a venue or a host."""
        self.choose(f"{field}-chooser", "a[data-chooser-modal-choice]", text)

    def rows(self, relation: str, rows: Sequence[dict[str, str]]) -> None:
        """Add rows to an inline panel and fill their plain fields."""
        for fields in rows:
            number = self.add_row(relation)
            for name, text in fields.items():
                self.write(f"{relation}-{number}-{name}", text)

    # The form builder

    def question(self, number: int) -> QuestionRow:
        """Return the row of a question that is there."""
        return QuestionRow(self.page, number)

    def add_question(self, label: str, kind: str = "singleline") -> QuestionRow:
        """Add a question of a type."""
        row = self.question(self.add_row("questions"))
        row.field("field_type").select_option(kind)
        row.field("label").fill(label)
        return row

    def question_count(self) -> int:
        """Return how many rows there are, those marked for deletion aside."""
        return self.page.locator("#id_questions-FORMS > :not(.deleted)").count()

    def take_from_library(self, text: str) -> None:
        """Add a ready question whose entry has ``text``."""
        self.page.locator("[data-kommed-open=library]").click()
        self.page.locator(".kommed-dialog__entry", has_text=text).first.click()

    def copy_form_of(self, title: str) -> None:
        """Add the questions of the page called ``title``."""
        self.page.locator("[data-kommed-open=copy]").click()
        self.page.locator(".kommed-dialog input[type=search]").fill(title)
        self.page.locator(".kommed-dialog__entry").first.click()

    def warnings(self) -> list[str]:
        """Return what the editor says is worth a thought."""
        return self.page.locator(".kommed-warnings li").all_inner_texts()

    def publish(self) -> None:
        """Press publish, in the menu beside the button that saves."""
        self.page.locator("[data-w-dropdown-target=toggle]:visible").last.click()
        self.page.locator('button[name="action-publish"]').first.click()


@dataclass
class QuestionRow:
    """The row of a question in the editor."""

    page: Page
    number: int

    @property
    def box(self) -> Locator:
        """The whole row."""
        return self.page.locator(f"#inline_child_questions-{self.number}")

    @property
    def heading(self) -> str:
        """What the row says of itself when it is folded."""
        return self.box.locator("[data-panel-heading-text]").first.inner_text()

    def field(self, name: str) -> Locator:
        """One of its inputs."""
        return self.page.locator(f'[name="questions-{self.number}-{name}"]')

    def settings(self) -> set[str]:
        """Return the settings that can be seen, or could if their group were unfolded."""
        found: list[str] = self.box.locator(".kommed-setting").evaluate_all(
            "panels => panels.filter(panel => !panel.hidden)"
            ".map(panel => panel.className.match(/setting--(\\w+)/)[1])"
        )
        return set(found)

    def unfold(self) -> None:
        """Show everything there is."""
        toggle = self.box.locator("[data-panel-toggle]").first
        if toggle.get_attribute("aria-expanded") == "false":
            toggle.click()
        for fold in self.box.locator("[data-kommed-fold]").all():
            if fold.is_visible() and fold.get_attribute("open") is None:
                fold.locator("summary").click()

    def add_choices(self, *labels: str) -> None:
        """Type choices one after the other, as one does."""
        self.box.locator(".kommed-choices__foot button").click()
        for number, label in enumerate(labels):
            if number:
                self.page.keyboard.press("Enter")
            self.page.keyboard.type(label)

    def choices(self) -> Any:
        """Return what the rows of the choices send."""
        return self.field("choices").evaluate("input => JSON.parse(input.value)")

    def limit(self, *places: str) -> None:
        """Say how many may take each choice."""
        self.box.locator(".kommed-choices__limit input").check()
        for field, count in zip(
            self.box.locator(".kommed-choices__places").all(), places, strict=True
        ):
            field.fill(count)

    def only_if(self, question: str, operator: str = "", value: str = "", text: str = "") -> None:
        """Add a condition: an earlier question by its label, how, and a choice by its label."""
        self.box.locator(".kommed-conditions [data-add]").click()
        rule = self.box.locator("[data-rule]").last
        rule.locator("[data-question]").select_option(label=question)
        if operator:
            rule.locator("[data-operator]").select_option(operator)
        if value:
            rule.locator("[data-value]").select_option(label=value)
        if text:
            rule.locator("[data-value]").fill(text)

    def conditions(self) -> Any:
        """Return what the rows of the conditions send."""
        return self.field("conditions").evaluate("input => JSON.parse(input.value)")

    def press(self, button: str) -> None:
        """Press one of the buttons in the heading: move-up, move-down, or duplicate."""
        if button == "duplicate":
            self.box.locator("[data-kommed-duplicate]").click()
        else:
            self.box.locator(f"[data-inline-panel-child-{button}]").click()

    def delete(self) -> None:
        """Mark the row for deletion."""
        self.page.locator(f"#id_questions-{self.number}-DELETE-button").click()
