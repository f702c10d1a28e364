"""How many places are left at choices that only so many may take."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, QuerySet

from ..models import QuestionSpec, Submission, TakenPlace

PlacesLeft = dict[str, dict[str, int]]
"""By question key and choice key."""


def places_left(
    form_key: uuid.UUID,
    specs: Sequence[QuestionSpec],
    *,
    counted: QuerySet[Submission] | None = None,
) -> PlacesLeft:
    """Return what is left of each limited choice in ``specs``, never less than 0, in one query.

    ``counted`` are the submissions whose places count; without it all of the form do. An event
    hands in those of its live registrations, so that a cancelled one gives its place back. Under
    the lock of the form (or of the event's seats) the answer stays true until the lock is
    released; elsewhere it is what was true a moment ago.
    """
    limited = {spec.key: dict(spec.places) for spec in specs if spec.places}
    if not limited:
        return {}
    rows = TakenPlace.objects.filter(form_key=form_key, question_key__in=limited)
    if counted is not None:
        rows = rows.filter(submission__in=counted)
    numbers = {
        (question, choice): number
        for question, choice, number in rows.values_list("question_key", "choice_key")
        .annotate(number=Count("id"))
        .order_by()
    }
    return {
        question: {
            choice: max(0, places - numbers.get((question, choice), 0))
            for choice, places in choices.items()
        }
        for question, choices in limited.items()
    }


def chosen_places(
    specs: Sequence[QuestionSpec], answers: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """Return question and choice for each choice taken of a question that has limited ones.

    Also choices without a limit: when an editor sets one later, those who came before count.
    """
    return [
        (spec.key, str(choice))
        for spec in specs
        if spec.places
        for choice in _choices_in(answers.get(spec.key))
    ]


def _choices_in(answer: Any) -> list[Any]:
    if answer in (None, ""):
        return []
    return list(dict.fromkeys(answer)) if isinstance(answer, list) else [answer]
