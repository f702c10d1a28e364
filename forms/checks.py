"""System checks of the form builder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.files.storage import FileSystemStorage, InvalidStorageError, storages

from .mail.providers import PROVIDERS
from .mail.webhooks import configured_providers, is_open
from .models.upload import STORAGE_ALIAS
from .protection.network import trusted_proxies
from .uploads.limits import uploads_are_on


@register()
def check_mail_folder(**kwargs: Any) -> list[CheckMessage]:
    """The ``.eml`` backend needs to know where to write."""
    backend = getattr(settings, "EMAIL_BACKEND", "")
    if backend.endswith("EmlFileBackend") and not getattr(settings, "KOMMED_MAIL_DIR", None):
        return [Error("KOMMED_MAIL_DIR is not set.", id="kommed_forms.E001")]
    return []


@register()
def check_upload_storage(**kwargs: Any) -> list[CheckMessage]:
    """Files that visitors send must lie where no web server hands them out."""
    if not uploads_are_on():
        return []
    try:
        storage = storages[STORAGE_ALIAS]
    except InvalidStorageError:
        text = f'KOMMED_UPLOADS is on, and there is no STORAGES["{STORAGE_ALIAS}"].'
        return [Error(text, hint="Name a folder of its own there.", id="kommed_forms.E002")]
    if isinstance(storage, FileSystemStorage) and _is_served(Path(storage.location)):
        text = f'STORAGES["{STORAGE_ALIAS}"] lies below MEDIA_ROOT or STATIC_ROOT.'
        hint = "Anybody who guesses a name could read what visitors have sent."
        return [Error(text, hint=hint, id="kommed_forms.E003")]
    return []


def _is_served(folder: Path) -> bool:
    """Whether ``folder`` is one of those that a web server hands out, or lies in one."""
    # Without a location of its own a storage writes to MEDIA_ROOT, which is "" unless it is set.
    served = [Path(root).resolve() for root in (settings.MEDIA_ROOT, settings.STATIC_ROOT) if root]
    is_unset = not settings.MEDIA_ROOT and folder.resolve() == Path.cwd()
    return is_unset or any(folder.resolve().is_relative_to(root) for root in served)


@register()
def check_trusted_proxies(**kwargs: Any) -> list[CheckMessage]:
    """A proxy that cannot be read would make every visitor look like the proxy."""
    try:
        trusted_proxies()
    except ValueError as error:
        return [Error(f"KOMMED_TRUSTED_PROXIES: {error}.", id="kommed_forms.E004")]
    return []


@register()
def check_mail_events(**kwargs: Any) -> list[CheckMessage]:
    """What a provider tells of mails must be known to come from it."""
    return [
        Error(
            f"Anybody could tell, in the name of {name}, that mails came back.",
            hint=f"Set {PROVIDERS[name].what_would_close_it}, in ANYMAIL without ANYMAIL_.",
            id="kommed_forms.E005",
        )
        for name in configured_providers()
        if is_open(name)
    ]
