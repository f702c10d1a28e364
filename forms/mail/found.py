"""What has been looked up for a mail that is about to be sent; it ends with the instance."""

from __future__ import annotations

from typing import Any

from ..models import Message

_FOUND = "_found_for_sending"


def found_for(message: Message) -> dict[str, Any]:
    """Return what has been found for ``message``, by name, to be added to."""
    found: dict[str, Any] | None = getattr(message, _FOUND, None)
    return forget(message) if found is None else found


def forget(message: Message) -> dict[str, Any]:
    """Have everything looked up again, and return where it goes."""
    found: dict[str, Any] = {}
    setattr(message, _FOUND, found)
    return found
