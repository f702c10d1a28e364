"""Audit entries of what visitors do, written with what is known already.

Wagtail checks each entry against its whole model, and asks the database whether the type that it
has just named exists. Here the entry is made of values that cannot be wrong.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from wagtail.log_actions import get_active_log_context, log, registry
from wagtail.models import ModelLogEntry

from .prepared_insert import NewRows, PreparedInsert

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

_ENTRY = PreparedInsert(ModelLogEntry)


def note_action(
    instance: models.Model,
    action: str,
    *,
    by: AbstractBaseUser | None,
    data: Mapping[str, Any],
    at: dt.datetime,
    rows: NewRows | None = None,
) -> None:
    """Write the audit entry that ``wagtail.log_actions.log`` writes of ``action``.

    A site that keeps the entries of this model elsewhere has them there, by Wagtail's own way; so
    has an action that is not registered its error. Among ``rows`` it is written with them.
    """
    kept_in = registry.get_log_model_for_instance(instance)
    if kept_in is not ModelLogEntry or not registry.action_exists(action):
        log(instance=instance, action=action, user=by, data=dict(data), timestamp=at)
        return
    context = get_active_log_context()
    (rows or NewRows()).add(
        _ENTRY,
        content_type=ContentType.objects.get_for_model(instance, for_concrete_model=False),
        object_id=str(instance.pk),
        label=str(instance),
        action=action,
        data=dict(data),
        timestamp=at,
        user=by or context.user,
        uuid=context.uuid,
    )
