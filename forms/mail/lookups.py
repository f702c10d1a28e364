"""Looking up what mails need for several of them at once, shortly before they are sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from ..models import Message
from .found import forget
from .kinds import get_kind
from .wording import look_up_words


def look_up(messages: Sequence[Message]) -> None:
    """Find anew what ``messages`` are asked for when they are made into mails.

    In a few queries for each kind, however many mails there are. What fails here is left: each mail
    then looks for itself, and what is wrong with one keeps no other back.
    """
    by_kind: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        forget(message)
        by_kind[message.kind].append(message)
    for name, some in by_kind.items():
        try:
            get_kind(name).look_up(some)
            look_up_words(some)
        except Exception:  # noqa: BLE001 (whatever goes wrong with one mail, the next must leave)
            for message in some:
                forget(message)
