"""What somebody may edit the page of."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from wagtail.permission_policies.pages import PagePermissionPolicy


def titles_of_editable(user: Any, records: QuerySet[Any]) -> dict[uuid.UUID, str]:
    """Return title by key of those of ``records`` of whose pages ``user`` may edit one."""
    if not user.is_active:
        return {}
    pages = PagePermissionPolicy().instances_user_has_permission_for(user, "change")
    rows = records.filter(key__in=pages.order_by().values("translation_key"))
    return dict(rows.order_by("-pk").values_list("key", "title"))
