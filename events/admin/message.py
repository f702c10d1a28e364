"""One mail of the outbox: what it says, where it has been, and what can be done about it."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import ModelLogEntry

from forms.actions.outbox import abort_message, retry_message
from forms.enums import Delivery
from forms.exceptions import MessageStateNotAllowed, MessageWordsGone, UnknownMessageKind
from forms.mail.errors import describe
from forms.mail.explain import explain
from forms.mail.kinds import kind_label
from forms.mail.render import RenderedMail, render_message
from forms.mail.status import may_be_aborted, may_be_retried
from forms.models import Message, Submission

from ..enums import Right
from ..models import Invitation, Registration
from ..queries.messages import visible_messages, watched_messages
from .messages import shown_address
from .outbox import OutboxMixin, outbox_url

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Step:
    """Something that happened to a mail."""

    at: dt.datetime
    what: Any
    detail: str = ""
    user_name: str = ""


class MessageDetailView(OutboxMixin, WagtailAdminTemplateMixin, TemplateView):
    """One mail as it reads, without the links that only its recipient may have."""

    template_name = "kommed_events/admin/message.html"
    message: Any

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Look the mail up among those one may see, or see that they are there."""
        super().setup(request, *args, **kwargs)
        rows = watched_messages(request.user)
        self.message = get_object_or_404(rows, uuid=kwargs["message_uuid"])

    def get_page_title(self) -> str:
        """What kind of mail it is."""
        return kind_label(self.message.kind)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here through the outbox."""
        return [
            *self.desk_breadcrumbs(),
            {"url": outbox_url(), "label": _("Outbox")},
            {"url": "", "label": self.get_page_title()},
        ]

    @cached_property
    def may_message(self) -> bool:
        """Whether one may have it sent again, or not sent."""
        rows = visible_messages(self.request.user, Right.MESSAGE)
        return rows.filter(pk=self.message.pk).exists()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the mail, rendered as it was or will be sent, and what happened to it."""
        message = self.message
        return super().get_context_data(
            message=message,
            address=shown_address(message),
            mail=self._mail(),
            explanation=explain(message.last_error),
            trail=steps_of(message),
            about=about(message, self.request.user) if message.is_readable else None,
            may_retry=self.may_message and may_be_retried(message),
            may_abort=self.may_message and may_be_aborted(message),
            **kwargs,
        )

    def _mail(self) -> RenderedMail | None:
        """Return the mail; None where it is not for whoever looks, or there are no words for it."""
        if not self.message.is_readable or self.message.cleared_at is not None:
            return None
        try:
            return render_message(self.message, with_links=False)
        except UnknownMessageKind:
            return None
        except Exception as error:  # noqa: BLE001 (a mail that cannot be drawn can still be seen to)
            logger.warning("Message %s was not drawn: %s", self.message.uuid, describe(error))
            return None


def steps_of(message: Message) -> list[Step]:
    """Return what happened to ``message``, oldest first."""
    steps = [Step(message.created_at, _("Queued"))]
    for event in message.delivery_events.all():
        what = dict(Delivery.choices).get(event.kind, event.kind)
        steps.append(Step(event.happened_at, what, detail=event.reason))
    entries = ModelLogEntry.objects.for_instance(message).select_related("user")
    for entry in entries:
        name = entry.user_display_name if entry.user_id else ""
        steps.append(Step(entry.timestamp, entry.message, user_name=name))
    if message.sent_at:
        steps.append(Step(message.sent_at, _("Sent")))
    if message.cleared_at:
        steps.append(Step(message.cleared_at, _("The text was removed")))
    return sorted(steps, key=lambda step: step.at)


def about(message: Message, user: Any) -> tuple[str, Any] | None:
    """Return where what the mail speaks of is shown, and what to call it, if one may see it."""
    key = message.subject_key
    if key is None:
        return None
    if row := Registration.objects.visible_to(user).filter(uuid=key).first():
        url = reverse("kommed_events_desk:detail", args=[row.event.key, row.uuid])
        return url, _("See the registration")
    if asked := Invitation.objects.visible_to(user).filter(uuid=key).first():
        url = reverse("kommed_events_desk:invitations", args=[asked.event.key])
        return url, _("See the invitations")
    sent = Submission.objects.visible_to(user).filter(uuid=key).select_related("form_record")
    if (found := sent.first()) and found.form_record:
        url = reverse("kommed_forms_desk:submission", args=[found.form_record.key, key])
        return url, _("See what was sent")
    return None


class MessageActView(OutboxMixin, View):
    """Do something with one mail that one may write."""

    http_method_names = ["post"]
    done: Any = ""

    def act(self, message: Message) -> None:
        """Do it, or raise what ``forms.actions.outbox`` raises."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it and go back to the mail, with the reason where it could not be done."""
        rows = visible_messages(request.user, Right.MESSAGE)
        message = get_object_or_404(rows, uuid=kwargs["message_uuid"])
        try:
            self.act(message)
        except MessageStateNotAllowed:
            messages.warning(request, _("The mail has moved on meanwhile. Nothing was changed."))
        except MessageWordsGone:
            messages.warning(request, _("The text was removed, so it cannot be sent again."))
        else:
            messages.success(request, self.done)
        return redirect("kommed_events_desk:message", message.uuid)


class MessageRetryView(MessageActView):
    """Send it once more."""

    done = gettext_lazy("The mail is sent again in a moment.")

    def act(self, message: Message) -> None:
        """Have it sent at once."""
        retry_message(message=message, by=self.request.user)


class MessageAbortView(MessageActView):
    """Let it be."""

    done = gettext_lazy("The mail is not sent.")

    def act(self, message: Message) -> None:
        """Have it not sent."""
        abort_message(message=message, by=self.request.user)
