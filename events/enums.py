"""The closed lists of the events app, and the groups that belong to them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RegistrationState(models.TextChoices):
    """Where a registration stands."""

    PENDING = "pending", _("Awaits a decision")
    CONFIRMED = "confirmed", _("Confirmed")
    WAITING = "waiting", _("On the waiting list")
    OFFERED = "offered", _("Offered a seat")
    DECLINED = "declined", _("Declined")
    CANCELLED = "cancelled", pgettext_lazy("registration", "Cancelled")
    LAPSED = "lapsed", _("Offer lapsed")


HOLDS_SEAT = frozenset({RegistrationState.CONFIRMED, RegistrationState.OFFERED})
"""States that take a seat. An event may let applications (``PENDING``) hold one as well."""

LIVE_STATES = frozenset(
    {
        RegistrationState.PENDING,
        RegistrationState.CONFIRMED,
        RegistrationState.WAITING,
        RegistrationState.OFFERED,
    }
)
"""States in which a person has one registration at an event, and no second one."""


class RegistrationAction(models.TextChoices):
    """What can be done to a registration."""

    CONFIRM = "confirm", _("Confirm")
    DECLINE = "decline", _("Decline")
    WAIT = "wait", _("Put on the waiting list")
    CANCEL = "cancel", pgettext_lazy("registration", "Cancel")
    REOPEN = "reopen", _("Undo: back to awaiting a decision")
    PROMOTE = "promote", _("Move up from the waiting list")
    OFFER = "offer", _("Offer a seat")
    ACCEPT = "accept", _("Accept the offered seat")
    REFUSE = "refuse", _("Decline the offered seat")
    LAPSE = "lapse", _("Offer lapses")
    REQUEUE = "requeue", _("Offer lapses, back to the end of the waiting list")


STAFF_ACTIONS = frozenset(
    {
        RegistrationAction.CONFIRM,
        RegistrationAction.DECLINE,
        RegistrationAction.WAIT,
        RegistrationAction.CANCEL,
        RegistrationAction.REOPEN,
    }
)
"""What staff decide. The others are the person's own, or happen by themselves."""


class WayIn(models.TextChoices):
    """How one gets a seat."""

    FIRST_COME = "first_come", _("First come, first served: a free seat is confirmed at once")
    APPLICATION = "application", _("Apply, then we choose: staff confirm each registration")
    INVITATION = "invitation", _("By invitation only: a personal link leads in")


class WaitingListMode(models.TextChoices):
    """What a free seat means to the next on the waiting list."""

    OFFER = "offer", _("The next in line is offered the seat, and answers")
    DIRECT = "direct", _("The next in line has the seat at once")


class LapseRule(models.TextChoices):
    """Where somebody goes who lets an offer lapse."""

    REQUEUE = "requeue", _("To the end of the waiting list, and the second time off it")
    OUT = "out", _("Off the waiting list")


class GroupRule(models.TextChoices):
    """What to do when not all of a group can have a seat."""

    ALL_OR_NONE = "all_or_none", _("Only if there is a seat for all of us")
    AS_MANY_AS_FIT = "as_many_as_fit", _("As many as fit; the rest go on the waiting list")


class InvitationState(models.TextChoices):
    """What somebody who was invited has said."""

    SILENT = "silent", _("Has not answered")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", pgettext_lazy("invitation", "Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class EventStatus(models.TextChoices):
    """Whether one can register now."""

    NOT_YET_OPEN = "not_yet_open", _("Not yet open")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", pgettext_lazy("event", "Cancelled")


class Outlook(models.TextChoices):
    """What anybody could expect at the moment of sending, whoever they are."""

    ROOM = "room", _("There was room when you sent this")
    WAITING = "waiting", _("Waiting list")
    APPLICATION = "application", _("We choose, and write to you")
    SECOND_CHOICE = "second_choice", _("There was room at your second choice")


class SeatPoolKind(models.TextChoices):
    """What a seat pool counts."""

    EVENT = "event", _("The whole event")
    EVENT_SESSION = "event_session", _("A session")
    AUDIENCE = "audience", _("An audience at a session")


class Right(models.TextChoices):
    """What one may do with registrations. Each is a column of ``EventAccess``."""

    VIEW = "view", _("See")
    SENSITIVE = "sensitive", _("See answers of special categories")
    CHANGE = "change", _("Decide")
    EXPORT = "export", _("Export")
    MESSAGE = "message", _("Write to")
    DELETE = "delete", _("Delete")


class TodoKind(models.TextChoices):
    """What staff have to look at."""

    EVENT_SESSION_DROPPED = "event_session_dropped", _("A session with registrations was removed")
    AUDIENCE_DROPPED = "audience_dropped", _("An audience with registrations was removed")
    SOURCE_TAKEN_OVER = "source_taken_over", _("The page that steered this event was deleted")
    PAGE_DELETED = "page_deleted", _("The page of an event with registrations was deleted")
    EVENT_SESSION_CHANGED = (
        "event_session_changed",
        _("The time or the place of a session changed, and people were not told"),
    )
    ADDRESS_BOUNCED = "address_bounced", _("A mail did not arrive")


class MailingState(models.TextChoices):
    """How far something is that staff wrote to many."""

    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Waits for its time")
    SENDING = "sending", _("On its way")
    DONE = "done", _("Sent")
    CANCELLED = "cancelled", _("Stopped")
