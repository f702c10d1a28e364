"""What was written to many people at an event: the list, how far one is, and stopping it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from forms.mail.explain import explain
from forms.models import Message

from ..actions.mailings import stop_mailing
from ..enums import MailingState, Right
from ..exceptions import MailingMovedOn
from ..models import Mailing, Registration
from ..notifications.mailings import words_in
from ..permissions import check_can_write, scope_of
from ..queries.mailings import (
    OPEN_STATES,
    Progress,
    mailings_visible_to,
    mails_in_trouble,
    progress_of,
)
from .base import PER_PAGE, DeskListView, DeskMixin
from .invitations import OfEvent
from .mailings_words import describe
from .registrations import StateColumn

INVALID = 422


class OfMailings(OfEvent):
    """Something about what is written to many at one event, for those who may write to somebody."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Only those who may write to somebody at this event."""
        check_can_write(request.user, self.event)
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response

    @cached_property
    def scope(self) -> tuple[bool, frozenset[Any]]:
        """Whether one may write to the whole event, and else at which sessions."""
        return scope_of(self.request.user, self.event, Right.MESSAGE)

    def mailings(self) -> QuerySet[Mailing]:
        """Return the event's mailings that one may see."""
        return mailings_visible_to(self.request.user, self.event, is_whole=self.scope[0])

    def way_here(self, *, to_list: bool) -> list[dict[str, Any]]:
        """Return the breadcrumbs as far as the event, or as far as its mailings."""
        return [
            *super().way_here(to_list=False),
            *([{"url": self.url_of("mailings"), "label": _("Mails to many")}] if to_list else []),
        ]

    def url_of(self, name: str, *args: Any) -> str:
        """Return the address of one of the event's screens."""
        return reverse(f"kommed_events_desk:{name}", args=[self.event.key, *args])


class OfMailing(OfMailings):
    """Something about one mailing that one may see."""

    mailing: Mailing

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Look the mailing up among those one may see."""
        super().setup(request, *args, **kwargs)
        self.mailing = get_object_or_404(self.mailings(), uuid=kwargs["mailing_uuid"])

    @property
    def is_mine(self) -> bool:
        """Whether one has written it oneself, and so may change it while it is a draft."""
        return bool(self.mailing.created_by_id == self.request.user.pk)


def subject_of(mailing: Mailing) -> str:
    """Return the subject as it was written, in the reader's language if it is there."""
    _language, said = words_in(mailing.words, get_language() or "")
    return said.get("subject", "") or _("(no subject yet)")


