"""The closed lists and tables belong together: none forgets a member."""

from __future__ import annotations

from events.enums import HOLDS_SEAT, LIVE_STATES, RegistrationAction, RegistrationState
from events.notifications import STATE_KINDS
from events.transitions import LOG_ACTION, MESSAGE_FOR_STATE, TRANSITIONS, actions_from
from forms.enums import CHOICE_TYPES, UNFINISHED_MESSAGE_STATES, MessageState, QuestionType


def test_tables_know_every_state_and_action() -> None:
    assert set(MESSAGE_FOR_STATE) == set(RegistrationState)
    assert set(LOG_ACTION) == set(RegistrationAction)
    assert {kind for kind in MESSAGE_FOR_STATE.values() if kind} == set(STATE_KINDS)


def test_groups_are_made_of_members() -> None:
    assert HOLDS_SEAT < LIVE_STATES < set(RegistrationState)
    assert set(MessageState) > UNFINISHED_MESSAGE_STATES
    assert set(QuestionType) > CHOICE_TYPES


def test_every_action_leads_somewhere_else() -> None:
    assert all(before != after for (before, _action), after in TRANSITIONS.items())
    assert {action for _before, action in TRANSITIONS} == set(RegistrationAction)


def test_staff_are_offered_what_the_table_allows_but_not_the_machines_own_move() -> None:
    offered = {(state, action) for state in RegistrationState for action in actions_from(state)}
    machine = {pair for pair in TRANSITIONS if pair[1] == RegistrationAction.PROMOTE}

    assert offered == set(TRANSITIONS) - machine
