"""The models of the events app: content that editors write, and the ledger of what happened."""

from .access import EventAccess
from .event_page import EventPage, EventPageMixin
from .event_rows import EventAudience, EventContact, EventHost, EventQuestion, EventSession
from .invitation import Invitation, Lottery
from .ledger import EventRecord, SeatPool, Todo
from .mailing import Mailing
from .registration import (
    AnswerChange,
    Registration,
    events_visible_to,
    live_submissions,
    seat_pools_visible_to,
    todos_visible_to,
)
from .snippets import Host, Venue

__all__ = [
    "AnswerChange",
    "EventAccess",
    "EventAudience",
    "EventContact",
    "EventHost",
    "EventPage",
    "EventPageMixin",
    "EventQuestion",
    "EventRecord",
    "EventSession",
    "Host",
    "Invitation",
    "Lottery",
    "Mailing",
    "Registration",
    "SeatPool",
    "Todo",
    "Venue",
    "events_visible_to",
    "live_submissions",
    "seat_pools_visible_to",
    "todos_visible_to",
]
