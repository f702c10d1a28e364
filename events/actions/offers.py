"""Answering an offered seat, and what happens to offers that nobody answers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from wagtail.models import ModelLogEntry

from ..clock import Clock, database_now
from ..enums import LapseRule, RegistrationAction, RegistrationState, SeatPoolKind
from ..exceptions import OfferGone
from ..models import EventRecord, Registration, SeatPool
from ..offers import offer_ends
from ..queries.self_service import offer_mark, self_service_at
from ..transitions import LOG_ACTION
from .locking import seats_locked
from .transition import apply_transition
from .waiting_list import promote_waiting

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

OFFER_GRACE = dt.timedelta(seconds=60)
"""How long after its end an offer can still be accepted, if nobody else has it by then."""
SETTLE_WAIT = 30.0
"""Seconds that the worker waits for the seats: it is patient."""

LAPSE_ACTION = {
    LapseRule.REQUEUE: RegistrationAction.REQUEUE,
    LapseRule.OUT: RegistrationAction.LAPSE,
}


def answer_offer(
    *,
    registration: Registration,
    accepts: bool,
    seen: str | None = None,
    now: Clock = database_now,
) -> Registration:
    """Take the offered seat, or decline it, as the person who was offered it.

    ``seen`` is the ``offer_mark`` of the offer that they were shown: a second click on "no", or an
    old page, must not answer the next offer. None answers whatever offer there is.

    A declined seat goes to the next in line in the same transaction. Whoever declines their second
    choice has their place in line for the first again, and waits for that alone.

    Raises ``OfferGone`` when there is no offer any more, or another one than was ``seen``, it has
    ended, or a seat is accepted at a session that has begun, and ``EventBusy``; nothing is written
    then.
    """
    with seats_locked(registration.event) as event:
        current: Registration = Registration.objects.get(pk=registration.pk)
        current.event = event
        moment = now()
        ends = current.offer_expires_at
        if current.state != RegistrationState.OFFERED or ends is None:
            raise OfferGone
        if seen is not None and seen != offer_mark(current):
            raise OfferGone
        if moment >= ends + OFFER_GRACE or (accepts and not _is_to_come(current, moment)):
            raise OfferGone
        if accepts:
            # A seat that staff gave knowingly, by moving whoever has the offer, is that seat still.
            over = current.is_over_capacity
            apply_transition(current, RegistrationAction.ACCEPT, by=None, at=moment, over=over)
        elif self_service_at(current, moment).keeps_first_choice:
            _wait_on(current, at=moment)
        else:
            apply_transition(current, RegistrationAction.REFUSE, by=None, at=moment)
        promote_waiting(event=event, at=moment)
    current.refresh_from_db()
    return current


def _wait_on(registration: Registration, *, at: dt.datetime) -> None:
    """Let somebody who said no to their second choice stand in line for their first as before."""
    refused = str(registration.event_session_key)
    # They would be offered the same seat again at once.
    registration.second_choice_key = None
    registration.takes_any_session = False
    registration.save(update_fields=["second_choice_key", "takes_any_session"])
    wait_again(registration=registration, by=None, at=at, data={"refused": refused})


def wait_again(
    *,
    registration: Registration,
    by: AbstractBaseUser | None,
    at: dt.datetime,
    note: str = "",
    tell: bool = True,
    data: dict[str, Any] | None = None,
) -> None:
    """Let somebody who is offered their second choice stand in line for their first as before.

    Call it while the seats are locked.
    """
    apply_transition(
        registration,
        RegistrationAction.WAIT,
        by=by,
        at=at,
        note=note,
        waiting_since=_waited_since(registration),
        tell=tell,
        data=data,
    )


def _waited_since(registration: Registration) -> dt.datetime | None:
    """Return since when somebody waited who has an offer now, as their history says."""
    waiting = RegistrationState.WAITING
    entries = ModelLogEntry.objects.for_instance(registration).filter(
        Q(data__state=waiting) | Q(data__after=waiting)
    )
    since: dt.datetime | None = entries.order_by("pk").values_list("timestamp", flat=True).last()
    return since


def _is_to_come(registration: Registration, moment: dt.datetime) -> bool:
    """Return whether the session at which a seat is offered takes place, and has not begun."""
    event = registration.event
    pool = SeatPool.objects.filter(
        event=event,
        kind=SeatPoolKind.EVENT_SESSION,
        event_session_key=registration.event_session_key,
    ).first()
    if event.is_cancelled or pool is None or pool.takes_nobody:
        return False
    pool.event = event
    return not pool.has_begun(moment)


def last_end(*, event: EventRecord, starts_at: dt.datetime, at: dt.datetime) -> dt.datetime:
    """Return until when an offer ``at`` that moment can last at a session of ``event``.

    Where it is too late to offer anything, that is until the session ``starts_at``.
    """
    ends = offer_ends(at=at, hours=event.offer_hours, zone=event.zone, starts_at=starts_at)
    return ends or starts_at


def shorten_offers(*, pool: SeatPool, at: dt.datetime) -> None:
    """Let no offer outlast the start of the session ``pool``, which was set to another time.

    Nobody could take such an offer any more, and the seat would be kept from everybody.
    """
    starts_at = pool.begins_at
    if starts_at is None:
        return
    Registration.objects.filter(
        event=pool.event,
        state=RegistrationState.OFFERED,
        event_session_key=str(pool.event_session_key),
        offer_expires_at__gt=starts_at,
    ).update(offer_expires_at=last_end(event=pool.event, starts_at=starts_at, at=at))


def settle_waiting_list(*, event: EventRecord, now: Clock = database_now) -> int:
    """Let the offers of ``event`` lapse that have ended, and hand out what is free.

    At an event that was called off nothing lapses: nobody could answer, and it may be on again.
    Returns how many offers lapsed. Safe to run twice and by two at once: it is decided under the
    lock of the seats. Raises ``EventBusy``.
    """
    with seats_locked(event, wait=SETTLE_WAIT) as locked:
        if locked.is_cancelled:
            return 0
        moment = now()
        ended = Registration.objects.filter(
            event=locked,
            state=RegistrationState.OFFERED,
            offer_expires_at__lte=moment - OFFER_GRACE,
        ).order_by("offer_expires_at", "id")
        lapsed = 0
        for registration in ended:
            registration.event = locked
            action = _lapse_action(registration, locked)
            apply_transition(registration, action, by=None, at=moment)
            lapsed += 1
        promote_waiting(event=locked, at=moment)
    return lapsed


def _lapse_action(registration: Registration, event: EventRecord) -> RegistrationAction:
    """Return what becomes of an offer that nobody answered.

    Back to the end of the line once, and out of it the next time: where nobody else waits, somebody
    who does not read their mail would otherwise be offered the seat again and again, and keep it
    from everybody.
    """
    action = LAPSE_ACTION[LapseRule(event.lapse_rule)]
    earlier = ModelLogEntry.objects.for_instance(registration)
    if earlier.filter(action=LOG_ACTION[RegistrationAction.REQUEUE]).exists():
        return RegistrationAction.LAPSE
    return action
