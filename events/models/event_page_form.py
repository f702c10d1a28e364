"""The admin form of an event page: defaults, the event's time zone, and what it refuses."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.contrib.forms.forms import WagtailAdminFormPageForm

from forms.enums import Autocomplete, QuestionType
from forms.models.question_checks import assign_question_keys, check_questions
from forms.models.question_lock import lock_steering_fields
from forms.models.saved_rows import adopt_saved_rows

from .event_checks import clocks_are_changed_message, dates_in_order
from .event_questions import audience_choices, audience_spec, row_keys, session_spec
from .ledger import EventRecord
from .registration import live_registrations_by_row
from .seat_checks import Gathering, Group, TakenSeats, cell_name, read_matrix, taken_seats
from .seat_matrix_field import WRONG, SeatMatrixFormField

RESERVED_KEYS = frozenset(
    {
        "event_session",
        "second_choice",
        "audience",
        "name",
        "email",
        "language",
        "form_version",
        "form_step",
        "form_opened",
        "form_asked",
        "form_sending",
        "form_website",
    }
)
"""Names that the registration itself uses; a question of an editor's is never stored under them."""

STEERING_FIELDS = (
    "starts_at",
    "ends_at",
    "time_zone",
    "registration_opens_at",
    "registration_closes_on",
    "registration_closes_time",
    "way_in",
    "applications_hold_seat",
    "waiting_list_mode",
    "offer_hours",
    "lapse_rule",
    "offers_by_mix",
    "reminder_days",
    "thanks_days",
    "asks_second_choice",
    "group_size",
    "seat_matrix",
    "capacity",
)
STEERING_SESSION_FIELDS = ("capacity", "starts_at", "ends_at")
STEERING_AUDIENCE_FIELDS = ("is_choice", "way_in")
PUBLISHING_ACTIONS = ("action-publish", "action-submit")


