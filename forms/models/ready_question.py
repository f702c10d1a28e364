"""Ready questions: a small library from which editors take what every form asks again."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.models import TranslatableMixin

from .question import AbstractQuestion
from .question_panels import question_panels


class ReadyQuestion(AbstractQuestion):
    """A question that stands ready to be put on a form. Forms take a copy; nothing links back."""

    panels = question_panels(with_conditions=False)

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("ready question")
        verbose_name_plural = _("ready questions")
        ordering = ["label"]

    def __str__(self) -> str:
        """The label."""
        return str(self.label)
