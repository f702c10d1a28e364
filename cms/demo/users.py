"""Making the demo's users, and giving them what they may do."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from wagtail.users.models import UserProfile

from events.models import EventAccess

from .people import DESK, EDITORS, MODERATORS, PASSWORD, USERS

GROUP_PERMISSIONS: dict[str, tuple[str, ...]] = {
    DESK: ("wagtailadmin.access_admin",),
    # Wagtail gives its two groups the pages, pictures and documents; the rest is ours to give.
    EDITORS: (
        *(
            f"kommed_events.{action}_{model}"
            for model in ("host", "venue")
            for action in ("add", "change", "view")
        ),
        *(f"kommed_forms.{action}_messagetemplate" for action in ("add", "change", "delete")),
        "simple_translation.submit_translation",
    ),
    MODERATORS: ("kommed_cms.change_organisationsettings",),
}


def make_users() -> dict[str, Any]:
    """Return the users by name, made or set back to the demo's password."""
    groups = {name: _group(name, wanted) for name, wanted in GROUP_PERMISSIONS.items()}
    password = make_password(PASSWORD)  # once: it is made to be slow
    users: dict[str, Any] = {}
    for login in USERS:
        user, _created = get_user_model()._default_manager.update_or_create(
            username=login.username,
            defaults={
                "first_name": login.first_name,
                "last_name": login.last_name,
                "email": login.email,
                "password": password,
                "is_superuser": login.is_superuser,
                "is_staff": login.is_superuser,
                "is_active": True,
            },
        )
        users[login.username] = user
        user.groups.add(*(groups[name] for name in login.groups))
        UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": "da"})
    return users


def _group(name: str, wanted: Sequence[str]) -> Group:
    group, _created = Group.objects.get_or_create(name=name)
    for label in wanted:
        app_label, codename = label.split(".")
        permissions = Permission.objects.filter(
            content_type__app_label=app_label, codename=codename
        )
        group.permissions.add(*permissions)
    return group


def give_access(
    users: dict[str, Any], *, event_key: uuid.UUID, session_keys: Sequence[uuid.UUID]
) -> None:
    """Say who sees which registrations of the event, and who hears of new ones."""
    for login in USERS:
        for grant in login.grants:
            EventAccess.objects.create(
                user=users[login.username],
                event_key=event_key,
                event_session_key=None if grant.session is None else session_keys[grant.session],
                can_sensitive=grant.can_sensitive,
                can_change=grant.can_change,
                can_export=grant.can_export,
                can_message=grant.can_message,
                can_delete=grant.can_delete,
                notify=grant.notify,
            )