class MailingListView(OfMailings, DeskListView):
    """Subject, who wrote it, its state and how far it is; newest first."""

    model = Mailing
    header_icon = "mail"
    page_title = gettext_lazy("Mails to many")
    results_name = "kommed_events_desk:mailings_results"
    template_name = "kommed_events/admin/listing.html"
    results_template_name = "kommed_events/admin/mailings_results.html"
    default_ordering = "-id"
    progress: dict[int, Progress]

    def results_url_args(self) -> list[Any]:
        """The results are of this event."""
        return [self.event.key]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here through the event's registrations."""
        here = {"url": "", "label": self.get_page_title()}
        return [*self.way_here(to_list=False), here]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Writing another."""
        url = self.url_of("mailing_new")
        return [HeaderButton(_("Write to people"), url=url, icon_name="plus", priority=1)]

    def get_base_queryset(self) -> QuerySet[Mailing]:
        """Return the mailings one may see."""
        return self.mailings()

    def get_valid_orderings(self) -> list[str]:
        """Allow the default order besides those of the columns."""
        return [*super().get_valid_orderings(), "-id"]

    @cached_property
    def columns(self) -> list[Column]:
        """The columns; times are the event's."""
        return [
            TitleColumn(
                "subject",
                label=_("Subject"),
                accessor=subject_of,
                get_url=lambda mailing: self.url_of("mailing", mailing.uuid),
            ),
            StateColumn("state", label=_("State"), sort_key="state"),
            Column("progress", label=_("Through"), accessor=self.in_numbers),
            Column("by", label=_("Written by"), accessor=lambda row: row.created_by or ""),
            Column("at", label=_("When"), accessor=self.when),
        ]

    def in_numbers(self, mailing: Mailing) -> str:
        """Return how many are through of how many."""
        if mailing.started_at is None:
            return ""
        found = self.progress[mailing.pk]
        return _("%(done)s of %(total)s") % {"done": found.done, "total": found.total}

    def when(self, mailing: Mailing) -> str:
        """Return when it left, or is to leave, or was begun."""
        moment = mailing.started_at or mailing.send_at or mailing.created_at
        return date_format(moment.astimezone(self.event.zone), "SHORT_DATETIME_FORMAT")

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Count the mails of those on this page."""
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        self.progress = progress_of(list(context["object_list"]))
        return context | {"event": self.event}


class MailingScreen(DeskMixin, WagtailAdminTemplateMixin, TemplateView):
    """A screen about a mailing."""

    header_icon = "mail"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here through the mailings."""
        way: list[dict[str, Any]] = self.way_here(to_list=True)
        return [*way, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the event and the mailing."""
        event = self.event
        mailing = getattr(self, "mailing", None)
        return super().get_context_data(event=event, mailing=mailing, **kwargs)


def page_of(rows: Any, request: HttpRequest) -> dict[str, Any]:
    """Return one page of ``rows`` and what links to the others, whatever number is asked for."""
    paginator = Paginator(rows, PER_PAGE)
    page: Page[Any] = paginator.get_page(request.GET.get("p"))
    return {
        "page_obj": page,
        "is_paginated": paginator.num_pages > 1,
        "elided_page_range": paginator.get_elided_page_range(page.number),
    }


class MailingView(OfMailing, MailingScreen):
    """How far a mailing is. A draft of one's own leads to where it can be gone on with."""

    template_name = "kommed_events/admin/mailing.html"

    def get_page_title(self) -> str:
        """The subject."""
        return subject_of(self.mailing)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it, or go on writing it."""
        if self.mailing.state == MailingState.DRAFT and self.is_mine:
            name = "mailing_review" if self.mailing.words else "mailing_words"
            return redirect(self.url_of(name, self.mailing.uuid))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the numbers, and what did not arrive."""
        mailing = self.mailing
        pages = page_of(mails_in_trouble(mailing), self.request)
        return super().get_context_data(
            progress=progress_of([mailing])[mailing.pk],
            zone=self.event.time_zone,
            described=describe(mailing, self.request.user),
            can_be_stopped=mailing.state in OPEN_STATES,
            is_under_way=mailing.state in (MailingState.SENDING, MailingState.SCHEDULED),
            troubles=self.troubles(list(pages["page_obj"])),
            **pages,
            **kwargs,
        )

    def troubles(self, mails: list[Message]) -> list[tuple[Message, Registration | None, Any]]:
        """Return each mail with whose it is, if one may see that, and what went wrong."""
        visible = Registration.objects.visible_to(self.request.user)
        keys = [str(mail.subject_key) for mail in mails]
        people = {str(row.uuid): row for row in visible.filter(uuid__in=keys)} if keys else {}
        return [
            (mail, people.get(str(mail.subject_key)), explain(mail.last_error)) for mail in mails
        ]


class MailingStopView(OfMailing, DeskMixin, View):
    """Stopping what has not left yet."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Stop it, and say how many mails stay here."""
        was_draft = self.mailing.state == MailingState.DRAFT
        try:
            number = stop_mailing(mailing=self.mailing, by=request.user)  # type: ignore[arg-type]
        except MailingMovedOn:
            messages.error(request, _("It was too late: nothing of it was waiting any more."))
        else:
            if was_draft:
                messages.success(request, _("The draft is put away. Nothing was sent."))
                return redirect(self.url_of("mailings"))
            messages.success(
                request,
                ngettext(
                    "Stopped. %(number)s mail that had not left stays here.",
                    "Stopped. %(number)s mails that had not left stay here.",
                    number,
                )
                % {"number": number},
            )
        return redirect(self.url_of("mailing", self.mailing.uuid))
