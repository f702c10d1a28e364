"""What holds for all models of ours."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import models
from wagtail.models import ReferenceIndex

from events.models import EventAccess, EventRecord, Registration, SeatPool, Todo
from forms.models import FormVersion, Message, Submission, WorkerHeartbeat
from tests import factories
from tests.factories import MadeEvent, make_registration

OURS = ("kommed_forms", "kommed_events", "kommed_home", "kommed_cms")
MADE_OTHERWISE = {
    "EventAudience": "a row of the page that make_event builds",
    "EventContact": "a row of the page",
    "EventHost": "a row of the page",
    "EventQuestion": "a row of the page",
    "EventRecord": "comes into being by publishing a page",
    "EventSession": "a row of the page",
    "OrganisationSettings": "one a site, made by Wagtail",
    "Registration": "make_registration, through the one door there is",
    "SeatPool": "comes into being by publishing a page",
    "Submission": "made by registering",
    "Todo": "made by publishing and deleting",
    "WorkerHeartbeat": "one row, touched by the worker",
}
LEDGER = (EventAccess, EventRecord, FormVersion, Message, Registration, SeatPool, Submission, Todo)


def our_models() -> list[type[models.Model]]:
    """Return the models of our four apps."""
    return [model for label in OURS for model in apps.get_app_config(label).get_models()]


def test_each_model_has_a_factory_or_a_reason() -> None:
    made = {
        item._meta.model.__name__
        for item in vars(factories).values()
        if isinstance(item, type) and hasattr(item, "_meta") and hasattr(item._meta, "model")
    }
    names = {model.__name__ for model in our_models()}
    assert names - made - set(MADE_OTHERWISE) == set()


@pytest.mark.parametrize("model", [*LEDGER, WorkerHeartbeat])
def test_the_ledger_leaves_no_trace_in_wagtails_reference_index(model: Any) -> None:
    assert ReferenceIndex.model_is_indexable(model) is False


@pytest.mark.django_db
def test_no_ledger_row_says_who_it_is_about(made: MadeEvent) -> None:
    registration = make_registration(
        made, name="Kanarie Fugl", email="kanarie@example.dk", answers={"organisation": "Buret"}
    )
    message = Message.objects.filter(subject_key=registration.uuid).first()

    told = [
        f"{row!s} {row!r}"
        for row in (
            registration,
            registration.submission,
            registration.submission.form_version,
            message,
        )
    ]

    for text in told:
        assert not any(word in text for word in ("Kanarie", "kanarie", "Buret"))


def test_ledger_points_at_no_page_and_no_row_of_one() -> None:
    content = {"EventPage", "EventSession", "EventAudience", "EventQuestion", "Page"}
    pointing = [
        f"{model.__name__}.{field.name}"
        for model in LEDGER
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.related_model.__name__ in content
    ]
    assert pointing == []
