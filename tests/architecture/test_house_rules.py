"""The rules that keep the house light, read off the code itself."""

from __future__ import annotations

import ast
import re

import pytest

from .source import ROOT, functions, lines_of, name_of, python_files, tree_of

GLUE = ("wagtail_hooks.py", "urls.py", "receivers.py")
MAY_WRITE_STATE = {"events/actions/register.py", "events/actions/change_state.py"}
SYNONYMS = re.compile(
    r"\b(attendee|participant|signup|sign_up|booking|workshop)s?\b", re.IGNORECASE
)


def test_files_stay_under_400_lines() -> None:
    assert {name_of(p): lines_of(p) for p in python_files() if lines_of(p) >= 400} == {}


def test_test_files_stay_under_600_lines() -> None:
    files = (ROOT / "tests").rglob("*.py")
    assert {name_of(p): lines_of(p) for p in files if lines_of(p) >= 600} == {}


def test_glue_stays_thin() -> None:
    # The hooks file says a line or two for each of what the app adds to the admin.
    limit = {"wagtail_hooks.py": 150}
    thick = {
        name_of(p): lines_of(p)
        for p in python_files()
        if p.name in GLUE and lines_of(p) >= limit.get(p.name, 100)
    }
    assert thick == {}


def test_functions_stay_under_50_lines() -> None:
    long = {
        f"{name_of(path)}::{function.name}": function.end_lineno - function.lineno
        for path in python_files()
        for function in functions(tree_of(path))
        if function.end_lineno is not None and function.end_lineno - function.lineno >= 50
    }
    assert long == {}


def test_templates_stay_under_130_lines() -> None:
    folders = ("templates", "events/templates", "forms/templates")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.html")]
    assert len(files) > 50
    assert {name_of(p): lines_of(p) for p in files if lines_of(p) >= 130} == {}


def test_only_register_creates_a_registration() -> None:
    creators = set()
    for path in python_files():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                if re.fullmatch(
                    r"(models\.)?Registration(\.objects\.(create|bulk_create|get_or_create|"
                    r"update_or_create))?",
                    called,
                ):
                    creators.add(name_of(path))
    assert creators == {"events/actions/register.py"}


def test_only_two_actions_write_the_state_of_a_registration() -> None:
    writers = set()
    for path in python_files("events"):
        for node in ast.walk(tree_of(path)):
            targets = node.targets if isinstance(node, ast.Assign) else []
            assigned = any(isinstance(t, ast.Attribute) and t.attr == "state" for t in targets)
            updated = (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("update", "create")
                and any(keyword.arg == "state" for keyword in node.keywords)
            )
            if assigned or updated:
                writers.add(name_of(path))
    assert writers == MAY_WRITE_STATE


@pytest.mark.parametrize("folder", ["events/actions", "forms/actions"])
def test_actions_are_keyword_only(folder: str) -> None:
    # A lock and a question about an event read better with the event first.
    exceptions = {"seats_locked", "is_lock_timeout", "is_past_grace", "fingerprint_of"}
    positional = [
        f"{name_of(path)}::{node.name}"
        for path in sorted((ROOT / folder).glob("*.py"))
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and node.args.args
        and node.name not in exceptions
    ]
    assert positional == []


def test_public_actions_say_what_they_promise() -> None:
    silent = [
        f"{name_of(path)}::{node.name}"
        for folder in ("events/actions", "forms/actions", "forms/mail")
        for path in sorted((ROOT / folder).glob("*.py"))
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_nothing_listens_to_saves() -> None:
    listeners = [
        name_of(path)
        for path in python_files()
        if re.search(r"\b(post_save|pre_save|page_published)\b\s*[,.)]", path.read_text("utf-8"))
    ]
    assert listeners == []


def test_identifiers_use_the_words_of_the_glossary() -> None:
    strays = set()
    for path in python_files("events", "forms", "home"):
        for node in ast.walk(tree_of(path)):
            names = [getattr(node, "id", ""), getattr(node, "attr", ""), getattr(node, "name", "")]
            strays |= {
                f"{name_of(path)}: {n}" for n in names if isinstance(n, str) and SYNONYMS.search(n)
            }
    assert strays == set()


def test_templates_hold_no_inline_style_or_script_and_public_ones_no_token() -> None:
    inline, tokens = [], []
    for folder in ("templates", "events/templates", "forms/templates"):
        for path in (ROOT / folder).rglob("*.html"):
            text = path.read_text("utf-8")
            if "/mail/" in path.as_posix():
                continue  # mail programs know nothing else
            if re.search(r"\sstyle=|<style|\son\w+=|<script(?![^>]*(src=|ld\+json))", text):
                inline.append(name_of(path))
            if "/admin/" not in path.as_posix() and re.search(
                r"csrf_token|request\.user|\{\{\s*user\.", text
            ):
                tokens.append(name_of(path))
    assert inline == []
    assert tokens == []


def test_migrations_run_on_the_oldest_wagtail_too() -> None:
    for app in ("cms", "home", "events", "forms"):
        (path,) = (ROOT / app / "migrations").glob("0*.py")
        text = path.read_text("utf-8")
        assert "WAGTAIL_PAGE_MODEL" not in text
        assert set(re.findall(r"wagtailcore[\"'], [\"'](\d{4})", text)) <= {"0094"}
