"""The life of a registration, as data: which action leads from which state to which.

What is not listed is refused. The diagram in ``docs/reference/registration-states.md`` is made from
this table.
"""

from .enums import RegistrationAction as Action
from .enums import RegistrationState as State

TRANSITIONS: dict[tuple[State, Action], State] = {
    (State.PENDING, Action.CONFIRM): State.CONFIRMED,
    (State.WAITING, Action.CONFIRM): State.CONFIRMED,
    (State.DECLINED, Action.CONFIRM): State.CONFIRMED,
    (State.PENDING, Action.DECLINE): State.DECLINED,
    (State.WAITING, Action.DECLINE): State.DECLINED,
    (State.PENDING, Action.WAIT): State.WAITING,
    (State.PENDING, Action.CANCEL): State.CANCELLED,
    (State.CONFIRMED, Action.CANCEL): State.CANCELLED,
    (State.WAITING, Action.CANCEL): State.CANCELLED,
    (State.OFFERED, Action.CANCEL): State.CANCELLED,
    (State.WAITING, Action.PROMOTE): State.CONFIRMED,
}

LOG_ACTION: dict[Action, str] = {
    Action.CONFIRM: "kommed_events.registration.confirm",
    Action.DECLINE: "kommed_events.registration.decline",
    Action.WAIT: "kommed_events.registration.wait",
    Action.CANCEL: "kommed_events.registration.cancel",
    Action.PROMOTE: "kommed_events.registration.promote",
}

MESSAGE_FOR_STATE: dict[State, str | None] = {
    State.PENDING: "received",
    State.CONFIRMED: "confirmed",
    State.WAITING: "waiting",
    State.OFFERED: None,
    State.DECLINED: "declined",
    State.CANCELLED: "cancelled",
    State.LAPSED: None,
}
"""The mail that tells a person of the state they have come to."""


def actions_from(state: State) -> tuple[Action, ...]:
    """Return the actions that staff can take from ``state``, in the order they are offered."""
    return tuple(
        action
        for (source, action) in TRANSITIONS
        if source == state and action is not Action.PROMOTE
    )
