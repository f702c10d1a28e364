"""Calling off and moving an event, guided: choose, fill in, see whom it concerns, confirm."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ..actions.event_changes import (
    announce_change,
    cancel_event,
    close_event_session,
    reopen_event_session,
    restore_event,
)
from ..actions.event_page_changes import change_venue, check_page_changes, move_time
from ..enums import Right, SeatPoolKind
from ..exceptions import AlreadySo, EventBusy, EventSessionGone, PageCannotChange
from ..models import EventRecord, SeatPool, events_visible_to
from ..permissions import check_can_change_event, scope_of
from .base import DeskMixin
from .event_change_forms import EventChangeForm, SessionForm, TimeForm, VenueForm
from .event_change_preview import TAKES_OUT, preview_of

INVALID = 422


@dataclass(frozen=True)
class Task:
    """One thing that can be done to a whole event or a session of it."""

    title: Any
    help_text: Any
    form_class: type[EventChangeForm]
    do: Callable[[EventRecord, Any, Any], int]
    by_hosts: bool = False
    """Whether those who decide at one session only may do it there."""
    on_page: bool = False
    """Whether it changes the page, which takes the right to publish that."""


def _keyword(form: Any, user: Any) -> dict[str, Any]:
    return {"by": user, "reasons": form.reasons}


TASKS: dict[str, Task] = {
    "time": Task(
        gettext_lazy("Move the time"),
        gettext_lazy("Of the whole event or of one session."),
        TimeForm,
        lambda event, form, user: move_time(
            event=event,
            event_session_key=form.event_session_key,
            starts_at=form.cleaned_data["starts_at"],
            ends_at=form.cleaned_data["ends_at"],
            **_keyword(form, user),
        ),
        on_page=True,
    ),
    "venue": Task(
        gettext_lazy("Change a venue"),
        gettext_lazy("A session is held somewhere else."),
        VenueForm,
        lambda event, form, user: change_venue(
            event=event,
            event_session_key=form.event_session_key,
            venue=form.cleaned_data["venue"],
            **_keyword(form, user),
        ),
        on_page=True,
    ),
    "announce": Task(
        gettext_lazy("Tell of a new time or place"),
        gettext_lazy("When the page was changed already, and people do not know yet."),
        EventChangeForm,
        lambda event, form, user: announce_change(event=event, **_keyword(form, user)),
    ),
    "close": Task(
        gettext_lazy("Close a session"),
        gettext_lazy("It is not held. Those who are registered there are offered the others."),
        SessionForm,
        lambda event, form, user: close_event_session(
            event=event, event_session_key=form.event_session_key, **_keyword(form, user)
        ),
        by_hosts=True,
    ),
    "reopen": Task(
        gettext_lazy("Open a closed session again"),
        gettext_lazy("It is held after all. Those who are still registered there are told."),
        SessionForm,
        lambda event, form, user: reopen_event_session(
            event=event, event_session_key=form.event_session_key, **_keyword(form, user)
        ),
        by_hosts=True,
    ),
    "cancel": Task(
        gettext_lazy("Cancel the event"),
        gettext_lazy("Everybody is told. The registrations are kept, so it can be undone."),
        EventChangeForm,
        lambda event, form, user: cancel_event(event=event, **_keyword(form, user)),
    ),
    "restore": Task(
        gettext_lazy("The event is on again"),
        gettext_lazy("Undo the cancelling. Everybody is told."),
        EventChangeForm,
        lambda event, form, user: restore_event(event=event, **_keyword(form, user)),
    ),
}


class EventChangesMixin(DeskMixin):
    """A screen about changing one event, for those who decide at it or at a session of it."""

    header_icon = "cogs"
    event: EventRecord
    request: HttpRequest

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Look the event up among those one may see."""
        super().setup(request, *args, **kwargs)  # type: ignore[misc]
        self.event = get_object_or_404(events_visible_to(request.user), key=kwargs["event_key"])

    @cached_property
    def scope(self) -> tuple[bool, frozenset[uuid.UUID]]:
        """Whether one decides at the whole event, and else at which sessions."""
        return scope_of(self.request.user, self.event, Right.CHANGE)

    def sessions(self, *, closed: bool) -> dict[str, str]:
        """Return key and name of the sessions one decides at that are closed, or are not."""
        pools = SeatPool.objects.filter(
            event=self.event,
            kind=SeatPoolKind.EVENT_SESSION,
            is_closed=False,
            closed_at__isnull=not closed,
        )
        is_whole, keys = self.scope
        return {
            str(pool.event_session_key): pool.name
            for pool in pools
            if is_whole or pool.event_session_key in keys
        }

    def may_do(self, task: Task) -> bool:
        """Return whether the right is there; the page's own right is asked by the action."""
        return self.scope[0] or (task.by_hosts and bool(self.scope[1]))

    def makes_sense(self, name: str) -> bool:
        """Return whether there is anything to do."""
        if name == "restore":
            return self.event.is_cancelled
        if name == "reopen":
            return bool(self.sessions(closed=True))
        if name == "close":
            return bool(self.sessions(closed=False))
        return not self.event.is_cancelled

    def way_here(self) -> list[dict[str, Any]]:
        """Return the breadcrumbs as far as the event."""
        url = reverse("kommed_events_desk:registrations", args=[self.event.key])
        return [*self.desk_breadcrumbs(), {"url": url, "label": self.event.title}]


