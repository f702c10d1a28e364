"""The second step of writing to many: subject and text, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages

from forms.mail.placeholders import validate_placeholders
from forms.models.message_template import SUBJECT_LENGTH, TEXT_LENGTH

from ..actions.mailings import change_mailing
from ..enums import MailingState
from ..exceptions import MailingMovedOn
from ..notifications.mailings import SUBJECT_PLACEHOLDERS, TEXT_PLACEHOLDERS
from ..queries.mailing_recipients import MailingFilter, Recipients, find_recipients
from .mailings import INVALID, MailingScreen, OfMailing


class WordsForm(forms.Form):
    """Subject and text in each language of the site."""

    def __init__(self, *args: Any, languages: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = languages
        self.names: dict[str, Any] = dict(settings.LANGUAGES)
        # Somebody may have registered in a language that the site has given up since.
        self.names |= {code: code for code in languages if code not in self.names}
        for code, name in self.names.items():
            number = languages.get(code, 0)
            self.fields[f"subject_{code}"] = forms.CharField(
                label=_("Subject (%(language)s)") % {"language": name},
                required=False,
                max_length=SUBJECT_LENGTH,
                widget=forms.TextInput(attrs={"lang": code, "data-km-words": ""}),
            )
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("Text (%(language)s)") % {"language": name},
                help_text=ngettext(
                    "%(number)s person gets it in this language.",
                    "%(number)s people get it in this language.",
                    number,
                )
                % {"number": number},
                required=False,
                max_length=TEXT_LENGTH,
                widget=forms.Textarea(attrs={"lang": code, "rows": 10, "data-km-words": ""}),
            )

    def clean(self) -> dict[str, Any]:
        """Refuse half of a language, a language somebody needs, and braces nobody knows."""
        cleaned: dict[str, Any] = super().clean() or {}
        for code in self.names:
            given = {part: cleaned.get(f"{part}_{code}", "") for part in ("subject", "text")}
            is_needed = bool(self.languages.get(code)) or any(given.values())
            for part, text in given.items():
                field = f"{part}_{code}"
                if field in self.errors:
                    continue
                if is_needed and not text:
                    self.add_error(field, _("Write something here, for those who get it."))
                known = SUBJECT_PLACEHOLDERS if part == "subject" else TEXT_PLACEHOLDERS
                try:
                    validate_placeholders(text, known)
                except forms.ValidationError as error:
                    self.add_error(field, error)
        if not self.errors and not self.words:
            self.add_error(None, _("Nothing is written yet."))
        return cleaned

    @property
    def words(self) -> dict[str, dict[str, str]]:
        """What was written, by language; those left empty aside."""
        found = {
            code: {
                "subject": self.cleaned_data.get(f"subject_{code}", ""),
                "text": self.cleaned_data.get(f"text_{code}", ""),
            }
            for code in self.names
        }
        return {code: said for code, said in found.items() if any(said.values())}


def as_initial(words: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return ``words`` as the form's fields have them."""
    return {f"{part}_{code}": text for code, said in words.items() for part, text in said.items()}


class OwnDraft(OfMailing):
    """Something about a draft, for its writer alone."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Nobody else's; its writer is led to how far it is once it is no draft."""
        if not self.is_mine:
            raise Http404
        if self.mailing.state != MailingState.DRAFT:
            return redirect(self.url_of("mailing", self.mailing.uuid))
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def found(self) -> Recipients:
        """Who would get it now."""
        wanted = MailingFilter.from_document(self.mailing.filters)
        return find_recipients(event=self.event, wanted=wanted, writer=self.request.user)


class MailingWordsView(OwnDraft, MailingScreen):
    """Writing. What can be written in braces stands beside it."""

    template_name = "kommed_events/admin/mailing_words.html"
    page_title = gettext_lazy("Write the mail")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the form and the placeholders."""
        form = kwargs.pop("form", None) or WordsForm(
            initial=as_initial(self.mailing.words), languages=self.found.languages
        )
        return super().get_context_data(
            form=form, placeholders=TEXT_PLACEHOLDERS, found=self.found, **kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep the words and go on to the last look, or show what was typed again."""
        form = WordsForm(request.POST, languages=self.found.languages)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=INVALID)
        try:
            change_mailing(mailing=self.mailing, words=form.words, by=request.user)  # type: ignore[arg-type]
        except MailingMovedOn:
            messages.error(request, _("It was sent meanwhile."))
            return redirect(self.url_of("mailing", self.mailing.uuid))
        return redirect(self.url_of("mailing_review", self.mailing.uuid))
