"""Drawing lots among applications, so that anybody can draw again and see that it was so."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

from wagtail.log_actions import log

from ..clock import Clock, database_now
from ..enums import RegistrationState, SeatPoolKind
from ..exceptions import EventSessionGone
from ..models import EventRecord, Lottery, Registration, SeatPool
from .locking import seats_locked

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

LOG_DRAW = "kommed_events.lottery.draw"
SEED_BYTES = 16


def draw_order(seed: str, references: Iterable[str]) -> list[str]:
    """Return ``references`` in the order in which they are drawn with ``seed``.

    The order of the SHA-256 of ``seed:reference``, in hexadecimal. It hangs on nothing else: not on
    the order in which they came, nor on how many there are, nor on this program.
    """
    return sorted(
        references, key=lambda each: hashlib.sha256(f"{seed}:{each}".encode()).hexdigest()
    )


def is_repeatable(lottery: Lottery) -> bool:
    """Return whether drawing again with the stored seed gives what was stored."""
    return bool(draw_order(lottery.seed, lottery.entries)[: lottery.seats] == lottery.drawn)


def draw(
    *,
    event: EventRecord,
    event_session_key: uuid.UUID,
    audience_key: uuid.UUID | None,
    seats: int,
    by: AbstractBaseUser,
    seed: str | None = None,
    now: Clock = database_now,
) -> Lottery:
    """Draw ``seats`` of those who await a decision in one cell, and keep what was drawn.

    It decides nothing: staff confirm those who were drawn. The draw is stored with its seed and
    everyone who took part, and noted in the audit log, so drawing again until somebody comes out
    shows. ``seed`` is made from the operating system's randomness unless a test gives one.

    Raises ``EventSessionGone`` when there is no such session or audience, ``ValueError`` when fewer
    than one seat is to be drawn, and ``EventBusy``; nothing is written then.
    """
    if seats < 1:
        raise ValueError(seats)
    with seats_locked(event) as locked:
        _check_cell(locked, event_session_key, audience_key)
        entries = list(
            Registration.objects.filter(
                event=locked,
                event_session_key=event_session_key,
                audience_key=audience_key,
                state=RegistrationState.PENDING,
            )
            .order_by("created_at", "id")
            .values_list("reference", flat=True)
        )
        return _keep(
            Lottery(
                event=locked,
                event_session_key=event_session_key,
                audience_key=audience_key,
                seed=secrets.token_hex(SEED_BYTES) if seed is None else seed,
                seats=seats,
                entries=entries,
                drawn_by=by.get_username(),
            ),
            by=by,
            at=now(),
        )


def _keep(lottery: Lottery, *, by: AbstractBaseUser, at: dt.datetime) -> Lottery:
    lottery.drawn = draw_order(lottery.seed, lottery.entries)[: lottery.seats]
    lottery.drawn_at = at
    lottery.save()
    log(
        instance=lottery,
        action=LOG_DRAW,
        user=by,
        data={
            "event": str(lottery.event.key),
            "event_session": str(lottery.event_session_key),
            "audience": str(lottery.audience_key or ""),
            "seats": lottery.seats,
            "entries": len(lottery.entries),
        },
        timestamp=at,
    )
    return lottery


def _check_cell(
    event: EventRecord, event_session_key: uuid.UUID, audience_key: uuid.UUID | None
) -> None:
    """Raise ``EventSessionGone`` unless the event has such a session with such an audience."""
    kind = SeatPoolKind.EVENT_SESSION if audience_key is None else SeatPoolKind.AUDIENCE
    pools = SeatPool.objects.filter(
        event=event, kind=kind, event_session_key=event_session_key, audience_key=audience_key
    )
    if not pools.exists():
        raise EventSessionGone
