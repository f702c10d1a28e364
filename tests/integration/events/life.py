"""The life of an event as a machine that does anything in any order, and what must hold meanwhile.

What must hold is computed a second time, from rows and from the page, in ``life_rules``.
"""

from __future__ import annotations

import copy
import datetime as dt
import itertools
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, ClassVar
from unittest import mock

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from wagtail.models import ModelLogEntry

from events.actions.applicant import Applicant, Entry
from events.actions.change_state import change_state
from events.actions.hand_over import hand_over
from events.actions.invite import Invitee, decline_invitation, invite, withdraw_invitation
from events.actions.move import move
from events.actions.offers import answer_offer
from events.actions.own_registration import cancel_own, move_own
from events.actions.publish import update_ledger
from events.actions.register import register, register_group
from events.enums import STAFF_ACTIONS, GroupRule, RegistrationState, WayIn
from events.exceptions import EventsError, RegistrationClosed
from events.jobs.invariants import find_breaches
from events.jobs.waiting_lists import settle_waiting_lists
from events.models import EventPage, EventRecord, Invitation, Registration
from events.transitions import actions_from
from forms.jobs.purge import purge_personal_data
from forms.models import FormVersion, Message, Submission
from forms.prepared import ask_together
from tests.factories import publish

from .life_rules import Row, Rules, breaks_limits, out_of_line

LIVE = {"pending", "confirmed", "waiting", "offered"}
ENDED = {"declined", "cancelled", "lapsed"}
COLUMNS = (
    "id",
    "state",
    "event_session_key",
    "audience_key",
    "second_choice_key",
    "takes_any_session",
    "waiting_since",
    "offer_expires_at",
    "first_choice_key",
    "replaces_id",
    "state_changed_at",
    "identity_key",
)
FOR_GOOD = ("uuid", "reference", "event_id", "submission_id", "created_at", "name", "email")
SOON_AGAIN = 15
"""So many steps lie between two that are slow, such as publishing the page."""
SEATS = st.sampled_from([0, 1, 1, 2, 2, 3, 5, None])
SOME = st.integers(0, 10_000)


def somebody(*states: str) -> Any:
    """Allow a step only while somebody is in one of ``states``."""
    return precondition(lambda life: any(row["state"] in states for row in life.rows))


