"""Refusing to serve beyond this machine with log-ins that everybody knows."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

DEMO_USERNAMES = ("admin", "editor", "staff", "host-aalborg")
DEMO_PASSWORD = "kommed-demo"  # noqa: S105 (printed by the demo command)


def demo_logins() -> list[str]:
    """Return the names of those who still log in with the demo's password."""
    users: Any = get_user_model()._default_manager.filter(
        username__in=DEMO_USERNAMES, is_active=True
    )
    return [user.get_username() for user in users if user.check_password(DEMO_PASSWORD)]


def refuse_demo_logins() -> None:
    """End the process with one line when a public site has a demo log-in."""
    if settings.KOMMED_DEMO_ALLOWED:
        return
    try:
        names = demo_logins()
    except DatabaseError:
        return  # not there yet; /readyz says so
    if names:
        sys.exit(f"kommed: demo log-ins on a public site: {', '.join(names)}. Delete them first.")


@register(Tags.database, deploy=True)
def check_demo_logins(**kwargs: Any) -> list[CheckMessage]:
    """The deploy check asks the same."""
    if settings.KOMMED_DEMO_ALLOWED or not kwargs.get("databases"):
        return []
    names = demo_logins()
    if not names:
        return []
    return [Error(f"Demo log-ins exist: {', '.join(names)}.", id="kommed_cms.E001")]
