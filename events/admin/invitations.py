"""Who was invited to an event, what they said, and what can be done about it."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from ..actions.invite import remind_silent, withdraw_invitation
from ..clock import database_now
from ..enums import InvitationState, Right, SeatPoolKind
from ..exceptions import EventBusy, InvitationUsed
from ..models import (
    EventRecord,
    Invitation,
    SeatPool,
    events_visible_to,
    seat_pools_visible_to,
)
from ..permissions import can_invite, check_can_remind
from ..queries.invitations import count_answers, remindable
from .base import DeskListView, DeskMixin
from .registrations import StateColumn

BUSY = gettext_lazy("Many are registering right now. Nothing was changed; please try again.")


def names_by_key(pools: list[SeatPool], kind: SeatPoolKind) -> dict[str, str]:
    """Return what the sessions, or the audiences, of ``pools`` are called, by key as text."""
    is_audience = kind == SeatPoolKind.AUDIENCE
    return {
        str(pool.audience_key if is_audience else pool.event_session_key): pool.name
        for pool in pools
        if pool.kind == kind
    }


class OfEvent:
    """Something about the invitations of one event that one may see."""

    event: EventRecord
    request: HttpRequest

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Look the event up among those one may see."""
        super().setup(request, *args, **kwargs)  # type: ignore[misc]
        self.event = get_object_or_404(events_visible_to(request.user), key=kwargs["event_key"])

    @cached_property
    def pools(self) -> list[SeatPool]:
        """The pools of the sessions one may see."""
        pools = seat_pools_visible_to(self.request.user).filter(event=self.event)
        return list(pools.select_related("event"))

    def visible(self, right: Right = Right.VIEW) -> QuerySet[Invitation]:
        """Return the event's invitations that one has ``right`` to."""
        rows: QuerySet[Invitation] = Invitation.objects.visible_to(self.request.user, right)
        return rows.filter(event=self.event)

    def way_here(self, *, to_list: bool) -> list[dict[str, Any]]:
        """Return the breadcrumbs as far as the event, or as far as its invitations."""
        links = [("registrations", self.event.title)]
        links += [("invitations", _("Invitations"))] if to_list else []
        return [
            *self.desk_breadcrumbs(),  # type: ignore[attr-defined]
            *(
                {"url": reverse(f"kommed_events_desk:{name}", args=[self.event.key]), "label": text}
                for name, text in links
            ),
        ]


