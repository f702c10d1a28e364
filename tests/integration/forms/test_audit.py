"""Audit entries that are written with what is known: the same that Wagtail would write."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from wagtail.log_actions import LogContext, log
from wagtail.models import ModelLogEntry

from events.actions.register import LOG_REGISTER
from events.models import Registration
from forms.audit import note_action
from tests.factories import UserFactory, make_event, make_registration

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 10, 3, 12, 0, tzinfo=dt.UTC)
DATA = {"state": "confirmed"}


@pytest.fixture
def registration() -> Registration:
    """A registration without entries."""
    made = make_registration(make_event())
    ModelLogEntry.objects.all().delete()
    return made


def entries() -> list[dict[str, Any]]:
    return list(ModelLogEntry.objects.order_by("pk").values())


def test_the_entry_is_the_one_that_wagtail_writes(registration: Registration) -> None:
    user = UserFactory()
    for by in (None, user):
        with LogContext(user=None):
            note_action(registration, LOG_REGISTER, by=by, data=DATA, at=NOON)
            log(registration, LOG_REGISTER, user=by, data=DATA, timestamp=NOON)
    ours, theirs, ours_by_user, theirs_by_user = entries()
    for one, other in ((ours, theirs), (ours_by_user, theirs_by_user)):
        assert one.pop("id") < other.pop("id")
        assert one == other
    assert ours_by_user["user_id"] == user.pk


def test_whoever_does_something_now_is_named(registration: Registration) -> None:
    user = UserFactory()
    with LogContext(user=user) as context:
        note_action(registration, LOG_REGISTER, by=None, data=DATA, at=NOON)
    (entry,) = entries()
    assert (entry["user_id"], entry["uuid"]) == (user.pk, context.uuid)


def test_an_action_without_a_name_is_refused(registration: Registration) -> None:
    with pytest.raises(ValidationError, match="action"):
        note_action(registration, "nonsense", by=None, data=DATA, at=NOON)
    assert entries() == []
