"""How many posts a form has had lately, from one network and from all; and mails to strangers."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from ..locking import lock_wait
from ..models import PostCount
from ..prepared import Statement, ask_together, takes_many_statements
from ..transactions import atomic_within, is_lock_timeout
from .network import Network, scope_of

WINDOW_SECONDS = 600
POSTS_PER_NETWORK = 30
POSTS_PER_FORM = 600
COPIES_PER_ADDRESS = 3
SCOPE_LENGTH = 64
COPY_PREFIX = "copy:"
"""How the names of counts begin that last a day, and not a window."""
UPSERT_VENDORS = frozenset({"sqlite", "postgresql"})
"""Databases that know ``ON CONFLICT ... DO UPDATE ... RETURNING``."""
LONGEST_WAIT = 0.2
"""Seconds that a count may wait for the database."""


def is_too_many(
    form_key: uuid.UUID, network: Network | None, *, now: dt.datetime, is_suspicious: bool
) -> bool:
    """Count one post more, and return whether that is more than people send.

    What is suspicious anyway, or comes from a network that is over its limit, does not count
    towards the limit of the form: a flood must not cast suspicion on everybody else. A count that
    cannot be written in a moment, since somebody holds the database, is left out: this memory is
    never what keeps a visitor waiting.
    """
    day = now.date()
    limits = []
    if network is not None:
        per_network = _setting("KOMMED_POSTS_PER_NETWORK", POSTS_PER_NETWORK)
        limits.append((scope_of(form_key, network, day=day), per_network))
    if not is_suspicious:
        per_form = _setting("KOMMED_POSTS_PER_FORM", POSTS_PER_FORM)
        limits.append((scope_of(form_key, None, day=day), per_form))
    try:
        return bool(limits) and _is_over_one(limits, window_start(now))
    except OperationalError as error:
        if is_lock_timeout(error):
            return False
        raise


def _is_over_one(limits: Sequence[tuple[str, int]], start: dt.datetime) -> bool:
    """Count one more in each scope, up to the first that is over its limit; say if one was."""
    if takes_many_statements() and not connection.in_atomic_block:
        return _is_over_one_at_once(limits, start)
    with _briefly():
        return any(count_post(scope, start) > limit for scope, limit in limits)


def _is_over_one_at_once(limits: Sequence[tuple[str, int]], start: dt.datetime) -> bool:
    """Do the same on PostgreSQL, there and back once, and without waiting for the disk.

    Counts that a crash of the server takes along are no loss; each post would wait for them.
    """
    table = PostCount._meta.db_table
    steps: list[str] = []
    values: list[Any] = []
    for number, (scope, limit) in enumerate(limits):
        one = "SELECT %s, %s::timestamptz, 1"
        values += [scope, start]
        if number:
            one += f" FROM counted_{number - 1} WHERE count <= %s"
            values.append(limits[number - 1][1])
        steps.append(
            f"counted_{number} AS (INSERT INTO {table} (scope, window_start, count) {one}"
            f" ON CONFLICT (scope, window_start) DO UPDATE SET count = {table}.count + 1"
            f" RETURNING count, {int(limit)} AS at_most)"
        )
    found = " UNION ALL ".join(f"SELECT * FROM counted_{n}" for n in range(len(limits)))  # noqa: S608
    counted = Statement(f"WITH {', '.join(steps)} {found}", tuple(values), is_kept=True)
    *_settings, rows = ask_together(
        Statement(f"SET LOCAL lock_timeout = '{int(LONGEST_WAIT * 1000)}ms'"),
        Statement("SET LOCAL synchronous_commit = off"),
        counted,
    )
    return any(count > at_most for count, at_most in rows)


def window_start(now: dt.datetime) -> dt.datetime:
    """Return when the window began that ``now`` lies in."""
    length = _setting("KOMMED_POSTS_WINDOW", WINDOW_SECONDS)
    return dt.datetime.fromtimestamp(now.timestamp() // length * length, tz=dt.UTC)


def count_post(scope: str, start: dt.datetime) -> int:
    """Add one to the count of ``scope`` in the window, and return it.

    The database adds, so that no two at the same time add to the same number. The row is made when
    there is none to add to; whoever else makes it at that moment has made it for both.
    """
    if connection.vendor in UPSERT_VENDORS:
        return _upsert(scope, start)
    row = PostCount.objects.filter(scope=scope, window_start=start)
    if not row.update(count=F("count") + 1):
        PostCount.objects.bulk_create(
            [PostCount(scope=scope, window_start=start)], ignore_conflicts=True
        )
        row.update(count=F("count") + 1)
    return row.values_list("count", flat=True).first() or 0


def _upsert(scope: str, start: dt.datetime) -> int:
    """Make or raise the count, and return it, in one statement."""
    table = PostCount._meta.db_table
    moment = connection.ops.adapt_datetimefield_value(start)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (scope, window_start, count) VALUES (%s, %s, 1)"  # noqa: S608
            f" ON CONFLICT (scope, window_start) DO UPDATE SET count = {table}.count + 1"
            " RETURNING count",
            [scope, moment],
        )
        (count,) = cursor.fetchone()
    return int(count)


def may_have_copy(form_key: uuid.UUID, address: str, *, now: dt.datetime) -> bool:
    """Count one copy more to ``address``, and return whether that is as many as people want.

    Anybody can write somebody else's address on a form. Contract: in the caller's transaction, so
    that a copy that is not queued is not counted.
    """
    day = day_start(now)
    return count_post(_copy_scope(form_key, address, day=day.date()), day) <= COPIES_PER_ADDRESS


def day_start(now: dt.datetime) -> dt.datetime:
    """Return when the day began that ``now`` lies in."""
    return now.astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _copy_scope(form_key: uuid.UUID, address: str, *, day: dt.date) -> str:
    """Return the name of the count: a keyed hash whose key changes every day, as for networks.

    What stands behind a plus leads to the same mailbox at most providers.
    """
    name, _at, domain = address.strip().casefold().rpartition("@")
    what = f"{form_key} {name.partition('+')[0]}@{domain}"
    hashed = salted_hmac(f"kommed_forms.copy.{day}", what, algorithm="sha256").hexdigest()
    return (COPY_PREFIX + hashed)[:SCOPE_LENGTH]


def remove_old_counts(*, now: dt.datetime) -> int:
    """Remove the counts of windows and days that are over, and return how many there were."""
    of_copies = Q(scope__startswith=COPY_PREFIX)
    is_over = Q(window_start__lt=day_start(now)) | (
        Q(window_start__lt=window_start(now)) & ~of_copies
    )
    removed, _per_model = PostCount.objects.filter(is_over).delete()
    return removed


def _setting(name: str, default: int) -> int:
    return int(getattr(settings, name, default))


@contextmanager
def _briefly() -> Iterator[None]:
    """Open a transaction that waits for nothing longer than ``LONGEST_WAIT``."""
    if connection.vendor != "sqlite":
        with transaction.atomic():
            if connection.vendor == "postgresql":
                _execute(f"SET LOCAL lock_timeout = '{int(LONGEST_WAIT * 1000)}ms'")
            yield
        return
    # A count that a failing machine takes along is no loss: nobody waits until it is on the disk.
    is_outermost = not connection.in_atomic_block
    if is_outermost:
        (safety,) = _execute("PRAGMA synchronous")
        _execute("PRAGMA synchronous = NORMAL")
    try:
        with atomic_within(min(LONGEST_WAIT, lock_wait())):
            yield
    finally:
        if is_outermost:
            _execute(f"PRAGMA synchronous = {int(safety)}")


def _execute(statement: str) -> Sequence[Any]:
    """Return the first row that comes of it, if any."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return (cursor.fetchone() or ()) if cursor.description else ()
