"""System checks of the form builder."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from .protection.network import trusted_proxies


@register()
def check_mail_folder(**kwargs: Any) -> list[CheckMessage]:
    """The ``.eml`` backend needs to know where to write."""
    backend = getattr(settings, "EMAIL_BACKEND", "")
    if backend.endswith("EmlFileBackend") and not getattr(settings, "KOMMED_MAIL_DIR", None):
        return [Error("KOMMED_MAIL_DIR is not set.", id="kommed_forms.E001")]
    return []


@register()
def check_trusted_proxies(**kwargs: Any) -> list[CheckMessage]:
    """A proxy that cannot be read would make every visitor look like the proxy."""
    try:
        trusted_proxies()
    except ValueError as error:
        return [Error(f"KOMMED_TRUSTED_PROXIES: {error}.", id="kommed_forms.E004")]
    return []