class EventChangesView(EventChangesMixin, WagtailAdminTemplateMixin, TemplateView):
    """What can be done: links only."""

    template_name = "kommed_events/admin/event_changes.html"
    page_title = gettext_lazy("Change or cancel the event")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Only those who decide at the event, or at a session of it."""
        check_can_change_event(request.user, self.event)
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here through the registrations."""
        return [*self.way_here(), {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the tasks one may do that make sense now."""
        tasks = [
            (name, task)
            for name, task in TASKS.items()
            if self.may_do(task) and self.makes_sense(name)
        ]
        return super().get_context_data(event=self.event, tasks=tasks, **kwargs)


class EventChangeView(EventChangesMixin, WagtailAdminTemplateMixin, TemplateView):
    """One task: fill in, see whom it concerns and what they read, and only then do it."""

    template_name = "kommed_events/admin/event_change.html"
    name: str
    task: Task

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Look the task up."""
        super().setup(request, *args, **kwargs)
        self.name = kwargs["task"]
        if self.name not in TASKS:
            raise Http404
        self.task = TASKS[self.name]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Only those who may do this."""
        if not self.may_do(self.task):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        """What is done."""
        return str(self.task.title)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here through the list of tasks."""
        url = reverse("kommed_events_desk:event_changes", args=[self.event.key])
        between = {"url": url, "label": EventChangesView.page_title}
        return [*self.way_here(), between, {"url": "", "label": self.get_page_title()}]

    def get_form(self, data: Any = None) -> EventChangeForm:
        """Return the form, with the sessions one may do this to."""
        sessions = self.sessions(closed=self.name == "reopen")
        return self.task.form_class(data, event=self.event, sessions=sessions)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the page needs to say of the task."""
        given = {"form": self.get_form(), "problems": self.problems(), **kwargs}
        takes_out = self.name in TAKES_OUT
        given |= {"event": self.event, "task": self.task, "takes_out": takes_out}
        return super().get_context_data(**given)

    def problems(self) -> list[str]:
        """Return what stands in the way before anything was filled in."""
        if not self.makes_sense(self.name):
            return [_("There is nothing to do: it is so already.")]
        if self.task.on_page:
            try:
                check_page_changes(event=self.event, by=self.request.user)  # type: ignore[arg-type]
            except PageCannotChange as error:
                return error.messages
        return []

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what would be done; do it when exactly that was looked at."""
        form = self.get_form(request.POST)
        problems = self.problems()
        if problems or not form.is_valid():
            context = self.get_context_data(form=form, problems=problems)
            return self.render_to_response(context, status=INVALID)
        if request.POST.get("confirm") and request.POST.get("seen") == form.seal():
            problems = self.do(form)
            if not problems:
                return redirect("kommed_events_desk:registrations", self.event.key)
        preview = preview_of(self.name, self.event, request.user, form.cleaned_data)
        context = self.get_context_data(
            form=form, problems=problems, preview=preview, seen=form.seal()
        )
        return self.render_to_response(context, status=INVALID if problems else 200)

    def do(self, form: EventChangeForm) -> list[str]:
        """Do it, and return why it could not be done."""
        try:
            told = self.task.do(self.event, form, self.request.user)
        except AlreadySo:
            return [_("There is nothing to do: it is so already.")]
        except EventSessionGone:
            return [_("That session is not on the page any more.")]
        except PageCannotChange as error:
            return error.messages
        except EventBusy:
            return [_("Many are registering right now. Nothing was changed; please try again.")]
        messages.success(
            self.request,
            ngettext(
                "Done. %(number)s mail is on its way.",
                "Done. %(number)s mails are on their way.",
                told,
            )
            % {"number": told},
        )
        return []
