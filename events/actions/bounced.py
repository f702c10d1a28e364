"""What follows when a mail about a registration did not reach the person."""

from __future__ import annotations

from django.db import transaction

from forms.models import Message

from ..enums import TodoKind
from ..models import EventRecord, Registration, Todo
from ..notifications.staff import notify_bounced


def note_undelivered(*, message: Message) -> Todo | None:
    """Ask staff, by mail too, to look at the address that ``message`` about a registration went to.

    Returns the to-do that was made. None when there is an open one already, and when the mail went
    to somebody else: to staff, or to an address that has been corrected since. The registration
    itself stays as it is: a mail that came back is no cancellation.
    """
    if message.subject_key is None:
        return None
    with transaction.atomic():
        # Nothing that holds the row of an event waits for a message: no deadlock.
        registration = Registration.objects.filter(
            uuid=message.subject_key, email=message.to
        ).first()
        if registration is None:
            return None
        EventRecord.objects.select_for_update(no_key=True).get(pk=registration.event_id)
        open_ones = Todo.objects.filter(
            kind=TodoKind.ADDRESS_BOUNCED, subject_key=registration.uuid, done_at=None
        )
        if open_ones.exists():
            return None
        todo: Todo = Todo.objects.create(
            event_id=registration.event_id,
            kind=TodoKind.ADDRESS_BOUNCED,
            name=registration.reference,
            event_session_key=registration.event_session_key,
            subject_key=registration.uuid,
        )
        notify_bounced(registration, at=todo.created_at)
        return todo
