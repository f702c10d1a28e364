"""Filters of the registrations list."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet

from ..enums import RegistrationState, SeatPoolKind
from ..models import EventRecord, Registration, seat_pools_visible_to


class RegistrationFilterSet(WagtailFilterSet):
    """By state, session and audience, each with the choices that this event has."""

    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=RegistrationState.choices)
    event_session_key = django_filters.ChoiceFilter(label=_("Session"))
    audience_key = django_filters.ChoiceFilter(label=_("Audience"))

    class Meta:
        model = Registration
        fields = ["state", "event_session_key", "audience_key"]

    def __init__(self, *args: Any, event: EventRecord, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pools = list(seat_pools_visible_to(kwargs["request"].user).filter(event=event))
        sessions = {
            str(p.event_session_key): p.name for p in pools if p.kind == SeatPoolKind.EVENT_SESSION
        }
        audiences = {str(p.audience_key): p.name for p in pools if p.kind == SeatPoolKind.AUDIENCE}
        self.filters["event_session_key"].extra["choices"] = list(sessions.items())
        self.filters["audience_key"].extra["choices"] = list(audiences.items())
