"""Choosing among applications: who is taken, what the mix would be, and then all at once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from forms.mail.kinds import kind_label

from ..actions.decide_many import (
    DECIDABLE_STATES,
    Hindered,
    Hindrance,
    NotAllDecided,
    Wanted,
    decide_many,
)
from ..capacity import count_seats
from ..enums import RegistrationAction, RegistrationState, Right, SeatPoolKind
from ..exceptions import EventBusy
from ..models import (
    EventRecord,
    Lottery,
    Registration,
    SeatPool,
    events_visible_to,
    seat_pools_visible_to,
)
from ..queries.mix import SessionMix, mix_of
from ..transitions import TRANSITIONS, message_for
from .base import DeskMixin
from .over import over_in_mix
from .seen import Seen, as_it_was, read_seen, seen_of

NOTE_LENGTH = 1000
LONGEST_NUMBER = 10
"""Digits; a longer one names no row of any database."""
OTHERS = {"": None, "decline": RegistrationAction.DECLINE, "wait": RegistrationAction.WAIT}
"""What can be done to those who are not ticked."""
WHY = {
    Hindrance.CHANGED: gettext_lazy("Somebody has decided on it meanwhile; it is left out now."),
    Hindrance.NOT_ALLOWED: gettext_lazy("This cannot be done from its state; it is left out now."),
    Hindrance.NO_SEAT: gettext_lazy("There is no seat left for it."),
}


class DecideManyForm(forms.Form):
    """What staff send on the last page, after they have seen who gets which mail."""

    note = forms.CharField(
        label=gettext_lazy("A few words to those who are confirmed"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    others_note = forms.CharField(
        label=gettext_lazy("A few words to the others"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    override = forms.BooleanField(
        label=gettext_lazy("Confirm even where there is no seat left"),
        help_text=gettext_lazy("Noted in the history."),
        required=False,
    )


@dataclass(frozen=True)
class Plan:
    """Who is confirmed, and what is done to the others."""

    chosen: list[Registration]
    others: list[Registration]
    others_action: RegistrationAction | None

    def wanted(self, note: str = "", others_note: str = "") -> list[Wanted]:
        """Return it as one list."""
        found = [Wanted(each, RegistrationAction.CONFIRM, note) for each in self.chosen]
        if self.others_action is not None:
            found += [Wanted(each, self.others_action, others_note) for each in self.others]
        return found

    def changes(self) -> list[tuple[Registration, RegistrationState]]:
        """Return each with the state it would come to."""
        return [
            (
                each.registration,
                TRANSITIONS[RegistrationState(each.registration.state), each.action],
            )
            for each in self.wanted()
        ]


class BoardMixin(DeskMixin, WagtailAdminTemplateMixin):
    """A screen where it is decided on many; only for those who may decide."""

    event: EventRecord
    request: HttpRequest

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Look the event up among those one decides at."""
        super().setup(request, *args, **kwargs)
        mine = events_visible_to(request.user, Right.CHANGE)
        self.event = get_object_or_404(mine, key=kwargs["event_key"])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here through the event's list."""
        return [
            *self.desk_breadcrumbs(),
            {
                "url": reverse("kommed_events_desk:registrations", args=[self.event.key]),
                "label": self.event.title,
            },
            {"url": "", "label": self.get_page_title()},
        ]

    @cached_property
    def pools(self) -> list[SeatPool]:
        """The pools of the sessions one decides on."""
        mine = seat_pools_visible_to(self.request.user, Right.CHANGE)
        return list(mine.filter(event=self.event))

    @cached_property
    def sessions(self) -> dict[uuid.UUID | None, str]:
        """Key and name of the sessions one decides on."""
        kind = SeatPoolKind.EVENT_SESSION
        return {p.event_session_key: p.name for p in self.pools if p.kind == kind}

    @cached_property
    def audiences(self) -> dict[uuid.UUID | None, str]:
        """Key and name of the audiences there."""
        return {p.audience_key: p.name for p in self.pools if p.kind == SeatPoolKind.AUDIENCE}

    def decidable(self) -> Any:
        """Return the applications one decides on, in the order in which they came."""
        rows = Registration.objects.visible_to(self.request.user, Right.CHANGE)
        rows = rows.filter(event=self.event, state__in=DECIDABLE_STATES)
        return rows.select_related("event").order_by("created_at", "id")

    def mixes(self, plan: Plan) -> list[SessionMix]:
        """Return the mix as it is and as it would be."""
        count = count_seats(self.event)
        changes = plan.changes()
        return mix_of(count, sessions=set(self.sessions), changes=changes, among_applications=True)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the event."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"event": self.event}


