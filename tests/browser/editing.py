"""What an editor does in Wagtail's editor, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
