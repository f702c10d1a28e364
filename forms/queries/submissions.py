"""Finding what was sent on a form, and the questions it was sent to."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from ..builder import answer_rows
from ..models import FormRecord, FormVersion, Message, QuestionSpec, Submission
from .pages import steering_page


def versions_of(record: FormRecord) -> list[FormVersion]:
    """Return the form versions that somebody has answered, newest first."""
    used = Submission.objects.filter(form_record=record).values("form_version")
    return list(FormVersion.objects.filter(pk__in=used).order_by("-pk"))


def current_specs(record: FormRecord) -> tuple[QuestionSpec, ...]:
    """Return what the form asks now, or asked last when its page is gone."""
    page = steering_page(record)
    if page is not None:
        specs: tuple[QuestionSpec, ...] = page.question_specs()
        return specs
    versions = versions_of(record)
    return versions[0].specs if versions else ()


def answers_that_say(
    text: str, submissions: QuerySet[Submission], *, with_sensitive: bool
) -> QuerySet[Submission]:
    """Return those of ``submissions`` with ``text`` in an answer as people read it.

    Without ``with_sensitive`` the answers of special categories are not looked at: a search must
    not tell what the screen would not show.
    """
    wanted = text.casefold()
    versions = FormVersion.objects.filter(pk__in=submissions.order_by().values("form_version"))
    specs = {version.pk: version.specs for version in versions}
    rows = submissions.order_by().values_list("pk", "form_version", "answers")
    found = [
        pk
        for pk, version, answers in rows.iterator(chunk_size=500)
        if any(
            wanted in answer.casefold()
            for spec, answer in answer_rows(specs[version], answers)
            if with_sensitive or not spec.is_sensitive
        )
    ]
    return submissions.filter(pk__in=found)


def shown_rows(
    submission: Submission, *, with_sensitive: bool
) -> list[tuple[QuestionSpec, str | None]]:
    """Return each question with its answer; None where it is not for everyone's eyes."""
    rows: list[Any] = answer_rows(submission.form_version.specs, submission.answers)
    return [
        (spec, None if spec.is_sensitive and not with_sensitive else text) for spec, text in rows
    ]


def shown_mails(submission: Submission, *, with_sensitive: bool) -> list[Message]:
    """Return the mails about ``submission``; an address that is an answer is shown as that is."""
    mails = list(Message.objects.filter(subject_key=submission.uuid).order_by("id"))
    hidden = [
        submission.answers.get(spec.key)
        for spec in submission.form_version.specs
        if spec.is_sensitive and not with_sensitive
    ]
    for mail in mails:
        if mail.to in hidden:
            mail.to = ""
    return mails
