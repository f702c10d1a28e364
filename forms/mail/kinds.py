"""The kinds of mail there are. Apps register theirs; the dispatcher asks them what it must know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..enums import MessagePriority
from ..exceptions import UnknownMessageKind
from ..models import Message
from .placeholders import Placeholder

SAMPLE = "mail_text_sample"
"""The kind of a mail that an editor sends to themselves, to see how it reads."""


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    content: bytes
    mime_type: str


def _always(message: Message) -> bool:
    return True


def _look_up_nothing(messages: Sequence[Message]) -> None:
    return None


def _nothing(message: Message) -> list[Attachment]:
    return []


def _no_links(message: Message) -> dict[str, Any]:
    return {}


def _no_values(message: Message) -> dict[str, str]:
    return {}


def _no_sample(language: str) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class MessageKind:
    """One kind of mail.

    ``template`` is the folder that holds ``subject.txt``, ``body.txt`` and ``body.html``.
    ``still_wanted`` is asked just before sending: a mail that speaks of a state which no longer
    holds is not sent. ``links`` are put in at sending and stored nowhere. ``priority`` says
    what leaves first when much is due. ``look_up`` may find for several messages at once what the
    others need, a second or two before they are asked, and keep it in ``found_for`` each.

    A kind with ``placeholders`` is one whose words editors may change: the block ``words`` of its
    bodies. ``values`` are what the placeholders stand for in a message, from its frozen context; a
    placeholder called like one of the ``links`` is filled at sending only. ``sample`` makes a
    context for a preview in a language, and ``scope`` names what a text may be for alone; see
    ``forms.mail.scopes``.
    """

    name: str
    template: str
    label: Any
    still_wanted: Callable[[Message], bool] = _always
    look_up: Callable[[Sequence[Message]], None] = _look_up_nothing
    attachments: Callable[[Message], list[Attachment]] = _nothing
    links: Callable[[Message], dict[str, Any]] = _no_links
    priority: MessagePriority = MessagePriority.PERSONAL
    placeholders: tuple[Placeholder, ...] = ()
    values: Callable[[Message], dict[str, str]] = _no_values
    sample: Callable[[str], dict[str, Any]] = _no_sample
    scope: str = ""


_kinds: dict[str, MessageKind] = {}


def register_kind(kind: MessageKind) -> None:
    """Make ``kind`` known. The last one under a name wins, so that a site can replace it."""
    _kinds[kind.name] = kind


def get_kind(name: str) -> MessageKind:
    """Return the kind called ``name``, or raise ``UnknownMessageKind``."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownMessageKind(name) from None


def drawn_kind(message: Message) -> MessageKind:
    """Return the kind that ``message`` looks like: another than its own if it is a sample of it."""
    if message.kind == SAMPLE:
        return get_kind(str(message.context.get("sample_of", "")))
    return get_kind(message.kind)


def all_kinds() -> list[MessageKind]:
    """Return every kind that is known, in the order they were registered."""
    return list(_kinds.values())


def kind_label(name: str) -> str:
    """Return what people call the kind, or its name when the app that knew it is gone."""
    return str(_kinds[name].label) if name in _kinds else name
