"""The screens where editors write the texts of mails."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.action_menu import ActionMenuItem
from wagtail.snippets.views.snippets import (
    CreateView,
    DeleteView,
    EditView,
    HistoryView,
    IndexView,
    PreviewOnEditView,
    SnippetViewSet,
    UsageView,
)

from ..actions.mail_texts import send_sample
from ..mail.kinds import kind_label
from ..mail.scopes import all_scopes
from ..mail.wording import built_in_words
from ..models import MessageTemplate
from .mail_text_forms import (
    ChooseMailTextForm,
    MailTextForm,
    already_there,
    existing_text,
    language_label,
    writable_kinds,
)
from .mail_text_panels import AboutPanel, PlaceholdersPanel
from .mail_text_policy import mail_text_policy

SEND_TO_ME = "action-send-to-me"


def title_of(text: MessageTemplate) -> str:
    """Return which mail it is the text of, and in what language."""
    return f"{kind_label(text.kind)} ({language_label(text.language)})"


class OwnTextMixin:
    """A screen of one text, for those who may write it."""

    action_on_text = "change"

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        """Return the text, or raise ``PermissionDenied``."""
        text = super().get_object(*args, **kwargs)  # type: ignore[misc]
        if not mail_text_policy.user_has_permission_for_instance(
            self.request.user,  # type: ignore[attr-defined]
            self.action_on_text,
            text,
        ):
            raise PermissionDenied
        return text


class SendToMeMixin:
    """A form with a button that sends the mail to whoever writes it, without saving anything."""

    request: HttpRequest
    object: Any

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save, or send and go on writing."""
        if SEND_TO_ME not in request.POST:
            answer: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]
            return answer
        form = self.get_form()  # type: ignore[attr-defined]
        if not self.is_valid(form):  # type: ignore[attr-defined]
            return self.form_invalid(form)  # type: ignore[attr-defined, no-any-return]
        user: Any = request.user
        if user.email:
            send_sample(text=form.instance, by=user)
            messages.success(request, _("The mail is on its way to %s.") % user.email)
        else:
            messages.error(request, _("There is no e-mail address in your account."))
        self.form = form
        return self.render_to_response(self.get_context_data(form=form))  # type: ignore[attr-defined, no-any-return]

    def get_success_message(self, instance: Any = None) -> str:
        """Say which text was saved."""
        return _("The text “%s” is saved.") % title_of(instance or self.object)


class CreateMailTextView(SendToMeMixin, CreateView):
    """First what is to be written, then the text, with the built-in words to begin with."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask which text, lead to one that is there already, or show the editor."""
        chosen = ChooseMailTextForm(request.GET or None, user=request.user)
        if not chosen.is_valid():
            return self._choose(chosen)
        self.what_for = {n: chosen.cleaned_data[n] for n in ("kind", "language", "scope_key")}
        found = existing_text(**self.what_for)
        if found is not None:
            return redirect(self.edit_url_name, found.pk)
        answer: HttpResponse = super().get(request, *args, **kwargs)
        return answer

    def get_initial_form_instance(self) -> MessageTemplate | None:
        """Return a text of the built-in words; what is sent says what it is for itself."""
        if not hasattr(self, "what_for"):
            return None
        kind = writable_kinds()[self.what_for["kind"]]
        words = built_in_words(kind, self.what_for["language"])
        return MessageTemplate(**self.what_for, **words)

    def form_valid(self, form: Any) -> HttpResponse:
        """Save, unless somebody else has written the same text in this moment."""
        try:
            with transaction.atomic():
                answer: HttpResponse = super().form_valid(form)
        except IntegrityError:
            form.add_error(None, already_there())
            form.instance.pk = None
            self.produced_error_message = self.get_error_message()
            return self.form_invalid(form)  # type: ignore[no-any-return]
        return answer

    def _choose(self, form: ChooseMailTextForm) -> HttpResponse:
        crumbs = [
            {"url": reverse(self.index_url_name), "label": _("Mail texts")},
            {"url": "", "label": _("New mail text")},
        ]
        context = {
            "form": form,
            "page_title": _("New mail text"),
            "header_icon": "mail",
            "breadcrumbs_items": [*self.breadcrumbs_items, *crumbs],
        }
        template = "kommed_forms/admin/mail_text_choose.html"
        return TemplateResponse(self.request, template, context)


