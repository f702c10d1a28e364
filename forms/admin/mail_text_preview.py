"""How a mail would read with a text that is being written."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..mail.kinds import SAMPLE, MessageKind
from ..mail.render import RenderedMail, render_message
from ..mail.scopes import NOWHERE, get_scope, sample_context
from ..mail.wording import built_in_words, words_in
from ..models import Message, MessageTemplate
from .mail_text_forms import language_choices, writable_kinds

BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
SAMPLE_MODE, REAL_MODE = "sample", "real"
# The mail has styles of its own, and nothing else that a browser should do anything about.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def preview_modes(text: MessageTemplate) -> list[tuple[str, str]]:
    """Return the previews there are: of somebody made up and of somebody real, in each language.

    The language the text is in comes first.
    """
    languages = sorted(language_choices(), key=lambda row: row[0] != text.language)
    return [
        (f"{mode}-{code}", f"{label} – {language}")
        for mode, label in ((SAMPLE_MODE, _("Made-up person")), (REAL_MODE, _("Real person")))
        for code, language in languages
    ]


def serve_preview(text: MessageTemplate, request: HttpRequest, mode_name: str) -> HttpResponse:
    """Answer with the mail as HTML, or with words that say why there is none."""
    mode, _sep, language = mode_name.partition("-")
    mail = rendered_with(text, mode=mode, language=language, user=request.user)
    html: str
    if mail is None:
        html = render_to_string("kommed_forms/admin/mail_text_no_preview.html", {"mode": mode})
    else:
        html = _under_its_subject(mail, language)
    response = HttpResponse(html)
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "no-store, private"
    return response


def _under_its_subject(mail: RenderedMail, language: str) -> str:
    """Return the mail as a page that says its subject first, as a mail program does."""
    said = {"subject": mail.subject, "language": language, "ui_language": get_language()}
    subject = render_to_string("kommed_forms/admin/_mail_text_subject.html", said)
    start = BODY.search(mail.html)
    at = start.end() if start else 0
    return mail.html[:at] + subject + mail.html[at:]


def rendered_with(
    text: MessageTemplate, *, mode: str, language: str, user: Any
) -> RenderedMail | None:
    """Return the mail with ``text``; None for a real person where ``user`` may see none.

    In another language than the text's it has the words that hold in that language. What only its
    recipient may have is not in the mail to somebody real.
    """
    kind = writable_kinds().get(text.kind)
    if kind is None or language not in dict(language_choices()):
        return None
    if mode == REAL_MODE:
        context = _real_context(kind, text, language, user)
        if context is None:
            return None
    else:
        context = sample_context(kind, language, text.scope_key)
    message = sample_message(text, kind=kind, language=language, context=context)
    return render_message(message, with_links=mode != REAL_MODE)


def sample_message(
    text: MessageTemplate,
    *,
    kind: MessageKind,
    language: str,
    context: dict[str, Any],
) -> Message:
    """Return a mail with the words of ``text``, which is not in the outbox."""
    words: dict[str, str] | None = {"subject": text.subject, "text": text.text}
    if language != text.language:
        words = words_in(kind=kind.name, language=language, scope_key=text.scope_key)
    return Message(
        kind=SAMPLE,
        language=language,
        context={**context, "sample_of": kind.name},
        words=words or built_in_words(kind, language),
        scope_key=text.scope_key or NOWHERE,
    )


def _real_context(
    kind: MessageKind, text: MessageTemplate, language: str, user: Any
) -> dict[str, Any] | None:
    scope = get_scope(kind.scope)
    if scope is None:
        return None
    context = scope.context(user, kind.name, language, text.scope_key)
    if context is None:
        return None
    # What no mail of this person has, such as who took over their seat, is made up.
    known = {one.name for one in kind.placeholders if not one.is_link}
    made_up = {name: said for name, said in kind.sample(language).items() if name in known}
    return {**made_up, **context}
