"""Taking places at choices that only so many may take.

Both functions are called inside the caller's transaction and under its lock: a form's own row, or
the seats of an event. Between the two nobody else may take a place of the same form.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from ..exceptions import ChoiceFull
from ..models import QuestionSpec, Submission, TakenPlace
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
    *, submission: Submission, specs: Sequence[QuestionSpec], answers: Mapping[str, Any]
) -> None:
    """Note the places that ``answers`` take; those that ``submission`` had before are given back.

    Contract: ``check_places`` has passed under the same lock.
    """
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
