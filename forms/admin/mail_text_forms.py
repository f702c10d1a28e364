"""The forms with which a mail text is chosen and written."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from ..mail.kinds import MessageKind, all_kinds
from ..mail.placeholders import validate_placeholders
from ..mail.scopes import all_scopes, get_scope
from ..models import MessageTemplate
from .mail_text_policy import mail_text_policy

Choices = list[tuple[Any, Any]]


def writable_kinds() -> dict[str, MessageKind]:
    """Return by name the kinds of mail whose words editors may change."""
    return {kind.name: kind for kind in all_kinds() if kind.placeholders}


def language_choices() -> Choices:
    """Return the languages the site writes in."""
    return list(getattr(settings, "WAGTAIL_CONTENT_LANGUAGES", settings.LANGUAGES))


def language_label(code: str) -> str:
    """Return what the language is called."""
    return str(dict(language_choices()).get(code, code))


class _WhatFor:
    """What a text is for: a mail, a language, and all events and forms or one of them."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self.titles = {scope.name: dict(scope.editable_by(user)) for scope in all_scopes()}

    def kinds(self) -> Choices:
        """Return the kinds of mail, in groups by what they belong to."""
        groups: dict[str, Choices] = {}
        for kind in writable_kinds().values():
            scope = get_scope(kind.scope)
            groups.setdefault(str(scope.label) if scope else "", []).append((kind.name, kind.label))
        return list(groups.items())

    def scopes(self) -> Choices:
        """Return what a text may be for: all if the user may, and what they may edit."""
        found: Choices = [("", _("All events and forms"))] if self.may_write_for_all else []
        for scope in all_scopes():
            titles = [(str(key), title) for key, title in self.titles[scope.name].items()]
            if titles:
                found.append((str(scope.label), titles))
        return found

    @property
    def may_write_for_all(self) -> bool:
        return mail_text_policy.may_write_for_all(self.user, "add")

    def check(self, kind: MessageKind, scope: str) -> uuid.UUID | None:
        """Return the key of ``scope``; raise ``ValidationError`` for what the kind is not of."""
        if not scope:
            return None
        key = uuid.UUID(scope)
        if key not in self.titles.get(kind.scope, {}):
            raise ValidationError(_("No such mails belong to this. Choose another."))
        return key


def existing_text(
    *, kind: str, language: str, scope_key: uuid.UUID | None
) -> MessageTemplate | None:
    """Return the text that is there already for this."""
    return MessageTemplate.objects.filter(kind=kind, language=language, scope_key=scope_key).first()


class ChooseMailTextForm(forms.Form):
    """Which text somebody wants to write."""

    kind = forms.ChoiceField(label=gettext_lazy("Mail"))
    language = forms.ChoiceField(label=gettext_lazy("Language"))
    scope = forms.ChoiceField(label=gettext_lazy("Only for"), required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.what_for = _WhatFor(user)
        _offer(self, self.what_for)

    def clean(self) -> dict[str, Any]:
        """Say what mail, language and key are meant."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        return _clean_what_for(self, self.what_for, cleaned)


class MailTextForm(WagtailAdminModelForm):
    """Subject and text. What they are for is chosen before, and never changed after."""

    kind = forms.ChoiceField(widget=forms.HiddenInput)
    language = forms.ChoiceField(widget=forms.HiddenInput)
    scope = forms.ChoiceField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("kind", "language", "scope"):
                del self.fields[name]
            return
        self.what_for = _WhatFor(self.for_user)
        _offer(self, self.what_for)
        self.initial |= {
            "kind": self.instance.kind,
            "language": self.instance.language,
            "scope": str(self.instance.scope_key or ""),
        }

    @property
    def mail_kind(self) -> MessageKind | None:
        """The kind of mail the text is for, if it is one that may be written."""
        name = self.instance.kind or str(self.data.get("kind", ""))
        return writable_kinds().get(name)

    def clean_subject(self) -> str:
        """Refuse what would be a second header, and placeholders that are none."""
        subject = str(self.cleaned_data["subject"])
        if any(sign in subject for sign in "\r\n"):
            raise ValidationError(_("The subject is one line."))
        return self._checked(subject)

    def clean_text(self) -> str:
        """Refuse placeholders that are none."""
        return self._checked(str(self.cleaned_data["text"]))

    def clean(self) -> dict[str, Any]:
        """Note what the text is for."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk:
            return cleaned
        cleaned = _clean_what_for(self, self.what_for, cleaned)
        if "scope_key" not in cleaned:
            return cleaned
        target = {name: cleaned[name] for name in ("kind", "language", "scope_key")}
        if existing_text(**target) is not None:
            raise ValidationError(already_there())
        for name, value in target.items():
            setattr(self.instance, name, value)
        return cleaned

    def _checked(self, text: str) -> str:
        if self.mail_kind is not None:
            validate_placeholders(text, self.mail_kind.placeholders)
        return text


def already_there() -> str:
    """Return what is said to who writes a text that somebody else has written meanwhile."""
    return _("There is a text for this already. Find it in the list and change it there.")


def _offer(form: forms.BaseForm, what_for: _WhatFor) -> None:
    form.fields["kind"].choices = what_for.kinds()  # type: ignore[attr-defined]
    form.fields["language"].choices = language_choices()  # type: ignore[attr-defined]
    form.fields["scope"].choices = what_for.scopes()  # type: ignore[attr-defined]
    # Somebody with no right to texts for all has to say for which event.
    form.fields["scope"].required = not what_for.may_write_for_all


def _clean_what_for(
    form: forms.BaseForm, what_for: _WhatFor, cleaned: dict[str, Any]
) -> dict[str, Any]:
    kind = writable_kinds().get(cleaned.get("kind", ""))
    if kind is None or "language" not in cleaned or "scope" not in cleaned:
        return cleaned
    try:
        cleaned["scope_key"] = what_for.check(kind, cleaned["scope"])
    except ValidationError as error:
        form.add_error("scope", error)
    return cleaned
