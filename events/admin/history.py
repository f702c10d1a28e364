"""What the history calls the things that happen to registrations."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..actions.register import LOG_REGISTER
from ..enums import RegistrationAction
from ..transitions import LOG_ACTION

DONE = {
    RegistrationAction.CONFIRM: _("Confirmed"),
    RegistrationAction.DECLINE: _("Declined"),
    RegistrationAction.WAIT: pgettext_lazy("history", "Put on the waiting list"),
    RegistrationAction.CANCEL: pgettext_lazy("registration", "Cancelled"),
    RegistrationAction.PROMOTE: _("Moved up from the waiting list"),
}


def history_actions() -> list[tuple[str, Any, Any]]:
    """Return name, label and message of every action that is logged."""
    decided = [(name, action.label, DONE[action]) for action, name in LOG_ACTION.items()]
    return [(LOG_REGISTER, pgettext_lazy("history", "Register"), _("Registered")), *decided]