class InvitationFilterSet(WagtailFilterSet):
    """By answer and audience, with the audiences that this event has."""

    state = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Answer"), choices=InvitationState.choices
    )
    audience_key = django_filters.ChoiceFilter(label=gettext_lazy("Audience"))

    class Meta:
        model = Invitation
        fields = ["state", "audience_key"]

    def __init__(self, *args: Any, pools: list[SeatPool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        audiences = names_by_key(pools, SeatPoolKind.AUDIENCE)
        self.filters["audience_key"].extra["choices"] = list(audiences.items())


class WithdrawColumn(Column):
    """A link to take the invitation back, where that can be done."""

    cell_template_name = "kommed_events/admin/_invitation_withdraw_cell.html"


class InvitationListView(OfEvent, DeskListView):
    """Name, organisation, audience, session and answer, of those one may see."""

    model = Invitation
    header_icon = "mail"
    page_title = gettext_lazy("Invitations")
    results_name = "kommed_events_desk:invitations_results"
    template_name = "kommed_events/admin/invitations.html"
    results_template_name = "kommed_events/admin/invitations_results.html"
    default_ordering = "name"
    filterset_class = InvitationFilterSet
    is_searchable = True
    search_fields = ["name", "email", "organisation"]
    search_backend_name = None

    def results_url_args(self) -> list[Any]:
        """The results are of this event."""
        return [self.event.key]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here through the event's registrations."""
        here = {"url": "", "label": self.get_page_title()}
        return [*self.way_here(to_list=False), here]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Inviting, and reminding, for those who may."""
        if not self.may_change:
            return []
        url = reverse("kommed_events_desk:invite", args=[self.event.key])
        return [HeaderButton(_("Invite people"), url=url, icon_name="plus", priority=1)]

    def get_filterset_kwargs(self) -> dict[str, Any]:
        """Tell the filters which audiences there are."""
        return {**super().get_filterset_kwargs(), "pools": self.pools}

    def get_base_queryset(self) -> QuerySet[Invitation]:
        """Return the event's invitations that one may see."""
        return self.visible()

    @cached_property
    def columns(self) -> list[Column]:
        """The columns of the list; names of sessions and audiences come from the ledger."""
        sessions = names_by_key(self.pools, SeatPoolKind.EVENT_SESSION)
        audiences = names_by_key(self.pools, SeatPoolKind.AUDIENCE)
        return [
            Column("name", label=_("Name"), sort_key="name"),
            Column("organisation", label=_("Organisation"), sort_key="organisation"),
            Column(
                "audience_key",
                label=_("Audience"),
                accessor=lambda row: audiences.get(str(row.audience_key), ""),
                sort_key="audience_key",
            ),
            Column(
                "event_session_key",
                label=_("Session"),
                accessor=lambda row: sessions.get(str(row.event_session_key), ""),
                sort_key="event_session_key",
            ),
            StateColumn("state", label=_("Answer"), sort_key="state"),
            DateColumn("invited_at", label=_("Invited"), sort_key="invited_at"),
            DateColumn("reminded_at", label=_("Reminded"), sort_key="reminded_at"),
            WithdrawColumn("withdraw", label=_("Withdraw"), accessor=self.withdraw_url),
        ]

    @cached_property
    def may_change(self) -> bool:
        """Whether a link to take invitations back is shown; the address checks each by itself."""
        return can_invite(self.request.user, self.event)

    def withdraw_url(self, invitation: Invitation) -> str:
        """Where an invitation is taken back; empty where that cannot be done."""
        can_be = invitation.state in (InvitationState.SILENT, InvitationState.DECLINED)
        if not (can_be and self.may_change):
            return ""
        arguments = [self.event.key, invitation.uuid]
        return reverse("kommed_events_desk:invitation_withdraw", args=arguments)

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the counts above the list."""
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        if not self.results_only:
            answers, by_audience = count_answers(self.visible(), self.pools)
            due = remindable(self.event, at=database_now())
            context |= {
                "event": self.event,
                "answers": answers,
                "by_audience": by_audience,
                "number_to_remind": due.filter(
                    pk__in=self.visible(Right.MESSAGE).values("pk")
                ).count(),
            }
        return context


class QuestionView(OfEvent, DeskMixin, WagtailAdminTemplateMixin, TemplateView):
    """A screen that asks before something is done, and does it on a post."""

    header_icon = "mail"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here through the invitations."""
        return [*self.way_here(to_list=True), {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the event."""
        return super().get_context_data(event=self.event, **kwargs)

    def to_list(self) -> HttpResponse:
        """Lead back to the invitations."""
        return redirect("kommed_events_desk:invitations", self.event.key)


class RemindView(QuestionView):
    """Reminding those who have not answered: how many that is, then doing it."""

    template_name = "kommed_events/admin/invitations_remind.html"
    page_title = gettext_lazy("Remind those who have not answered")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Only those who may write to somebody at this event."""
        check_can_remind(request.user, self.event)
        return super().dispatch(request, *args, **kwargs)

    def due(self) -> QuerySet[Invitation]:
        """Return those one may write to for whom a reminder is due."""
        rows = self.visible(Right.MESSAGE)
        return remindable(self.event, at=database_now()).filter(pk__in=rows.values("pk"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add how many would be reminded, and how many are left in peace."""
        silent = self.visible(Right.MESSAGE).filter(state=InvitationState.SILENT)
        number = self.due().count()
        left = silent.count() - number
        return super().get_context_data(number=number, left=left, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Remind those one may write to."""
        only = list(self.due().values_list("pk", flat=True))
        try:
            number = remind_silent(event=self.event, by=request.user, only=only)  # type: ignore[arg-type]
        except EventBusy:
            messages.error(request, BUSY)
            return self.to_list()
        messages.success(
            request,
            ngettext("%(number)s person is reminded.", "%(number)s people are reminded.", number)
            % {"number": number},
        )
        return self.to_list()


class WithdrawView(QuestionView):
    """Taking one invitation back: a question, then doing it."""

    template_name = "kommed_events/admin/invitations_withdraw.html"
    page_title = gettext_lazy("Withdraw an invitation")
    invitation: Invitation

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Look the invitation up among those one may decide on."""
        super().setup(request, *args, **kwargs)
        rows = self.visible(Right.CHANGE).select_related("event")
        self.invitation = get_object_or_404(rows, uuid=kwargs["invitation_uuid"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add whose it is."""
        return super().get_context_data(invitation=self.invitation, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take it back."""
        try:
            withdraw_invitation(invitation=self.invitation, by=request.user)  # type: ignore[arg-type]
        except InvitationUsed:
            messages.error(
                request, _("It was accepted meanwhile. Decide on the registration instead.")
            )
        except EventBusy:
            messages.error(request, BUSY)
        else:
            messages.success(request, _("The invitation is withdrawn. No mail tells of it."))
        return self.to_list()
