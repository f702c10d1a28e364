"""What a registration has to do with others, and what has happened to it, in names."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from wagtail.log_actions import registry as log_registry

from ..actions.move import LOG_MOVE
from ..enums import RegistrationAction, SeatPoolKind
from ..models import EventRecord, Registration, SeatPool
from ..transitions import LOG_ACTION

BY_ITSELF = {
    LOG_ACTION[action]
    for action in (
        RegistrationAction.PROMOTE,
        RegistrationAction.OFFER,
        RegistrationAction.LAPSE,
        RegistrationAction.REQUEUE,
    )
}
"""What nobody does: it comes of the order of the list, or of the clock."""


@dataclass(frozen=True)
class Names:
    """What sessions and audiences of one event are called in the ledger."""

    sessions: dict[uuid.UUID | None, str]
    audiences: dict[uuid.UUID | None, str]

    def session(self, key: Any) -> str:
        """Return a session's name; empty for none, and words for one nobody knows any more."""
        if not key:
            return ""
        return self.sessions.get(uuid.UUID(str(key))) or _("a session that is gone")

    def audience(self, key: uuid.UUID | None) -> str:
        """Return an audience's name; empty for none."""
        return self.audiences.get(key, "")


def names_in(event: EventRecord) -> Names:
    """Return the names of sessions and audiences of ``event``, in one query."""
    pools = list(SeatPool.objects.filter(event=event, event_session_key__isnull=False))
    return Names(
        {p.event_session_key: p.name for p in pools if p.kind == SeatPoolKind.EVENT_SESSION},
        {p.audience_key: p.name for p in pools if p.kind == SeatPoolKind.AUDIENCE},
    )


@dataclass(frozen=True)
class Related:
    """Other registrations that belong to one, of those that a user may see."""

    group: list[Registration] = field(default_factory=list)
    replaces: Registration | None = None
    replaced_by: list[Registration] = field(default_factory=list)


def related_to(registration: Registration, user: Any) -> Related:
    """Return what belongs to ``registration``; whom ``user`` may not see is left out."""
    visible = Registration.objects.visible_to(user).order_by("id")
    group: list[Registration] = []
    replaces = None
    if registration.group:
        others = visible.filter(event=registration.event, group=registration.group)
        group = list(others.exclude(pk=registration.pk))
    if registration.replaces_id:
        replaces = visible.filter(pk=registration.replaces_id).first()
    replaced_by = list(visible.filter(replaces=registration))
    return Related(group, replaces, replaced_by)


@dataclass(frozen=True)
class HistoryLine:
    """One thing that happened."""

    action: str
    message: str
    user: Any
    user_name: str
    is_by_itself: bool
    is_over_capacity: bool
    moved_from: str
    moved_to: str
    timestamp: dt.datetime


def history_of(registration: Registration, names: Names) -> list[HistoryLine]:
    """Return what has happened to the registration, oldest first."""
    model = log_registry.get_log_model_for_model(Registration)
    entries = model.objects.for_instance(registration).select_related("user").order_by("pk")
    return [_line(entry, names) for entry in entries]


def _line(entry: Any, names: Names) -> HistoryLine:
    is_move = entry.action == LOG_MOVE
    return HistoryLine(
        action=entry.action,
        message=entry.message,
        user=entry.user,
        user_name=entry.user_display_name if entry.user_id else "",
        is_by_itself=entry.action in BY_ITSELF and not entry.user_id,
        is_over_capacity=bool(entry.data.get("over_capacity")),
        moved_from=names.session(entry.data.get("before")) if is_move else "",
        moved_to=names.session(entry.data.get("after")) if is_move else "",
        timestamp=entry.timestamp,
    )
