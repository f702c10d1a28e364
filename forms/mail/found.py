"""What has been looked up for a mail that is being sent; it ends with the attempt."""

from __future__ import annotations

from typing import Any

from ..enums import MessageState
from ..models import Message

_FOUND = "_found_for_sending"


def found_for(message: Message) -> dict[str, Any]:
    """Return what has been found for ``message``, by name, to be added to.

    Of one that is not being sent nothing is kept: whoever looks at it later is to see how things
    are then.
    """
    if message.state != MessageState.SENDING:
        return {}
    found: dict[str, Any] | None = getattr(message, _FOUND, None)
    return forget(message) if found is None else found


def forget(message: Message) -> dict[str, Any]:
    """Have everything looked up again, and return where it goes."""
    found: dict[str, Any] = {}
    setattr(message, _FOUND, found)
    return found
