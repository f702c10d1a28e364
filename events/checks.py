"""System checks: what a site must have for the promises to hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004
from django.db import connections
from django.urls import NoReverseMatch, reverse

DJANGO_CSRF = "django.middleware.csrf.CsrfViewMiddleware"
OUR_CSRF = "forms.protection.CsrfByPathMiddleware"
IN_MEMORY = (":memory:", "mode=memory")


def _is_in_memory(name: str) -> bool:
    return any(mark in name for mark in IN_MEMORY)


@register(Tags.database)
def check_sqlite(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """SQLite must take the write lock when a transaction begins, or registrations are lost."""
    messages: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor != "sqlite" or _is_in_memory(str(connection.settings_dict["NAME"])):
            continue
        options = connection.settings_dict.get("OPTIONS", {})
        if str(options.get("transaction_mode", "")).upper() != "IMMEDIATE":
            messages.append(
                Error(
                    f'Database "{alias}" is SQLite without transaction_mode IMMEDIATE.',
                    hint='Set OPTIONS["transaction_mode"] = "IMMEDIATE".',
                    id="kommed_events.E001",
                )
            )
        if "journal_mode=wal" not in str(options.get("init_command", "")).lower().replace(" ", ""):
            messages.append(
                Error(
                    f'Database "{alias}" is SQLite without write-ahead logging.',
                    hint='Set OPTIONS["init_command"] = "PRAGMA journal_mode=WAL;".',
                    id="kommed_events.E002",
                )
            )
    return messages


@register()
def check_settings(**kwargs: Any) -> list[CheckMessage]:
    """Requests must not be transactions, and public posts must be judged without a cookie."""
    messages: list[CheckMessage] = []
    for alias, database in settings.DATABASES.items():
        if database.get("ATOMIC_REQUESTS"):
            messages.append(
                Error(
                    f'ATOMIC_REQUESTS is on for database "{alias}".',
                    hint="The lock on the seats would be held until the answer is rendered.",
                    id="kommed_events.E003",
                )
            )
    if DJANGO_CSRF in settings.MIDDLEWARE:
        messages.append(
            Warning(
                "Django's CSRF middleware guards the public pages, which carry no token.",
                hint=f'Put "{OUR_CSRF}" in its place.',
                id="kommed_events.W001",
            )
        )
    elif OUR_CSRF not in settings.MIDDLEWARE:
        messages.append(
            Error(
                "Nothing guards against posts from other sites.",
                hint=f'Add "{OUR_CSRF}" to MIDDLEWARE.',
                id="kommed_events.E004",
            )
        )
    return messages


@register(Tags.urls)
def check_personal_links(**kwargs: Any) -> list[CheckMessage]:
    """Mails carry a link to a page of one's own, so there must be a way to it."""
    try:
        reverse("kommed_personal:send_link")
    except NoReverseMatch:
        return [
            Error(
                "The personal links that mails carry lead nowhere.",
                hint='Add path("r/", include("events.personal_urls")) to the URLs.',
                id="kommed_events.E005",
            )
        ]
    return []
