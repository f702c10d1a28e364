"""The registrations of one event."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn

from ..capacity import count_seats
from ..enums import Right, SeatPoolKind
from ..models import (
    EventRecord,
    Registration,
    SeatPool,
    Todo,
    events_visible_to,
    seat_pools_visible_to,
    todos_visible_to,
)
from ..permissions import can_write
from ..queries.mail_trouble import with_mail_trouble
from ..queries.mix import SessionMix, mix_of
from .base import DeskListView
from .filters import RegistrationFilterSet


class StateColumn(Column):
    """The state as a coloured label; the words carry the meaning, the colour only helps."""

    cell_template_name = "kommed_events/admin/_state_cell.html"


class RegistrationListView(DeskListView):
    """Name, organisation, session, audience, state and time, of those one may see."""

    model = Registration
    results_name = "kommed_events_desk:registrations_results"
    template_name = "kommed_events/admin/registrations.html"
    results_template_name = "kommed_events/admin/listing_results.html"
    default_ordering = "-created_at"
    filterset_class = RegistrationFilterSet
    is_searchable = True
    search_fields = ["name", "email", "organisation", "reference"]
    search_backend_name = None
    event: EventRecord

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Look the event up among those one may see."""
        super().setup(request, *args, **kwargs)
        self.event = get_object_or_404(events_visible_to(request.user), key=kwargs["event_key"])

    def results_url_args(self) -> list[Any]:
        """The results are of this event."""
        return [self.event.key]

    def get_page_title(self) -> str:
        """The event's title."""
        return self.event.title

    def get_filterset_kwargs(self) -> dict[str, Any]:
        """Tell the filters which event they are for."""
        return {**super().get_filterset_kwargs(), "event": self.event}

    def get_base_queryset(self) -> QuerySet[Registration]:
        """Return the event's registrations that one may see."""
        visible: QuerySet[Registration] = Registration.objects.visible_to(self.request.user)
        # Of the submission only the mark: the list has no business with the answers.
        mine = visible.filter(event=self.event).annotate(suspicion=F("submission__suspicion"))
        return with_mail_trouble(mine)

    @cached_property
    def pools(self) -> list[SeatPool]:
        """The pools of the sessions one may see."""
        return list(seat_pools_visible_to(self.request.user).filter(event=self.event))

    @cached_property
    def columns(self) -> list[Column]:
        """The columns of the list; names of sessions and audiences come from the ledger."""
        sessions = {
            p.event_session_key: p.name for p in self.pools if p.kind == SeatPoolKind.EVENT_SESSION
        }
        audiences = {p.audience_key: p.name for p in self.pools if p.kind == SeatPoolKind.AUDIENCE}
        return [
            TitleColumn("name", label=_("Name"), sort_key="name", get_url=self.detail_url),
            Column("organisation", label=_("Organisation"), sort_key="organisation"),
            Column(
                "event_session_key",
                label=_("Session"),
                accessor=lambda row: sessions.get(row.event_session_key, ""),
                sort_key="event_session_key",
            ),
            Column(
                "audience_key",
                label=_("Audience"),
                accessor=lambda row: audiences.get(row.audience_key, ""),
                sort_key="audience_key",
            ),
            StateColumn("state", label=_("State"), sort_key="state"),
            DateColumn("created_at", label=_("Registered"), sort_key="created_at"),
        ]

    def detail_url(self, registration: Registration) -> str:
        """Where one registration is shown in full."""
        return reverse("kommed_events_desk:detail", args=[self.event.key, registration.uuid])

    def mixes(self) -> list[SessionMix]:
        """Return how the sessions one may see are filling, audience by audience."""
        kind = SeatPoolKind.EVENT_SESSION
        keys = {pool.event_session_key for pool in self.pools if pool.kind == kind}
        return mix_of(count_seats(self.event), sessions=keys)

    def todos(self) -> list[tuple[Todo, str]]:
        """Return what is to be looked at, and the session it is about, if any."""
        names = {p.event_session_key: p.name for p in self.pools if p.audience_key is None}
        rows = todos_visible_to(self.request.user).filter(event=self.event)
        return [(todo, names.get(todo.event_session_key, "")) for todo in rows]

    def _may_decide(self) -> bool:
        mine = events_visible_to(self.request.user, Right.CHANGE)
        return mine.filter(pk=self.event.pk).exists()

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add seats and to-dos above the list."""
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        if not self.results_only:
            mixes = self.mixes()
            context |= {
                "event": self.event,
                "mixes": mixes,
                "overbooked": [mix for mix in mixes if mix.is_overbooked],
                "todos": self.todos(),
                "may_decide": self._may_decide(),
                "may_write": can_write(self.request.user, self.event),
            }
        return context
