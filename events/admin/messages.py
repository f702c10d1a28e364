"""The outbox: the mails about registrations one may see, and where they are on their way."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from forms.enums import MessageState
from forms.mail.kinds import kind_label
from forms.mail.render import render_message
from forms.models import Message

from ..models import Invitation, Registration
from .base import DeskListView, DeskMixin


def visible_messages(user: Any) -> QuerySet[Message]:
    """Return the mails about registrations and invitations that ``user`` may see."""
    registrations = Registration.objects.visible_to(user).values("uuid")
    invitations = Invitation.objects.visible_to(user).values("uuid")
    return Message.objects.filter(Q(subject_key__in=registrations) | Q(subject_key__in=invitations))


class MessageFilterSet(WagtailFilterSet):
    """By state."""

    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=MessageState.choices)

    class Meta:
        model = Message
        fields = ["state"]


class MessageStateColumn(Column):
    """The state of a mail as a label."""

    cell_template_name = "kommed_events/admin/_state_cell.html"


class MessageListView(DeskListView):
    """The outbox, newest first."""

    page_title = _("Outbox")
    header_icon = "mail"
    model = Message
    results_name = "kommed_events_desk:outbox_results"
    template_name = "kommed_events/admin/listing.html"
    results_template_name = "kommed_events/admin/listing_results.html"
    default_ordering = "-id"
    filterset_class = MessageFilterSet
    is_searchable = True
    search_fields = ["to"]
    search_backend_name = None

    @cached_property
    def columns(self) -> list[Column]:
        """What it is, to whom, and where it is."""
        return [
            TitleColumn(
                "kind",
                label=_("Mail"),
                accessor=lambda message: kind_label(message.kind),
                get_url=lambda message: reverse("kommed_events_desk:message", args=[message.uuid]),
            ),
            Column("to", label=_("To"), sort_key="to"),
            MessageStateColumn("state", label=_("State"), sort_key="state"),
            Column("attempts", label=_("Attempts"), sort_key="attempts"),
            Column("last_error", label=_("Last error")),
            DateColumn("created_at", label=_("Queued"), sort_key="created_at"),
            DateColumn("sent_at", label=_("Sent"), sort_key="sent_at"),
        ]

    def get_base_queryset(self) -> QuerySet[Message]:
        """Return the mails one may see."""
        return visible_messages(self.request.user)

    def get_valid_orderings(self) -> list[str]:
        """Allow the default order besides those of the columns."""
        return [*super().get_valid_orderings(), "-id"]


class MessageDetailView(DeskMixin, WagtailAdminTemplateMixin, TemplateView):
    """One mail as it reads, without the links that only its recipient may have."""

    template_name = "kommed_events/admin/message.html"
    header_icon = "mail"
    message: Message

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Look the mail up among those one may see."""
        super().setup(request, *args, **kwargs)
        self.message = get_object_or_404(
            visible_messages(request.user), uuid=kwargs["message_uuid"]
        )

    def get_page_title(self) -> str:
        """What kind of mail it is."""
        return kind_label(self.message.kind)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here through the outbox."""
        return [
            *self.desk_breadcrumbs(),
            {"url": reverse("kommed_events_desk:outbox"), "label": _("Outbox")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the mail, rendered as it was or will be sent."""
        return super().get_context_data(
            message=self.message,
            mail=render_message(self.message, with_links=False),
            **kwargs,
        )
