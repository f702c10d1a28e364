"""A form on a page of its own: contact, survey, "we want to test this"."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.contrib.forms.models import FormMixin
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from ..spec import QuestionSpec
from .form_page_form import FormPageForm
from .question import AbstractQuestion, specs_of
from .question_panels import QuestionsPanel

FORM_PAGE = "kommed_forms.FormPage"
RECEIPT_PATH = "kvittering"
TEXT_FEATURES = ["h2", "h3", "bold", "italic", "link", "ul", "ol"]

FORM_CONTENT_PANELS = [
    *Page.content_panels,
    FieldPanel("intro"),
    FieldPanel("thanks"),
]
FORM_PANELS = [
    QuestionsPanel("questions", heading=_("Questions"), label=_("question")),
    MultiFieldPanel(
        [
            FieldPanel("button_text"),
            FieldPanel("check_answers"),
            FieldPanel("copy_to_sender"),
            FieldPanel("contact_email"),
            FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
        ],
        _("Sending"),
    ),
]


class FormPageMixin(FormMixin, models.Model):
    """Everything a form page is, for sites with their own base page as well as for ours.

    Content only. What is sent is in the ledger, tied to the page by its ``translation_key``.
    """

    intro = RichTextField(_("introduction"), features=TEXT_FEATURES, blank=True)
    thanks = RichTextField(
        _("thanks"),
        features=TEXT_FEATURES,
        blank=True,
        help_text=_("Shown when the form has been sent."),
    )
    button_text = models.CharField(
        _("text of the button"), max_length=80, blank=True, help_text=_("Empty means “Send”.")
    )
    check_answers = models.BooleanField(
        _("let people check their answers before they send them"), default=False
    )
    copy_to_sender = models.BooleanField(
        _("send people a copy of their answers"),
        default=False,
        help_text=_(
            "To the first e-mail address asked for. Confidential answers and those of a special "
            "category are left out."
        ),
    )
    contact_email = models.EmailField(
        _("shared mailbox"), blank=True, help_text=_("Replies to our mails go here.")
    )
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)

    base_form_class = FormPageForm
    template = "kommed_forms/form_page.html"
    landing_page_template = "kommed_forms/form_receipt.html"
    edit_handler = TabbedInterface(
        [
            ObjectList(FORM_CONTENT_PANELS, heading=_("Content")),
            ObjectList(FORM_PANELS, heading=_("Form")),
            ObjectList(Page.promote_panels, heading=_("Promote")),
            ObjectList(Page.settings_panels, heading=_("Settings")),
        ]
    )

    preview_modes: ClassVar[list[tuple[str, Any]]] = [
        ("form", _("Form")),
        ("check", _("Check your answers")),
        ("receipt", _("Receipt")),
        ("closed", _("Closed")),
    ]

    class Meta:
        abstract = True

    @property
    def form_key(self) -> uuid.UUID:
        """The key that ties this page, in every language, to what was sent on it."""
        key: uuid.UUID = self.translation_key
        return key

    def question_specs(self) -> tuple[QuestionSpec, ...]:
        """Return what the form asks as it stands now."""
        return specs_of(self.questions.all())

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the page and, when it is saved whole, its record with it, in one transaction."""
        from ..actions.publish import update_form_record  # noqa: PLC0415 (listed upward edge)

        if kwargs.get("update_fields") is not None:
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            super().save(*args, **kwargs)
            update_form_record(page=self)

    # Serving

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Answer the receipt below the page."""
        if path_components == [RECEIPT_PATH] and self.live:
            return RouteResult(self, kwargs={"part": RECEIPT_PATH})
        return super().route(request, path_components)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer a visitor. The work is done in ``views.form_page``."""
        from ..views.form_page import serve_form_page  # noqa: PLC0415 (listed upward edge)

        return serve_form_page(request, self, part=kwargs.get("part"))

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show an editor how the page looks in one of ``preview_modes``."""
        from ..views.form_page import preview_form_page  # noqa: PLC0415 (listed upward edge)

        return preview_form_page(request, self, mode_name)

    # Wagtail's form page contract, led to our own ledger

    def get_form_fields(self) -> Any:
        """Return the editor's questions."""
        return self.questions.all()

    def process_form_submission(self, form: Any) -> None:
        """Refuse: submissions are stored by ``actions.submit`` alone."""
        raise NotImplementedError("Use forms.actions.submit.submit_form()")

    def serve_submissions_list_view(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Lead Wagtail's list of submissions to our desk, which has rights of its own."""
        from ..views.form_page import redirect_to_desk  # noqa: PLC0415 (listed upward edge)

        return redirect_to_desk(self)


# Wagtail's managers and modelcluster's relations have no types that the plugin could resolve.
class FormPage(FormPageMixin, Page):  # type: ignore[django-manager-missing]  # noqa: DJ008
    """A form, under any page of a site with Wagtail's own base page."""

    class Meta:
        verbose_name = _("form page")
        verbose_name_plural = _("form pages")


class FormQuestion(AbstractQuestion):
    """A question on a form page."""

    page = ParentalKey(FORM_PAGE, on_delete=models.CASCADE, related_name="questions")

    class Meta(AbstractQuestion.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")
