"""Who may see what was sent on which form: a small screen under Settings."""

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

from ..models import FormAccess, FormRecord


class FormAccessForm(WagtailAdminModelForm):
    """A form is chosen by its title, and kept by its key."""

    form = forms.ChoiceField(
        label=gettext_lazy("Form"),
        help_text=gettext_lazy("A form is here when its page has been published."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = [
            (str(key), title) for key, title in FormRecord.objects.values_list("key", "title")
        ]
        self.fields["form"].choices = [("", "---------"), *titles]
        if self.instance.form_key:
            self.initial["form"] = str(self.instance.form_key)

    def clean(self) -> dict[str, Any]:
        """A row speaks of a user or of a group, never of both."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(cleaned.get("user")) == bool(cleaned.get("group")):
            raise ValidationError(_("Choose a user or a group, one of the two."))
        if cleaned.get("form"):
            self.instance.form_key = uuid.UUID(cleaned["form"])
        return cleaned


class FormAccessIndexView(IndexView):
    """The rows, each with the title that the ledger knows for its key."""

    def get_base_queryset(self) -> Any:
        """Look the titles up in the same query."""
        titles = FormRecord.objects.filter(key=OuterRef("form_key")).values("title")
        rows = super().get_base_queryset().select_related("user", "group")
        return rows.annotate(form_title=Subquery(titles[:1]))


class FormAccessViewSet(ModelViewSet):
    """Rows of rights; writing them is a right of its own, given to groups in the usual way."""

    model = FormAccess
    icon = "lock"
    menu_label = gettext_lazy("Access to forms")
    menu_order = 660
    add_to_settings_menu = True
    copy_view_enabled = False
    index_view_class = FormAccessIndexView
    list_display = [
        "__str__",
        Column("form_title", label=gettext_lazy("Form")),
        BooleanColumn("can_sensitive", label=gettext_lazy("special categories")),
        BooleanColumn("can_export", label=gettext_lazy("export")),
        BooleanColumn("can_delete", label=gettext_lazy("delete")),
        Column("notify", label=gettext_lazy("gets mails"), accessor="get_notify_display"),
    ]
    edit_handler = ObjectList(
        [
            MultiFieldPanel([FieldPanel("user"), FieldPanel("group")], gettext_lazy("Who")),
            FieldPanel("form"),
            MultiFieldPanel(
                [
                    FieldPanel("can_sensitive"),
                    FieldPanel("can_export"),
                    FieldPanel("can_delete"),
                    FieldPanel("notify"),
                ],
                gettext_lazy("May, besides seeing them"),
            ),
        ],
        base_form_class=FormAccessForm,
    )
