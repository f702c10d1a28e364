"""Looking at the ledger as a whole, so that a test can say that nothing of it changed."""

from __future__ import annotations

from typing import Any

from wagtail.models import ModelLogEntry

from events.models import EventRecord, Registration, SeatPool
from forms.models import Message, Submission


def rows_of(model: Any) -> list[dict[str, Any]]:
    """Return every row of ``model`` with all its columns."""
    return list(model.objects.order_by("pk").values())


def registrations_as_they_are() -> dict[str, list[dict[str, Any]]]:
    """Return what no change of content may touch: registrations, answers, mails and audit."""
    return {
        "registrations": rows_of(Registration),
        "submissions": rows_of(Submission),
        "messages": rows_of(Message),
        "audit": rows_of(ModelLogEntry),
    }


def whole_ledger() -> dict[str, list[dict[str, Any]]]:
    """Return that, and the events with their seats."""
    return registrations_as_they_are() | {
        "events": rows_of(EventRecord),
        "pools": rows_of(SeatPool),
    }


def state_of(registration: Registration) -> str:
    """Return the state as the database has it."""
    return str(Registration.objects.get(pk=registration.pk).state)


def states() -> list[str]:
    """Return the states of all registrations in the order in which they were made."""
    return list(Registration.objects.order_by("pk").values_list("state", flat=True))


def mails() -> list[tuple[str, str]]:
    """Return kind and recipient of every mail in the outbox, oldest first."""
    return list(Message.objects.order_by("pk").values_list("kind", "to"))
