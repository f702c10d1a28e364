"""What must hold of the source itself, read as syntax trees."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("cms", "home", "events", "forms")
FILE_LINES, TEST_FILE_LINES, GLUE_LINES, FUNCTION_LINES = 400, 600, 100, 50
# What Wagtail's form of a template is too, in lines.
TEMPLATE_LINES = 130
GLUE = ("wagtail_hooks.py", "urls.py", "receivers.py")
CREATOR = "events/actions/register.py"
STATE_WRITERS = {
    CREATOR,
    "events/actions/transition.py",
    "events/admin/seen.py",  # on a copy that is never saved
    "events/actions/mailings.py",  # a mailing's own state
    "events/jobs/mailings.py",  # the same
}


def product_files() -> list[Path]:
    return sorted(
        path
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "migrations" not in path.parts
    )


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in product_files():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield f"{name_of(path)}::{node.name}", node


# Sizes


def test_files_are_short() -> None:
    tests = dict.fromkeys((ROOT / "tests").rglob("*.py"), TEST_FILE_LINES)
    limits = dict.fromkeys(product_files(), FILE_LINES) | tests

    assert {name_of(p): lines_of(p) for p, limit in limits.items() if lines_of(p) >= limit} == {}


def test_glue_is_thin() -> None:
    glue = [path for path in product_files() if path.name in GLUE]

    assert {name_of(path): lines_of(path) for path in glue if lines_of(path) >= GLUE_LINES} == {}


def test_functions_are_short() -> None:
    long = {
        name: (node.end_lineno or 0) - node.lineno + 1
        for name, node in functions()
        if (node.end_lineno or 0) - node.lineno + 1 >= FUNCTION_LINES
    }

    assert long == {}


def test_templates_are_short() -> None:
    templates = [
        path
        for folder in ("templates", "events/templates", "forms/templates")
        for path in (ROOT / folder).rglob("*.html")
    ]

    assert templates != []
    assert {name_of(p): lines_of(p) for p in templates if lines_of(p) > TEMPLATE_LINES} == {}


def test_templates_hold_no_inline_style_script_or_token() -> None:
    found = [
        name_of(path)
        for folder in ("templates", "events/templates", "forms/templates")
        for path in (ROOT / folder).rglob("*.html")
        if "admin" not in path.parts
        and any(mark in path.read_text() for mark in ("style=", "onclick=", "csrf_token", "<style"))
    ]

    assert found == []


# One creator, two writers of states


def _creates_registration(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    creators = ("create", "get_or_create", "update_or_create", "bulk_create", "acreate")
    if called == "PreparedInsert":
        return any(ast.unparse(each).split(".")[-1] == "Registration" for each in node.args)
    return called.split(".")[-1] == "Registration" or (
        called.startswith("Registration.") and called.split(".")[-1] in creators
    )


# What else has a state: mails in the outbox, and invitations. They are to be called by their name.
OTHERS_WITH_STATES = {"message", "invitation"}


def _writes_state(node: ast.AST) -> bool:
    """Whether this sets ``.state`` of something, or updates a column ``state`` of registrations."""
    if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(
            isinstance(t, ast.Attribute)
            and t.attr == "state"
            and ast.unparse(t.value).split(".")[-1] not in OTHERS_WITH_STATES
            for t in targets
        )
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        called = ast.unparse(node.func)
        sets_state = any(keyword.arg == "state" for keyword in node.keywords)
        return "Registration" in called and node.func.attr == "update" and sets_state
    return False


def _places(test: object) -> set[str]:
    return {
        name_of(path)
        for path in product_files()
        if any(test(node) for node in ast.walk(tree_of(path)))  # type: ignore[operator]
    }


def test_registrations_come_into_being_in_one_place() -> None:
    assert _places(_creates_registration) == {CREATOR}


def test_states_are_written_in_two_places() -> None:
    # The creator gives the first state to create(); it sets none afterwards.
    assert _places(_writes_state) <= STATE_WRITERS
    assert _places(_writes_state) != set()


@pytest.mark.parametrize(
    "source",
    [
        "Registration(event=event)",
        "Registration.objects.create(x=1)",
        "Registration.objects.bulk_create([])",
        "models.Registration(x=1)",
        "PreparedInsert(Registration)",
        "PreparedInsert(models.Registration)",
    ],
)
def test_other_ways_to_create_would_be_noticed(source: str) -> None:
    assert any(_creates_registration(node) for node in ast.walk(ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    [
        "registration.state = 'confirmed'",
        "self.registration.state = new",
        "registration.state = invitation.state",
        "Registration.objects.filter(pk=1).update(state='waiting')",
    ],
)
def test_other_ways_to_write_a_state_would_be_noticed(source: str) -> None:
    assert any(_writes_state(node) for node in ast.walk(ast.parse(source)))


# Actions


def action_functions() -> list[tuple[str, ast.FunctionDef]]:
    found = []
    for path in product_files():
        if path.parent.name != "actions":
            continue
        for node in tree_of(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                found.append((f"{name_of(path)}::{node.name}", node))
    return found


# Not actions but what they stand on or compute with: a context manager, and plain functions of one
# or two obvious arguments.
PLAIN = {
    "events/actions/locking.py::seats_locked",
    "events/actions/locking.py::situation_locked",
    "events/actions/fingerprint.py::fingerprint_of",
    "events/actions/register.py::is_past_grace",
    "events/actions/placing.py::way_in_of",
    "events/actions/placing.py::choices_of",
    "events/actions/placing.py::place",
    "events/actions/placing.py::place_in_turn",
    "events/actions/waiting_list.py::wish_of",
    "events/actions/transition.py::target_of",
    "events/actions/change_state.py::is_as_it_was",
    "events/actions/lottery.py::draw_order",
    "events/actions/lottery.py::is_repeatable",
    "events/actions/transition.py::apply_transition",  # a step of actions, under their lock
}


def test_actions_take_keywords_only_and_say_what_they_do() -> None:
    positional = {name for name, node in action_functions() if node.args.args}
    silent = {name for name, node in action_functions() if not ast.get_docstring(node)}

    assert positional <= PLAIN
    assert silent == set()


def test_actions_ask_no_clock_of_their_own() -> None:
    clocks = ("timezone.now", "datetime.now", "datetime.utcnow", "time.time")
    asking = {
        name_of(path)
        for path in product_files()
        if path.parent.name == "actions"
        and any(
            isinstance(node, ast.Call) and ast.unparse(node.func).endswith(clocks)
            for node in ast.walk(tree_of(path))
        )
    }

    assert asking == set()


# Habits


@pytest.mark.parametrize("app", ["events", "forms"])
def test_permissions_come_in_pairs(app: str) -> None:
    permissions = importlib.import_module(f"{app}.permissions")
    names = {name for name, _ in inspect.getmembers(permissions, inspect.isfunction)}
    can = {name for name in names if name.startswith("can_")}

    assert {f"check_{name}" for name in can} == {n for n in names if n.startswith("check_can_")}


SAVING = {"post_save", "pre_save", "m2m_changed"}


def _listens_to_saving(node: ast.AST) -> bool:
    """Whether this mentions a signal of saving, other than to send it or ask if anybody listens."""
    if isinstance(node, ast.Attribute) and node.attr in ("send", "has_listeners"):
        return False
    return any(
        isinstance(child, ast.Name) and child.id in SAVING for child in ast.iter_child_nodes(node)
    )


def test_no_receivers_of_saves_of_our_own() -> None:
    assert _places(_listens_to_saving) == set()


@pytest.mark.parametrize(
    "source",
    [
        "post_save.connect(f)",
        "@receiver(pre_save)\ndef f(): pass",
        "receiver([post_save, pre_save])(f)",
        "signals = m2m_changed",
    ],
)
def test_receivers_of_saves_would_be_noticed(source: str) -> None:
    assert any(_listens_to_saving(node) for node in ast.walk(ast.parse(source)))


def test_public_views_never_read_who_is_logged_in() -> None:
    found = [
        name_of(path)
        for path in product_files()
        if {"events", "forms"} & set(path.parts)
        and path.parent.name == "views"
        and any(
            isinstance(node, ast.Attribute) and ast.unparse(node).endswith("request.user")
            for node in ast.walk(tree_of(path))
        )
    ]

    assert found == []


def test_words_that_mean_something_else_are_not_used() -> None:
    unwanted = ("attendee", "participant", "signup", "sign_up", "booking", "canceled")
    found = {
        f"{name_of(path)}: {name}"
        for path in product_files()
        for node in ast.walk(tree_of(path))
        for name in [getattr(node, "id", ""), getattr(node, "attr", ""), getattr(node, "name", "")]
        if isinstance(name, str) and any(word in name.lower() for word in unwanted)
    }

    assert found == set()
