"""Asking for the link to one's own page again. Known and unknown addresses are answered alike."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.generic import View

from forms.builder import AnswerForm, build_form_class
from forms.protection.assess import assess
from forms.protection.traces import traces_for
from forms.views.second_step import render_second_step

from ..actions.send_link import send_links
from ..queries.own_page_view import EMAIL_KEY
from .own_page_base import INVALID, SEE_OTHER, as_personal
from .own_page_changes import email_question

FORM_KEY = uuid.uuid5(uuid.NAMESPACE_URL, "kommed_events.send_link")
"""Under this key the posts of all visitors are counted; the form belongs to no event."""


class InLanguageView(View):
    """A page that belongs to nobody, in the language that its address names."""

    http_method_names = ["get", "head"]
    language: str

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer in the language asked for, or in the site's."""
        asked = request.GET.get("language", "")
        self.language = asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(self.language):
            response = super().dispatch(request, *args, **kwargs)
        response.headers["Content-Language"] = self.language
        return as_personal(response)


class SendLinkView(InLanguageView):
    """The form: an address, and the links of its registrations are mailed to it."""

    http_method_names = ["get", "head", "post"]
    template = "kommed_events/own/send_link.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it."""
        return self._show(self._form_class()())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Queue the mails, if there are any to queue, and say the same either way."""
        form = self._form_class()(request.POST)
        if not form.is_valid():
            return self._show(form, status=INVALID)
        assessment = assess(request, form_key=FORM_KEY, answers=form.answers())
        if assessment.needs_step:
            return render_second_step(
                request,
                template="kommed_events/second_step.html",
                context={},
                form=form,
                assessment=assessment,
            )
        send_links(email=form.answers()[EMAIL_KEY])
        location = f"{reverse('kommed_personal:link_sent')}?language={self.language}"
        return HttpResponse(status=SEE_OTHER, headers={"Location": location})

    def _form_class(self) -> type[AnswerForm]:
        return build_form_class([email_question()])

    def _show(self, form: AnswerForm, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "traces": traces_for(FORM_KEY, self.request.POST)}
        return render(self.request, self.template, context, status=status)


class LinkSentView(InLanguageView):
    """What comes after it, whoever asked."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it."""
        return render(request, "kommed_events/own/link_sent.html")


class AddressChangedView(InLanguageView):
    """What comes after a change of address; the link that led here may open nothing any more."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it."""
        return render(request, "kommed_events/own/address_changed.html")
