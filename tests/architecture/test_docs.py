"""Documentation that a change would leave behind."""

from __future__ import annotations

import re
from io import StringIO

from django.core.management import call_command, get_commands

from docs.mail_samples import shown_kinds
from events import exceptions as events_exceptions
from events import signals
from events.transitions import LOG_ACTION, MESSAGE_FOR_STATE, TRANSITIONS
from forms import exceptions as forms_exceptions
from forms.mail.kinds import all_kinds
from forms.mail.providers import PROVIDERS

from .source import ROOT, python_files

DOCS = ROOT / "docs"


def read(name: str) -> str:
    """Return a page of the documentation."""
    return (DOCS / name).read_text("utf-8")


def test_the_state_diagram_is_up_to_date() -> None:
    out = StringIO()
    call_command("state_diagram", stdout=out)
    assert out.getvalue().rstrip("\n") == read("reference/registration-states.md").rstrip("\n")


def test_every_environment_variable_is_documented() -> None:
    asked = {
        name
        for path in python_files("cms")
        if path.parent.name == "settings"
        for name in re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', path.read_text("utf-8"))
    }
    page = read("reference/commands-and-environment.md")
    undocumented = {name for name in asked if f"`{name}`" not in page}
    assert len(asked) > 15
    assert undocumented - {"SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS"} == set()


def test_every_provider_of_mail_is_documented() -> None:
    rows = {
        row.split("`")[1]: row
        for row in read("how-to/send-mail.md").splitlines()
        if row.startswith("| `")
    }
    reference = read("reference/commands-and-environment.md")
    for name, provider in PROVIDERS.items():
        wanted = {*provider.needs, *provider.may, *provider.signatures}
        assert {variable for variable in wanted if variable not in rows[name]} == set()
        assert f"`{name}`" in reference


def test_every_placeholder_of_mails_is_documented() -> None:
    rows = {
        row.split("`")[1]
        for row in read("how-to/write-mail-texts.md").splitlines()
        if row.startswith("| `{")
    }
    known = {"{" + one.name + "}" for kind in all_kinds() for one in kind.placeholders}
    assert rows == known


def test_every_command_is_documented() -> None:
    ours = {name for name, app in get_commands().items() if app in ("cms", "events", "forms")}
    page = read("reference/commands-and-environment.md")
    assert {name for name in ours if f"`{name}" not in page} == set()


def test_every_signal_and_error_is_documented() -> None:
    page = read("reference/extension-points.md")
    names = {name for name in vars(signals) if name.startswith("registration_")}
    for module in (events_exceptions, forms_exceptions):
        names |= {
            name
            for name, item in vars(module).items()
            if isinstance(item, type) and item.__module__ == module.__name__
        }
    assert {name for name in names if name not in page} - {"FormsError", "EventsError"} == set()


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for page in [*DOCS.rglob("*.md"), ROOT / "README.md"]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)} -> {target}")
    assert broken == []


def test_the_tables_speak_of_every_state_and_action() -> None:
    states = set(MESSAGE_FOR_STATE)
    assert {source for source, _action in TRANSITIONS} | set(TRANSITIONS.values()) <= states
    assert {action for _source, action in TRANSITIONS} == set(LOG_ACTION)


def test_every_mail_is_shown_in_the_docs() -> None:
    # When this fails: uv run python docs/make_mail_pictures.py
    page = read("reference/mails.md")
    pictures = set(re.findall(r'src="../images/mails/([^"]+)"', page))
    assert [kind.name for kind in shown_kinds() if f"`{kind.name}`" not in page] == []
    assert pictures == {path.name for path in (DOCS / "images" / "mails").iterdir()}
    assert len(pictures) == 4 * len(shown_kinds())