class EditMailTextView(OwnTextMixin, SendToMeMixin, EditView):
    """The text of a mail."""

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        """Return the text; there is nothing to edit when its mail is not sent any more."""
        text = super().get_object(*args, **kwargs)
        if text.kind not in writable_kinds():
            raise Http404
        return text

    def get_page_subtitle(self) -> str:
        """Which mail, in which language."""
        return title_of(self.object)


class DeleteMailTextView(OwnTextMixin, DeleteView):
    """Back to the built-in words."""

    action_on_text = "delete"

    def get_page_subtitle(self) -> str:
        """Which mail, in which language."""
        return title_of(self.object)


class MailTextHistoryView(OwnTextMixin, HistoryView):
    """Who has changed the text."""


class MailTextUsageView(OwnTextMixin, UsageView):
    """Nothing refers to a text."""


class PreviewMailTextView(OwnTextMixin, PreviewOnEditView):
    """The mail as it would read."""


class MailTextIndexView(IndexView):
    """The texts that somebody may write."""

    page_title = gettext_lazy("Mail texts")
    any_permission_required = ["add", "change", "delete"]
    default_ordering = ["kind", "language", "id"]

    @cached_property
    def columns(self) -> list[Any]:
        """Which mail, in what language, for what, and how it begins."""
        return [
            self._get_title_column("__str__", accessor=lambda text: kind_label(text.kind)),
            Column(
                "language",
                label=gettext_lazy("Language"),
                accessor=lambda text: language_label(text.language),
            ),
            Column("scope_key", label=gettext_lazy("Only for"), accessor=self._scope_of),
            Column("subject", label=gettext_lazy("Subject")),
        ]

    def _get_title_column(self, field_name: str, *args: Any, **kwargs: Any) -> Any:
        accessor = kwargs.pop("accessor")
        column = super()._get_title_column(field_name, *args, **kwargs)
        column.accessor, column.label = accessor, _("Mail")
        return column

    @cached_property
    def _titles(self) -> dict[Any, str]:
        rows = MessageTemplate.objects.filter(scope_key__isnull=False)
        keys = {key for key in rows.values_list("scope_key", flat=True) if key is not None}
        return {key: t for scope in all_scopes() for key, t in scope.titles(keys).items()}

    def _scope_of(self, text: MessageTemplate) -> str:
        if text.scope_key is None:
            return _("All events and forms")
        return self._titles.get(text.scope_key, _("Deleted"))


class SendToMeItem(ActionMenuItem):
    """A button beside that which saves."""

    name = SEND_TO_ME
    label = gettext_lazy("Send it to me")
    icon_name = "mail"
    order = 1000


def add_send_to_me(menu_items: list[Any], context: dict[str, Any]) -> None:
    """Put the button into the menu of what can be done with a mail text."""
    if context["model"] is MessageTemplate:
        menu_items.append(SendToMeItem())


class MailTextViewSet(SnippetViewSet):
    """The texts of mails, as snippets."""

    model = MessageTemplate
    icon = "mail"
    menu_label = gettext_lazy("Mail texts")
    menu_name = "mail-texts"
    menu_order = 170
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = MailTextIndexView
    add_view_class = CreateMailTextView
    edit_view_class = EditMailTextView
    delete_view_class = DeleteMailTextView
    history_view_class = MailTextHistoryView
    usage_view_class = MailTextUsageView
    preview_on_edit_view_class = PreviewMailTextView
    edit_handler = ObjectList(
        [
            AboutPanel(heading=gettext_lazy("Which mail")),
            FieldPanel("subject"),
            PlaceholdersPanel(heading=gettext_lazy("Placeholders")),
            FieldPanel("text"),
        ],
        base_form_class=MailTextForm,
    )

    @cached_property
    def permission_policy(self) -> Any:
        """Return who may write what; Wagtail 8 asks its registry instead."""
        return mail_text_policy

    def get_queryset(self, request: HttpRequest) -> QuerySet[MessageTemplate]:
        """Return the texts that may be changed."""
        return mail_text_policy.instances_user_has_any_permission_for(request.user, ["change"])
