"""Registering several colleagues from one mailbox in one go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forms.actions.submit import keep_form_version
from forms.enums import HELD
from forms.exceptions import ChoiceFull
from forms.models import FormVersion
from forms.protection.assess import assess
from forms.protection.network import sender_of
from forms.protection.traces import traces_for
from forms.uploads.handlers import limit_uploads
from forms.views.second_step import render_second_step

from ..actions.applicant import Applicant, Entry
from ..actions.locking import lock_timeouts_as_busy
from ..actions.placing import Placement, place_in_turn
from ..actions.register import register_group
from ..capacity import SeatCount, count_seats
from ..enums import GroupRule, Outlook, RegistrationState
from ..exceptions import EventBusy, GroupDoesNotFit, InvitationNeeded, NoSeatsForAudience
from ..models import EventRecord
from ..models.event_page import GROUP_PATH
from ..models.event_questions import SECOND_CHOICE_KEY, SESSION_KEY
from ..queries.form import NAME_LENGTH
from ..queries.group import GroupForm, PersonRow, check_group, group_form
from ..queries.invitation import InvitationView
from ..queries.places import choice_places_left
from .drawing import ITEM_TEMPLATES, current_digest
from .notices import not_open, session_gone
from .receipt import lead_to_receipt
from .send import (
    BUSY,
    INVALID,
    NOTICE_FOR,
    RETRY_AFTER_SECONDS,
    STEP_TEMPLATE,
    applicant_of,
    asks_for_a_session_that_is_gone,
    not_for_audience_text,
    say_what_is_full,
    unless_open,
)
from .visit import Visit

SMALLEST_GROUP = 2
TEMPLATE = "kommed_events/group.html"
OWN_TEMPLATES = {key: ITEM_TEMPLATES[key] for key in (SESSION_KEY, SECOND_CHOICE_KEY)}


def answer_group(visit: Visit) -> HttpResponse:
    """Show the form for several people, or register them."""
    if visit.page.group_size < SMALLEST_GROUP:
        raise Http404
    problem = unless_open(visit)
    if problem is not None:
        return problem
    invitation = visit.invitation()
    if visit.request.method != "POST":
        return _show(visit, invitation, group_form(visit.page))
    return _post(visit, invitation)


def _show(
    visit: Visit, invitation: InvitationView, group: GroupForm, *, status: int = 200, **extra: Any
) -> HttpResponse:
    context = {
        **visit.page.get_context(visit.request),
        "invitation": invitation,
        "group": group,
        "form": group.form,
        "form_version": current_digest(group.asked.specs),
        "rules": GroupRule.choices,
        "places_left": choice_places_left(visit.page.event_key, group.form.sources),
        "traces": traces_for(visit.page.event_key, visit.request.POST),
        "item_templates": OWN_TEMPLATES,
        "ends_on": invitation.ends_at and invitation.ends_at.date(),
        "name_length": NAME_LENGTH,
        **extra,
    }
    response = render(visit.request, TEMPLATE, context, status=status)
    if visit.request.method == "POST":
        add_never_cache_headers(response)
    return response


def _post(visit: Visit, invitation: InvitationView) -> HttpResponse:
    request, page, event = visit.request, visit.page, visit.event
    if event is None:
        return not_open(visit)
    limit_uploads(request, sender=sender_of(request, page.event_key))
    group = group_form(page, request.POST)
    if asks_for_a_session_that_is_gone(group.form, page):
        return session_gone(visit)
    posted_version = request.POST.get("form_version", "")
    has_changed = bool(posted_version) and posted_version != current_digest(group.asked.specs)
    if not check_group(group) or has_changed:
        return _show(visit, invitation, group, status=INVALID, form_changed=has_changed)
    people = [answers for _row, answers in group.each]
    assessment = assess(request, form_key=event.key, answers={"people": people})
    if assessment.needs_step:
        context = {**page.get_context(request), "invitation": invitation}
        return render_second_step(
            request, template=STEP_TEMPLATE, context=context, form=group.form, assessment=assessment
        )
    return _register(visit, event, invitation, group, suspicion=assessment.suspicion)


def _register(
    visit: Visit,
    event: EventRecord,
    invitation: InvitationView,
    group: GroupForm,
    *,
    suspicion: str,
) -> HttpResponse:
    entries = [_entry(visit, group, answers) for _row, answers in group.each]
    try:
        rows = [row for row, _answers in group.each]
        placements = _expected(count_seats(event), rows, entries, is_held=suspicion in HELD)
        if group.has_errors:
            return _show(visit, invitation, group, status=INVALID)
        with lock_timeouts_as_busy():
            version = keep_form_version(
                form_key=event.key, language=visit.language, specs=group.asked.specs
            )
        register_group(
            event=event,
            entries=entries,
            rule=GroupRule(group.rule),
            form_version=version,
            suspicion=suspicion,
        )
    except tuple(NOTICE_FOR) as error:
        return NOTICE_FOR[type(error)](visit)
    except (ChoiceFull, NoSeatsForAudience) as error:
        say_what_is_full(group.form, error)
        return _show(visit, invitation, group, status=INVALID)
    except GroupDoesNotFit as error:
        text = _does_not_fit(error.seats)
        return _show(visit, visit.invitation(), group, status=INVALID, does_not_fit=text)
    except EventBusy:
        response = _show(visit, invitation, group, status=BUSY, busy=True)
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
    return _to_receipt(visit, entries[0].applicant, placements, version)


def _entry(visit: Visit, group: GroupForm, answers: dict[str, Any]) -> Entry:
    applicant = applicant_of(visit.page, group.asked.specs, answers, visit.language)
    return Entry(replace(applicant, is_on_behalf=True), answers)


def _expected(
    count: SeatCount, rows: list[PersonRow], entries: list[Entry], *, is_held: bool
) -> list[Placement]:
    """Return what each of them can expect, one after the other, whoever they are.

    Where an audience gets no seat like this it is said at the row.
    """
    found = []
    for row, entry in zip(rows, entries, strict=True):
        try:
            found.append(place_in_turn(count, entry.applicant.wish, is_held=is_held))
        except (InvitationNeeded, NoSeatsForAudience) as error:
            if not entry.applicant.audience_key:
                raise
            row.errors["audience"] = not_for_audience_text(error)
    return found


def _does_not_fit(seats: int) -> str:
    if not seats:
        return _("There is no seat for any of them just now. Nobody was registered.")
    text = ngettext(
        "There is %(seats)s seat for them just now, which is not enough. Nobody was registered.",
        "There are %(seats)s seats for them just now, which is not enough. Nobody was registered.",
        seats,
    )
    return text % {"seats": seats}


def _to_receipt(
    visit: Visit, applicant: Applicant, placements: list[Placement], version: FormVersion
) -> HttpResponse:
    states = [placement.state for placement in placements]
    wished = applicant.event_session_key
    numbers = {
        "seats": states.count(RegistrationState.CONFIRMED),
        "elsewhere": sum(placement.event_session_key != wished for placement in placements),
        "waiting": states.count(RegistrationState.WAITING),
        "applications": states.count(RegistrationState.PENDING),
    }
    outlook = Outlook.ROOM
    if not numbers["seats"]:
        outlook = Outlook.WAITING if numbers["waiting"] else Outlook.APPLICATION
    said = {"s": str(wished), "a": "", "o": outlook.value, "v": str(version.uuid), "g": numbers}
    path = visit.request.path.rstrip("/").removesuffix(GROUP_PATH)
    return lead_to_receipt(path, said)
