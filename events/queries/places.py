"""How many places are left at choices of the form that only so many may take."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from forms.models import QuestionSpec
from forms.queries.places import PlacesLeft, places_left

from ..models import live_submissions


def choice_places_left(event_key: uuid.UUID, specs: Sequence[QuestionSpec]) -> PlacesLeft:
    """Return what is left of each limited choice; no query where nothing is limited."""
    return places_left(event_key, specs, counted=live_submissions(event_key))
