"""Filters of the registrations list."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet

from ..enums import RegistrationState, SeatPoolKind
from ..models import EventRecord, Registration, seat_pools_visible_to


class RegistrationFilterSet(WagtailFilterSet):
    """By state, session, audience, second choice, mail and group; the choices are the event's."""

    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=RegistrationState.choices)
    event_session_key = django_filters.ChoiceFilter(label=_("Session"))
    audience_key = django_filters.ChoiceFilter(label=_("Audience"))
    choice = django_filters.ChoiceFilter(
        label=_("Second choice"),
        choices=[
            ("given", _("Has the second choice")),
            ("named", _("Would take another session")),
            ("none", _("This session alone")),
        ],
        method="filter_choice",
    )
    mail = django_filters.ChoiceFilter(
        label=_("Mail"),
        choices=[("trouble", _("Did not arrive")), ("fine", _("No trouble known"))],
        method="filter_mail",
    )
    together = django_filters.ChoiceFilter(
        label=_("Registered together"),
        choices=[("yes", _("In a group")), ("no", _("Alone"))],
        method="filter_together",
    )

    class Meta:
        model = Registration
        fields = ["state", "event_session_key", "audience_key", "choice", "mail", "together"]

    def __init__(self, *args: Any, event: EventRecord, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pools = list(seat_pools_visible_to(kwargs["request"].user).filter(event=event))
        sessions = {
            str(p.event_session_key): p.name for p in pools if p.kind == SeatPoolKind.EVENT_SESSION
        }
        audiences = {str(p.audience_key): p.name for p in pools if p.kind == SeatPoolKind.AUDIENCE}
        self.filters["event_session_key"].extra["choices"] = list(sessions.items())
        self.filters["audience_key"].extra["choices"] = list(audiences.items())

    def filter_choice(self, rows: QuerySet[Registration], _name: str, value: str) -> Any:
        """Narrow to those who have, or would take, another session than their first."""
        would_move = Q(second_choice_key__isnull=False) | Q(takes_any_session=True)
        if value == "given":
            return rows.filter(first_choice_key__isnull=False)
        if value == "named":
            return rows.filter(would_move, first_choice_key__isnull=True)
        return rows.exclude(would_move)

    def filter_mail(self, rows: QuerySet[Any], _name: str, value: str) -> Any:
        """Narrow to those whom a mail did not reach, or to the others."""
        return rows.filter(mail_trouble=value == "trouble")

    def filter_together(self, rows: QuerySet[Registration], _name: str, value: str) -> Any:
        """Narrow to those who were registered with others, or to those who were not."""
        return rows.filter(group__isnull=value == "no")
