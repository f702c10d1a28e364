"""Registrations, which come into being through the one door there is."""

from __future__ import annotations

import itertools
import time
import uuid
from typing import Any

import factory
from django.utils import timezone, translation
from factory.django import DjangoModelFactory

from events.actions.applicant import Applicant
from events.actions.register import register
from events.models import Registration
from events.queries.form import question_specs
from forms.actions.submit import keep_form_version
from forms.enums import MessageState
from forms.models import FormVersion, Message, digest_of, document_of
from forms.protection.traces import opened_token

from .events import MadeEvent

_numbers = itertools.count(1)


class FormVersionFactory(DjangoModelFactory[FormVersion]):
    """A form that asks nothing."""

    form_key = factory.LazyFunction(uuid.uuid4)
    language = "da"
    document = factory.LazyFunction(lambda: document_of([]))
    digest = factory.LazyAttribute(lambda o: digest_of(o.document, language=o.language))

    class Meta:
        model = FormVersion


class MessageFactory(DjangoModelFactory[Message]):
    """A mail in the outbox that is due."""

    kind = "test"
    language = "da"
    to = factory.Sequence(lambda n: f"modtager{n}@example.dk")
    scope_key = factory.LazyFunction(uuid.uuid4)
    state = MessageState.QUEUED
    next_attempt_at = factory.LazyFunction(timezone.now)
    created_at = factory.LazyFunction(timezone.now)

    class Meta:
        model = Message


def make_applicant(made: MadeEvent, **fields: Any) -> Applicant:
    """Return somebody who asks for a seat at the first session, unless told otherwise."""
    number = next(_numbers)
    return Applicant(
        **(
            {
                "name": f"Deltager {number}",
                "email": f"deltager{number}@example.dk",
                "event_session_key": made.session_key(),
            }
            | fields
        )
    )


def make_registration(
    made: MadeEvent,
    *,
    session: str | None = None,
    answers: dict[str, Any] | None = None,
    **fields: Any,
) -> Registration:
    """Register somebody through ``events.actions.register`` and return the registration."""
    if session is not None:
        fields["event_session_key"] = made.session_key(session)
    arguments = {name: fields.pop(name) for name in ("by", "now", "suspicion") if name in fields}
    applicant = make_applicant(made, **fields)
    with translation.override(applicant.language):
        specs = question_specs(made.page)
    version = keep_form_version(form_key=made.key, language=applicant.language, specs=specs)
    given = {"name": applicant.name, "email": applicant.email} | (answers or {})
    outcome = register(
        event=made.event,
        applicant=applicant,
        form_version=version,
        answers=given,
        **arguments,
    )
    return outcome.registration


def opened_a_while_ago(form_key: uuid.UUID) -> dict[str, str]:
    """Return what a browser sends along that opened the page of a form some time ago."""
    return {"form_opened": opened_token(form_key, at=time.time() - 60), "form_website": ""}


def post_data(made: MadeEvent, **fields: Any) -> dict[str, Any]:
    """Return what a browser sends for the form of ``made``; ``fields`` win over made-up ones."""
    number = next(_numbers)
    data: dict[str, Any] = {"name": f"Gæst {number}", "email": f"gaest{number}@example.dk"}
    data |= opened_a_while_ago(made.key)
    if made.page.event_sessions.count() > 1:
        data["event_session"] = str(made.session_key())
    audience = made.page.audiences.filter(is_choice=True).exclude(name="").first()
    if audience is not None:
        data["audience"] = str(audience.translation_key)
    return data | fields
