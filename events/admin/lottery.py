"""Drawing lots among the applications of one session and audience, and checking a draw."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages

from ..actions.lottery import draw, is_repeatable
from ..capacity import count_seats
from ..enums import RegistrationState, SeatPoolKind
from ..exceptions import EventBusy, EventSessionGone
from ..models import Lottery, Registration, SeatPool
from ..models.ledger import MAX_CAPACITY
from .board import BoardMixin


def cell_word(pool: SeatPool) -> str:
    """Return session and audience as one value of a form."""
    return f"{pool.event_session_key}/{pool.audience_key or ''}"


class LotteryForm(forms.Form):
    """Among whom, and for how many seats."""

    cell = forms.ChoiceField(label=gettext_lazy("Among the applications for"))
    seats = forms.IntegerField(
        label=gettext_lazy("Seats"),
        help_text=gettext_lazy("How many are to be drawn."),
        min_value=1,
        max_value=MAX_CAPACITY,
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["cell"]
        field.choices = choices
        self.has_choices = bool(choices)

    def clean_cell(self) -> tuple[uuid.UUID, uuid.UUID | None]:
        """Return the keys of the session and of the audience."""
        session, _slash, audience = str(self.cleaned_data["cell"]).partition("/")
        try:
            return uuid.UUID(session), uuid.UUID(audience) if audience else None
        except ValueError as error:
            raise ValidationError(_("Choose one of these.")) from error


class LotteryView(BoardMixin, TemplateView):
    """Draw lots, and see what was drawn before."""

    template_name = "kommed_events/admin/lottery.html"
    http_method_names = ["get", "post"]

    def get_page_title(self) -> str:
        """What is done here."""
        return _("Draw lots")

    def cells(self) -> list[tuple[SeatPool, int, int | None]]:
        """Return each cell one decides on with its applications and the seats in their reach."""
        waiting_for_us = (
            Registration.objects.filter(event=self.event, state=RegistrationState.PENDING)
            .values_list("event_session_key", "audience_key")
            .annotate(number=Count("id"))
            .order_by()
        )
        pending = {(session, audience): number for session, audience, number in waiting_for_us}
        count = count_seats(self.event)
        found = []
        for pool in self.pools:
            number = pending.get((pool.event_session_key, pool.audience_key), 0)
            if number:
                session: Any = pool.event_session_key  # the event's own pool has no applications
                found.append((pool, number, count.free_for(session, pool.audience_key)))
        return found

    def form(self, data: Any = None) -> LotteryForm:
        """Return the form with the cells one decides on, filled in from the address."""
        cells = self.cells()
        choices = [
            (cell_word(pool), self.cell_name(pool, number, free)) for pool, number, free in cells
        ]
        initial: dict[str, Any] = {}
        session, audience = self.request.GET.get("session"), self.request.GET.get("audience")
        for pool, number, free in cells:
            wanted = (session, audience or str(pool.audience_key))
            if not initial or (str(pool.event_session_key), str(pool.audience_key)) == wanted:
                seats = number if free is None else free
                initial = {"cell": cell_word(pool), "seats": max(1, seats)}
        return LotteryForm(data, choices=choices, initial=initial)

    def cell_name(self, pool: SeatPool, number: int, free: int | None) -> str:
        """Return what a cell is called, with how many apply for how many seats."""
        session = self.sessions.get(pool.event_session_key, "")
        name = session if pool.audience_key is None else f"{session} – {pool.name}"
        if free is None:
            return _("%(name)s: %(number)s applications") % {"name": name, "number": number}
        return _("%(name)s: %(number)s applications, %(free)s seats left") % {
            "name": name,
            "number": number,
            "free": free,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the form and the lotteries so far."""
        form = kwargs.pop("form", None) or self.form()
        past = Lottery.objects.filter(event=self.event, event_session_key__in=list(self.sessions))
        return super().get_context_data(
            form=form,
            has_applications=form.has_choices,
            past=[
                (
                    lottery,
                    self.sessions.get(lottery.event_session_key, ""),
                    self.audiences.get(lottery.audience_key, ""),
                )
                for lottery in past
            ],
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw, and lead on to what was drawn."""
        form = self.form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        session, audience = form.cleaned_data["cell"]
        try:
            lottery = draw(
                event=self.event,
                event_session_key=session,
                audience_key=audience,
                seats=form.cleaned_data["seats"],
                by=request.user,  # type: ignore[arg-type]
            )
        except EventSessionGone:
            form.add_error("cell", _("Choose one of these."))
        except EventBusy:
            messages.error(
                request,
                _("Many are registering right now. Nothing was changed; please try again."),
            )
        else:
            return redirect("kommed_events_desk:lottery_result", self.event.key, lottery.pk)
        return self.render_to_response(self.get_context_data(form=form), status=422)


class LotteryResultView(BoardMixin, TemplateView):
    """One lottery: who took part, who was drawn, and whether drawing again gives the same."""

    template_name = "kommed_events/admin/lottery_result.html"
    http_method_names = ["get"]
    lottery: Lottery

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Look the lottery up among those of sessions one decides on."""
        super().setup(request, *args, **kwargs)
        mine = [
            pool.event_session_key for pool in self.pools if pool.kind == SeatPoolKind.EVENT_SESSION
        ]
        self.lottery = get_object_or_404(
            Lottery, event=self.event, event_session_key__in=mine, pk=kwargs["lottery_id"]
        )

    def get_page_title(self) -> str:
        """What is shown."""
        return _("Lottery")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the lottery, drawn anew, and the names of those drawn whom one decides on."""
        lottery = self.lottery
        names = dict(
            Registration.objects.visible_to(self.request.user)
            .filter(event=self.event, reference__in=lottery.drawn)
            .values_list("reference", "name")
        )
        board = reverse("kommed_events_desk:board", args=[self.event.key])
        audience = f"&audience={lottery.audience_key}" if lottery.audience_key else ""
        return super().get_context_data(
            lottery=lottery,
            session_name=self.sessions.get(lottery.event_session_key, ""),
            audience_name=self.audiences.get(lottery.audience_key, ""),
            is_repeatable=is_repeatable(lottery),
            drawn=[(reference, names.get(reference, "")) for reference in lottery.drawn],
            board_url=f"{board}?session={lottery.event_session_key}{audience}&lottery={lottery.pk}",
            **kwargs,
        )
