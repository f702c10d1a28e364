"""Turning a queued message into a mail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parseaddr
from functools import cache
from pathlib import Path
from typing import Any

import css_inline
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.text import wrap

from ..models import Message
from .kinds import MessageKind, drawn_kind, get_kind
from .ready import ReadyMail
from .wording import html_in, subject_in, text_in, values_in, words_for

EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
"""What template tags leave between paragraphs that are not there."""
BLANK_LINES = re.compile(r"\n\s*\n[ \t]*")
"""The same between elements, where it means nothing. Each line costs everybody who passes it on."""
SUBJECT_LENGTH = 150
LINE_LENGTH = 76
STYLE_SHEET = "kommed_forms/mail.css"


@dataclass(frozen=True)
class RenderedMail:
    """The words of one mail."""

    subject: str
    text: str
    html: str


@cache
def _inliner() -> css_inline.CSSInliner:
    path = finders.find(STYLE_SHEET)
    css = ""
    if isinstance(path, str):
        css = Path(path).read_text(encoding="utf-8")
    return css_inline.CSSInliner(extra_css=css, keep_at_rules=True, keep_style_tags=True)


def render_message(message: Message, *, with_links: bool = True) -> RenderedMail:
    """Render ``message`` in its language, in the editors' own words where there are any.

    ``with_links`` off leaves out what only the recipient may have, for staff who look at it.
    """
    return _written(message, words_for(message), with_links=with_links)


def _written(
    message: Message, words: dict[str, str] | None, *, with_links: bool = True
) -> RenderedMail:
    kind = drawn_kind(message)
    links = get_kind(message.kind).links(message) if with_links else None
    context: dict[str, Any] = {
        **message.context,
        "language": message.language,
        "base_url": settings.WAGTAILADMIN_BASE_URL,
        **(links or {}),
    }
    subject: str
    text: str
    html: str
    with translation.override(message.language):
        if words is None:
            subject = render_to_string(f"{kind.template}/subject.txt", context)
            text = render_to_string(f"{kind.template}/body.txt", context)
            html = render_to_string(f"{kind.template}/body.html", context)
        else:
            values = values_in(message, links=links)
            subject = subject_in(words, values)
            text = _framed(kind, "txt", text_in(words, values), context)
            html = _framed(kind, "html", html_in(words, values, kind.placeholders), context)
    return RenderedMail(
        subject=" ".join(subject.split())[:SUBJECT_LENGTH],
        text=_wrapped(EMPTY_LINES.sub("\n\n", text.strip())) + "\n",
        html=_inliner().inline(BLANK_LINES.sub("\n", html)),
    )


def _wrapped(text: str) -> str:
    lines = (
        wrap(line, LINE_LENGTH) if len(line) > LINE_LENGTH else line for line in text.split("\n")
    )
    return "\n".join(lines)


def _framed(kind: MessageKind, ending: str, words: str, context: dict[str, Any]) -> str:
    """Return the kind's body with ``words`` where its own would stand."""
    frame = {"frame": f"{kind.template}/body.{ending}", "own_words": words}
    return render_to_string(f"kommed_forms/mail/_own_words.{ending}", {**context, **frame})


def message_id(message: Message) -> str:
    """Return the ``Message-ID``: the same on every attempt, so that a copy is recognisable."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{message.uuid}@{domain}>"


def build_mail(message: Message) -> ReadyMail:
    """Return the mail, ready to send to its one recipient.

    The editors' own words, if it has any, are noted on ``message`` for whoever saves it as sent.
    """
    message.words = words_for(message)
    rendered = _written(message, message.words)
    mail = ReadyMail(
        subject=rendered.subject,
        body=rendered.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.to],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={
            "Message-ID": message_id(message),
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "Content-Language": message.language,
        },
    )
    mail.attach_alternative(rendered.html, "text/html")
    for attachment in get_kind(message.kind).attachments(message):
        mail.attach(attachment.name, attachment.content, attachment.mime_type)
    return mail
