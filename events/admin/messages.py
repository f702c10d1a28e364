"""The outbox: the mails one may see, where they are on their way, and what is wrong with them."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn

from forms.actions.outbox import abort_message, restart_outbox, retry_message
from forms.enums import Delivery, MessageState
from forms.exceptions import MessageStateNotAllowed, MessageWordsGone
from forms.mail.explain import explain
from forms.mail.kinds import kind_label
from forms.mail.status import may_be_aborted
from forms.models import Message

from ..enums import Right
from ..permissions import check_can_restart_outbox
from ..queries.messages import visible_messages, watched_messages
from .base import DeskListView
from .outbox import HealthMixin, MatchingMixin, MessageFilterSet, OutboxMixin, outbox_url

AT_ONCE = 500
"""How many mails are sent again by one press of the button; what is left is said."""


class ChoosingColumn(Column):
    """A box for each mail that one may do something about."""

    header_template_name = "kommed_forms/admin/_choosing_header.html"
    cell_template_name = "kommed_events/admin/_message_box.html"


class MessageStateColumn(Column):
    """The state of a mail, and what became of it, as labels."""

    cell_template_name = "kommed_events/admin/_message_state_cell.html"


class TroubleColumn(Column):
    """What is wrong, in words, and when it is tried again."""

    cell_template_name = "kommed_events/admin/_message_trouble_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        """Add the words for the last error."""
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        return context | {"explanation": explain(instance.last_error)}


class MessageListView(OutboxMixin, HealthMixin, DeskListView):
    """The outbox, newest first."""

    page_title = _("Outbox")
    model = Message
    results_name = "kommed_events_desk:outbox_results"
    template_name = "kommed_events/admin/outbox.html"
    results_template_name = "kommed_events/admin/outbox_results.html"
    default_ordering = "-id"
    filterset_class = MessageFilterSet
    is_searchable = True
    search_fields = ["to"]
    search_backend_name = None

    @cached_property
    def columns(self) -> list[Column]:
        """What it is, to whom, and where it is."""
        boxes = [ChoosingColumn("uuid", label="", width="1%")] if self.may_message else []
        return [
            *boxes,
            TitleColumn(
                "kind",
                label=_("Mail"),
                accessor=lambda message: kind_label(message.kind),
                sort_key="kind",
                get_url=lambda message: reverse("kommed_events_desk:message", args=[message.uuid]),
            ),
            MessageStateColumn("state", label=_("State"), sort_key="state"),
            Column("to", label=_("To"), accessor=shown_address),
            TroubleColumn("last_error", label=_("What is wrong")),
            DateColumn("created_at", label=_("Queued"), sort_key="created_at"),
        ]

    def get_base_queryset(self) -> QuerySet[Any]:
        """Return the mails one may see, or see that they are there."""
        # What the list does not show stays in the database: it is much, and personal.
        return watched_messages(self.request.user).defer("context", "words")

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Search by address, and find none that one may not read."""
        if not self.is_searching:
            return queryset
        return queryset.filter(to__icontains=self.search_query.strip(), **READABLE)

    def order_queryset(self, queryset: QuerySet[Message]) -> QuerySet[Message]:
        """Two of the same moment keep their order from page to page."""
        return queryset.order_by(self.ordering, "-pk")

    def get_valid_orderings(self) -> list[str]:
        """Allow the default order besides those of the columns."""
        return [*super().get_valid_orderings(), "-id"]

    @cached_property
    def may_message(self) -> bool:
        """Whether there is any mail that one may have sent again."""
        return visible_messages(self.request.user, Right.MESSAGE).exists()

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what can be done with those ticked, or with all that failed."""
        query = self.request.GET.copy()
        for name in (self.page_kwarg, "ordering", "_w_filter_fragment"):
            query.pop(name, None)
        context = super().get_context_data(*args, **kwargs)
        has_boxes = any(may_be_aborted(message) for message in context["object_list"])
        return context | {
            "may_act": self.may_message and has_boxes,
            "query": query.urlencode(),
            "shortcuts": SHORTCUTS,
        }


READABLE: dict[str, Any] = {"is_readable": True}
SHORTCUTS = [
    (f"state={MessageState.FAILED}", _("Failed")),
    (f"state={MessageState.QUEUED}&state={MessageState.SENDING}", _("On their way")),
    (f"delivery={Delivery.BOUNCED}&delivery={Delivery.COMPLAINED}", _("Bounced, or called spam")),
]


def shown_address(message: Any) -> str:
    """Return the address, or what is left of it for who may not read the mail."""
    if message.is_readable:
        return str(message.to)
    name, _at, domain = str(message.to).rpartition("@")
    return f"{name[:1]}…@{domain}"


class OutboxManyView(MatchingMixin, OutboxMixin, View):
    """Send again, or let be, the mails that are ticked; or send again all that failed."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it with each that one may, and say with how many."""
        rows = visible_messages(request.user, Right.MESSAGE).order_by("pk")
        what = request.POST.get("what", "")
        if what == "retry_failed":
            rows = self.matching(rows).filter(state=MessageState.FAILED, cleared_at__isnull=True)
        else:
            rows = rows.filter(uuid__in=as_uuids(request.POST.getlist("message")))
            if what in ACTIONS and not request.POST.getlist("message"):
                messages.warning(request, _("Tick the mails that it is about."))
                return self._back()
        chosen = list(rows.defer("context", "words")[:AT_ONCE])
        if what not in ACTIONS or (not chosen and what != "retry_failed"):
            raise Http404
        done = sum(self._act(what, message) for message in chosen)
        self._report(what, done, len(chosen) - done)
        return self._back()

    def _back(self) -> HttpResponse:
        query = self.request.GET.urlencode()
        return redirect(f"{outbox_url()}?{query}" if query else outbox_url())

    def _act(self, what: str, message: Message) -> bool:
        try:
            ACTIONS[what](message=message, by=self.request.user)
        except (MessageStateNotAllowed, MessageWordsGone, Message.DoesNotExist):
            return False
        return True

    def _report(self, what: str, done: int, left: int) -> None:
        if what == "abort":
            text = ngettext(
                "%(count)d mail is not sent.", "%(count)d mails are not sent.", done
            ) % {"count": done}
        else:
            text = ngettext(
                "%(count)d mail is sent again.", "%(count)d mails are sent again.", done
            ) % {"count": done}
        (messages.success if done else messages.warning)(self.request, text)
        if left:
            messages.warning(
                self.request,
                ngettext(
                    "%(count)d of those was in no state for that any more.",
                    "%(count)d of those were in no state for that any more.",
                    left,
                )
                % {"count": left},
            )


ACTIONS: dict[str, Any] = {
    "retry": retry_message,
    "retry_failed": retry_message,
    "abort": abort_message,
}


def as_uuids(values: list[str]) -> list[uuid.UUID]:
    """Return those of ``values`` that are identifiers, as many as are done at once."""
    found = []
    for value in values[:AT_ONCE]:
        with suppress(ValueError):
            found.append(uuid.UUID(value))
    return found


class OutboxRestartView(OutboxMixin, View):
    """Have the mail server tried again at once, after it refused our log-in."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it, and go back to the outbox."""
        check_can_restart_outbox(request.user)
        if restart_outbox(by=request.user):  # type: ignore[arg-type]
            messages.success(request, _("The mail server is tried again in a moment."))
        return redirect(outbox_url())
