"""What the forms app adds to the Wagtail admin. Registration only; the work is done elsewhere."""

from __future__ import annotations

from typing import Any

from wagtail import hooks

from .admin.history import history_actions


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Name what happens to what was sent on forms, for the history."""
    for name, label, message in history_actions():
        actions.register_action(name, label, message)
