"""What must hold of all our models."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone
from factory.django import DjangoModelFactory

from events.models import (
    AnswerChange,
    EventRecord,
    Invitation,
    Lottery,
    Registration,
    SeatPool,
    Todo,
)
from forms.models import (
    FormRecord,
    FormVersion,
    Message,
    Submission,
    TakenPlace,
    Upload,
    WorkerHeartbeat,
)
from tests import factories
from tests.factories import MadeEvent, make_registration

LABELS = ("kommed_cms", "kommed_home", "kommed_events", "kommed_forms")
WITHOUT_FACTORY = {
    "DeliveryEvent": "made by what a provider tells",
    "DueJob": "made by running it",
    "Mailing": "made by the action that writes to many",
    "MessageTemplate": "four fields, written where it is needed",
    "OutboxStatus": "one row, made by the dispatcher",
    "AnswerChange": "made by the action that changes answers",
    "Invitation": "made by the action that invites",
    "Lottery": "made by the action that draws",
    "EventAudience": "a row of a page, built by make_event",
    "EventContact": "a row of a page, written where it is needed",
    "EventHost": "a row of a page, written where it is needed",
    "EventQuestion": "a row of a page, built by make_event",
    "EventSession": "a row of a page, built by make_event",
    "EventRecord": "made by publishing a page",
    "SeatPool": "made by publishing a page",
    "FormQuestion": "a row of a page, built by make_form",
    "FormRecord": "made by publishing a page",
    "PostCount": "made by counting a post",
    "TakenPlace": "made by the action that stores a submission",
    "Upload": "made by the action that keeps a file",
    "Registration": "made by make_registration, through the action",
    "Submission": "made by make_registration, through the action",
    "Todo": "four fields, written where it is needed",
    "WorkerHeartbeat": "one row, made by beat()",
    "OrganisationSettings": "one row a site, made by Wagtail when asked for",
}
PERSONAL = ("Kanariefugl", "kanariefugl@example.dk", "Fuglehuset")


def our_models() -> list[type[models.Model]]:
    return [model for label in LABELS for model in apps.get_app_config(label).get_models()]


def test_every_model_has_a_factory_or_a_reason() -> None:
    made = {
        factory._meta.model.__name__
        for factory in vars(factories).values()
        if isinstance(factory, type) and issubclass(factory, DjangoModelFactory)
    }
    names = {model.__name__ for model in our_models()}

    assert names - made == set(WITHOUT_FACTORY)


def test_labels_are_ours_alone() -> None:
    assert {model._meta.app_label for model in our_models()} == set(LABELS)
    tables = [model._meta.db_table for model in our_models()]
    assert all(table.startswith("kommed_") for table in tables)


@pytest.mark.django_db
def test_no_row_of_the_ledger_prints_who_it_is_about(made: MadeEvent) -> None:
    registration = make_registration(
        made,
        name=PERSONAL[0],
        email=PERSONAL[1],
        organisation=PERSONAL[2],
        answers={"organisation": PERSONAL[2]},
    )
    rows: list[Any] = [
        registration,
        registration.submission,
        registration.submission.form_version,
        Message.objects.get(),
        EventRecord.objects.get(),
        *SeatPool.objects.all(),
        Todo(event=made.event, kind="page_deleted", name="X"),
        WorkerHeartbeat(beat_at=timezone.now()),
    ]

    printed = " ".join(f"{row} {row!r}" for row in rows)

    assert [word for word in PERSONAL if word.lower() in printed.lower()] == []


def test_the_ledger_is_tied_to_content_by_keys_alone() -> None:
    ledger = {EventRecord, SeatPool, Registration, Submission, FormVersion, Message, Todo}
    ledger |= {FormRecord, TakenPlace, AnswerChange, Invitation, Lottery}

    for model in ledger:
        related = {
            field.related_model
            for field in model._meta.get_fields()
            if isinstance(field, (models.ForeignKey, models.OneToOneField))
        }
        assert related <= ledger, model


# These forget what they point to, and stay themselves.
MAY_FORGET = {"Registration.replaces", "Invitation.registration"}


def test_nothing_of_the_ledger_goes_with_something_else() -> None:
    ledger = (Registration, Submission, FormVersion, Message, SeatPool, TakenPlace, Upload)
    ledger += (AnswerChange, Invitation, Lottery)
    others = {
        f"{model.__name__}.{field.name}": field.remote_field.on_delete
        for model in ledger
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and field.remote_field.on_delete is not models.PROTECT
    }

    assert others == dict.fromkeys(MAY_FORGET, models.SET_NULL)


@pytest.mark.parametrize(
    "model", [Registration, Submission, Message, Todo, FormVersion, Invitation]
)
def test_rows_that_addresses_name_have_names_nobody_guesses(model: Any) -> None:
    field = model._meta.get_field("uuid")

    assert (field.unique, field.default) == (True, uuid.uuid4)


def test_constraints_bear_the_label_of_their_app() -> None:
    names = [
        item.name
        for model in our_models()
        if model._meta.app_label in ("kommed_events", "kommed_forms")
        for item in (*model._meta.constraints, *model._meta.indexes)
    ]

    assert len(names) == len(set(names))
    assert [name for name in names if not name.startswith("kommed_")] == []
