"""Forms as what a mail text may be for alone."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..mail.scopes import MailScope, register_scope
from ..models import FormRecord, Submission
from ..notifications import FORM_SCOPE, copy_context
from ..queries.editable import titles_of_editable
from ..queries.pages import steering_page


def register_form_scope() -> None:
    """Make forms known to mail texts; called once, when the app is ready."""
    register_scope(
        MailScope(
            name=FORM_SCOPE,
            label=_("Forms"),
            editable_by=lambda user: titles_of_editable(user, FormRecord.objects.all()),
            titles=_titles,
            about=_about,
            context=_context,
        )
    )


def _titles(keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    return dict(FormRecord.objects.filter(key__in=keys).values_list("key", "title"))


def _about(key: uuid.UUID, language: str) -> dict[str, Any]:
    record = FormRecord.objects.filter(key=key).first()
    if record is None:
        return {}
    page = steering_page(record)
    return {"form_title": record.title, "contact_email": page.contact_email if page else ""}


def _context(user: Any, kind: str, language: str, key: uuid.UUID | None) -> dict[str, Any] | None:
    """Return the context of a copy of what was sent last."""
    rows = Submission.objects.visible_to(user).order_by("-id")
    if key is not None:
        rows = rows.filter(form_record__key=key)
    found = rows.select_related("form_record", "form_version").first()
    if found is None or found.form_record is None:
        return None
    page = steering_page(found.form_record)
    return copy_context(found, found.form_record, page.contact_email if page else "")
