"""What staff fill in to call off or to move an event or a session."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.core.signing import Signer
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..actions.event_page_changes import check_new_time
from ..clock import database_now
from ..exceptions import PageCannotChange
from ..models import EventRecord, Venue
from ..models.event_checks import clocks_are_changed_message, dates_in_order

REASON_LENGTH = 1000
WHOLE_EVENT = ""


class EventChangeForm(forms.Form):
    """Words for the people, in each language of the site; the base of all the others."""

    def __init__(
        self, *args: Any, event: EventRecord, sessions: dict[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.event = event
        if "event_session" in self.fields:
            field: Any = self.fields["event_session"]
            field.choices = [*self.before_sessions(), *sessions.items()]
        for code, name in settings.LANGUAGES:
            self.fields[f"reason_{code}"] = forms.CharField(
                label=_("Your own words (%(language)s)") % {"language": name},
                help_text=_("Stand in the mail. They are kept nowhere else."),
                required=False,
                max_length=REASON_LENGTH,
                widget=forms.Textarea(attrs={"rows": 3, "lang": code}),
            )

    def before_sessions(self) -> list[tuple[str, Any]]:
        """Return what can be chosen besides a session."""
        return []

    def is_valid(self) -> bool:
        """Read all times in the event's zone, whatever zone somebody has chosen for the admin."""
        with timezone.override(self.event.zone):
            return super().is_valid()

    @property
    def event_session_key(self) -> uuid.UUID | None:
        """The key of the session that was chosen; None for the whole event."""
        value = self.cleaned_data.get("event_session")
        return uuid.UUID(value) if value else None

    @property
    def reasons(self) -> dict[str, str]:
        """The words by language, those left empty aside."""
        found = {
            code: self.cleaned_data.get(f"reason_{code}", "") for code, _n in settings.LANGUAGES
        }
        return {code: text for code, text in found.items() if text}

    def seal(self) -> str:
        """Return what tells that everything is still as it was looked at."""
        said = [str(self.data.get(name, "")).replace("\r\n", "\n") for name in self.fields]
        return Signer(salt="kommed_events.event_change").signature("\x1f".join(said))


class SessionForm(EventChangeForm):
    """Which session."""

    event_session = forms.ChoiceField(label=gettext_lazy("Session"))


class TimeForm(EventChangeForm):
    """When, and whether that is the whole event or one session."""

    event_session = forms.ChoiceField(label=gettext_lazy("What is moved"), required=False)
    starts_at = forms.DateTimeField(
        label=gettext_lazy("New start"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    ends_at = forms.DateTimeField(
        label=gettext_lazy("New end"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = _("In the event's time zone, %(zone)s.") % {"zone": self.event.time_zone}
        for name in ("starts_at", "ends_at"):
            moment = getattr(self.event, name)
            self.fields[name].help_text = zone
            self.fields[name].initial = moment and moment.astimezone(self.event.zone).replace(
                tzinfo=None
            )

    def before_sessions(self) -> list[tuple[str, Any]]:
        """The whole event can be moved too."""
        return [(WHOLE_EVENT, _("The whole event; sessions with a time of their own keep it"))]

    def clean(self) -> dict[str, Any]:
        """Refuse what is over, what ends before it begins, and times that are not there."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("starts_at", "ends_at"):
            for number, error in enumerate(
                self.errors.get(name, forms.utils.ErrorList()).as_data()
            ):
                if error.code == "ambiguous_timezone":
                    self.errors[name].data[number] = forms.ValidationError(
                        clocks_are_changed_message(), code=error.code
                    )
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at is not None and starts_at <= database_now():
            self.add_error("starts_at", _("That is over already."))
        if not dates_in_order(starts_at, ends_at):
            self.add_error("ends_at", _("It must end after it starts."))
        if not self.errors:
            self._check_page(cleaned["starts_at"], cleaned["ends_at"])
        return cleaned

    def _check_page(self, starts_at: dt.datetime, ends_at: dt.datetime) -> None:
        """Say at the field what of the page contradicts the time, such as the last day."""
        try:
            check_new_time(
                event=self.event,
                event_session_key=self.event_session_key,
                starts_at=starts_at,
                ends_at=ends_at,
            )
        except PageCannotChange as error:
            self.add_error(error.field or None, error.messages)


class VenueForm(SessionForm):
    """Which session is held where."""

    venue = forms.ModelChoiceField(
        label=gettext_lazy("New venue"),
        queryset=Venue.objects.none(),
        help_text=gettext_lazy("A venue that is not in the list is made under Snippets first."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["venue"]
        field.queryset = Venue.objects.filter(
            locale__language_code=self.event.source_locale
        ).order_by("name", "pk")
