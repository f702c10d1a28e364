"""The life of an event as a machine that does anything in any order, and what must hold meanwhile.

What must hold is computed here a second time, from rows and from the page, in other words than the
product's.
"""

from __future__ import annotations

import copy
import datetime as dt
import zoneinfo
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any, ClassVar
from unittest import mock

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from wagtail.models import ModelLogEntry

from events.actions.change_state import change_state
from events.actions.hand_over import hand_over
from events.actions.move import move
from events.actions.offers import answer_offer
from events.actions.own_registration import cancel_own, move_own
from events.actions.publish import update_ledger
from events.actions.register import Applicant, Entry, register, register_group
from events.enums import STAFF_ACTIONS, GroupRule, WayIn
from events.exceptions import EventsError, RegistrationClosed
from events.jobs.invariants import find_breaches
from events.jobs.waiting_lists import settle_waiting_lists
from events.models import EventPage, EventRecord, Registration
from forms.jobs.purge import purge_personal_data
from forms.models import FormVersion, Message, Submission
from forms.prepared import ask_together
from tests.factories import publish

ZONE = zoneinfo.ZoneInfo("Europe/Copenhagen")
LIVE = {"pending", "confirmed", "waiting", "offered"}
COLUMNS = (
    "id",
    "state",
    "event_session_key",
    "audience_key",
    "second_choice_key",
    "takes_any_session",
    "waiting_since",
    "offer_expires_at",
    "identity_key",
)
FOR_GOOD = ("uuid", "reference", "event_id", "submission_id", "created_at", "name", "email")
SEATS = st.sampled_from([0, 1, 1, 2, 2, 3, 5, None])
SOME = st.integers(0, 10_000)
Row = dict[str, Any]


class Rules:
    """How many seats there are and who gets them, as the page says it."""

    def __init__(self, page: EventPage, sessions: list[Any], audiences: list[Any]) -> None:
        self.event_seats = page.capacity
        self.seats = {row.translation_key: row.capacity for row in sessions}
        self.is_offering = page.waiting_list_mode == "offer"
        self.by_mix = page.offers_by_mix
        self.begins = page.starts_at
        self.seated = {"confirmed", "offered"} | (
            {"pending"} if page.applications_hold_seat else set()
        )
        self.chosen = {
            audience: way == "application"
            for audience, way in [
                (None, page.way_in),
                *((row.translation_key, row.way_in or page.way_in) for row in audiences),
            ]
        }
        self.cells: dict[tuple[Any, Any], dict[str, Any]] = {
            (session.translation_key, audience.translation_key): page.seat_matrix.get(
                str(session.row_key), {}
            ).get(str(audience.row_key), {})
            for session in sessions
            for audience in audiences
        }

    def taken(self, rows: Iterable[Row], session: Any = None, audience: Any = None) -> int:
        """How many seats are taken at the event, at a session, or by an audience there."""
        return sum(
            row["state"] in self.seated
            and session in (None, row["event_session_key"])
            and audience in (None, row["audience_key"])
            for row in rows
        )

    def kept(self, rows: list[Row], session: Any, audience: Any, at: dt.datetime) -> int:
        """How many seats are kept that the audience has not taken and still could take."""
        cell = self.cells[session, audience]
        if "until" in cell:
            day = dt.date.fromisoformat(cell["until"]) + dt.timedelta(days=1)
            if at >= dt.datetime.combine(day, dt.time(), ZONE):
                return 0
        taken = self.taken(rows, session, audience)
        return max(0, min(cell.get("kept", 0), cell.get("most", 10**6)) - taken)

    def kept_from(self, rows: list[Row], session: Any, audience: Any, at: dt.datetime) -> int:
        """How many seats at a session are kept from an audience."""
        others = [a for s, a in self.cells if s == session and a != audience]
        return sum(self.kept(rows, session, other, at) for other in others)

    def is_room(self, rows: list[Row], session: Any, audience: Any, at: dt.datetime) -> bool:
        """Whether somebody more could have a seat."""
        if session not in self.seats:
            return False
        most = self.cells[session, audience].get("most") if audience else None
        if most is not None and self.taken(rows, session, audience) >= most:
            return False
        seats = self.seats[session]
        if seats is not None:
            left = seats - self.taken(rows, session)
            if left - self.kept_from(rows, session, audience, at) < 1:
                return False
        if self.event_seats is None:
            return True
        left = self.event_seats - self.taken(rows)
        for other, capacity in self.seats.items():
            kept = self.kept_from(rows, other, audience if other == session else None, at)
            if capacity is not None:
                kept = min(kept, max(0, capacity - self.taken(rows, other)))
            left -= kept
        return left >= 1

    def limits(self) -> list[tuple[Any, Any, int]]:
        """Every limit: session, audience, seats."""
        found = [(None, None, self.event_seats)]
        found += [(session, None, seats) for session, seats in self.seats.items()]
        found += [(*keys, cell.get("most")) for keys, cell in self.cells.items()]
        return [(s, a, seats) for s, a, seats in found if seats is not None]

    def wishes(self, row: Row) -> list[Any]:
        """The sessions somebody who waits would take."""
        wanted = [row["event_session_key"], row["second_choice_key"]]
        wanted += list(self.seats) if row["takes_any_session"] else []
        return [key for key in wanted if key in self.seats]


