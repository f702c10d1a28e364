"""What a person has changed in their answers: the difference, for staff and for mails."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms.builder import answer_rows
from forms.models import QuestionSpec, Submission

from ..models import Registration


@dataclass(frozen=True)
class AnswerDifference:
    """One question that is answered in another way than before."""

    spec: QuestionSpec
    """The question as it was last asked. Whoever shows the answers looks at its privacy class."""
    before: str
    """The answer as people read it; empty where there was none, or the question was not asked."""
    after: str
    """The same, of the answers that came next."""

    @property
    def label(self) -> str:
        """What was asked."""
        return self.spec.label


@dataclass(frozen=True)
class AnswerChangeView:
    """What was changed at one time."""

    changed_at: dt.datetime
    rows: list[AnswerDifference]


def differences(
    before: tuple[Sequence[QuestionSpec], Mapping[str, Any]],
    after: tuple[Sequence[QuestionSpec], Mapping[str, Any]],
) -> list[AnswerDifference]:
    """Return what differs between two sets of answers, each with the questions it answers.

    In the order of the later questions; what was only asked before comes last. Text is compared as
    people read it, so a choice that was renamed shows and one that was merely moved does not.
    """
    earlier = {spec.key: (spec, text) for spec, text in answer_rows(*before)}
    later = {spec.key: (spec, text) for spec, text in answer_rows(*after)}
    found = []
    for key in dict.fromkeys((*later, *earlier)):
        spec = later[key][0] if key in later else earlier[key][0]
        said_before = earlier[key][1] if key in earlier else ""
        said_after = later[key][1] if key in later else ""
        if said_before != said_after:
            found.append(AnswerDifference(spec, said_before, said_after))
    return found


def answer_changes(registration: Registration) -> list[AnswerChangeView]:
    """Return what the person of ``registration`` has changed in their answers, newest first.

    One query, however many changes there are, if the answers as they stand were read. A change in
    which every question reads the same is among them with no rows.
    """
    changes = registration.answer_changes.select_related("previous__form_version").order_by("-id")
    after: Submission = registration.submission
    found = []
    for change in changes:
        before = change.previous
        rows = differences(_asked_and_said(before), _asked_and_said(after))
        found.append(AnswerChangeView(changed_at=change.changed_at, rows=rows))
        after = before
    return found


def _asked_and_said(submission: Submission) -> tuple[Sequence[QuestionSpec], Mapping[str, Any]]:
    return submission.form_version.specs, submission.answers
