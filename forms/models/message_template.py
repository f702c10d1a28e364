"""The editors' own words for a kind of mail, for the whole site or for one form or event."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.models import PreviewableMixin

SUBJECT_LENGTH = 150
TEXT_LENGTH = 5000


class MessageTemplate(PreviewableMixin, models.Model):
    """Subject and text of one kind of mail in one language.

    ``scope_key`` is the form or event it is for; without one it is for all. ``{placeholders}`` are
    put in from a fixed list; it is no template language.
    """

    kind = models.CharField(_("mail"), max_length=64)
    language = models.CharField(_("language"), max_length=16)
    scope_key = models.UUIDField(_("only for"), null=True, blank=True)
    subject = models.CharField(_("subject"), max_length=SUBJECT_LENGTH)
    text = models.TextField(_("text"), max_length=TEXT_LENGTH)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("mail text")
        verbose_name_plural = _("mail texts")
        ordering = ["kind", "language", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "language"],
                condition=models.Q(scope_key__isnull=True),
                name="kommed_forms_messagetemplate_one_for_all",
            ),
            models.UniqueConstraint(
                fields=["kind", "language", "scope_key"],
                condition=models.Q(scope_key__isnull=False),
                name="kommed_forms_messagetemplate_one_per_scope",
            ),
        ]

    def __str__(self) -> str:
        """What mail it is the text of."""
        return f"{self.kind} ({self.language})"

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """Return what Wagtail offers beside the editor."""
        from ..admin.mail_text_preview import preview_modes  # noqa: PLC0415 (Wagtail calls us)

        return preview_modes(self)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Answer with the mail as it would read."""
        from ..admin.mail_text_preview import serve_preview  # noqa: PLC0415 (Wagtail calls us)

        return serve_preview(self, request, mode_name)
