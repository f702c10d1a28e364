"""When the work of invitations and registrations is due."""

from __future__ import annotations

import datetime as dt

from forms.jobs.due import register_job
from forms.jobs.retention import keep_when_words_go

from ..notifications.event_changes import PLACE_AND_TIME
from .invitations import remind_the_invited
from .mailings import mailings_call_for_work, send_due_mailings
from .places import follow_venues
from .reminders import remind_before_events, remind_of_offers, thank_after_events
from .staff_notices import send_digests, staff_are_to_be_told, tell_staff
from .waiting_lists import settle_waiting_lists

OFTEN = dt.timedelta(seconds=30)
NOW_AND_THEN = dt.timedelta(minutes=5)
EACH_ROUND = dt.timedelta(seconds=1)


def register_jobs() -> None:
    """Tell the worker what is due and how often; called once, when the app is ready."""
    keep_when_words_go(*PLACE_AND_TIME, "when")
    register_job("kommed_events.waiting_lists", settle_waiting_lists, every=OFTEN)
    register_job("kommed_events.invitation_reminders", remind_the_invited, every=OFTEN)
    register_job("kommed_events.reminders", remind_before_events, every=NOW_AND_THEN)
    register_job("kommed_events.thanks", thank_after_events, every=NOW_AND_THEN)
    register_job("kommed_events.offer_reminders", remind_of_offers, every=NOW_AND_THEN)
    register_job("kommed_events.places", follow_venues, every=NOW_AND_THEN)
    register_job("kommed_events.digests", send_digests, every=OFTEN)
    register_job(
        "kommed_events.staff_notices",
        tell_staff,
        every=EACH_ROUND,
        only_if=staff_are_to_be_told,
    )
    register_job(
        "kommed_events.mailings",
        send_due_mailings,
        every=EACH_ROUND,
        only_if=mailings_call_for_work,
    )
