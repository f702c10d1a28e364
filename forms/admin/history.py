"""What the history calls the things that happen to what was sent on forms."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..actions.submit import LOG_SUBMIT


def history_actions() -> list[tuple[str, Any, Any]]:
    """Return name, label and message of every action that is logged."""
    return [(LOG_SUBMIT, pgettext_lazy("history", "Send a form"), _("Sent"))]
