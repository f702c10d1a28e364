"""Taking places at choices that only so many may take.

``check_places`` and ``take_places`` are called inside the caller's transaction and under its lock:
a form's own row, or the seats of an event. Between the two nobody else may take a place.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from ..choices import OTHER
from ..exceptions import ChoiceFull
from ..models import FormVersion, QuestionSpec, Submission, TakenPlace
from ..queries.places import chosen_places, places_left


def check_places(
    *,
    form_key: uuid.UUID,
    specs: Sequence[QuestionSpec],
    answers: Mapping[str, Any],
    counted: QuerySet[Submission] | None = None,
    exclude: Submission | None = None,
) -> None:
    """Raise ``ChoiceFull`` for the first choice in ``answers`` that has no place left.

    ``counted`` are the submissions whose places count, as in ``places_left``; ``exclude`` is one
    whose places do not, because these answers are to replace it.
    """
    if exclude is not None:
        rows = Submission.objects.all() if counted is None else counted
        counted = rows.exclude(pk=exclude.pk)
    left = places_left(form_key, specs, counted=counted)
    for question, choice in chosen_places(specs, answers):
        if left[question].get(choice) == 0:
            raise ChoiceFull(question, choice)


def take_places(
    *,
    submission: Submission,
    specs: Sequence[QuestionSpec],
    answers: Mapping[str, Any],
    is_new: bool = False,
) -> None:
    """Note the places that ``answers`` take; those that ``submission`` had before are given back.

    Contract: ``check_places`` has passed under the same lock. A ``submission`` that ``is_new`` had
    none.
    """
    if not is_new:
        TakenPlace.objects.filter(submission=submission).delete()
    TakenPlace.objects.bulk_create(
        TakenPlace(
            submission=submission,
            form_key=submission.form_version.form_key,
            question_key=question,
            choice_key=choice,
        )
        for question, choice in chosen_places(specs, answers)
    )


def count_earlier_answers(*, form_key: uuid.UUID, specs: Sequence[QuestionSpec]) -> None:
    """Note the places of those who chose before there was a limit, so that they count from now on.

    Called when the page is published. Done again, it notes nothing twice. Only what was a choice
    when it was answered is noted: the question may have been of another type, and what people wrote
    then is no choice, nor for this table to hold.
    """
    limited = [spec for spec in specs if spec.places]
    if not limited:
        return
    choices = {
        version.pk: {spec.key: _keys_of(spec) for spec in version.specs}
        for version in FormVersion.objects.filter(form_key=form_key)
    }
    for spec in limited:
        earlier = Submission.objects.filter(
            form_version__form_key=form_key, answers__has_key=spec.key
        ).exclude(taken_places__question_key=spec.key)
        TakenPlace.objects.bulk_create(
            (
                TakenPlace(
                    submission_id=pk, form_key=form_key, question_key=spec.key, choice_key=choice
                )
                for pk, version, answers in earlier.values_list("pk", "form_version", "answers")
                for _question, choice in chosen_places([spec], answers)
                if choice in choices[version].get(spec.key, ())
            ),
            ignore_conflicts=True,
        )


def _keys_of(spec: QuestionSpec) -> set[str]:
    return {key for key, _label in spec.choices} | ({OTHER} if spec.has_other else set())