class EventPageForm(WagtailAdminFormPageForm):
    """Wagtail's form for form pages, with what an event needs."""

    seat_matrix = SeatMatrixFormField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance = kwargs.get("instance")
        is_bound = bool(args and args[0] is not None) or kwargs.get("data") is not None
        if instance is not None and instance.pk is None and not is_bound:
            self._start_with_a_working_form(instance)
        super().__init__(*args, **kwargs)
        self._show_times_in_event_zone()
        self.has_locked_questions = self._is_translation()
        if self.has_locked_questions:
            self._lock_steering_fields()

    def is_valid(self) -> bool:
        """Read all times in the event's zone, whatever zone the editor has chosen for the admin."""
        with self._event_zone():
            return bool(super().is_valid())

    def clean(self) -> dict[str, Any]:
        """Check across rows; what would break the ledger is refused when publishing only."""
        adopt_saved_rows(self.formsets.values())
        assign_question_keys(self._rows("questions"), RESERVED_KEYS, page=self.instance)
        cleaned: dict[str, Any] = super().clean()
        self._say_that_clocks_are_changed()
        taken = self._taken_seats() if self._is_publishing() else None
        if self._is_publishing():
            self._refuse_to_drop_what_is_taken()
            self._check_questions()
        if taken is not None:
            self._refuse_fewer_seats_than_taken(taken)
        self._check_session_dates()
        self._read_seat_matrix(cleaned, taken)
        return cleaned

    # New pages

    def _is_new(self) -> bool:
        return self.instance.pk is None

    @staticmethod
    def _start_with_a_working_form(instance: Any) -> None:
        """Ask for the organisation, the one question beside the fixed ones that all events have."""
        question_model = instance._meta.get_field("questions").related_model
        if not instance.questions.all():
            instance.questions = [
                question_model(
                    label=_("Organisation"),
                    field_type=QuestionType.SINGLELINE,
                    autocomplete=Autocomplete.ORGANISATION,
                )
            ]

    # Times

    @contextmanager
    def _event_zone(self) -> Iterator[None]:
        name = self.data.get(self.add_prefix("time_zone")) if self.is_bound else None
        try:
            zone = zoneinfo.ZoneInfo(name) if name else self.instance.zone
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            zone = self.instance.zone
        with timezone.override(zone):
            yield

    def _show_times_in_event_zone(self) -> None:
        zone = self.instance.zone
        rows = self.formsets["event_sessions"].forms
        for form in [self, *rows]:
            for name in ("starts_at", "ends_at", "registration_opens_at"):
                value = form.initial.get(name)
                if value is not None and timezone.is_aware(value):
                    form.initial[name] = timezone.make_naive(value, zone)

    def _check_session_dates(self) -> None:
        for form in self._rows("event_sessions"):
            starts_at = form.cleaned_data.get("starts_at")
            ends_at = form.cleaned_data.get("ends_at")
            if not dates_in_order(starts_at, ends_at):
                form.add_error("ends_at", _("The session must end after it starts."))

    def _say_that_clocks_are_changed(self) -> None:
        """Name the reason for which Django refuses a time that is not there, or is there twice."""
        for form in [self, *self._rows("event_sessions")]:
            for errors in form.errors.values():
                for number, error in enumerate(errors.data):
                    if error.code == "ambiguous_timezone":
                        errors.data[number] = ValidationError(
                            clocks_are_changed_message(), code=error.code
                        )

    # Seats

    def _read_seat_matrix(self, cleaned: dict[str, Any], taken: TakenSeats | None) -> None:
        """Put what the table of audiences says into ``cleaned``, or say at it what is wrong."""
        field = self.fields["seat_matrix"]
        if field.disabled or "seat_matrix" not in cleaned:
            cleaned.pop("seat_matrix", None)
            return
        rows = {str(form.instance.row_key): form for form in self._rows("event_sessions")}
        groups = {
            str(form.instance.row_key): form
            for form in self._rows("audiences")
            if form.cleaned_data.get("is_choice")
        }
        matrix = read_matrix(
            cleaned["seat_matrix"],
            sessions=[self._gathering(key, form) for key, form in rows.items()],
            audiences=[Group(key, str(form.instance)) for key, form in groups.items()],
            capacity=cleaned.get("capacity"),
        )
        for gathering, group in matrix.places() if taken is not None else ():
            cell = matrix.cells.get((gathering.row_key, group.row_key))
            message = taken.too_few(  # type: ignore[union-attr]
                cell.most if cell else None,
                rows[gathering.row_key].instance.translation_key,
                groups[group.row_key].instance.translation_key,
            )
            if message:
                where = _("%(cell)s: %(message)s")
                words = {"cell": cell_name(gathering, group), "message": message}
                matrix.refuse(gathering, group, "most", where % words)
        if matrix.messages:
            field.widget.attrs[WRONG] = matrix.wrong
            self.add_error("seat_matrix", matrix.messages)
        else:
            cleaned["seat_matrix"] = matrix.as_json()

    def _gathering(self, row_key: str, form: Any) -> Gathering:
        starts_at = form.cleaned_data.get("starts_at") or self.cleaned_data.get("starts_at")
        return Gathering(
            row_key=row_key,
            name=str(form.instance),
            capacity=form.cleaned_data.get("capacity"),
            day=timezone.localtime(starts_at).date() if starts_at else None,
        )

    def _taken_seats(self) -> TakenSeats | None:
        if self._is_new() or self._is_translation():
            return None
        return taken_seats(self.instance.translation_key)

    def _refuse_fewer_seats_than_taken(self, taken: TakenSeats) -> None:
        message = taken.too_few(self.cleaned_data.get("capacity"))
        if message:
            self.add_error("capacity", message)
        for form in self._rows("event_sessions"):
            key = form.instance.translation_key
            message = taken.too_few(form.cleaned_data.get("capacity"), key)
            if message:
                form.add_error("capacity", message)

    # Questions

    def _check_questions(self) -> None:
        """Refuse what cannot be asked, such as a condition on a question that is gone."""
        sessions = [form.instance for form in self._rows("event_sessions")]
        audiences = [form.instance for form in self._rows("audiences")]
        check_questions(
            self._rows("questions"),
            keys=row_keys(sessions, audiences),
            fixed=(session_spec(sessions), audience_spec(audience_choices(audiences))),
        )

    # Translations

    def _is_translation(self) -> bool:
        if self._is_new():
            return False
        record = EventRecord.objects.filter(key=self.instance.translation_key).first()
        if record is not None:
            return bool(record.source_locale != self.instance.locale.language_code)
        siblings = type(self.instance).objects.filter(
            translation_key=self.instance.translation_key, pk__lt=self.instance.pk
        )
        return bool(siblings.exists())

    def _lock_steering_fields(self) -> None:
        hint = _("Taken from the page in the language it was first written in.")
        for name in STEERING_FIELDS:
            if name in self.fields:
                self.fields[name].disabled = True
                self.fields[name].help_text = hint
        for row in self.formsets["event_sessions"].forms:
            for name in STEERING_SESSION_FIELDS:
                row.fields[name].disabled = True
                row.fields[name].help_text = hint
        for row in self.formsets["audiences"].forms:
            # A row that is new on the translation is not in the ledger until its source has it.
            for name in STEERING_AUDIENCE_FIELDS if row.instance.pk else ():
                row.fields[name].disabled = True
                row.fields[name].help_text = hint
        lock_steering_fields(self.formsets["questions"].forms)

    # What is taken

    def _is_publishing(self) -> bool:
        return any(action in self.data for action in PUBLISHING_ACTIONS)

    def _rows(self, relation: str) -> Iterator[Any]:
        """Yield the rows of a formset that are filled in and not marked for deletion."""
        for form in self.formsets[relation].forms:
            form.is_valid()
            cleaned = getattr(form, "cleaned_data", {})
            if cleaned and not cleaned.get("DELETE"):
                yield form

    def _refuse_to_drop_what_is_taken(self) -> None:
        """Refuse to publish without a session or audience that people are registered for."""
        if self._is_new() or self._is_translation():
            return
        for relation in ("event_sessions", "audiences"):
            kept = {form.instance.translation_key for form in self._rows(relation)}
            counts = live_registrations_by_row(self.instance.translation_key, relation)
            for key, (name, count) in counts.items():
                if key not in kept:
                    self.add_error(None, self._dropped_message(name, count))

    @staticmethod
    def _dropped_message(name: str, count: int) -> str:
        return ngettext(
            "%(count)d person is registered for “%(name)s”, which you are about to remove. Move "
            "or cancel the registration first, or keep it and take no more people in.",
            "%(count)d people are registered for “%(name)s”, which you are about to remove. Move "
            "or cancel the registrations first, or keep it and take no more people in.",
            count,
        ) % {"count": count, "name": name}
