"""The ``state_diagram`` command: the documentation's picture of a registration's life."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from events.enums import HOLDS_SEAT, LIVE_STATES, RegistrationState
from events.transitions import MESSAGE_FOR_STATE, TRANSITIONS

FIRST_STATES = (
    RegistrationState.PENDING,
    RegistrationState.CONFIRMED,
    RegistrationState.WAITING,
)

HEADER = """# Registration states

Made by `manage.py state_diagram` from `events/transitions.py`; CI fails when the two differ.
What has no arrow is refused: an action that the table does not know raises
`TransitionNotAllowed` and changes nothing.

```mermaid
stateDiagram-v2
"""


class Command(BaseCommand):
    """Print the diagram, write it to a file, or check that a file is up to date."""

    help = "Print the diagram of registration states as Markdown."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file to write or to check."""
        parser.add_argument("--write", type=Path)
        parser.add_argument("--check", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print, write or check."""
        text = diagram()
        if options["check"] is not None:
            if options["check"].read_text(encoding="utf-8") != text:
                raise CommandError(f"{options['check']} is out of date: run state_diagram --write.")
        elif options["write"] is not None:
            options["write"].write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text)


def diagram() -> str:
    """Return the page of documentation that shows the transitions and what the states mean."""
    lines = [f"    [*] --> {state.name}: register" for state in FIRST_STATES]
    lines += [
        f"    {source.name} --> {target.name}: {action.value}"
        for (source, action), target in TRANSITIONS.items()
    ]
    rows = [
        "| state | takes a seat | is the person's one registration | mail |",
        "|---|---|---|---|",
    ]
    for state in RegistrationState:
        seat = "yes" if state in HOLDS_SEAT else "no"
        if state == RegistrationState.PENDING:
            seat = "if the event says that applications hold a seat"
        live = "yes" if state in LIVE_STATES else "no"
        mail = MESSAGE_FOR_STATE[state]
        rows.append(f"| `{state.name}` | {seat} | {live} | {f'`{mail}`' if mail else '–'} |")
    return HEADER + "\n".join(lines) + "\n```\n\n" + "\n".join(rows) + "\n"
