"""Who may see which registrations: a small screen under Settings."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from ..enums import SeatPoolKind
from ..models import EventAccess, EventRecord, SeatPool


def scope_choices() -> list[tuple[str, str]]:
    """Return every event, and below each its sessions, as choices."""
    choices: list[tuple[str, str]] = [("", "---------")]
    pools: dict[int, list[SeatPool]] = {}
    for pool in SeatPool.objects.filter(kind=SeatPoolKind.EVENT_SESSION):
        pools.setdefault(pool.event_id, []).append(pool)
    for event in EventRecord.objects.all():
        choices.append((str(event.key), event.title))
        choices.extend(
            (f"{event.key}:{pool.event_session_key}", f"{event.title} – {pool.name}")
            for pool in pools.get(event.pk, [])
        )
    return choices


class EventAccessForm(WagtailAdminModelForm):
    """One field for "which event, and which session of it", since the two belong together."""

    scope = forms.ChoiceField(label=gettext_lazy("Event or session"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = scope_choices()
        if self.instance.event_key:
            session_key = self.instance.event_session_key
            tail = f":{session_key}" if session_key else ""
            self.initial["scope"] = f"{self.instance.event_key}{tail}"

    def clean(self) -> dict[str, Any]:
        """A row speaks of a user or of a group, never of both."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(cleaned.get("user")) == bool(cleaned.get("group")):
            raise ValidationError(_("Choose a user or a group, one of the two."))
        event_key, _colon, session_key = str(cleaned.get("scope") or "").partition(":")
        if event_key:
            self.instance.event_key = uuid.UUID(event_key)
            self.instance.event_session_key = uuid.UUID(session_key) if session_key else None
        return cleaned


class EventAccessIndexView(IndexView):
    """The rows, each with the names that the ledger knows for its keys."""

    def get_base_queryset(self) -> Any:
        """Look the names up in the same query."""
        events = EventRecord.objects.filter(key=OuterRef("event_key"))
        sessions = SeatPool.objects.filter(
            kind=SeatPoolKind.EVENT_SESSION, event_session_key=OuterRef("event_session_key")
        )
        rows = super().get_base_queryset().select_related("user", "group")
        return rows.annotate(
            event_title=Subquery(events.values("title")[:1]),
            session_name=Subquery(sessions.values("name")[:1]),
        )


class EventAccessViewSet(ModelViewSet):
    """Rows of rights; writing them is a right of its own, given to groups in the usual way."""

    model = EventAccess
    icon = "lock"
    menu_label = gettext_lazy("Access to registrations")
    menu_order = 650
    add_to_settings_menu = True
    copy_view_enabled = False
    index_view_class = EventAccessIndexView
    list_display = [
        "__str__",
        Column("event_title", label=gettext_lazy("Event")),
        Column("session_name", label=gettext_lazy("Session")),
        BooleanColumn("can_change", label=gettext_lazy("decide")),
        BooleanColumn("can_export", label=gettext_lazy("export")),
        BooleanColumn("can_message", label=gettext_lazy("write to")),
        BooleanColumn("can_delete", label=gettext_lazy("delete")),
    ]
    edit_handler = ObjectList(
        [
            MultiFieldPanel([FieldPanel("user"), FieldPanel("group")], gettext_lazy("Who")),
            FieldPanel("scope"),
            MultiFieldPanel(
                [
                    FieldPanel("can_sensitive"),
                    FieldPanel("can_change"),
                    FieldPanel("can_export"),
                    FieldPanel("can_message"),
                    FieldPanel("can_delete"),
                    FieldPanel("notify"),
                ],
                gettext_lazy("May, besides seeing them"),
            ),
        ],
        base_form_class=EventAccessForm,
    )
