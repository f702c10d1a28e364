"""The life of a registration, as data: which action leads from which state to which.

What is not listed is refused. The diagram in ``docs/reference/registration-states.md`` is made from
this table.
"""

from .enums import STAFF_ACTIONS
from .enums import RegistrationAction as Action
from .enums import RegistrationState as State

TRANSITIONS: dict[tuple[State, Action], State] = {
    (State.PENDING, Action.CONFIRM): State.CONFIRMED,
    (State.WAITING, Action.CONFIRM): State.CONFIRMED,
    (State.OFFERED, Action.CONFIRM): State.CONFIRMED,
    (State.DECLINED, Action.CONFIRM): State.CONFIRMED,
    (State.CANCELLED, Action.CONFIRM): State.CONFIRMED,
    (State.LAPSED, Action.CONFIRM): State.CONFIRMED,
    (State.PENDING, Action.DECLINE): State.DECLINED,
    (State.WAITING, Action.DECLINE): State.DECLINED,
    (State.PENDING, Action.WAIT): State.WAITING,
    (State.CONFIRMED, Action.WAIT): State.WAITING,
    (State.OFFERED, Action.WAIT): State.WAITING,
    (State.LAPSED, Action.WAIT): State.WAITING,
    (State.PENDING, Action.CANCEL): State.CANCELLED,
    (State.CONFIRMED, Action.CANCEL): State.CANCELLED,
    (State.WAITING, Action.CANCEL): State.CANCELLED,
    (State.OFFERED, Action.CANCEL): State.CANCELLED,
    (State.CONFIRMED, Action.REOPEN): State.PENDING,
    (State.DECLINED, Action.REOPEN): State.PENDING,
    (State.CANCELLED, Action.REOPEN): State.PENDING,
    (State.LAPSED, Action.REOPEN): State.PENDING,
    (State.WAITING, Action.PROMOTE): State.CONFIRMED,
    (State.WAITING, Action.OFFER): State.OFFERED,
    (State.OFFERED, Action.ACCEPT): State.CONFIRMED,
    (State.OFFERED, Action.REFUSE): State.CANCELLED,
    (State.OFFERED, Action.LAPSE): State.LAPSED,
    (State.OFFERED, Action.REQUEUE): State.WAITING,
}

LOG_ACTION: dict[Action, str] = {
    action: f"kommed_events.registration.{action.value}" for action in Action
}

MESSAGE_FOR_STATE: dict[State, str | None] = {
    State.PENDING: "received",
    State.CONFIRMED: "confirmed",
    State.WAITING: "waiting",
    State.OFFERED: "offer",
    State.DECLINED: "declined",
    State.CANCELLED: "cancelled",
    State.LAPSED: "offer_lapsed",
}
"""The mail that tells a person of the state they have come to."""

MESSAGE_FOR_ACTION: dict[Action, str] = {
    Action.REOPEN: "reopened",
    Action.REQUEUE: "offer_lapsed",
}
"""The mail for an action after which the state's own would mislead."""


def message_for(state: State, action: Action | None = None) -> str | None:
    """Return the kind of mail that tells of ``state``, come to by ``action``."""
    return (
        MESSAGE_FOR_ACTION.get(action) if action in MESSAGE_FOR_ACTION else MESSAGE_FOR_STATE[state]
    )


def actions_from(state: State) -> tuple[Action, ...]:
    """Return the actions that staff can take from ``state``, in the order they are offered."""
    return tuple(
        action for (source, action) in TRANSITIONS if source == state and action in STAFF_ACTIONS
    )
