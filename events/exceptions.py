"""Anticipated errors of the events app, all under one root. Edges turn them into answers."""


class EventsError(Exception):
    """Root of the errors that callers of ``events.actions`` are expected to handle."""


class RegistrationNotOpen(EventsError):
    """The event takes no registrations yet."""


class RegistrationClosed(EventsError):
    """The event takes no registrations any more."""


class EventSessionGone(EventsError):
    """The session asked for does not exist, or takes no registrations any more."""


class EventBusy(EventsError):
    """The seats could not be locked in time. Trying again in a moment will do."""


class TransitionNotAllowed(EventsError):
    """The registration is in a state in which this cannot be done."""


class CapacityExceeded(EventsError):
    """Confirming would take more seats than there are."""


class AlreadyRegistered(EventsError):
    """The person has another live registration at the event; this one cannot come back."""


class InvitationNeeded(EventsError):
    """Only those who were invited get in, or only those of this audience."""


class NoSeatsForAudience(EventsError):
    """Nobody of this audience has a seat at the session, whatever becomes free."""


class InvitationUsed(EventsError):
    """The invitation was answered already, or withdrawn."""


class GroupDoesNotFit(EventsError):
    """Not all of a group can have a seat, and they wanted all or none."""

    def __init__(self, seats: int) -> None:
        super().__init__()
        self.seats = seats
        """How many of them could have had one."""


class OfferGone(EventsError):
    """The offered seat was not taken in time, or was taken back."""


class ChangeTooLate(EventsError):
    """The time for changing this has passed."""


class SamePlace(EventsError):
    """The registration is at that session already."""


class AlreadySo(EventsError):
    """The event, the session or the link is what it was to be made, so there is nobody to tell."""


class PageCannotChange(EventsError):
    """The event's page cannot be changed: it is gone, locked, or what it would say is wrong."""

    def __init__(self, messages: list[str], *, field: str = "") -> None:
        super().__init__()
        self.messages = messages
        """Why, in words for the person who wanted it."""
        self.field = field
        """What of that they would have to change; empty if nothing would help."""


class MailingMovedOn(EventsError):
    """The mailing is not in a state any more in which this can be done."""


class MailingWithoutWords(EventsError):
    """There is nothing to read for somebody who would get the mailing."""


class NobodyToWriteTo(EventsError):
    """Nobody would get the mailing."""