class BoardView(BoardMixin, TemplateView):
    """The board. Sending it counts, or leads on to the last look; neither changes anything."""

    template_name = "kommed_events/admin/board.html"
    http_method_names = ["get", "post"]

    def get_page_title(self) -> str:
        """What is done here."""
        return _("Choose")

    def rows(self) -> list[Registration]:
        """Return the applications that are shown, narrowed to a session and an audience."""
        rows = self.decidable()
        for name, column in (("session", "event_session_key"), ("audience", "audience_key")):
            key = self.key_in(name)
            if key is not None:
                rows = rows.filter(**{column: key})
        return list(rows)

    def key_in(self, name: str) -> uuid.UUID | None:
        """Return the key that the address narrows by, or None."""
        try:
            return uuid.UUID(self.request.GET.get(name, ""))
        except ValueError:
            return None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the board; with a lottery named in the address, those who were drawn are ticked."""
        return self.show(ticked=self._drawn())

    def _drawn(self) -> set[str]:
        """Return the references drawn in the lottery that the address names, if one may see it."""
        number = self.request.GET.get("lottery", "")
        if not (number.isascii() and number.isdigit() and len(number) < LONGEST_NUMBER):
            return set()
        found = Lottery.objects.filter(
            event=self.event, event_session_key__in=list(self.sessions), pk=int(number)
        ).first()
        return set(found.drawn) if found else set()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Count what is ticked, or show who would get which mail. Nothing is changed."""
        rows = self.rows()
        taken = set(request.POST.getlist("take"))
        ticked = {row.reference for row in rows if str(row.uuid) in taken}
        if request.POST.get("what") != "review":
            return self.show(ticked=ticked, rows=rows)
        plan = plan_of(
            rows,
            chosen=taken,
            shown=read_seen(request.POST.get("shown", "")),
            others=request.POST.get("others", ""),
        )
        if not plan.wanted():
            messages.warning(request, _("Nobody is ticked, and nothing is done to the others."))
            return self.show(ticked=ticked, rows=rows)
        view = BoardDecideView()
        view.setup(request, *args, **kwargs)
        return view.show(plan)

    def show(self, *, ticked: set[str], rows: list[Registration] | None = None) -> HttpResponse:
        """Answer with the board."""
        rows = self.rows() if rows is None else rows
        plan = Plan([row for row in rows if row.reference in ticked], [], None)
        return self.render_to_response(self.get_context_data(rows=rows, plan=plan, ticked=ticked))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the applications, and the mix beside them."""
        rows, plan, ticked = kwargs.pop("rows"), kwargs.pop("plan"), kwargs.pop("ticked")
        mixes = self.mixes(plan)
        return super().get_context_data(
            rows=[
                {
                    "registration": row,
                    "session": self.sessions.get(row.event_session_key, ""),
                    "audience": self.audiences.get(row.audience_key, ""),
                    "second": self._second_choice(row),
                    "is_ticked": row.reference in ticked,
                }
                for row in rows
            ],
            shown=" ".join(seen_of(row) for row in rows),
            ticked_number=len(plan.chosen),
            mixes=mixes,
            over=over_in_mix(mixes),
            sessions=list(self.sessions.items()),
            audiences=[item for item in self.audiences.items() if item[0]],
            session_key=self.key_in("session"),
            audience_key=self.key_in("audience"),
            others=self.request.POST.get("others", ""),
            **kwargs,
        )

    def _second_choice(self, row: Registration) -> str:
        if row.takes_any_session:
            return _("any other session")
        return self._names.get(row.second_choice_key, "") if row.second_choice_key else ""

    @cached_property
    def _names(self) -> dict[uuid.UUID | None, str]:
        """Names of all sessions: a second choice may be one that somebody else decides on."""
        pools = SeatPool.objects.filter(event=self.event, kind=SeatPoolKind.EVENT_SESSION)
        return dict(pools.values_list("event_session_key", "name"))


def plan_of(
    rows: Sequence[Registration],
    *,
    chosen: set[str],
    shown: dict[str, Seen],
    others: str,
) -> Plan:
    """Return what is to be done, to those that were shown, each as it was when it was shown.

    ``chosen`` are identifiers of those who were ticked.
    """
    action = OTHERS.get(others)
    found = Plan([], [], action)
    for row in rows:
        seen = shown.get(str(row.uuid))
        if seen is None:
            continue
        was = as_it_was(row, seen)
        if str(row.uuid) in chosen:
            if (seen.state, RegistrationAction.CONFIRM) in TRANSITIONS:
                found.chosen.append(was)
        elif action is not None and (seen.state, action) in TRANSITIONS:
            found.others.append(was)
    return found


class BoardDecideView(BoardMixin, TemplateView):
    """The last look, and then deciding: the rules are in ``actions.decide_many``."""

    template_name = "kommed_events/admin/board_review.html"
    http_method_names = ["post"]

    def get_page_title(self) -> str:
        """What is done here."""
        return _("Before the mails are sent")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it all, or say what stood in the way; then nothing was done."""
        shown = read_seen(request.POST.get("chosen", ""))
        others = read_seen(request.POST.get("rest", ""))
        rows = Registration.objects.visible_to(request.user, Right.CHANGE)
        rows = rows.filter(event=self.event, uuid__in=[*shown, *others]).select_related("event")
        mine = list(rows.select_related("submission__form_version").order_by("created_at", "id"))
        if (shown or others) and not mine:
            raise Http404
        plan = plan_of(
            mine,
            chosen=set(shown),
            shown=others | shown,
            others=request.POST.get("others", ""),
        )
        form = DecideManyForm(request.POST)
        if not form.is_valid() or not plan.wanted():
            return self.show(plan, form=form, status=422)
        try:
            done = decide_many(
                event=self.event,
                wanted=plan.wanted(form.cleaned_data["note"], form.cleaned_data["others_note"]),
                by=request.user,  # type: ignore[arg-type]
                override=form.cleaned_data["override"],
            )
        except NotAllDecided as error:
            messages.error(request, _("Nothing was done yet. See below what stands in the way."))
            return self.show(
                without(plan, error.hindered), form=form, hindered=error.hindered, status=422
            )
        except EventBusy:
            messages.error(
                request,
                _("Many are registering right now. Nothing was changed; please try again."),
            )
            return self.show(plan, form=form, status=422)
        text = ngettext(
            "Done. %(number)s person is told by mail.",
            "Done. %(number)s people are told by mail.",
            len(done),
        )
        messages.success(request, text % {"number": len(done)})
        return redirect("kommed_events_desk:board", self.event.key)

    def show(
        self,
        plan: Plan,
        *,
        form: DecideManyForm | None = None,
        hindered: Sequence[Hindered] = (),
        status: int = 200,
    ) -> HttpResponse:
        """Answer with who would get which mail."""
        over = over_in_mix(self.mixes(plan))
        lacks_seats = any(each.why == Hindrance.NO_SEAT for each in hindered)
        context = self.get_context_data(
            plan=plan,
            chosen=" ".join(seen_of(each) for each in plan.chosen),
            rest=" ".join(seen_of(each) for each in plan.others),
            others=plan.others_action.value if plan.others_action else "",
            others_mail=_mail_of(plan.others_action),
            confirmed_mail=_mail_of(RegistrationAction.CONFIRM),
            over=over,
            may_override=bool(over) or lacks_seats,
            hindered=[(each.registration, WHY[each.why]) for each in hindered],
            form=form or DecideManyForm(),
        )
        return self.render_to_response(context, status=status)


def without(plan: Plan, hindered: Sequence[Hindered]) -> Plan:
    """Return ``plan`` without those on whom it cannot be decided; a lack of seats is for staff."""
    out = {each.registration.pk for each in hindered if each.why != Hindrance.NO_SEAT}
    return Plan(
        [each for each in plan.chosen if each.pk not in out],
        [each for each in plan.others if each.pk not in out],
        plan.others_action,
    )


def _mail_of(action: RegistrationAction | None) -> str:
    """Return what the mail is called that tells of ``action``."""
    if action is None:
        return ""
    state = TRANSITIONS[RegistrationState.PENDING, action]
    return kind_label(message_for(state, action) or "")
