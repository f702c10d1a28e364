"""What one may do: pairs of ``check_can_x``, which raises, and ``can_x``, which answers."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from forms import permissions as form_permissions

from .enums import Right
from .models import EventAccess, EventRecord, Registration, events_visible_to
from .queries.messages import sees_every_row

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

    User = AbstractBaseUser | AnonymousUser


def can_change(user: User, registration: Registration) -> bool:
    """Return whether ``user`` may decide on ``registration``."""
    rows = Registration.objects.visible_to(user, Right.CHANGE)
    return bool(rows.filter(pk=registration.pk).exists())


def check_can_change(user: User, registration: Registration) -> None:
    """Raise ``PermissionDenied`` unless ``user`` may decide on ``registration``."""
    if not can_change(user, registration):
        raise PermissionDenied


def can_see_sensitive(user: User, registration: Registration) -> bool:
    """Return whether ``user`` may read the answers of special categories in ``registration``."""
    rows = Registration.objects.visible_to(user, Right.SENSITIVE)
    return bool(rows.filter(pk=registration.pk).exists())


def check_can_see_sensitive(user: User, registration: Registration) -> None:
    """Raise ``PermissionDenied`` unless ``user`` may read answers of special categories."""
    if not can_see_sensitive(user, registration):
        raise PermissionDenied


def scope_of(user: User, event: EventRecord, right: Right) -> tuple[bool, frozenset[uuid.UUID]]:
    """Return whether ``user`` has ``right`` to the whole of ``event``, and else to what sessions.

    For what has no row yet that could be asked about, such as somebody who is to be invited.
    """
    if not user.is_active or user.pk is None:
        return False, frozenset()
    if getattr(user, "is_superuser", False):
        return True, frozenset()
    rows = EventAccess.objects.held_by(user).granting(right).filter(event_key=event.key)
    keys = set(rows.values_list("event_session_key", flat=True))
    return None in keys, frozenset(key for key in keys if key is not None)


def can_invite(user: User, event: EventRecord) -> bool:
    """Return whether ``user`` may invite people to ``event``, or to a session of it."""
    is_whole, sessions = scope_of(user, event, Right.CHANGE)
    return is_whole or bool(sessions)


def check_can_invite(user: User, event: EventRecord) -> None:
    """Raise ``PermissionDenied`` unless ``user`` may invite to ``event``, or to a session of it."""
    if not can_invite(user, event):
        raise PermissionDenied


def can_remind(user: User, event: EventRecord) -> bool:
    """Return whether ``user`` may remind those who were invited to ``event``, or some of them."""
    is_whole, sessions = scope_of(user, event, Right.MESSAGE)
    return is_whole or bool(sessions)


def check_can_remind(user: User, event: EventRecord) -> None:
    """Raise ``PermissionDenied`` unless ``user`` may remind somebody invited to ``event``."""
    if not can_remind(user, event):
        raise PermissionDenied


def can_write(user: User, event: EventRecord) -> bool:
    """Return whether ``user`` may write to those registered at ``event``, or at a session of it."""
    is_whole, sessions = scope_of(user, event, Right.MESSAGE)
    return is_whole or bool(sessions)


def check_can_write(user: User, event: EventRecord) -> None:
    """Raise ``PermissionDenied`` unless ``user`` may write to somebody at ``event``."""
    if not can_write(user, event):
        raise PermissionDenied


def can_change_event(user: User, event: EventRecord) -> bool:
    """Return whether ``user`` may call off or move ``event``, or close a session of it."""
    is_whole, sessions = scope_of(user, event, Right.CHANGE)
    return is_whole or bool(sessions)


def check_can_change_event(user: User, event: EventRecord) -> None:
    """Raise ``PermissionDenied`` unless ``user`` may change ``event``, or close a session of it."""
    if not can_change_event(user, event):
        raise PermissionDenied


def can_use_desk(user: User) -> bool:
    """Return whether ``user`` may see the registrations of any event at all."""
    return events_visible_to(user).exists()


def check_can_use_desk(user: User) -> None:
    """Raise ``PermissionDenied`` unless ``user`` may see some event's registrations."""
    if not can_use_desk(user):
        raise PermissionDenied


def can_watch_outbox(user: User) -> bool:
    """Return whether ``user`` has to do with any mails: at a desk, or with the outbox itself."""
    return can_use_desk(user) or form_permissions.can_use_desk(user) or sees_every_row(user)


def check_can_watch_outbox(user: User) -> None:
    """Raise ``PermissionDenied`` unless ``user`` has to do with any mails."""
    if not can_watch_outbox(user):
        raise PermissionDenied


def can_restart_outbox(user: User) -> bool:
    """Return whether ``user`` may have the mail server tried again for everybody."""
    return bool(user.is_active and getattr(user, "is_superuser", False))


def check_can_restart_outbox(user: User) -> None:
    """Raise ``PermissionDenied`` unless ``user`` may have the mail server tried again."""
    if not can_restart_outbox(user):
        raise PermissionDenied


def can_give_access(user: User) -> bool:
    """Return whether ``user`` may say who sees which registrations."""
    has_perm = getattr(user, "has_perm", None)
    return bool(has_perm and has_perm(f"{EventAccess._meta.app_label}.change_eventaccess"))


def check_can_give_access(user: User) -> None:
    """Raise ``PermissionDenied`` unless ``user`` may say who sees which registrations."""
    if not can_give_access(user):
        raise PermissionDenied
