"""Leases on messages: who has one may send the message and write down what became of it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from typing import Any, cast

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from ..enums import MessageState
from ..models import Message

LEASE = dt.timedelta(seconds=180)
"""How long a claim holds. After that another worker takes the messages, since this one has died."""
ONE_ATTEMPT = dt.timedelta(seconds=90)
"""What one attempt may take. A lease that is shorter is renewed before the attempt."""
MANY = 20
"""How many messages are claimed at once."""
PATIENCE = dt.timedelta(seconds=60)
"""How long we try to write down an outcome that the database does not take."""
PAUSE_SECONDS = 0.5
_UPDATE = "UPDATE {table} SET {written} WHERE {held}"

_waiting = Q(state=MessageState.QUEUED)
_left_behind = Q(state=MessageState.SENDING)


def claim_due(now: dt.datetime, *, at_most: int = MANY) -> list[Message]:
    """Take the next messages that are due, and commit that we have them before any is sent.

    What somebody died with is taken alone: should it be what they died of, it takes nothing else
    along, and it comes to its last attempt without using up those of others.
    """
    with transaction.atomic():
        found = _locked(_left_behind & Q(lease_until__lt=now), 1)
        if not found:
            found = _locked(_waiting & Q(next_attempt_at__lte=now), at_most)
        if not found:
            return []
        until = now + LEASE
        Message.objects.filter(pk__in=[message.pk for message in found]).update(
            state=MessageState.SENDING, attempts=F("attempts") + 1, lease_until=until
        )
    for message in found:
        message.state, message.lease_until = MessageState.SENDING, until
        message.attempts += 1
    return found


def claim_one(message: Message, *, now: dt.datetime) -> Message:
    """Claim a message that the caller has just written, in the same transaction, and return it."""
    message.state, message.attempts = MessageState.SENDING, message.attempts + 1
    message.lease_until = now + LEASE
    message.save(update_fields=["state", "attempts", "lease_until"])
    return message


def _locked(condition: Q, at_most: int) -> list[Message]:
    rows = Message.objects.filter(condition).order_by("priority", "next_attempt_at", "id")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    return list(rows[:at_most])


def anything_due(now: dt.datetime) -> bool:
    """Return whether there is anything to claim."""
    return Message.objects.filter(
        (_waiting & Q(next_attempt_at__lte=now)) | (_left_behind & Q(lease_until__lt=now))
    ).exists()


def renew(messages: Sequence[Message], *, now: dt.datetime) -> list[Message]:
    """Make the lease last for what is still to be tried; return those that are still ours."""
    if not messages or _lease_of(messages[0]) - now > ONE_ATTEMPT:
        return list(messages)
    until = now + LEASE
    kept = []
    for message in messages:
        if _write_if_held(message, lease_until=until):
            message.lease_until = until
            kept.append(message)
    return kept


def give_back(messages: Sequence[Message]) -> None:
    """Let others have messages that were not tried."""
    for lease in {message.lease_until for message in messages}:
        Message.objects.filter(
            pk__in=[message.pk for message in messages if message.lease_until == lease],
            state=MessageState.SENDING,
            lease_until=lease,
        ).update(state=MessageState.QUEUED, lease_until=None, attempts=F("attempts") - 1)


def note_outcome(message: Message, **fields: Any) -> bool:
    """Write down what became of an attempt, if we still hold the lease, and return whether we did.

    A database that restarts is waited for a while: a mail that has left and is not noted would
    leave again. Raises what the database says when it stays away.
    """
    give_up_at = min(_lease_of(message), timezone.now() + PATIENCE)
    while True:
        try:
            noted = _write_if_held(message, lease_until=None, **fields)
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or timezone.now() >= give_up_at:
                raise
            connection.close()
            time.sleep(PAUSE_SECONDS)
        else:
            for name, value in fields.items():
                setattr(message, name, value)
            return noted


def _lease_of(message: Message) -> dt.datetime:
    return cast(dt.datetime, message.lease_until)  # every claimed message has one


def _write_if_held(message: Message, **fields: Any) -> bool:
    """Only the holder of the lease writes the outcome; who was too slow must not.

    In SQL of our own: Django makes up the same statement anew for each mail, which takes it longer
    than the database takes to do it.
    """
    names = {"id": message.pk, "state": MessageState.SENDING, "lease_until": message.lease_until}
    written, held = _columns(fields), _columns(names)
    sql = _UPDATE.format(
        table=connection.ops.quote_name(Message._meta.db_table),
        written=", ".join(f"{column} = %s" for column in written),
        held=" AND ".join(f"{column} = %s" for column in held),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*written.values(), *held.values()])
        return bool(cursor.rowcount == 1)


def _columns(fields: dict[str, Any]) -> dict[str, Any]:
    """Return what goes into the columns of ``fields``, as the database wants it."""
    found = {}
    for name, value in fields.items():
        field: Any = Message._meta.get_field(name)
        column = connection.ops.quote_name(field.column)
        found[column] = field.get_db_prep_save(value, connection)
    return found
