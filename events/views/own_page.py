"""The registrant's own page, reached by a personal link: how it stands, the offer, the calendar."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from ..actions.offers import answer_offer
from ..enums import RegistrationState
from ..queries.own_page_calendar import own_calendar
from .own_page_base import DONE, PersonalView

ACCEPT, REFUSE = "yes", "no"
AFTER_NO = {RegistrationState.CANCELLED: "refused", RegistrationState.WAITING: "waits_on"}
"""What the page says of a "no", by the state that it led to."""


class OwnPageView(PersonalView):
    """How somebody's registration stands, and what they can do about it."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it."""
        return self.own_page(done=DONE.get(request.GET.get("done", ""), ""))


class OfferView(PersonalView):
    """Yes or no to an offered seat."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page, which has the buttons; programs that open every link answer nothing."""
        return self.own_page()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the offer."""
        answer = request.POST.get("answer")
        if answer not in (ACCEPT, REFUSE):
            return self.own_page(status=422)
        answered = answer_offer(
            registration=self.registration,
            accepts=answer == ACCEPT,
            seen=request.POST.get("seen", ""),
        )
        if answer == ACCEPT:
            return self.done("accepted")
        # Who waits on may have been offered their first choice, or have a seat there, at once.
        return self.done(AFTER_NO.get(RegistrationState(answered.state), "first_choice"))


class OwnCalendarView(PersonalView):
    """The session as a file for one's calendar."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Hand out the file."""
        content = own_calendar(self.registration)
        if content is None:
            raise Http404
        response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="event.ics"'
        return response
