"""Changing the address that is written to: the old link stops working, the new one goes there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wagtail.log_actions import log

from ..clock import Clock, database_now
from ..exceptions import AlreadyRegistered, ChangeTooLate
from ..models import Registration
from ..notifications import notify_already_registered
from ..notifications.own_page import notify_email_changed, warn_old_address
from ..queries.live_registration import identity_of, live_registration
from .change_answers import EMAIL_KEY, allowed_at, locked_registration, replace_answers
from .locking import seats_locked

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

LOG_CHANGE_EMAIL = "kommed_events.registration.change_email"
LOG_CORRECT_EMAIL = "kommed_events.registration.correct_email"
"""By staff, for somebody whom mails did not reach."""


def change_email(
    *,
    registration: Registration,
    email: str,
    by: AbstractBaseUser | None = None,
    now: Clock = database_now,
) -> Registration:
    """Let ``registration`` be reached at ``email`` and return it as it now is.

    Contract: ``email`` is a valid address. In one transaction, under the lock of the event's seats:
    the address, among the answers too; a new generation of links, so that those in earlier mails
    open nothing any more; the audit entry; a mail with the new link to the new address and a
    warning without one to the old. The address it has already changes nothing. ``by`` is staff who
    correct it, None the person.

    Raises ``AlreadyRegistered`` when the address is that of another registration at the event,
    whose person is told; callers answer it as a success. Raises ``ChangeTooLate``,
    ``TransitionNotAllowed`` or ``EventBusy``; nothing is written then.
    """
    try:
        with seats_locked(registration.event) as event:
            current = locked_registration(registration=registration, event=event)
            moment = now()
            if not allowed_at(registration=current, moment=moment).may_change_email:
                raise ChangeTooLate
            old = current.email
            if email == old:
                return current
            current.email = email
            submission = current.submission
            answers = {**submission.answers, EMAIL_KEY: email}
            replace_answers(
                registration=current,
                form_version=submission.form_version,
                answers=answers,
                at=moment,
            )
            current.link_generation += 1
            current.save(update_fields=["link_generation"])
            action = LOG_CHANGE_EMAIL if by is None else LOG_CORRECT_EMAIL
            log(instance=current, action=action, user=by, data={}, timestamp=moment)
            notify_email_changed(current, at=moment)
            warn_old_address(current, old=old, at=moment)
    except AlreadyRegistered:
        _tell_whose_it_is(registration, email, now=now)
        raise
    current.refresh_from_db()
    return current


def _tell_whose_it_is(registration: Registration, email: str, *, now: Clock) -> None:
    """Tell whoever is registered with the address; the mail is sent once a day at most."""
    with seats_locked(registration.event) as locked:
        identity = replace(identity_of(registration), email=email)
        holder = live_registration(locked, identity, besides=registration)
        if holder is not None:
            holder.event = locked
            notify_already_registered(holder, at=now())