class Life(RuleBasedStateMachine):
    """Anything, in any order, at one event with three sessions and two audiences."""

    page_pk: ClassVar[int]
    version: ClassVar[FormVersion]
    staff: ClassVar[Any]
    steps: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.undo = ExitStack()
        self.undo.enter_context(transaction.atomic())
        self.undo.enter_context(mock.patch("events.actions.publish.database_now", lambda: self.now))
        self.undo.enter_context(
            mock.patch(
                "events.capacity.ask_with_time", lambda *asked: (ask_together(*asked), self.now)
            )
        )
        self.load()
        self.now = self.page.starts_at - dt.timedelta(days=9)
        self.override = False
        self.rows = self.read()
        self.people = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.close()

    # Looking

    def load(self) -> None:
        self.page = EventPage.objects.get(pk=self.page_pk)
        self.sessions = list(self.page.event_sessions.all())
        self.audiences = list(self.page.audiences.all())
        self.everything = (self.sessions, self.audiences)
        self.rules_ = Rules(self.page, self.sessions, self.audiences)

    @property
    def event(self) -> EventRecord:
        return EventRecord.objects.get(key=self.page.translation_key)

    def read(self) -> list[Row]:
        return list(Registration.objects.order_by("pk").values(*COLUMNS, *FOR_GOOD))

    def clock(self) -> dt.datetime:
        self.now += dt.timedelta(seconds=1)
        return self.now

    def one(self, number: int, *states: str) -> Registration | None:
        found = [row for row in self.rows if not states or row["state"] in states]
        if not found:
            return None
        return Registration.objects.get(pk=found[number % len(found)]["id"])

    def do(self, act: Callable[[], Any], *, override: bool = False) -> None:
        """Do something; when it is refused, nothing may have changed."""
        before = self.rows
        mails, entries = Message.objects.count(), ModelLogEntry.objects.count()
        type(self).steps += 1
        try:
            act()
        except EventsError:
            assert self.read() == before
            counts = Message.objects.count(), ModelLogEntry.objects.count()
            assert counts == (mails, entries)
        self.check(before, override=override)

    # What is done

    @initialize(
        way=st.sampled_from(WayIn.values[:2]),
        mode=st.sampled_from(["offer", "direct"]),
        lapse=st.sampled_from(["requeue", "out"]),
        by_mix=st.booleans(),
        holds=st.booleans(),
        ways=st.tuples(*[st.sampled_from(["", "", "first_come", "application"])] * 2),
    )
    def begin(self, *, by_mix: bool, holds: bool, ways: tuple[str, str], **words: str) -> None:
        self.page.way_in, self.page.waiting_list_mode = words["way"], words["mode"]
        self.page.lapse_rule, self.page.offers_by_mix = words["lapse"], by_mix
        self.page.applications_hold_seat = holds
        for row, own in zip(self.audiences, ways, strict=True):
            row.way_in = own
        self.save()

    def save(self) -> None:
        """Tell the ledger of the page as it is now, without the rest of publishing."""
        self.page.event_sessions = self.sessions
        self.page.audiences = self.audiences
        update_ledger(page=self.page)
        self.rules_ = Rules(self.page, self.sessions, self.audiences)

    def applicant(self, person: int, session: int, second: int, audience: int) -> Applicant:
        sessions = self.everything[0]
        keys = [row.translation_key for row in sessions]
        audiences = [None, *(row.translation_key for row in self.everything[1])]
        return Applicant(
            name=f"P{person}",
            email=f"p{person}@example.dk",
            event_session_key=keys[session % len(keys)],
            audience_key=audiences[audience % 3],
            second_choice_key=keys[second] if second < len(keys) else None,
            takes_any_session=second == 4,
        )

    def come(self, person: int, session: int, second: int, audience: int) -> None:
        self.do(
            lambda: register(
                event=self.event,
                applicant=self.applicant(person, session, second, audience),
                form_version=self.version,
                answers={},
                suspicion="honeypot" if person == 25 else "",
                now=self.clock,
            )
        )

    somebody = {
        "person": st.integers(0, 25),
        "session": SOME,
        "second": st.integers(0, 8),
        "audience": SOME,
    }
    # What is here several times happens so much oftener.
    register = rule(**somebody)(come)
    register_too = rule(**somebody)(come)
    register_as_well = rule(**somebody)(come)

    @rule(person=SOME, session=SOME, second=st.integers(0, 8), rule=st.sampled_from(GroupRule))
    def register_group(self, person: int, session: int, second: int, rule: GroupRule) -> None:
        people = [self.applicant(person % 20 + n, session, second, n) for n in range(3)]
        self.do(
            lambda: register_group(
                event=self.event,
                entries=[Entry(each, {}) for each in people],
                rule=rule,
                form_version=self.version,
                now=self.clock,
            )
        )

    @rule(number=SOME, action=st.sampled_from(sorted(STAFF_ACTIONS)), override=st.booleans())
    def decide(self, number: int, action: Any, override: bool) -> None:
        if registration := self.one(number):
            arguments: dict[str, Any] = {"by": self.staff, "override": override, "now": self.clock}
            self.do(
                lambda: change_state(registration=registration, action=action, **arguments),
                override=override,
            )

    @rule(number=SOME, to=SOME, override=st.booleans())
    def move(self, number: int, to: int, override: bool) -> None:
        if registration := self.one(number, *LIVE):
            key = self.everything[0][to % len(self.everything[0])].translation_key
            self.do(
                lambda: move(
                    registration=registration,
                    to=key,
                    by=self.staff,
                    override=override,
                    now=self.clock,
                ),
                override=override,
            )

    @rule(number=SOME, to=SOME)
    def move_themselves(self, number: int, to: int) -> None:
        if registration := self.one(number, *LIVE):
            key = self.everything[0][to % len(self.everything[0])].translation_key
            self.do(lambda: move_own(registration=registration, to=key, now=self.clock))

    @rule(number=SOME)
    def withdraw(self, number: int) -> None:
        if registration := self.one(number, *LIVE):
            self.do(lambda: cancel_own(registration=registration, now=self.clock))

    @rule(number=SOME)
    def hand_over(self, number: int) -> None:
        if registration := self.one(number, "confirmed"):
            self.people += 1
            self.do(
                lambda: hand_over(
                    registration=registration,
                    name=f"K{self.people}",
                    email=f"k{self.people}@example.dk",
                    form_version=self.version,
                    now=self.clock,
                )
            )

    @rule(number=SOME, accepts=st.booleans())
    def answer(self, number: int, accepts: bool) -> None:
        if registration := self.one(number, "offered"):
            self.do(
                lambda: answer_offer(registration=registration, accepts=accepts, now=self.clock)
            )

    @rule(hours=st.sampled_from([1, 5, 24, 30]))
    def wait(self, hours: int) -> None:
        self.now += dt.timedelta(hours=hours)
        self.do(lambda: settle_waiting_lists(now=self.clock))

    @rule(seats=SEATS, which=st.integers(0, 3))
    def set_seats(self, seats: int | None, which: int) -> None:
        if which == 3:
            self.page.capacity = None if seats is None else seats * 2
        else:
            # A session that was dropped before the page was published is not on it any more.
            sessions = self.everything[0]
            sessions[which % len(sessions)].capacity = seats
        self.do(self.save)

    @rule(session=st.integers(0, 2), audience=st.integers(0, 1), most=SEATS, kept=st.integers(0, 3))
    def set_cell(self, session: int, audience: int, most: int | None, kept: int) -> None:
        said: dict[str, Any] = {} if most is None else {"most": most}
        if kept:
            until = (self.now + dt.timedelta(days=kept)).date()
            said |= {"kept": kept, "until": until.isoformat(), "aim": kept * 2}
        matrix = copy.deepcopy(self.page.seat_matrix)
        sessions = self.everything[0]
        row = str(sessions[session % len(sessions)].row_key)
        matrix.setdefault(row, {})[str(self.everything[1][audience].row_key)] = said
        self.page.seat_matrix = matrix
        self.do(self.save)

    @rule(which=st.integers(0, 2))
    def drop_or_bring_back_session(self, which: int) -> None:
        row = self.everything[0][which % len(self.everything[0])]
        if row in self.sessions and len(self.sessions) > 1:
            self.sessions = [other for other in self.sessions if other is not row]
        else:
            self.sessions = self.everything[0]
        self.do(self.save)

    @rule(dice=SOME)
    def publish(self, dice: int) -> None:
        if dice % 12:
            return  # it is slow

        def act() -> None:
            if dice % 24:
                publish(self.page)
            else:
                self.page.unpublish()
                person = self.applicant(99, 0, 8, 0)
                try:
                    register(
                        event=self.event, applicant=person, form_version=self.version, answers={}
                    )
                except RegistrationClosed:
                    pass
                else:
                    raise AssertionError("registered at an event that is published nowhere")
                self.page.get_latest_revision().publish()
            self.load()

        self.do(act)

    @rule(dice=SOME, number=SOME)
    def revert(self, dice: int, number: int) -> None:
        if dice % 4:
            return  # it is slow
        older = list(self.page.revisions.order_by("created_at", "pk"))
        revision = older[number % len(older)]

        def act() -> None:
            # As Wagtail's editor does it: what stood there then is saved as the newest revision.
            revision.as_object().save_revision(previous_revision=revision).publish()
            self.load()

        self.do(act)

    @rule(days=st.sampled_from([1, 40, 400]))
    def purge(self, days: int) -> None:
        """Purge as on some later day; what people sent with a registration is still needed."""
        answers = self.answers()
        moment = self.now + dt.timedelta(days=days)
        self.do(lambda: purge_personal_data(now=lambda: moment))
        assert self.answers() == answers
        assert not Submission.objects.exclude(form_record=None).exists(), "it purged nothing"

    def answers(self) -> list[Row]:
        """Return what was sent with the registrations, and not on a form of its own."""
        of_registrations = Submission.objects.filter(form_record=None).order_by("pk")
        return list(of_registrations.values("pk", "answers"))

    # What must hold

    def check(self, before: list[Row], *, override: bool) -> None:
        rows, rules = self.read(), self.rules_
        self.rows = rows
        was = {row["id"]: row for row in before}
        for row in before:
            now = next((each for each in rows if each["id"] == row["id"]), None)
            assert now is not None, "a registration is gone"
            assert all(row[name] == now[name] for name in FOR_GOOD)
        assert not breaks_limits(rules, before, rows, override=override)
        seated = [
            row
            for row in rows
            if row["state"] in rules.seated
            and (
                row["id"] not in was
                or was[row["id"]]["state"] not in rules.seated
                or was[row["id"]]["event_session_key"] != row["event_session_key"]
            )
        ]
        if not override:
            self.check_kept(before, seated)
        self.check_line(before)

    def check_kept(self, before: list[Row], seated: list[Row]) -> None:
        """Whoever has a new seat has not taken one that is kept for others."""
        replaced = {row["id"] for row in before} != {row["id"] for row in self.rows} and any(
            row["state"] == "cancelled" for row in self.rows
        )
        for row in seated:
            session, audience = row["event_session_key"], row["audience_key"]
            seats = self.rules_.seats.get(session)
            if seats is None or replaced:
                continue
            left = seats - self.rules_.taken(self.rows, session)
            kept = self.rules_.kept_from(self.rows, session, audience, self.now)
            assert left >= kept, "a seat was given that is kept for others"

    def check_line(self, before: list[Row]) -> None:
        """Nobody waits who could have a seat, and nobody was passed by who waits for the same."""
        rules, rows = self.rules_, self.rows
        if self.now >= rules.begins:
            return
        waiting = sorted(
            (row for row in rows if row["state"] == "waiting"),
            key=lambda row: (row["waiting_since"], row["id"]),
        )
        for row in waiting:
            if not rules.chosen[row["audience_key"]]:
                assert not any(
                    rules.is_room(rows, key, row["audience_key"], self.now)
                    for key in rules.wishes(row)
                ), "somebody waits beside a seat"

    @invariant()
    def one_for_each_person(self) -> None:
        live = [row["identity_key"] for row in self.rows if row["state"] in LIVE]
        assert len(live) == len(set(live))

    @invariant()
    def the_checker_finds_nothing(self) -> None:
        breaches = [str(breach) for breach in find_breaches(now=lambda: self.now)]
        assert not breaches, breaches


def breaks_limits(
    rules: Rules, before: list[Row], after: list[Row], *, override: bool
) -> list[tuple[Any, Any, int]]:
    """Return the limits that were passed further, though nobody gave seats knowingly."""
    allowed_more = 1 if override else 0
    return [
        (session, audience, seats)
        for session, audience, seats in rules.limits()
        if rules.taken(after, session, audience)
        > max(seats, rules.taken(before, session, audience)) + allowed_more
    ]
