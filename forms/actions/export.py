"""Noting that what was sent has been taken away as a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from wagtail.log_actions import log

from ..clock import Clock, database_now
from ..models import FormRecord

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

LOG_EXPORT = "kommed_forms.form.export"


def note_export(
    *,
    record: FormRecord,
    by: AbstractBaseUser,
    count: int,
    selection: Mapping[str, Any],
    now: Clock = database_now,
) -> None:
    """Write to the log who exported how many submissions of which selection.

    Contract: ``selection`` holds nothing that a visitor wrote, nor what was searched for.
    """
    log(
        instance=record,
        action=LOG_EXPORT,
        user=by,
        data={"form": str(record.key), "count": count, **selection},
        timestamp=now(),
    )
