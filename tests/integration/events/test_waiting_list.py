"""What the clock does to waiting lists: offers lapse, kept seats come free, deadlines pass."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from events.actions.change_state import change_state
from events.actions.event_changes import close_event_session
from events.actions.move import move
from events.actions.offers import OFFER_GRACE, answer_offer
from events.actions.register import CLOSING_GRACE
from events.enums import RegistrationAction, RegistrationState
from events.exceptions import (
    CapacityExceeded,
    EventSessionGone,
    OfferGone,
    RegistrationClosed,
)
from events.jobs.invariants import find_breaches
from events.jobs.waiting_lists import settle_waiting_lists
from events.models import EventRecord, Registration, SeatPool
from tests.factories import (
    AudienceSpec,
    MadeEvent,
    MadeSite,
    SessionSpec,
    UserFactory,
    make_event,
)
from tests.factories import make_registration as come

from .ledger import mails, states, whole_ledger

pytestmark = pytest.mark.django_db

SECOND = dt.timedelta(seconds=1)


def at(moment: dt.datetime) -> Callable[[], dt.datetime]:
    """Return a clock that stands still."""
    return lambda: moment


def offered(made: MadeEvent) -> Registration:
    """Return who has an offer."""
    registration: Registration = Registration.objects.get(state=RegistrationState.OFFERED)
    return registration


def freed(site: MadeSite, **fields: str) -> MadeEvent:
    """Return an event with one seat that was freed: one has the offer of it, two wait."""
    made = make_event(
        sessions=[SessionSpec("Aalborg", 0)], waiting_list_mode="offer", offer_hours=24, **fields
    )
    for _ in range(3):
        come(made)
    SeatPool.objects.filter(kind="event_session").update(capacity=1)
    settle_waiting_lists()
    assert states() == ["waiting"] * 3  # the clock alone frees nothing
    come(made)  # whoever comes finds the line moved up, and stands behind it
    assert states() == ["offered", "waiting", "waiting", "waiting"]
    return made


@pytest.mark.parametrize(
    ("rule", "expected", "line"),
    [
        ("requeue", ["waiting", "offered", "waiting", "waiting"], [2, 3, 0]),
        ("out", ["lapsed", "offered", "waiting", "waiting"], [2, 3]),
    ],
)
def test_an_offer_lapses_to_the_next_in_line(
    site: MadeSite, rule: str, expected: list[str], line: list[int]
) -> None:
    made = freed(site, lapse_rule=rule)
    ends = offered(made).offer_expires_at
    assert ends is not None

    assert settle_waiting_lists(now=at(ends + OFFER_GRACE - SECOND)) == 0
    assert states() == ["offered", "waiting", "waiting", "waiting"]
    assert settle_waiting_lists(now=at(ends + OFFER_GRACE)) == 1

    assert states() == expected
    people = list(Registration.objects.order_by("pk"))
    assert list(Registration.objects.waiting()) == [people[number] for number in line]
    assert mails()[-2:] == [("offer_lapsed", people[0].email), ("offer", people[1].email)]
    # Run again, by another worker or by the same: nothing more happens.
    before = whole_ledger()
    assert settle_waiting_lists(now=at(ends + OFFER_GRACE)) == 0
    assert whole_ledger() == before


def test_who_lets_a_second_offer_lapse_keeps_the_seat_from_nobody(site: MadeSite) -> None:
    made = make_event(
        sessions=[SessionSpec("Aalborg", 1)], waiting_list_mode="offer", lapse_rule="requeue"
    )
    first = come(made)
    come(made)
    change_state(registration=first, action=RegistrationAction.CANCEL, by=None)
    for _lapse in range(2):
        ends = offered(made).offer_expires_at
        assert ends is not None
        settle_waiting_lists(now=at(ends + OFFER_GRACE))

    # Alone in the line they were offered it once more, and then no more.
    assert states() == ["cancelled", "lapsed"]
    assert come(made).state == RegistrationState.CONFIRMED


def test_an_offer_can_be_taken_a_moment_late_and_not_later(site: MadeSite) -> None:
    made = freed(site)
    registration = offered(made)
    ends = registration.offer_expires_at
    assert ends is not None
    before = whole_ledger()

    with pytest.raises(OfferGone):
        answer_offer(registration=registration, accepts=True, now=at(ends + OFFER_GRACE))
    assert whole_ledger() == before

    answer_offer(registration=registration, accepts=True, now=at(ends + OFFER_GRACE - SECOND))
    assert states() == ["confirmed", "waiting", "waiting", "waiting"]
    with pytest.raises(OfferGone):
        answer_offer(registration=registration, accepts=False, now=at(ends - SECOND))


def test_a_declined_offer_goes_on_at_once(site: MadeSite) -> None:
    made = freed(site)

    answer_offer(registration=offered(made), accepts=False)

    assert states() == ["cancelled", "offered", "waiting", "waiting"]


def test_who_was_moved_over_the_limit_keeps_that_seat_when_they_take_the_offer(
    site: MadeSite,
) -> None:
    made = make_event(
        sessions=[SessionSpec("Aalborg", 0), SessionSpec("Odense", 1)], waiting_list_mode="offer"
    )
    come(made, session="Odense")
    come(made, session="Aalborg")
    SeatPool.objects.filter(event_session_key=made.session_key("Aalborg")).update(capacity=1)
    come(made, session="Aalborg")
    by, person = UserFactory(is_superuser=True), offered(made)
    odense = made.session_key("Odense")
    with pytest.raises(CapacityExceeded):
        move(registration=person, to=odense, by=by)
    move(registration=person, to=odense, by=by, override=True)

    taken = answer_offer(registration=person, accepts=True)

    assert (taken.state, taken.is_over_capacity) == ("confirmed", True)
    assert list(find_breaches()) == []


def test_kept_seats_go_to_those_who_wait_when_their_moment_comes(site: MadeSite) -> None:
    made = make_event(sessions=[SessionSpec("Aalborg", 2)], audiences=[AudienceSpec("Politiker")])
    until = timezone.now() + dt.timedelta(days=1)
    SeatPool.objects.filter(kind="audience").update(kept=2, kept_until=until)
    for _ in range(3):
        come(made)
    assert states() == ["waiting"] * 3

    settle_waiting_lists(now=at(until - SECOND))
    assert states() == ["waiting"] * 3
    settle_waiting_lists(now=at(until))

    assert states() == ["confirmed", "confirmed", "waiting"]


def test_who_comes_first_after_kept_seats_came_free_is_not_before_those_who_wait(
    site: MadeSite,
) -> None:
    made = make_event(sessions=[SessionSpec("Aalborg", 1)], audiences=[AudienceSpec("Politiker")])
    until = timezone.now() + dt.timedelta(days=1)
    SeatPool.objects.filter(kind="audience").update(kept=1, kept_until=until)
    come(made)

    come(made, now=at(until))

    assert states() == ["confirmed", "waiting"]


def test_at_an_event_that_has_begun_offers_lapse_and_nobody_moves_up(site: MadeSite) -> None:
    made = freed(site)
    ends = offered(made).offer_expires_at
    assert ends is not None
    EventRecord.objects.update(starts_at=ends)
    SeatPool.objects.filter(kind="event_session").update(starts_at=ends)

    settle_waiting_lists(now=at(ends + OFFER_GRACE))

    assert states() == ["waiting"] * 4


def begins(made: MadeEvent, name: str, moment: dt.datetime) -> None:
    """Let one session have a time of its own."""
    pools = SeatPool.objects.filter(event_session_key=made.session_key(name), kind="event_session")
    pools.update(starts_at=moment, ends_at=moment + dt.timedelta(hours=2))


def two_at_a_full_session(site: MadeSite) -> tuple[MadeEvent, Registration, Registration]:
    """Return an event with somebody who has the one seat in Aalborg, and somebody who waits."""
    made = make_event(
        sessions=[SessionSpec("København", 9), SessionSpec("Aalborg", 1)], waiting_list_mode="offer"
    )
    return made, come(made, session="Aalborg"), come(made, session="Aalborg")


def test_an_offer_at_a_session_before_the_others_ends_before_that_begins(site: MadeSite) -> None:
    made, one, two = two_at_a_full_session(site)
    start = timezone.now() + dt.timedelta(hours=5)
    begins(made, "Aalborg", start)

    change_state(registration=one, action=RegistrationAction.CANCEL, by=None)

    two.refresh_from_db()
    assert two.state == "offered"
    assert two.offer_expires_at is not None
    assert two.offer_expires_at < start


def test_at_a_session_that_has_begun_nobody_moves_up_or_takes_an_offer(site: MadeSite) -> None:
    made, one, two = two_at_a_full_session(site)
    three = come(made, session="Aalborg")
    change_state(registration=one, action=RegistrationAction.CANCEL, by=None)
    start = timezone.now() + dt.timedelta(minutes=1)
    here = come(made, session="København")
    begins(made, "Aalborg", start)  # it was moved
    before = whole_ledger()

    with pytest.raises(OfferGone):
        answer_offer(registration=two, accepts=True, now=at(start))
    with pytest.raises(EventSessionGone):
        move(registration=here, to=made.session_key("Aalborg"), by=None, now=at(start))
    assert whole_ledger() == before

    answer_offer(registration=two, accepts=False, now=at(start))
    three.refresh_from_db()
    assert three.state == "waiting"
    assert list(find_breaches(now=at(start))) == []
    by = UserFactory(is_superuser=True)
    moved = move(registration=here, to=made.session_key("Aalborg"), by=by, now=at(start))
    assert moved.event_session_key == made.session_key("Aalborg")


def test_a_session_after_the_others_has_its_waiting_list_served_until_it_begins(
    site: MadeSite,
) -> None:
    made, one, two = two_at_a_full_session(site)
    three = come(made, session="Aalborg")
    start = made.event.starts_at
    assert start is not None
    begins(made, "Aalborg", start + dt.timedelta(days=2))
    after = start + dt.timedelta(hours=1)

    change_state(registration=one, action=RegistrationAction.CANCEL, by=None, now=at(after))

    two.refresh_from_db()
    assert two.state == "offered"
    assert two.offer_expires_at is not None
    assert after < two.offer_expires_at < start + dt.timedelta(days=2)
    settle_waiting_lists(now=at(two.offer_expires_at + OFFER_GRACE))
    three.refresh_from_db()
    assert three.state == "offered"


def test_at_an_event_that_is_called_off_the_clock_moves_nothing(site: MadeSite) -> None:
    made = freed(site)
    ends = offered(made).offer_expires_at
    assert ends is not None
    EventRecord.objects.update(cancelled_at=timezone.now())
    before = whole_ledger()

    settle_waiting_lists(now=at(ends + OFFER_GRACE))

    assert whole_ledger() == before


def test_whoever_lets_an_offer_of_their_second_choice_lapse_waits_for_their_first(
    site: MadeSite,
) -> None:
    made = make_event(
        sessions=[SessionSpec("København", 0), SessionSpec("Aalborg", 0)], waiting_list_mode="offer"
    )
    first, second = made.session_key("København"), made.session_key("Aalborg")
    one = come(made, session="København", second_choice_key=second)
    SeatPool.objects.filter(event_session_key=second).update(capacity=1)
    come(made, session="København")
    one.refresh_from_db()
    assert (one.state, one.event_session_key, one.first_choice_key) == ("offered", second, first)
    SeatPool.objects.filter(event_session_key=second).update(capacity=0)
    assert one.offer_expires_at is not None

    settle_waiting_lists(now=at(one.offer_expires_at + OFFER_GRACE))

    one.refresh_from_db()
    assert (one.state, one.event_session_key, one.first_choice_key) == ("waiting", first, None)


def offered_second_choice(site: MadeSite) -> tuple[MadeEvent, Registration]:
    """Return who waits first in line for Copenhagen, and is offered a seat in Aalborg."""
    made = make_event(
        sessions=[SessionSpec("København", 1), SessionSpec("Aalborg", 1)], waiting_list_mode="offer"
    )
    come(made, session="København")
    there = come(made, session="Aalborg")
    one = come(made, session="København", takes_any_session=True)
    come(made, session="København")
    change_state(registration=there, action=RegistrationAction.CANCEL, by=None)
    one.refresh_from_db()
    first, second = made.session_key("København"), made.session_key("Aalborg")
    assert (one.state, one.event_session_key, one.first_choice_key) == ("offered", second, first)
    return made, one


def test_whoever_declines_their_second_choice_keeps_their_place_for_the_first(
    site: MadeSite,
) -> None:
    made, one = offered_second_choice(site)

    answer_offer(registration=one, accepts=False)

    # In the line as before, and the seat that they said no to is not offered to them again.
    assert states() == ["confirmed", "cancelled", "waiting", "waiting"]
    one.refresh_from_db()
    assert one.event_session_key == made.session_key("København")
    assert (one.first_choice_key, one.takes_any_session) == (None, False)
    assert one.waiting_since == one.created_at
    assert Registration.objects.waiting().first() == one
    assert mails()[-1] == ("waiting", one.email)
    assert come(made, session="Aalborg").state == RegistrationState.CONFIRMED
    assert list(find_breaches()) == []

    here = Registration.objects.order_by("pk")[0]
    change_state(registration=here, action=RegistrationAction.CANCEL, by=None)
    assert states()[:4] == ["cancelled", "cancelled", "offered", "waiting"]

    # It was their first choice that they say no to now.
    one.refresh_from_db()
    answer_offer(registration=one, accepts=False)
    assert states()[:4] == ["cancelled", "cancelled", "cancelled", "offered"]


def test_who_came_back_to_the_line_has_the_place_that_they_had_then(site: MadeSite) -> None:
    made, one = offered_second_choice(site)
    ends = one.offer_expires_at
    assert ends is not None
    lapsed = ends + OFFER_GRACE
    settle_waiting_lists(now=at(lapsed))  # to the end of the line, and offered it once more
    one.refresh_from_db()
    assert (one.state, one.event_session_key) == ("offered", made.session_key("Aalborg"))

    answer_offer(registration=one, accepts=False, now=at(lapsed + SECOND))

    one.refresh_from_db()
    assert (one.state, one.waiting_since) == ("waiting", lapsed)
    assert list(Registration.objects.waiting())[-1] == one


def test_whoever_declines_their_second_choice_is_out_where_the_first_is_not_held(
    site: MadeSite,
) -> None:
    made, one = offered_second_choice(site)
    key = made.session_key("København")
    close_event_session(event=made.event, event_session_key=key, by=None)

    answer_offer(registration=one, accepts=False)

    one.refresh_from_db()
    assert one.state == RegistrationState.CANCELLED


def aiming(mode: str = "direct", *, by_mix: bool = True, **aims: int) -> MadeEvent:
    """Return a full event with two seats that officials have; more are wanted as ``aims`` say."""
    made = make_event(
        sessions=[SessionSpec("Aalborg", 2)],
        audiences=[AudienceSpec("Politiker"), AudienceSpec("Embedsmand")],
        waiting_list_mode=mode,
        offers_by_mix=by_mix,
    )
    for name, aim in aims.items():
        SeatPool.objects.filter(audience_key=made.audience_key(name)).update(aim=aim)
    come_as(made, "Embedsmand", "Embedsmand")
    return made


def come_as(made: MadeEvent, *audiences: str) -> None:
    for name in audiences:
        come(made, audience_key=made.audience_key(name))


def cancel(*numbers: int) -> None:
    """Free the seats of the people with these numbers, one after the other."""
    registrations = list(Registration.objects.order_by("pk"))
    for number in numbers:
        change_state(registration=registrations[number], action=RegistrationAction.CANCEL, by=None)


@pytest.mark.parametrize(("mode", "seated"), [("offer", "offered"), ("direct", "confirmed")])
def test_a_seat_goes_to_the_audience_furthest_below_its_aim(
    site: MadeSite, mode: str, seated: str
) -> None:
    made = aiming(mode, Politiker=2, Embedsmand=2)
    come_as(made, "Embedsmand", "Politiker", "Politiker")

    cancel(0)
    assert states()[2:] == ["waiting", seated, "waiting"]  # 0 of 2 are fewer than 1 of 2

    cancel(1)
    assert states()[2:] == [seated, seated, "waiting"]  # now the officials are


def test_how_far_an_audience_is_below_its_aim_is_a_part_of_the_aim(site: MadeSite) -> None:
    made = aiming(Politiker=3, Embedsmand=20)
    come_as(made, "Politiker", "Politiker", "Embedsmand")

    cancel(0, 1)

    # 19 of 20 are lacking, then 20 of 20; of the politicians 3 of 3, then 2 of 3.
    assert states()[2:] == ["confirmed", "waiting", "confirmed"]


@pytest.mark.parametrize(
    ("by_mix", "aims", "why"),
    [
        (True, {"Politiker": 1, "Embedsmand": 1}, "both lack as much"),
        (True, {"Embedsmand": 1}, "what has no aim lacks nothing"),
        (True, {}, "nobody has an aim"),
        (False, {"Politiker": 4}, "it does not go by mix"),
    ],
)
def test_else_it_goes_to_whoever_has_waited_longest(
    site: MadeSite, by_mix: bool, aims: dict[str, int], why: str
) -> None:
    made = aiming(by_mix=by_mix, **aims)
    come_as(made, "Embedsmand", "Politiker", "Embedsmand")
    if len(aims) == 2:
        cancel(0, 1)
        assert states()[2:] == ["confirmed", "confirmed", "waiting"], why
    else:
        cancel(0)
        assert states()[2:] == ["confirmed", "waiting", "waiting"], why


def test_seats_that_were_added_go_by_mix_when_somebody_comes(site: MadeSite) -> None:
    made = aiming(Politiker=2)
    come_as(made, "Embedsmand", "Politiker")
    SeatPool.objects.filter(kind="event_session").update(capacity=3)

    come_as(made, "Embedsmand")

    assert states()[2:] == ["waiting", "confirmed", "waiting"]


def test_a_deadline_is_judged_when_the_lock_is_had(site: MadeSite) -> None:
    made = make_event(sessions=[SessionSpec("Aalborg", 9)])
    closes = timezone.now() + dt.timedelta(days=1)
    EventRecord.objects.update(closes_at=closes)
    late = closes + CLOSING_GRACE

    # In time when it was sent, and too late when the seats could be locked.
    moments = iter([late - SECOND, late])
    with pytest.raises(RegistrationClosed):
        come(made, now=lambda: next(moments))
    assert states() == []

    come(made, now=at(late - SECOND))
    assert states() == ["confirmed"]


def test_a_broken_clockwork_would_be_noticed(
    site: MadeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = freed(site)
    ends = offered(made).offer_expires_at
    assert ends is not None
    monkeypatch.setattr("events.actions.offers.promote_waiting", lambda **kwargs: [])

    settle_waiting_lists(now=at(ends + OFFER_GRACE))

    assert "offered" not in states()
