"""The mails about what somebody does with their registration on their own page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from forms.builder import may_be_mailed
from forms.mail.kinds import MessageKind, register_kind
from forms.mail.queue import queue_message

from ..models import Registration
from ..queries.answer_changes import AnswerDifference
from .placeholders import (
    ABOUT_THE_EVENT,
    GIVER_NAME,
    NAME,
    REFERENCE,
    TAKER_NAME,
    event_wording,
)
from .registrations import (
    calendar_attachment,
    details_of,
    look_up_registrations,
    notify_registration,
    own_page_link,
    state_still_holds,
)

CHANGED = "changed"
EMAIL_CHANGED = "email_changed"
OLD_ADDRESS = "old_address"
HANDED_OVER = "handed_over"
TAKEN_OVER = "taken_over"
LINK = "link"


def register_own_page_kinds() -> None:
    """Tell the outbox of our mails; called once, when the app is ready."""
    for name, label in {
        CHANGED: _("Answers changed"),
        EMAIL_CHANGED: _("New address"),
        LINK: _("Link sent again"),
    }.items():
        _register(
            name, label, links=own_page_link, look_up=look_up_registrations, **event_wording()
        )
    # To an address that is not theirs any more, or never was: no link.
    _register(
        OLD_ADDRESS,
        _("Warning to the former address"),
        **event_wording(placeholders=(NAME, *ABOUT_THE_EVENT, REFERENCE)),
    )
    for name, label, other in (
        (HANDED_OVER, _("Seat handed over"), TAKER_NAME),
        (TAKEN_OVER, _("Seat taken over"), GIVER_NAME),
    ):
        _register(
            name,
            label,
            links=own_page_link,
            look_up=look_up_registrations,
            attachments=calendar_attachment,
            still_wanted=state_still_holds,
            **event_wording(other),
        )


def _register(name: str, label: Any, **behaviour: Any) -> None:
    template = f"kommed_events/mail/{name}"
    register_kind(MessageKind(name=name, template=template, label=label, **behaviour))


def notify_changed(
    registration: Registration, *, changes: Sequence[AnswerDifference], at: dt.datetime
) -> None:
    """Queue the mail that says which answers are different now; confidential ones are left out."""
    shown = [change for change in changes if may_be_mailed(change.spec)]
    more = {
        "changes": [[change.label, change.before, change.after] for change in shown],
        "changes_left_out": len(shown) < len(changes),
    }
    notify_registration(registration, at=at, kind=CHANGED, more=more)


def notify_email_changed(registration: Registration, *, at: dt.datetime) -> None:
    """Queue the mail with the new link, to the new address."""
    notify_registration(registration, at=at, kind=EMAIL_CHANGED)


def warn_old_address(registration: Registration, *, old: str, at: dt.datetime) -> None:
    """Queue a warning to the address that was written to until now. It says nothing of the new."""
    details = details_of(registration)
    queue_message(
        kind=OLD_ADDRESS,
        to=old,
        reply_to=details["contact_email"],
        language=registration.language,
        context={
            "event_title": details["event_title"],
            "event_url": details["event_url"],
            "contacts": details["contacts"],
            "contact_email": details["contact_email"],
            "name": registration.name,
            "reference": registration.reference,
        },
        scope_key=registration.event.key,
        subject_key=registration.uuid,
        dedupe_key=f"{OLD_ADDRESS}:{registration.uuid}:{at.isoformat()}",
        at=at,
    )


def notify_handed_over(*, giver: Registration, taker: Registration, at: dt.datetime) -> None:
    """Queue the mails to who gave a seat away and to who has it now, each with their own link."""
    notify_registration(giver, at=at, kind=HANDED_OVER, more={"taker_name": taker.name})
    notify_registration(taker, at=at, kind=TAKEN_OVER, more={"giver_name": giver.name})


def notify_link(registration: Registration, *, at: dt.datetime) -> None:
    """Queue the mail with the link that was asked for."""
    notify_registration(registration, at=at, kind=LINK)


def notify_new_link(registration: Registration, *, at: dt.datetime) -> None:
    """Queue the mail with the link that replaces those which were sent so far."""
    notify_registration(registration, at=at, kind=LINK, more={"is_replaced": True})
