"""Writing to many people: a draft, then sending it now or at a time, and stopping it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log

from forms.enums import MessageState
from forms.models import Message

from ..clock import Clock, database_now
from ..enums import MailingState
from ..exceptions import MailingMovedOn, MailingWithoutWords, NobodyToWriteTo
from ..models import EventRecord, Mailing
from ..permissions import check_can_write
from ..queries.mailing_recipients import MailingFilter, find_recipients
from ..queries.mailings import OPEN_STATES

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

LOG_DRAFT_MAILING = "kommed_events.mailing.draft"
LOG_CHANGE_MAILING = "kommed_events.mailing.change"
LOG_SEND_MAILING = "kommed_events.mailing.send"
LOG_STOP_MAILING = "kommed_events.mailing.stop"

Words = Mapping[str, Mapping[str, str]]
"""Subject and text by language."""


@transaction.atomic
def draft_mailing(
    *,
    event: EventRecord,
    wanted: MailingFilter,
    by: AbstractBaseUser,
    words: Words | None = None,
    now: Clock = database_now,
) -> Mailing:
    """Begin a mailing of ``by`` to those whom ``wanted`` finds. Nothing is sent.

    Raises ``PermissionDenied`` when ``by`` may write to nobody at ``event``.
    """
    check_can_write(by, event)
    moment = now()
    mailing: Mailing = Mailing.objects.create(
        event=event,
        filters=wanted.as_document(),
        words=_plain(words or {}),
        created_by_id=by.pk,
        created_at=moment,
    )
    _note(mailing, LOG_DRAFT_MAILING, by=by, at=moment)
    return mailing


@transaction.atomic
def change_mailing(
    *,
    mailing: Mailing,
    by: AbstractBaseUser,
    wanted: MailingFilter | None = None,
    words: Words | None = None,
    now: Clock = database_now,
) -> Mailing:
    """Change whom a draft is for, or what it says; what is not given stays as it is.

    Raises ``MailingMovedOn`` when it is no draft any more, ``PermissionDenied`` when it is somebody
    else's or ``by`` may write to nobody there.
    """
    locked = _draft_of(mailing, by)
    if wanted is not None:
        locked.filters = wanted.as_document()
    if words is not None:
        locked.words = _plain(words)
    locked.save(update_fields=["filters", "words"])
    _note(locked, LOG_CHANGE_MAILING, by=by, at=now())
    return locked


@transaction.atomic
def send_mailing(
    *,
    mailing: Mailing,
    by: AbstractBaseUser,
    at: dt.datetime | None = None,
    now: Clock = database_now,
) -> int:
    """Have a draft sent, at once or ``at`` a time, and return how many would get it now.

    Who gets it is found anew when it is sent. Raises ``NobodyToWriteTo``, ``MailingWithoutWords``
    when there is nothing in the language of somebody who would get it, ``MailingMovedOn``, or
    ``PermissionDenied``; nothing is written then.
    """
    locked = _draft_of(mailing, by)
    wanted = MailingFilter.from_document(locked.filters)
    found = find_recipients(event=locked.event, wanted=wanted, writer=by)
    if not found.number:
        raise NobodyToWriteTo
    if missing_languages(words=locked.words, languages=found.languages):
        raise MailingWithoutWords
    moment = now()
    locked.state = MailingState.SCHEDULED
    locked.send_at = at
    locked.save(update_fields=["state", "send_at"])
    more = {"people": found.number} | ({"send_at": at.isoformat()} if at else {})
    _note(locked, LOG_SEND_MAILING, by=by, at=moment, more=more)
    return found.number


@transaction.atomic
def stop_mailing(
    *, mailing: Mailing, by: AbstractBaseUser | None, now: Clock = database_now
) -> int:
    """Stop a mailing, and return how many mails do not leave that were in the outbox.

    A mail that is being sent at this moment may still arrive; what has to be tried again does not.
    Raises ``MailingMovedOn`` when all of it has left, or it was stopped before.
    """
    locked = _locked(mailing)
    if locked.state not in OPEN_STATES:
        raise MailingMovedOn
    moment = now()
    waiting = Message.objects.filter(batch_key=locked.uuid, state=MessageState.QUEUED)
    aborted = waiting.update(state=MessageState.ABORTED, lease_until=None)
    locked.state = MailingState.CANCELLED
    locked.finished_at = moment
    locked.lease_until = None
    locked.save(update_fields=["state", "finished_at", "lease_until"])
    _note(locked, LOG_STOP_MAILING, by=by, at=moment, more={"aborted": aborted})
    return aborted


def missing_languages(*, words: Words, languages: Mapping[str, int]) -> list[str]:
    """Return the languages of those who would get it in which there is not subject and text."""
    return [
        language
        for language in sorted(languages)
        if not (
            words.get(language, {}).get("subject", "").strip()
            and words.get(language, {}).get("text", "").strip()
        )
    ]


def _locked(mailing: Mailing) -> Mailing:
    # Neither the job that puts it in the outbox nor anybody else changes it meanwhile.
    found: Mailing = (
        Mailing.objects.select_for_update(of=("self",))
        .select_related("event", "created_by")
        .get(pk=mailing.pk)
    )
    return found


def _draft_of(mailing: Mailing, by: AbstractBaseUser) -> Mailing:
    locked = _locked(mailing)
    check_can_write(by, locked.event)
    if locked.created_by_id != by.pk:
        raise PermissionDenied
    if locked.state != MailingState.DRAFT:
        raise MailingMovedOn
    return locked


def _plain(words: Words) -> dict[str, dict[str, str]]:
    return {
        code: {"subject": " ".join(said.get("subject", "").split()), "text": said.get("text", "")}
        for code, said in words.items()
        if said.get("subject", "").strip() or said.get("text", "").strip()
    }


def _note(
    mailing: Mailing,
    action: str,
    *,
    by: AbstractBaseUser | None,
    at: dt.datetime,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Note what was done, without a word of what is written and to whom."""
    data = {"mailing": str(mailing.uuid), **(more or {})}
    log(instance=mailing.event, action=action, user=by, data=data, timestamp=at)
