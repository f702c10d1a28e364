"""What the screens of the outbox share, and what is said above them when something is wrong."""

from __future__ import annotations

from typing import Any

import django_filters
from django.contrib.auth.models import AnonymousUser, Permission
from django.db.models import QuerySet
from django.template.loader import get_template
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.components import Component

from forms.enums import Delivery, MessageState
from forms.mail.kinds import all_kinds
from forms.mail.status import OutboxHealth, outbox_health
from forms.models import Message, forms_visible_to

from ..models import events_visible_to
from ..permissions import (
    can_restart_outbox,
    can_use_desk,
    can_watch_outbox,
    check_can_watch_outbox,
)
from ..queries.messages import visible_messages
from .base import DeskMixin


class OutboxMixin(DeskMixin):
    """A screen for those who have to do with mails, at whichever desk."""

    request: Any
    header_icon = "mail"

    def check_may_use(self, user: Any) -> None:
        """Also those of the desk of forms, and who watches over the outbox."""
        check_can_watch_outbox(user)

    def desk_breadcrumbs(self) -> list[dict[str, Any]]:
        """Return the way here; past the events only for those who may see some."""
        home, *rest = super().desk_breadcrumbs()
        return [home, *rest] if can_use_desk(self.request.user) else [home]


def health_for(user: Any) -> OutboxHealth:
    """Return what is wrong with the outbox, as far as ``user`` has to do with it."""
    return outbox_health(visible_messages(user))


class OutboxPanel(Component):
    """On the admin's front page: what is wrong with the mails, and nothing when all is well."""

    name = "kommed_outbox"
    template_name = "kommed_events/admin/outbox_panel.html"
    order = 50

    class Media:
        # By its name: before static files are collected nothing else is known of it.
        css = {"all": ["kommed_events/admin.css"]}

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        """Find out what is wrong, for those who have to do with it."""
        user = parent_context["request"].user if parent_context else AnonymousUser()
        return {
            "health": health_for(user) if can_watch_outbox(user) else None,
            "may_restart": can_restart_outbox(user),
            "csrf_token": parent_context.get("csrf_token") if parent_context else None,
        }

    def render_html(self, parent_context: Any = None) -> Any:
        """Leave the page as it is when there is nothing to say."""
        context = self.get_context_data(parent_context)
        return get_template(self.template_name).render(context) if context["health"] else ""


class MessageFilterSet(WagtailFilterSet):
    """By state, what became of it, kind, event or form, and date."""

    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=MessageState.choices)
    delivery = django_filters.MultipleChoiceFilter(
        label=_("What became of it"), choices=Delivery.choices
    )
    kind = django_filters.MultipleChoiceFilter(label=_("Mail"))
    scope_key = django_filters.ChoiceFilter(label=_("Event or form"))
    created_at = django_filters.DateFromToRangeFilter(
        label=_("Queued"), widget=DateRangePickerWidget
    )

    class Meta:
        model = Message
        fields = ["state", "delivery", "kind", "scope_key", "created_at"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["kind"].extra["choices"] = sorted(
            ((kind.name, str(kind.label)) for kind in all_kinds()), key=lambda pair: pair[1]
        )
        self.filters["scope_key"].extra["choices"] = scopes_of(kwargs["request"].user)


def scopes_of(user: Any) -> list[tuple[str, str]]:
    """Return key and title of the events and forms whose mails ``user`` may see."""
    events = events_visible_to(user).order_by("-pk").values_list("key", "title")
    forms = forms_visible_to(user).order_by("-pk").values_list("key", "title")
    return [(str(key), title) for key, title in [*events, *forms]]


class MatchingMixin:
    """The mails that the list shows, for what is done with all of them: same filters and search."""

    request: Any

    def matching(self, rows: QuerySet[Message]) -> QuerySet[Message]:
        """Return those of ``rows`` that the filters and the search in the address let through."""
        filters = MessageFilterSet(data=self.request.GET, request=self.request)
        if filters.is_valid():
            rows = filters.filter_queryset(rows)
        words = self.request.GET.get("q", "").strip()
        return rows.filter(to__icontains=words) if words else rows


def outbox_permissions() -> QuerySet[Permission]:
    """Return the right to see of every mail where it is, for the form where groups get rights."""
    return Permission.objects.filter(
        content_type__app_label=Message._meta.app_label, codename="view_message"
    )


def outbox_url() -> str:
    """Return where the outbox is."""
    return reverse("kommed_events_desk:outbox")


class HealthMixin:
    """A list with a line above it when something is wrong with the mails."""

    request: Any
    results_only: bool

    @cached_property
    def health(self) -> OutboxHealth:
        """What is wrong, if anything."""
        return health_for(self.request.user)

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add it."""
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)  # type: ignore[misc]
        if self.results_only:  # the rows alone, without what stands above them
            return context
        return context | {
            "health": self.health,
            "may_restart": can_restart_outbox(self.request.user),
        }
