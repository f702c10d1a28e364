"""Which mail goes to whom, and when."""

from .own_page import register_own_page_kinds
from .registrations import (
    ALREADY_REGISTERED,
    STATE_KINDS,
    details_of,
    mail_context,
    notify_already_registered,
    notify_registration,
    register_message_kinds,
)

__all__ = [
    "ALREADY_REGISTERED",
    "STATE_KINDS",
    "details_of",
    "mail_context",
    "notify_already_registered",
    "notify_registration",
    "register_message_kinds",
    "register_own_page_kinds",
]
