"""What the history calls the things that happen to what was sent on forms."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..actions.delete import LOG_DELETE
from ..actions.export import LOG_EXPORT
from ..actions.outbox import LOG_ABORT, LOG_RESTART, LOG_RETRY
from ..actions.purge import LOG_PURGE
from ..actions.submit import LOG_SUBMIT


def history_actions() -> list[tuple[str, Any, Any]]:
    """Return name, label and message of every action that is logged."""
    return [
        (LOG_SUBMIT, pgettext_lazy("history", "Send a form"), _("Sent")),
        (LOG_EXPORT, pgettext_lazy("history", "Export answers"), _("Answers were exported")),
        (LOG_DELETE, pgettext_lazy("history", "Delete answers"), _("Answers were deleted")),
        (
            LOG_PURGE,
            pgettext_lazy("history", "Remove answers whose time is over"),
            _("Answers whose time was over were removed"),
        ),
        (LOG_RETRY, _("Send a mail again"), _("Mail sent again")),
        (LOG_ABORT, pgettext_lazy("history", "Let a mail be"), _("Mail not sent after all")),
        (LOG_RESTART, _("Try the mail server again"), _("Mail server tried again")),
    ]
