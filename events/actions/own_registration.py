"""What somebody does with their own registration, as long as there is time for it.

The deeds are those that staff do; the time is judged by the same clock, after the lock is had.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

from ..clock import Clock, database_now
from ..enums import RegistrationAction
from ..exceptions import ChangeTooLate
from ..models import Registration
from ..queries.self_service import SelfService
from .change_answers import allowed_at
from .change_state import change_state
from .move import move


def cancel_own(*, registration: Registration, now: Clock = database_now) -> Registration:
    """Give up the registration; a seat goes to the next in line in the same transaction.

    Raises ``ChangeTooLate`` once the session has begun, and what ``change_state`` raises.
    """
    in_time = _checked(registration, now, lambda may: may.may_cancel)
    return change_state(
        registration=registration, action=RegistrationAction.CANCEL, by=None, now=in_time
    )


def move_own(
    *, registration: Registration, to: uuid.UUID, now: Clock = database_now
) -> Registration:
    """Move to the session ``to``, if it has a seat that nobody in line is waiting for.

    Whose own session is closed may do so when registration has closed, too. Raises
    ``ChangeTooLate`` when there is no time for it, and what ``move`` raises.
    """
    in_time = _checked(registration, now, lambda may: may.may_move)
    return move(registration=registration, to=to, by=None, now=in_time)


def _checked(
    registration: Registration, now: Clock, is_allowed: Callable[[SelfService], bool]
) -> Clock:
    def in_time() -> dt.datetime:
        moment = now()
        if not is_allowed(allowed_at(registration=registration, moment=moment)):
            raise ChangeTooLate
        return moment

    return in_time
