"""One submission in full, under the labels of the day it was sent; and deleting."""

from __future__ import annotations

import contextlib
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ..actions.delete import delete_submissions
from ..mail.kinds import kind_label
from ..models import FormRecord, Submission
from ..permissions import can_delete, can_see_sensitive, check_can_delete
from ..queries.submissions import shown_mails, shown_rows
from .base import DeskMixin
from .submissions import visible_form

CONFIRMED = "confirmed"


class SubmissionView(DeskMixin, WagtailAdminTemplateMixin, TemplateView):
    """One submission."""

    template_name = "kommed_forms/admin/submission.html"
    submission: Submission

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Look it up among those one may see."""
        super().setup(request, *args, **kwargs)
        visible = Submission.objects.visible_to(request.user)
        self.submission = get_object_or_404(
            visible.select_related("form_record", "form_version"),
            form_record__key=kwargs["form_key"],
            uuid=kwargs["submission_uuid"],
        )

    @property
    def form(self) -> FormRecord:
        """The form it was sent on."""
        record = self.submission.form_record
        assert record is not None  # noqa: S101 (visible_to leaves out what has none)
        return record

    def get_page_title(self) -> str:
        """When it was sent; who sent it is in the answers, if anywhere."""
        return date_format(localtime(self.submission.submitted_at), "DATETIME_FORMAT")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here through the form's list."""
        return [
            *self.desk_breadcrumbs(),
            {
                "url": reverse("kommed_forms_desk:submissions", args=[self.form.key]),
                "label": self.form.title,
            },
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add answers, mails, and whether it may be deleted."""
        submission, user = self.submission, self.request.user
        sees_all = can_see_sensitive(user, self.form)
        mails = shown_mails(submission, with_sensitive=sees_all)
        return super().get_context_data(
            submission=submission,
            form_record=self.form,
            language=submission.form_version.language,
            answers=shown_rows(submission, with_sensitive=sees_all),
            mails=[(message, kind_label(message.kind)) for message in mails],
            may_delete=can_delete(user, self.form),
            **kwargs,
        )


class DeletionView(DeskMixin, WagtailAdminTemplateMixin, TemplateView):
    """What the two ways to delete share: one asks, and does it when the answer is yes."""

    template_name = "kommed_forms/admin/confirm_deletion.html"
    form: FormRecord

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Look the form up among those one may see."""
        super().setup(request, *args, **kwargs)
        self.form = visible_form(request, kwargs)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Only for those who may delete."""
        check_can_delete(request.user, self.form)
        return super().dispatch(request, *args, **kwargs)

    def chosen(self) -> Any:
        """Return what is to be deleted."""
        raise NotImplementedError

    def get_page_title(self) -> str:
        """Ask."""
        return _("Delete what was sent?")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here through the form's list."""
        return [
            *self.desk_breadcrumbs(),
            {
                "url": reverse("kommed_forms_desk:submissions", args=[self.form.key]),
                "label": self.form.title,
            },
            {"url": "", "label": self.get_page_title()},
        ]

    def ask(self, chosen: Any) -> HttpResponse:
        """Show what is about to be deleted, and what that means."""
        context = self.get_context_data(
            form_record=self.form,
            chosen=chosen.order_by("-submitted_at"),
            number=chosen.count(),
            confirmed=CONFIRMED,
        )
        return self.render_to_response(context)

    def delete(self, chosen: Any) -> HttpResponse:
        """Delete, say so, and go back to the list."""
        number = delete_submissions(
            record=self.form,
            submissions=chosen,
            by=self.request.user,  # type: ignore[arg-type]
        )
        messages.success(
            self.request,
            ngettext("%(number)d was deleted.", "%(number)d were deleted.", number)
            % {"number": number},
        )
        return redirect("kommed_forms_desk:submissions", self.form.key)


class DeleteOneView(DeletionView):
    """Deleting one."""

    http_method_names = ["get", "post"]

    def chosen(self) -> Any:
        """Return the one that the path names, if it is there."""
        rows = Submission.objects.visible_to(self.request.user).filter(form_record=self.form)
        return rows.filter(uuid=self.kwargs["submission_uuid"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask."""
        get_object_or_404(self.chosen())
        return self.ask(self.chosen())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Delete."""
        get_object_or_404(self.chosen())
        return self.delete(self.chosen())


class DeleteManyView(DeletionView):
    """Deleting what was ticked in the list: asks first, and is sent once more to do it."""

    http_method_names = ["post"]

    def chosen(self) -> Any:
        """Return those that were ticked, of this form."""
        rows = Submission.objects.visible_to(self.request.user).filter(form_record=self.form)
        return rows.filter(uuid__in=self._ticked())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask; or delete, when that was answered."""
        chosen = self.chosen()
        if not chosen.exists():
            messages.error(request, _("Tick what you want to delete first."))
            return redirect("kommed_forms_desk:submissions", self.form.key)
        return self.delete(chosen) if CONFIRMED in request.POST else self.ask(chosen)

    def _ticked(self) -> list[uuid.UUID]:
        found = []
        for value in self.request.POST.getlist("submission"):
            with contextlib.suppress(ValueError):
                found.append(uuid.UUID(value))
        return found
