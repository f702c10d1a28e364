"""Which mail goes to whom when a form has been sent."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .builder import answer_rows, may_be_mailed
from .enums import MessagePriority, NoticePace, QuestionType
from .mail.explain import explain
from .mail.kinds import SAMPLE, MessageKind, register_kind
from .mail.placeholders import Placeholder
from .mail.queue import Letter, queue_message, queue_messages
from .mail.scopes import NOWHERE
from .models import FormAccess, FormRecord, Message, OutboxStatus, QuestionSpec, Submission
from .protection.counting import may_have_copy

COPY_TO_SENDER = "copy_to_sender"
STAFF_NEW_SUBMISSION = "staff_new_submission"
STAFF_FORM_DIGEST = "staff_form_digest"
OUTBOX_STOPPED = "outbox_stopped"
FORM_SCOPE = "form"
"""What mails of a form are called among the scopes that may have words of their own."""
PLACEHOLDERS = (
    Placeholder("form_title", _("Name of the form"), lambda: gettext("A sample form")),
    Placeholder("contact_email", _("Address of the contact person"), "contact@example.dk", True),
)
QUICKEST_FIRST = (NoticePace.AT_ONCE, NoticePace.HOURLY, NoticePace.DAILY)
"""Whoever hears of the same by several rows hears of it once, at the quickest of their paces."""
NOTICES_APART = 600
"""Seconds in which somebody of staff hears of a form once."""


def register_message_kinds() -> None:
    """Tell the outbox of our mails; called once, when the app is ready."""
    register_kind(
        MessageKind(
            name=COPY_TO_SENDER,
            template=f"kommed_forms/mail/{COPY_TO_SENDER}",
            label=_("Copy of the answers"),
            still_wanted=_is_still_there,
            placeholders=PLACEHOLDERS,
            values=_values,
            sample=_sample,
            scope=FORM_SCOPE,
        )
    )
    register_kind(
        MessageKind(
            name=STAFF_NEW_SUBMISSION,
            template=f"kommed_forms/mail/{STAFF_NEW_SUBMISSION}",
            label=_("To staff: a form was sent"),
            still_wanted=_is_still_there,
            priority=MessagePriority.STAFF,
        )
    )
    for name, label in {
        STAFF_FORM_DIGEST: _("To staff: forms that were sent"),
        OUTBOX_STOPPED: _("To staff: no mail left"),
    }.items():
        register_kind(
            MessageKind(
                name=name,
                template=f"kommed_forms/mail/{name}",
                label=label,
                still_wanted=_has_words,
                priority=MessagePriority.STAFF,
            )
        )
    register_kind(MessageKind(name=SAMPLE, template="", label=_("Sample of a mail text")))


def notify_sender(submission: Submission, record: FormRecord, page: Any | None) -> None:
    """Queue a copy of the answers to the first e-mail address asked for, if ``page`` says so.

    Not for what looks like a machine's, and only a few times a day for one address: it may be
    somebody else's, who would get it in our name.
    """
    address = _address_in(submission)
    if page is None or not page.copy_to_sender or not address or submission.suspicion:
        return
    if not may_have_copy(record.key, address, now=submission.submitted_at):
        return
    queue_message(
        kind=COPY_TO_SENDER,
        to=address,
        reply_to=page.contact_email,
        language=submission.form_version.language,
        context=copy_context(submission, record, page.contact_email),
        scope_key=record.key,
        subject_key=submission.uuid,
        dedupe_key=f"{COPY_TO_SENDER}:{submission.uuid}",
        at=submission.submitted_at,
    )


def copy_context(submission: Submission, record: FormRecord, contact_email: str) -> dict[str, Any]:
    """Return what a copy of the answers is rendered from; confidential ones are left out."""
    version = submission.form_version
    with translation.override(version.language):
        rows = [(s, text) for s, text in answer_rows(version.specs, submission.answers) if text]
    return {
        "form_title": record.title,
        "contact_email": contact_email,
        "answers": [[spec.label, text] for spec, text in rows if _is_copied(spec)],
        "answers_left_out": not all(_is_copied(spec) for spec, _text in rows),
    }


def notify_staff(submission: Submission, record: FormRecord) -> None:
    """Queue a notice to those who asked for one: that there is something new, not what it says.

    Nobody gets more than one in ten minutes. What is sent meanwhile is told of when they are over,
    once, however much it is; what looks like a machine's is no reason to write to anybody.
    """
    if submission.suspicion:
        return
    moment = submission.submitted_at
    period = int(moment.timestamp()) // NOTICES_APART
    next_start = dt.datetime.fromtimestamp((period + 1) * NOTICES_APART, tz=dt.UTC)
    for user in people_in(
        FormAccess.objects.filter(form_key=record.key, notify=NoticePace.AT_ONCE)
    ):
        for number, start in ((period, None), (period + 1, next_start)):
            queued = queue_message(
                kind=STAFF_NEW_SUBMISSION,
                to=user.email,
                language=language_of(user),
                context={
                    "form_title": record.title,
                    "path": reverse("kommed_forms_desk:submissions", args=[record.key]),
                },
                scope_key=record.key,
                subject_key=submission.uuid,
                dedupe_key=f"{STAFF_NEW_SUBMISSION}:{record.key}:{user.pk}:{number}",
                at=moment,
                not_before=start,
            )
            if queued is not None:
                break


def notify_form_digest(
    numbers: Mapping[FormRecord, int], *, pace: NoticePace, until: dt.datetime, at: dt.datetime
) -> int:
    """Queue one mail to each person who hears of any of the forms at ``pace``; return how many.

    ``numbers`` says how many submissions are new of each. What somebody hears of sooner by another
    row of theirs is not counted.
    """
    letters = []
    for user, paces in _form_paces([record.key for record in numbers]):
        theirs = {r: number for r, number in numbers.items() if quickest(paces[r.key]) == pace}
        if not theirs:
            continue
        letters.append(
            Letter(
                to=user.email,
                language=language_of(user),
                context={
                    "forms": [_digest_line(record, number) for record, number in theirs.items()],
                    "number": sum(theirs.values()),
                },
                subject_key=None,
                dedupe_key=f"{STAFF_FORM_DIGEST}:{pace.value}:{user.pk}:{until.isoformat()}",
            )
        )
    return queue_messages(kind=STAFF_FORM_DIGEST, letters=letters, scope_key=NOWHERE, at=at)


def _form_paces(form_keys: Sequence[uuid.UUID]) -> list[tuple[Any, dict[uuid.UUID, set[str]]]]:
    """Return who hears of any of the forms, with the paces of each by form."""
    rows = FormAccess.objects.filter(form_key__in=form_keys).exclude(notify=NoticePace.NEVER)
    found: dict[Any, tuple[Any, dict[uuid.UUID, set[str]]]] = {}
    for row, user in hearers(rows):
        _user, paces = found.setdefault(user.pk, (user, defaultdict(set)))
        paces[row.form_key].add(row.notify)
    return list(found.values())


def _digest_line(record: FormRecord, number: int) -> dict[str, Any]:
    path = reverse("kommed_forms_desk:submissions", args=[record.key])
    return {"title": record.title, "number": number, "path": path}


def quickest(paces: Collection[str]) -> str:
    """Return the quickest of ``paces``, or never if there is none."""
    return next((pace for pace in QUICKEST_FIRST if pace in paces), NoticePace.NEVER)


def notify_outbox_stopped(status: OutboxStatus, *, at: dt.datetime) -> int:
    """Queue a mail to the superusers that no mail leaves, which leaves when mail does again."""
    users = get_user_model()._default_manager.filter(is_active=True, is_superuser=True)
    assert status.stopped_at is not None  # noqa: S101 (the caller asks for one that is)
    letters = []
    for user in users.exclude(email="").select_related("wagtail_userprofile"):
        language = language_of(user)
        with translation.override(language):
            since = date_format(timezone.localtime(status.stopped_at), "DATETIME_FORMAT")
            explanation = explain(status.last_error)
            what = str(explanation.what) if explanation else ""
        letters.append(
            Letter(
                to=user.email,
                language=language,
                context={"since": since, "what": what},
                subject_key=None,
                dedupe_key=f"{OUTBOX_STOPPED}:{user.pk}:{status.stopped_at.isoformat()}",
            )
        )
    return queue_messages(kind=OUTBOX_STOPPED, letters=letters, scope_key=NOWHERE, at=at)


def people_in(rows: QuerySet[Any]) -> list[Any]:
    """Return the active users, with an address, that access rows speak of; each once."""
    users = get_user_model()._default_manager.filter(
        Q(pk__in=rows.filter(user__isnull=False).values("user"))
        | Q(groups__in=rows.filter(group__isnull=False).values("group")),
        is_active=True,
    )
    return list(users.exclude(email="").select_related("wagtail_userprofile").distinct())


def hearers(rows: QuerySet[Any]) -> list[tuple[Any, Any]]:
    """Return each access row together with each of the people it speaks of, as ``people_in``.

    In three queries, however many they are.
    """
    users = people_in(rows)
    prefetch_related_objects(users, "groups")
    by_key = {user.pk: user for user in users}
    by_group: dict[Any, list[Any]] = defaultdict(list)
    for user in users:
        for group in user.groups.all():
            by_group[group.pk].append(user)
    found = []
    for row in rows:
        theirs = by_group[row.group_id] if row.group_id else [by_key.get(row.user_id)]
        found += [(row, user) for user in theirs if user is not None]
    return found


def language_of(user: Any) -> str:
    """Return the language somebody has chosen in the admin, or the site's."""
    profile = getattr(user, "wagtail_userprofile", None)
    return (profile.preferred_language if profile else "") or settings.LANGUAGE_CODE


def _values(message: Message) -> dict[str, str]:
    return {one.name: str(message.context.get(one.name, "")) for one in PLACEHOLDERS}


def _sample(language: str) -> dict[str, Any]:
    with translation.override(language):
        texts = {one.name: one.sample_text() for one in PLACEHOLDERS}
        return {**texts, "answers": [[gettext("A question"), gettext("An answer")]]}


def _address_in(submission: Submission) -> str:
    for spec in submission.form_version.specs:
        if spec.field_type == QuestionType.EMAIL and submission.answers.get(spec.key):
            return str(submission.answers[spec.key])
    return ""


def _is_copied(spec: QuestionSpec) -> bool:
    return may_be_mailed(spec) and spec.field_type != QuestionType.FILE


def _is_still_there(message: Message) -> bool:
    """Whether what the mail speaks of has not been deleted, nor its words removed, meanwhile."""
    found = Submission.objects.filter(uuid=str(message.subject_key))
    return bool(message.context) and bool(found.exists())


def _has_words(message: Message) -> bool:
    """Whether what it says is there, which is removed after a while."""
    return bool(message.context)
