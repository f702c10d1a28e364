"""Revoking the link to somebody's own page: what was sent opens nothing, a new one goes to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wagtail.log_actions import log

from ..clock import Clock, database_now
from ..exceptions import AlreadySo, ChangeTooLate
from ..models import Registration
from ..notifications.own_page import notify_new_link
from ..queries.own_page import is_expired
from .locking import seats_locked

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

LOG_REVOKE_LINK = "kommed_events.registration.revoke_link"


def revoke_link(
    *, registration: Registration, by: AbstractBaseUser | None, now: Clock = database_now
) -> Registration:
    """Let no link to ``registration`` that was sent open anything, and return it as it now is.

    Whatever its state is, for its page can be read in all of them. In one transaction: a new
    generation of links, the audit entry, and a mail with the new link. Mails that are still queued
    leave with the new one, too.

    Raises ``AlreadySo`` when the link has been replaced since ``registration`` was read,
    ``ChangeTooLate`` when links to it are too old to open anything, or ``EventBusy``; nothing is
    written then.
    """
    with seats_locked(registration.event) as event:
        current: Registration = Registration.objects.select_related("submission__form_version").get(
            pk=registration.pk
        )
        current.event = event
        moment = now()
        if current.link_generation != registration.link_generation:
            raise AlreadySo
        if is_expired(current, moment):
            raise ChangeTooLate
        current.link_generation += 1
        current.save(update_fields=["link_generation"])
        log(instance=current, action=LOG_REVOKE_LINK, user=by, data={}, timestamp=moment)
        notify_new_link(current, at=moment)
    return current
