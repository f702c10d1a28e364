"""The editors' own words in a mail: which hold for a message, and what becomes of them in it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from ..enums import MessageState
from ..models import Message, MessageTemplate
from ..prepared import PreparedQuery
from .found import found_for
from .kinds import MessageKind, drawn_kind
from .placeholders import Placeholder, fill, split_at_placeholders

# Trailing punctuation belongs to the sentence, not to the address.
ADDRESS = re.compile(
    r"(?:https?://[^\s<>\"'{}]*[^\s<>\"'{}.,;:!?)\]]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)", re.ASCII
)
WEB = re.compile(r"https?://\S+", re.ASCII)
MAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+", re.ASCII)
PARAGRAPHS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
MARK = "\x02"
NOBODY = uuid.UUID(int=0)
"""The key of no form or event."""
WORDS = "words"
"""Under which the words of a mail are kept when they are looked up for several at once."""


def words_for(message: Message) -> dict[str, str] | None:
    """Return the editors' own ``subject`` and ``text`` for ``message``, or None for the built-in.

    What it was sent with, once it is sent; before that what holds now: that of its form or event
    in its language before that of the whole site. One query, and none for kinds whose words are
    nobody's to change.
    """
    if message.words is not None:
        return dict(message.words)
    if message.state == MessageState.SENT or not drawn_kind(message).placeholders:
        return None
    found = found_for(message)
    if WORDS in found:
        return dict(found[WORDS]) if found[WORDS] else None
    return words_in(kind=message.kind, language=message.language, scope_key=message.scope_key)


def look_up_words(messages: Sequence[Message]) -> None:
    """Find the words of ``messages``, which are about to be sent: one query for each text."""
    texts: dict[tuple[str, str, Any], dict[str, str] | None] = {}
    for message in messages:
        if not drawn_kind(message).placeholders:
            continue
        text = (message.kind, message.language, message.scope_key)
        if text not in texts:
            kind, language, scope_key = text
            texts[text] = words_in(kind=kind, language=language, scope_key=scope_key)
        found_for(message)[WORDS] = texts[text]


_WORDS = PreparedQuery(
    lambda kind, language, scope_key: (
        MessageTemplate.objects.filter(
            Q(scope_key=scope_key) | Q(scope_key__isnull=True), kind=kind, language=language
        )
        .order_by(F("scope_key").asc(nulls_last=True))
        .values_list("subject", "text")[:1]
    )
)


def words_in(*, kind: str, language: str, scope_key: Any) -> dict[str, str] | None:
    """Return the words that hold for mails of ``kind`` of a form or event in ``language``."""
    # A mail that is only looked at has the key of its event in letters, or belongs to nothing.
    scope_key = uuid.UUID(str(scope_key)) if scope_key else NOBODY
    for subject, text in _WORDS.rows(kind=str(kind), language=language, scope_key=scope_key):
        return {"subject": subject, "text": text}
    return None


def values_in(message: Message, *, links: Mapping[str, Any] | None) -> dict[str, str]:
    """Return what stands for the placeholders of ``message``: one line of text each.

    ``links`` are those of the recipient alone; where they are not to be seen (None) the words for
    them stand in brackets. What is not known is empty.
    """
    kind = drawn_kind(message)
    values: dict[str, Any] = {**kind.values(message), **(links or {})}
    found = {}
    for one in kind.placeholders:
        missing = f"[{one.label}]" if one.is_link and links is None else ""
        found[one.name] = " ".join(str(values.get(one.name) or missing).split())
    return found


def subject_in(words: Mapping[str, str], values: Mapping[str, str]) -> str:
    """Return the subject in one line."""
    return " ".join(fill(words["subject"], values).split())


def text_in(words: Mapping[str, str], values: Mapping[str, str]) -> str:
    """Return the text for the plain part of a mail."""
    return "\n\n".join(
        filled
        for paragraph in _paragraphs(words["text"])
        if (filled := fill(paragraph, values).strip())
    )


def html_in(
    words: Mapping[str, str], values: Mapping[str, str], known: tuple[Placeholder, ...]
) -> SafeString:
    """Return the text as paragraphs of HTML.

    Nothing that is written is HTML. Web and mail addresses become links where an editor wrote
    them or where we made them; never in what people say of themselves.
    """
    links = {one.name for one in known if one.is_link}
    paragraphs = []
    for paragraph in _paragraphs(words["text"]):
        if not fill(paragraph, values).strip():
            continue
        inside = "".join(
            _linked(plain) + _put_in(name, values, links)
            for plain, name in split_at_placeholders(paragraph)
        )
        # A line break of the editor's own; what was put in is one line.
        paragraphs.append("<p>" + inside.replace("\n", "<br>") + "</p>")
    return mark_safe("\n".join(paragraphs))  # noqa: S308 (made of escaped parts)


def built_in_words(kind: MessageKind, language: str) -> dict[str, str]:
    """Return the built-in subject and text of ``kind``, with the placeholders in their places."""
    context = {
        **kind.sample(language),
        **{one.name: "{" + one.name + "}" for one in kind.placeholders},
        "language": language,
        "frame": f"{kind.template}/body.txt",
        "mark": MARK,
    }
    with translation.override(language):
        subject = render_to_string(f"{kind.template}/subject.txt", context)
        text = render_to_string("kommed_forms/mail/_built_in_words.txt", context)
    parts = [part.strip() for part in text.split(MARK)[1::2]]
    return {
        "subject": " ".join(subject.split()),
        "text": "\n\n".join(part for part in parts if part),
    }


def _paragraphs(text: str) -> list[str]:
    return PARAGRAPHS.split(text.replace("\r\n", "\n").replace("\r", "\n").strip())


def _linked(text: str) -> str:
    """Return ``text`` escaped, with the addresses in it as links."""
    pieces, at = [], 0
    for found in ADDRESS.finditer(text):
        pieces += [escape(text[at : found.start()]), _link(found[0])]
        at = found.end()
    return "".join([*pieces, escape(text[at:])])


def _link(address: str) -> str:
    if WEB.fullmatch(address):
        return format_html('<a href="{}">{}</a>', address, address)
    if MAIL.fullmatch(address):
        return format_html('<a href="mailto:{}">{}</a>', address, address)
    return escape(address)


def _put_in(name: str, values: Mapping[str, str], links: set[str]) -> str:
    if not name:
        return ""
    if name not in values:
        return escape("{" + name + "}")
    if name in links:
        return _link(values[name])
    return format_html("<bdi>{}</bdi>", values[name])
