"""The closed lists and tables belong together: none forgets a member."""

from __future__ import annotations

from events.actions.move import MOVED
from events.enums import (
    HOLDS_SEAT,
    LIVE_STATES,
    STAFF_ACTIONS,
    RegistrationAction,
    RegistrationState,
)
from events.notifications import STATE_KINDS
from events.transitions import (
    LOG_ACTION,
    MESSAGE_FOR_ACTION,
    MESSAGE_FOR_STATE,
    TRANSITIONS,
    actions_from,
)
from forms.enums import CHOICE_TYPES, UNFINISHED_MESSAGE_STATES, MessageState, QuestionType


def test_tables_know_every_state_and_action() -> None:
    assert set(MESSAGE_FOR_STATE) == set(RegistrationState)
    assert set(LOG_ACTION) == set(RegistrationAction)
    told = {kind for kind in MESSAGE_FOR_STATE.values() if kind} | set(MESSAGE_FOR_ACTION.values())
    assert told | {MOVED} == set(STATE_KINDS)


def test_groups_are_made_of_members() -> None:
    assert HOLDS_SEAT < LIVE_STATES < set(RegistrationState)
    assert set(MessageState) > UNFINISHED_MESSAGE_STATES
    assert set(QuestionType) > CHOICE_TYPES


def test_every_action_leads_somewhere_else() -> None:
    assert all(before != after for (before, _action), after in TRANSITIONS.items())
    assert {action for _before, action in TRANSITIONS} == set(RegistrationAction)


def test_staff_are_offered_what_the_table_allows_of_theirs_and_nothing_else() -> None:
    offered = {(state, action) for state in RegistrationState for action in actions_from(state)}
    others = {"promote", "offer", "accept", "refuse", "lapse", "requeue"}

    assert offered == {pair for pair in TRANSITIONS if pair[1] not in others}
    assert set(RegistrationAction) - STAFF_ACTIONS == others


def test_who_takes_a_seat_or_waits_can_always_get_out() -> None:
    assert {state for state in LIVE_STATES if (state, "cancel") in TRANSITIONS} == LIVE_STATES
