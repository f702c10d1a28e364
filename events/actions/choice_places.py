"""Places at choices of the form that only so many may take, such as a meal or a tour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.actions.places import check_places
from forms.models import FormVersion, Submission

from ..models import EventRecord, live_submissions


def check_choice_places(
    *,
    event: EventRecord,
    form_version: FormVersion,
    answers: Mapping[str, Any],
    exclude: Submission | None = None,
) -> None:
    """Raise ``forms.exceptions.ChoiceFull`` if a choice in ``answers`` has no place left.

    Live registrations take places, waiting ones too: whoever gets a seat later has been promised
    the rest. Call it while the event's seats are locked. ``exclude`` is the submission itself when
    a registration is about to come back to life.
    """
    if not any(spec.places for spec in form_version.specs):
        return
    check_places(
        form_key=event.key,
        specs=form_version.specs,
        answers=answers,
        counted=live_submissions(event.key),
        exclude=exclude,
    )