somebody_is_invited = precondition(lambda life: Invitation.objects.exists())
# It would make a life slow, so it comes now and then.
now_and_then = precondition(lambda life: life.quick_steps >= SOON_AGAIN)


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
        self.quick_steps = 0

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

    def one(self, number: int, *states: str) -> Registration:
        found = [row for row in self.rows if not states or row["state"] in states]
        return Registration.objects.get(pk=found[number % len(found)]["id"])

    def other_session(self, registration: Registration, number: int) -> Any:
        """Return the key of a session, seldom that at which somebody is already."""
        keys = [row.translation_key for row in self.everything[0]]
        if number % 10 and len(keys) > 1:
            keys = [key for key in keys if key != registration.event_session_key]
        return keys[number % len(keys)]

    def do(
        self, act: Callable[[], Any], *, override: bool = False, given: int | None = None
    ) -> list[Row]:
        """Do something, and return the registrations that are new.

        When it is refused, nothing may have changed. ``given`` is whose seat does not come from the
        line: staff give it, or it was offered before.
        """
        before = self.rows
        self.quick_steps += 1
        mails, entries = Message.objects.count(), ModelLogEntry.objects.count()
        type(self).steps += 1
        try:
            act()
        except EventsError:
            assert self.read() == before
            counts = Message.objects.count(), ModelLogEntry.objects.count()
            assert counts == (mails, entries)
        self.check(before, override=override, given=given)
        return self.new_since(before)

    def new_since(self, before: list[Row]) -> list[Row]:
        known = {row["id"] for row in before}
        return [row for row in self.rows if row["id"] not in known]

    def do_slowly(self, act: Callable[[], Any]) -> None:
        self.do(act)
        self.quick_steps = 0

    # What is done

    @initialize(
        way=st.sampled_from(WayIn.values),
        mode=st.sampled_from(["offer", "direct"]),
        lapse=st.sampled_from(["requeue", "out"]),
        by_mix=st.booleans(),
        holds=st.booleans(),
        ways=st.tuples(*[st.sampled_from(["", "", *WayIn.values])] * 2),
        aims=st.tuples(*[st.sampled_from([0, 1, 3])] * 6),
    )
    def begin(
        self,
        *,
        by_mix: bool,
        holds: bool,
        ways: tuple[str, str],
        aims: tuple[int, ...],
        **words: str,
    ) -> None:
        self.page.way_in, self.page.waiting_list_mode = words["way"], words["mode"]
        self.page.lapse_rule, self.page.offers_by_mix = words["lapse"], by_mix
        self.page.applications_hold_seat = holds
        for row, own in zip(self.audiences, ways, strict=True):
            row.way_in = own
        cells = itertools.product(self.sessions, self.audiences)
        for (session, audience), aim in zip(cells, aims, strict=True):
            row = self.page.seat_matrix.setdefault(str(session.row_key), {})
            row[str(audience.row_key)] = {"aim": aim}
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
        self.uninvited(
            lambda: register(
                event=self.event,
                applicant=self.applicant(person, session, second, audience),
                form_version=self.version,
                answers={},
                suspicion="honeypot" if person == 25 else "",
                now=self.clock,
            )
        )

    def uninvited(self, act: Callable[[], Any]) -> None:
        """Let people come; nobody of them gets in where only the invited do."""
        for row in self.do(act):
            assert self.rules_.ways[row["audience_key"]] != "invitation", "came in uninvited"

    anybody = {
        "person": st.integers(0, 25),
        "session": SOME,
        "second": st.integers(0, 8),
        "audience": SOME,
    }

    # What is here several times happens so much oftener, and a life seldom is without it:
    # Hypothesis leaves some of the rules out of each life, by their names.
    @rule(**anybody)
    def register(self, **who: int) -> None:
        self.come(**who)

    @rule(**anybody)
    def register_too(self, **who: int) -> None:
        self.come(**who)

    @rule(**anybody)
    def register_as_well(self, **who: int) -> None:
        self.come(**who)

    @rule(person=SOME, session=SOME, second=st.integers(0, 8), rule=st.sampled_from(GroupRule))
    def register_group(self, person: int, session: int, second: int, rule: GroupRule) -> None:
        people = [self.applicant(person % 20 + n, session, second, n) for n in range(3)]
        self.uninvited(
            lambda: register_group(
                event=self.event,
                entries=[Entry(each, {}) for each in people],
                rule=rule,
                form_version=self.version,
                now=self.clock,
            )
        )

    # What is done by invitation

    @rule(person=st.integers(0, 25), session=SOME, audience=SOME)
    def invite(self, person: int, session: int, audience: int) -> None:
        asked = [self.applicant(person + n, session, 8, audience) for n in range(2)]
        people = [
            Invitee(
                name=each.name,
                email=each.email,
                audience_key=each.audience_key,
                event_session_key=each.event_session_key if session % 2 else None,
            )
            for each in asked
        ]
        self.do(lambda: invite(event=self.event, people=people, by=self.staff, now=self.clock))

    def invitation(self, number: int) -> Invitation:
        """Return an invitation, seldom one that was answered or withdrawn."""
        found = list(Invitation.objects.order_by("pk"))
        if number % 5:
            found = [each for each in found if each.state in ("silent", "declined")] or found
        return found[number % len(found)]

    def accept(self, number: int, session: int, second: int, audience: int) -> None:
        invitation = self.invitation(number)
        said = self.applicant(0, session, second, audience)
        applicant = replace(
            said,
            name=invitation.name,
            email=invitation.email,
            event_session_key=invitation.event_session_key or said.event_session_key,
            audience_key=invitation.audience_key or said.audience_key,
        )
        new = self.do(
            lambda: register(
                event=self.event,
                applicant=applicant,
                form_version=self.version,
                answers={},
                invitation=invitation,
                now=self.clock,
            )
        )
        for row in new:
            answered = Invitation.objects.get(pk=invitation.pk)
            assert invitation.state in ("silent", "declined"), "an invitation led in twice"
            assert (answered.state, answered.registration_id) == ("accepted", row["id"])
            assert row["state"] in ("confirmed", "waiting"), "who is invited was chosen already"

    invited = {"number": SOME, "session": SOME, "second": st.integers(0, 8), "audience": SOME}

    @somebody_is_invited
    @rule(**invited)
    def accept_invitation(self, **said: int) -> None:
        self.accept(**said)

    @somebody_is_invited
    @rule(**invited)
    def accept_invitation_too(self, **said: int) -> None:
        self.accept(**said)

    @somebody_is_invited
    @rule(number=SOME, withdraws=st.booleans())
    def decline_or_withdraw_invitation(self, number: int, withdraws: bool) -> None:
        invitation = self.invitation(number)
        if withdraws:
            self.do(
                lambda: withdraw_invitation(invitation=invitation, by=self.staff, now=self.clock)
            )
        else:
            self.do(lambda: decline_invitation(invitation=invitation, now=self.clock))

    # What is done with a registration

    @somebody(*LIVE, *ENDED)
    @rule(number=SOME, choice=SOME, override=st.booleans())
    def decide(self, number: int, choice: int, override: bool) -> None:
        registration = self.one(number)
        fitting = actions_from(RegistrationState(registration.state))
        actions = fitting if choice % 5 else tuple(sorted(STAFF_ACTIONS))
        action = actions[choice % len(actions)]
        self.do(
            lambda: change_state(
                registration=registration,
                action=action,
                by=self.staff,
                override=override,
                now=self.clock,
            ),
            override=override,
            given=registration.pk if action == "confirm" else None,
        )

    @somebody(*LIVE)
    @rule(number=SOME, to=SOME, override=st.booleans())
    def move(self, number: int, to: int, override: bool) -> None:
        registration = self.one(number, *LIVE)
        key = self.other_session(registration, to)
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

    @somebody(*LIVE)
    @rule(number=SOME, to=SOME)
    def move_themselves(self, number: int, to: int) -> None:
        registration = self.one(number, *LIVE)
        key = self.other_session(registration, to)
        self.do(lambda: move_own(registration=registration, to=key, now=self.clock))

    @somebody(*LIVE)
    @rule(number=SOME)
    def withdraw(self, number: int) -> None:
        registration = self.one(number, *LIVE)
        self.do(lambda: cancel_own(registration=registration, now=self.clock))

    @somebody("confirmed")
    @rule(number=SOME)
    def hand_over(self, number: int) -> None:
        registration = self.one(number, "confirmed")
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

    @somebody("offered")
    @rule(number=SOME, accepts=st.booleans())
    def answer(self, number: int, accepts: bool) -> None:
        registration = self.one(number, "offered")
        self.do(
            lambda: answer_offer(registration=registration, accepts=accepts, now=self.clock),
            given=registration.pk,
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

    @rule(
        session=st.integers(0, 2),
        audience=st.integers(0, 1),
        most=SEATS,
        kept=st.integers(0, 3),
        aim=st.sampled_from([None, 1, 2, 4, 7]),
    )
    def set_cell(
        self, session: int, audience: int, most: int | None, kept: int, aim: int | None
    ) -> None:
        said: dict[str, Any] = {} if most is None else {"most": most}
        if aim is not None:
            said["aim"] = aim
        if kept:
            until = (self.now + dt.timedelta(days=kept)).date()
            said |= {"kept": kept, "until": until.isoformat()}
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

    @now_and_then
    @rule(unpublishes=st.booleans())
    def publish(self, unpublishes: bool) -> None:
        def act() -> None:
            if not unpublishes:
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

        self.do_slowly(act)

    @now_and_then
    @rule(number=SOME)
    def revert(self, number: int) -> None:
        older = list(self.page.revisions.order_by("created_at", "pk"))
        revision = older[number % len(older)]

        def act() -> None:
            # As Wagtail's editor does it: what stood there then is saved as the newest revision.
            revision.as_object().save_revision(previous_revision=revision).publish()
            self.load()

        self.do_slowly(act)

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

    def check(self, before: list[Row], *, override: bool, given: int | None) -> None:
        rows, rules = self.read(), self.rules_
        self.rows = rows
        was = {row["id"]: row for row in before}
        for row in before:
            now = next((each for each in rows if each["id"] == row["id"]), None)
            assert now is not None, "a registration is gone"
            assert all(row[name] == now[name] for name in FOR_GOOD)
        assert not breaks_limits(rules, before, rows, override=override), "there are no such seats"
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
        self.check_line(before, given)

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

    def check_line(self, before: list[Row], given: int | None) -> None:
        """Nobody waits who could have a seat, and those have moved up whose turn it was."""
        rules, rows = self.rules_, self.rows
        if self.now >= rules.begins:
            return
        for row in rows:
            if row["state"] == "waiting":
                assert rules.first_wish_with_room(rows, row, self.now) is None, (
                    "somebody waits beside a seat"
                )
        moved = out_of_line(before, rows, given)
        newcomers = {row["id"] for row in self.new_since(before) if row["replaces_id"] is None}
        # The line moves up before anybody new is let in.
        as_it_stood = [moved.get(row["id"], row) for row in rows if row["id"] not in newcomers]
        expected = set(rules.moving_up(as_it_stood, self.now))
        assert expected == {
            (row["id"], row["event_session_key"]) for row in rows if row["id"] in moved
        }, "somebody was passed by"

    @invariant()
    def one_for_each_person(self) -> None:
        live = [row["identity_key"] for row in self.rows if row["state"] in LIVE]
        assert len(live) == len(set(live))

    @invariant()
    def the_checker_finds_nothing(self) -> None:
        breaches = [str(breach) for breach in find_breaches(now=lambda: self.now)]
        assert not breaches, breaches
