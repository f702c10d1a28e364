"""The demo's sixty registrations: sent through the real form, and decided on by staff."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation

from events.actions.applicant import Applicant
from events.actions.change_state import change_state
from events.actions.register import register
from events.enums import RegistrationAction
from events.models import Registration
from events.queries.form import organisation_in, question_specs
from forms.actions.submit import keep_form_version
from forms.builder import AnswerForm, build_form_class
from forms.models import FormVersion, QuestionSpec

from . import facts
from .dates import ZONE
from .invitation import Invitation
from .registrants import REGISTRANTS, Registrant
from .shapes import DecisionWords, SiteWords

OPEN_FOR_DAYS = 9
FIRST_HOUR, LAST_HOUR = 8, 21
STAFF_BEGIN = dt.time(9, 15)
STAFF_MINUTES_EACH = 7


@dataclass(frozen=True)
class LanguageForm:
    """The form as it stands in one language."""

    words: SiteWords
    specs: tuple[QuestionSpec, ...]
    form_class: type[AnswerForm]
    version: FormVersion


def make_registrations(
    invitation: Invitation, sites: Sequence[SiteWords], *, staff: Any, today: dt.date
) -> int:
    """Let everybody register before ``today`` and let ``staff`` decide; return how many."""
    forms = {words.language: _form(invitation, words) for words in sites}
    made = [
        (who, _register(invitation, forms[who.language], who, at=at))
        for who, at in zip(REGISTRANTS, _moments(len(REGISTRANTS), today), strict=True)
    ]
    for number, (who, registration) in enumerate(made):
        words = forms[who.language].words.decisions
        for step, action in enumerate(who.decisions):
            day = registration.created_at.astimezone(ZONE).date() + dt.timedelta(days=1 + step)
            minutes = dt.timedelta(minutes=number * STAFF_MINUTES_EACH % 360)
            at = dt.datetime.combine(min(day, today), STAFF_BEGIN, ZONE) + minutes
            _decide(registration, action, words, staff=staff, at=at)
    return len(made)


def opening_moment(today: dt.date) -> dt.datetime:
    """Return when the invitation was published: in the morning, before anybody registered."""
    day = today - dt.timedelta(days=OPEN_FOR_DAYS)
    return dt.datetime.combine(day, dt.time(7, 30), ZONE).astimezone(dt.UTC)


def _moments(count: int, today: dt.date) -> list[dt.datetime]:
    """Return when each of ``count`` people registers: by day, on the days before ``today``."""
    minutes_a_day = (LAST_HOUR - FIRST_HOUR) * 60
    moments = []
    for number in range(count):
        passed = number * OPEN_FOR_DAYS * minutes_a_day // count
        days, minutes = divmod(passed, minutes_a_day)
        day = today - dt.timedelta(days=OPEN_FOR_DAYS - days)
        local = dt.datetime.combine(day, dt.time(FIRST_HOUR), ZONE) + dt.timedelta(minutes=minutes)
        moments.append(local.astimezone(dt.UTC) + dt.timedelta(seconds=number * 11 % 60))
    return moments


def _form(invitation: Invitation, words: SiteWords) -> LanguageForm:
    with translation.override(words.language):
        specs = question_specs(invitation.pages[words.language])
        version = keep_form_version(
            form_key=invitation.event.key, language=words.language, specs=specs
        )
        return LanguageForm(words, specs, build_form_class(specs), version)


def _register(
    invitation: Invitation, form: LanguageForm, who: Registrant, *, at: dt.datetime
) -> Registration:
    with translation.override(who.language):
        filled_in = form.form_class(_sent_by(who, invitation, form))
        if not filled_in.is_valid():
            raise ValueError(f"{who.name}: {filled_in.errors.as_json()}")
        answers = filled_in.answers()
        applicant = Applicant(
            name=answers["name"],
            email=answers["email"],
            event_session_key=invitation.session_keys[who.session],
            audience_key=invitation.audience_keys[who.audience],
            organisation=organisation_in(form.specs, answers),
            language=who.language,
        )
        return register(
            event=invitation.event,
            applicant=applicant,
            form_version=form.version,
            answers=answers,
            now=lambda: at,
        ).registration


def _sent_by(who: Registrant, invitation: Invitation, form: LanguageForm) -> Mapping[str, Any]:
    """Return what the person's browser would send."""
    practical = [
        key
        for spec in form.specs
        if spec.key == facts.PRACTICAL_KEY
        for key, _label in spec.choices
    ]
    data: dict[str, Any] = {
        "event_session": str(invitation.session_keys[who.session]),
        "audience": str(invitation.audience_keys[who.audience]),
        "name": who.name,
        "email": who.email,
        facts.ORGANISATION_KEY: who.organisation,
        facts.JOB_TITLE_KEY: who.title,
        facts.HOPE_KEY: form.words.hopes[who.hope] if who.hope >= 0 else "",
        facts.PRACTICAL_KEY: [practical[index] for index in who.practical],
    }
    return data | ({facts.NEWS_KEY: "on"} if who.wants_news else {})


def _decide(
    registration: Registration,
    action: RegistrationAction,
    words: DecisionWords,
    *,
    staff: Any,
    at: dt.datetime,
) -> None:
    notes = {
        RegistrationAction.CONFIRM: words.confirmed,
        RegistrationAction.WAIT: words.waiting,
        RegistrationAction.DECLINE: words.declined,
        RegistrationAction.CANCEL: words.cancelled,
    }
    registration.refresh_from_db()  # staff decide on what they see
    change_state(
        registration=registration, action=action, by=staff, note=notes[action], now=lambda: at
    )
