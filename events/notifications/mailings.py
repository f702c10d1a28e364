"""What staff write to many: the mail that each of them gets."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from forms.enums import MessagePriority
from forms.mail.found import found_for
from forms.mail.kinds import MessageKind, register_kind
from forms.mail.placeholders import fill, split_at_placeholders
from forms.mail.queue import Letter, queue_messages
from forms.models import Message

from ..enums import MailingState
from ..models import Mailing, Registration
from ..queries.mailing_recipients import still_concerns
from .event_changes import DetailsOfMany
from .placeholders import EVENT_PLACEHOLDERS, OWN_PAGE, event_values
from .registrations import look_up_registrations, own_page_link

MAILING = "mailing"
ADDRESS = re.compile(r"https?://[^\s<>\"{}]*[^\s<>\"{}.,;:!?)\]']")
PARAGRAPH = re.compile(r"\n\s*\n")

TEXT, LINK, OWN_LINK = "", "link", "own"
"""What a piece of a paragraph is: words, an address of the writer's, the person's own link."""

TEXT_PLACEHOLDERS = EVENT_PLACEHOLDERS
SUBJECT_PLACEHOLDERS = tuple(one for one in EVENT_PLACEHOLDERS if one is not OWN_PAGE)
"""What differs from person to person, and may be written in braces."""


def register_mailing_kind() -> None:
    """Tell the outbox of these mails; called once, when the app is ready."""
    register_kind(
        MessageKind(
            name=MAILING,
            template=f"kommed_events/mail/{MAILING}",
            label=_("Written to many"),
            still_wanted=still_wanted,
            links=own_page_link,
            look_up=_look_up,
            priority=MessagePriority.BULK,
        )
    )


def dedupe_key(mailing: Mailing, registration: Registration) -> str:
    """Return what makes a second mail of the same mailing to the same person impossible."""
    return f"{MAILING}:{mailing.uuid}:{registration.uuid}"


def queue_mailing(
    mailing: Mailing,
    people: Iterable[Registration],
    *,
    details: DetailsOfMany,
    at: dt.datetime,
) -> int:
    """Put the mails to ``people`` in the outbox, in few queries, and return how many are new."""
    letters = [
        Letter(
            to=person.email,
            language=person.language,
            reply_to=details.of(person).get("contact_email", ""),
            context=context_for(mailing.words, person, details.of(person)),
            subject_key=person.uuid,
            dedupe_key=dedupe_key(mailing, person),
        )
        for person in people
    ]
    return queue_messages(
        kind=MAILING,
        letters=letters,
        scope_key=mailing.event.key,
        at=at,
        batch_key=mailing.uuid,
        priority=MessagePriority.BULK,
    )


def mail_to(
    mailing: Mailing, person: Registration, *, details: DetailsOfMany, at: dt.datetime
) -> Message:
    """Return the mail that ``person`` would get, without writing it to the outbox."""
    said = details.of(person)
    return Message(
        kind=MAILING,
        to=person.email,
        reply_to=said.get("contact_email", ""),
        language=person.language,
        context=context_for(mailing.words, person, said),
        scope_key=mailing.event.key,
        subject_key=person.uuid,
        created_at=at,
    )


def words_in(words: Mapping[str, Any], language: str) -> tuple[str, dict[str, str]]:
    """Return the words for who speaks ``language``, and which language they are in.

    Who has none in their own language gets the first there is.
    """
    given = {code: said for code, said in words.items() if said.get("subject") or said.get("text")}
    if language in given:
        return language, given[language]
    return next(iter(given.items()), (language, {"subject": "", "text": ""}))


def context_for(
    words: Mapping[str, Any], person: Registration, details: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what the mail to ``person`` is rendered from, with everything filled in.

    Filled in once: whatever somebody has called themselves, it is not looked at again.
    """
    language, said = words_in(words, person.language)
    context = {**details, "name": person.name, "reference": person.reference}
    values = event_values(Message(context=context))
    return {
        **context,
        "subject": fill(said.get("subject", ""), values),
        "paragraphs": _paragraphs(said.get("text", ""), values),
        "words_language": language,
    }


def _paragraphs(text: str, values: Mapping[str, str]) -> list[list[list[str]]]:
    """Return the paragraphs of ``text`` in pieces: what each says, and what it is.

    Only what the writer wrote becomes a link, never what somebody wrote about themselves. The
    person's own link is put in at sending and stands nowhere.
    """
    found = []
    links = {one.name for one in EVENT_PLACEHOLDERS if one.is_link}
    for paragraph in PARAGRAPH.split(text.replace("\r\n", "\n").strip()):
        pieces: list[list[str]] = []
        for plain, name in split_at_placeholders(paragraph):
            pieces += _with_links(plain)
            if name == OWN_PAGE.name:
                pieces.append(["…", OWN_LINK])
            elif name:
                value = values.get(name, "{" + name + "}")
                is_address = name in links and ADDRESS.fullmatch(value)
                pieces.append([value, LINK if is_address else TEXT])
        found.append([piece for piece in pieces if piece[0]])
    return found


def _with_links(plain: str) -> list[list[str]]:
    pieces: list[list[str]] = []
    at = 0
    for match in ADDRESS.finditer(plain):
        pieces += [[plain[at : match.start()], TEXT], [match[0], LINK]]
        at = match.end()
    return [*pieces, [plain[at:], TEXT]]


def still_wanted(message: Message) -> bool:
    """Return whether the mail may leave: not stopped, and its writer may still write to them."""
    found = found_for(message)
    if MAILING not in found:
        found[MAILING] = _mailings_of([message]).get(str(message.batch_key))
    mailing: Mailing | None = found[MAILING]
    return mailing is not None and still_concerns(mailing, message.subject_key)


def _look_up(messages: Sequence[Message]) -> None:
    look_up_registrations(messages)
    mailings = _mailings_of(messages)
    for message in messages:
        found_for(message)[MAILING] = mailings.get(str(message.batch_key))


def _mailings_of(messages: Sequence[Message]) -> dict[str, Mailing]:
    """Return those mailings of ``messages`` that were not stopped, by key."""
    keys = {str(message.batch_key) for message in messages}
    rows = Mailing.objects.filter(uuid__in=keys).exclude(state=MailingState.CANCELLED)
    return {str(mailing.uuid): mailing for mailing in rows.select_related("event", "created_by")}
