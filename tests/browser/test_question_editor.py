"""Writing questions in the admin: rows that say what they are, and only ask what matters."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from forms.models.authoring import shown_settings
from forms.question_types import registered_types
from forms.validators import question_key

from .conftest import DESKTOP, PATIENCE, Demo
from .editing import Editor
from .people import log_in
from .test_editor_journey import front_page_id
from .test_public_pages import RULES

pytestmark = pytest.mark.once

AUDIENCE_TAB, FORM_TAB = 2, 3
DEMO_TITLE = "værksted"
LABELS = (
    "Hvad er følsomt for dig?",
    "Ærø, Åsted & Œuvre",
    "  Straße 12  ",
    "🎉",
    "Ελληνικά",
    "a" * 80,
    "Café – crème brûlée",
)


@pytest.fixture(params=["light", "dark"])
def schemed(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A desktop in light and in dark."""
    context = browser.new_context(
        viewport=DESKTOP, locale="da-DK", color_scheme=request.param, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def open_new_event(context: BrowserContext, demo: Demo) -> Editor:
    """Open the editor of a new event, as an editor of pages does."""
    page = log_in(context, demo, "editor")
    page.goto(demo.url(f"/admin/pages/add/kommed_events/eventpage/{front_page_id(page, demo)}/"))
    return Editor(page)


@pytest.fixture
def editor(desktop: BrowserContext, demo: Demo) -> Editor:
    """A new event, at the tab of its form, with two sessions and an audience."""
    editor = open_new_event(desktop, demo)
    editor.write("title", "Afprøvning af spørgsmål")
    editor.tab(1)
    editor.write("event_sessions-0-name", "København")
    number = editor.add_row("event_sessions")
    editor.write(f"event_sessions-{number}-name", "Aalborg")
    editor.tab(FORM_TAB)
    return editor


def findings(page: Page) -> dict[str, list[str]]:
    """Return what axe finds: the rule, and the elements."""
    options = {"runOnly": {"type": "tag", "values": RULES}}
    found = Axe().run(page, options=options).response["violations"]
    return {each["id"]: [str(node["target"]) for node in each["nodes"]] for each in found}


def added_by_us(page: Page, stock: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return what axe finds that is not on a stock tab, and all that is in parts of ours."""
    return {
        rule: nodes
        for rule, nodes in findings(page).items()
        if rule not in stock or any("kommed" in node for node in nodes)
    }


def test_axe_finds_nothing_that_stock_wagtail_does_not_have(
    schemed: BrowserContext, demo: Demo
) -> None:
    editor = open_new_event(schemed, demo)
    editor.tab(AUDIENCE_TAB)
    editor.add_row("audiences")
    stock = findings(editor.page)

    editor.tab(FORM_TAB)
    food = editor.add_question("Hvad vil du spise?", "radio")
    food.add_choices("Grønt", "Kød")
    food.limit("3", "4")
    why = editor.add_question("Hvorfor?", "multiline")
    why.only_if("Hvad vil du spise?", value="Kød")
    why.only_if("Hvad vil du spise?", "is_not_empty")
    editor.add_question("Hvorfor?", "consent")
    food.unfold()
    why.unfold()
    assert len(editor.warnings()) == 1
    assert added_by_us(editor.page, stock) == {}

    for name in ("library", "copy"):
        editor.page.locator(f"[data-kommed-open={name}]").click()
        editor.page.locator(".kommed-dialog__entry").first.wait_for()
        assert added_by_us(editor.page, stock) == {}
        editor.page.keyboard.press("Escape")


def test_a_row_shows_the_settings_of_its_type_at_once(editor: Editor) -> None:
    row = editor.add_question("Noget")
    row.field("privacy_class").evaluate("field => (field.closest('details').open = true)")
    row.field("privacy_class").select_option("special")
    for each in registered_types():
        if each.is_on:
            row.field("field_type").select_option(each.name)
            editor.page.wait_for_timeout(50)
            assert row.settings() == shown_settings(each), each.name


def test_a_special_category_becomes_optional_and_short_lived(editor: Editor) -> None:
    row = editor.add_question("Allergier")
    row.unfold()
    row.field("required").check()
    assert "special_basis" not in row.settings()
    row.field("privacy_class").select_option("special")
    assert not row.field("required").is_checked()
    assert row.field("keep_days").input_value() == "14"
    assert row.field("special_basis").is_visible()
    row.field("privacy_class").select_option("ordinary")
    assert row.field("keep_days").input_value() == "90"


def test_the_heading_of_a_row_says_what_it_is(editor: Editor) -> None:
    row = editor.add_question("Hvad vil du spise?", "radio")
    kind = row.field("field_type").locator("option:checked").inner_text()
    row.add_choices("Grønt", "Kød")
    row.field("required").check()
    why = editor.add_question("Hvorfor?")
    why.only_if("Hvad vil du spise?", value="Kød")
    editor.page.wait_for_timeout(100)
    assert "Hvad vil du spise?" in row.heading
    assert kind in row.heading
    assert "“Hvad vil du spise?”" in why.heading
    assert "“Kød”" in why.heading


def test_choices_are_written_moved_and_removed_by_keyboard(editor: Editor) -> None:
    row = editor.add_question("Hvad vil du spise?", "radio")
    row.add_choices("Kød", "Følsomt grønt", "Fisk")
    keyboard = editor.page.keyboard
    keyboard.press("Alt+ArrowUp")
    assert [choice["key"] for choice in row.choices()] == ["koed", "fisk", "foelsomt_groent"]
    for _letter in "Fisk":
        keyboard.press("Backspace")
    keyboard.press("Backspace")
    assert [choice["label"] for choice in row.choices()] == ["Kød", "Følsomt grønt"]
    row.limit("5", "")
    assert row.choices() == [
        {"key": "koed", "label": "Kød", "places": 5},
        {"key": "foelsomt_groent", "label": "Følsomt grønt", "places": None},
    ]


def test_lines_that_are_pasted_become_choices(editor: Editor) -> None:
    row = editor.add_question("By", "dropdown")
    row.add_choices("")
    row.box.locator(".kommed-choices__label").evaluate(
        """field => {
            const data = new DataTransfer();
            data.setData("text", "Aalborg\\n- Odense\\r\\n\\n• Ribe, gerne\\nAalborg");
            const paste = {clipboardData: data, bubbles: true, cancelable: true};
            field.dispatchEvent(new ClipboardEvent("paste", paste));
        }"""
    )
    assert [(choice["key"], choice["label"]) for choice in row.choices()] == [
        ("aalborg", "Aalborg"),
        ("odense", "Odense"),
        ("ribe_gerne", "Ribe, gerne"),
        ("aalborg_2", "Aalborg"),
    ]


def test_the_browser_makes_the_keys_that_the_server_makes(editor: Editor) -> None:
    made = editor.page.evaluate("labels => labels.map(kommedForms.keyOf)", list(LABELS))
    assert made == [question_key(label) for label in LABELS]


def test_a_condition_offers_what_stands_before_and_keeps_to_the_key(editor: Editor) -> None:
    food = editor.add_question("Hvad vil du spise?", "radio")
    food.add_choices("Grønt", "Kød")
    why = editor.add_question("Hvorfor?")
    editor.add_question("Senere")
    why.only_if("Hvad vil du spise?", value="Kød")
    offered = why.box.locator("[data-question] option").all_inner_texts()
    assert offered[1:] == ["Organisation", "Hvad vil du spise?"]
    (rule,) = why.conditions()["rules"]
    assert rule == {
        "question": food.field("row_key").input_value(),
        "operator": "is",
        "value": "koed",
    }

    # Something refers to the choice now: renaming it leaves its key alone.
    food.box.locator(".kommed-choices__label").nth(1).fill("Fisk og kød")
    assert food.choices()[1]["key"] == "koed"
    assert why.conditions()["rules"] == [rule]
    chosen = why.box.locator("[data-value] option:checked")
    chosen.get_by_text("Fisk og kød").wait_for(state="attached")

    # A session is known by its own key, which is made in the browser too.
    why.box.locator("[data-question]").select_option("event_session")
    why.box.locator("[data-value]").select_option(label="Aalborg")
    sessions = editor.page.locator('[name^="event_sessions-"][name$="-row_key"]')
    keys = [field.input_value() for field in sessions.all()]
    assert len(set(keys)) == 2
    assert why.conditions()["rules"] == [
        {"question": "event_session", "operator": "is", "value": keys[1]}
    ]


def test_a_duplicate_stands_beside_its_original_with_a_key_of_its_own(editor: Editor) -> None:
    food = editor.add_question("Hvad vil du spise?", "radio")
    food.add_choices("Grønt", "Kød")
    editor.add_question("Sidst")
    food.press("duplicate")
    copy = editor.question(3)
    labels = editor.page.locator("#id_questions-FORMS [name$=-label]").evaluate_all(
        "fields => fields.map(field => field.value)"
    )
    assert labels == ["Organisation", "Hvad vil du spise?", "Hvad vil du spise?", "Sidst"]
    assert copy.choices() == food.choices()
    assert copy.field("row_key").input_value() != food.field("row_key").input_value()
    orders = editor.page.locator("#id_questions-FORMS [name$=-ORDER]").evaluate_all(
        "fields => fields.map(field => field.value)"
    )
    assert orders == ["1", "2", "3", "4"]
    assert len(editor.warnings()) == 1


def test_a_ready_question_comes_with_its_privacy(editor: Editor) -> None:
    editor.page.locator("[data-kommed-open=library]").click()
    entries = editor.page.locator(".kommed-dialog__entry")
    entries.first.wait_for()
    entries.nth(3).click()
    row = editor.question(1)
    assert row.field("privacy_class").input_value() == "special"
    assert row.field("special_basis").input_value() == "explicit_consent"
    assert row.field("keep_days").input_value() == "14"
    assert [choice["key"] for choice in row.choices()][:2] == ["vegetarian", "vegan"]
    assert row.field("has_other").is_checked()
    assert len(editor.warnings()) == 1


def test_the_form_of_another_page_is_copied_once(editor: Editor) -> None:
    editor.copy_form_of(DEMO_TITLE)
    editor.page.locator(".kommed-dialog").wait_for(state="detached")
    count = editor.question_count()
    assert count > 1
    editor.copy_form_of(DEMO_TITLE)
    editor.page.locator(".kommed-dialog").wait_for(state="detached")
    editor.page.wait_for_timeout(300)
    assert editor.question_count() == count


def test_opening_an_editor_changes_nothing(desktop: BrowserContext, demo: Demo) -> None:
    """What changes is saved by itself at once, so a save would be seen."""
    page = log_in(desktop, demo, "editor")
    page.goto(demo.url("/admin/pages/"))
    page.goto(demo.url("/admin/form-authoring/pages/"))
    pages = page.evaluate("JSON.parse(document.body.innerText).pages")
    # The demo's own, which has choices; other tests make events that ask nothing of their own.
    (pk,) = [each["id"] for each in pages if each["title"].startswith("Kom med på værksted")]
    url = demo.url(f"/admin/pages/{pk}/edit/")
    saved: list[str] = []
    page.on("request", lambda sent: saved.append(sent.method) if sent.url == url else None)
    page.goto(url)
    before = page.locator('[name="questions-0-choices"]').evaluate("field => field.defaultValue")
    page.wait_for_timeout(3000)

    assert page.locator('[name="questions-0-choices"]').input_value() == before
    assert saved == ["GET"]

    # Else this would prove nothing.
    with page.expect_response(lambda got: got.url == url and got.request.method == "POST"):
        page.locator('[name="title"]').press_sequentially("x")
