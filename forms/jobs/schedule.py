"""When the work of the form builder is due."""

from __future__ import annotations

import datetime as dt

from .delivery_events import forget_delivery_events
from .due import register_job
from .post_counts import forget_post_counts
from .purge import purge_personal_data
from .retention import clear_old_words
from .staff_notices import admins_are_to_be_told, send_form_digests, tell_of_stopped_outbox
from .uploads import sweep_uploads

OFTEN = dt.timedelta(seconds=30)
DAILY = dt.timedelta(days=1)
PURGE_LEASE = dt.timedelta(hours=2)
"""Years of answers may be past their time at once."""


def register_jobs() -> None:
    """Tell the worker what is due and how often; called once, when the app is ready."""
    register_job("kommed_forms.post_counts", forget_post_counts, every=OFTEN)
    register_job("kommed_forms.uploads", sweep_uploads, every=OFTEN)
    register_job("kommed_forms.delivery_events", forget_delivery_events, every=DAILY)
    register_job("kommed_forms.retention", clear_old_words, every=DAILY)
    register_job("kommed_forms.purge", purge_personal_data, every=DAILY, lease=PURGE_LEASE)
    register_job("kommed_forms.digests", send_form_digests, every=OFTEN)
    register_job(
        "kommed_forms.outbox_stopped",
        tell_of_stopped_outbox,
        every=OFTEN,
        only_if=admins_are_to_be_told,
    )
