"""What stands beside the fields where a mail text is written."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.admin.panels import Panel

from ..mail.kinds import kind_label
from ..mail.scopes import get_scope
from .mail_text_forms import language_label


class AboutPanel(Panel):
    """Which mail it is, in what language and for what."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "kommed_forms/admin/mail_text_about.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Add the names of it all."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            kind = self.form.mail_kind
            language = self.instance.language or str(self.form.data.get("language", ""))
            return context | {
                "kind": kind_label(kind.name) if kind else "",
                "language": language_label(language),
                "only_for": self._only_for(),
            }

        def _only_for(self) -> str:
            key = self.instance.scope_key
            kind = self.form.mail_kind
            scope = get_scope(kind.scope) if kind else None
            if key is None or scope is None:
                return _("All events and forms")
            return scope.titles([key]).get(key, _("Deleted"))


class PlaceholdersPanel(Panel):
    """The names that may be written in braces; pressing one puts it where one was writing."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "kommed_forms/admin/mail_text_placeholders.html"

        @property
        def media(self) -> forms.Media:
            """Return the script that puts them in, without which they are typed."""
            return forms.Media(
                js=["kommed_forms/admin/placeholders.js"],
                css={"all": ["kommed_forms/admin/placeholders.css"]},
            )

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Add the placeholders of the kind of mail, each with what it may look like."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            kind = self.form.mail_kind
            language = self.instance.language or translation.get_language()
            rows = []
            for one in kind.placeholders if kind else ():
                with translation.override(language):
                    sample = one.sample_text()
                rows.append({"written": "{" + one.name + "}", "label": one.label, "sample": sample})
            return context | {"placeholders": rows}
