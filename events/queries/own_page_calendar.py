"""One registration as an entry for its person's calendar."""

from __future__ import annotations

from ..calendar import CalendarEntry, calendar_file
from ..enums import RegistrationState
from ..models import Registration
from .own_page_view import facts_of

STATUS = {
    RegistrationState.CONFIRMED: "CONFIRMED",
    RegistrationState.OFFERED: "TENTATIVE",
    RegistrationState.PENDING: "TENTATIVE",
}
"""What the entry says of itself; in other states there is nothing to put in a calendar."""


def own_calendar(registration: Registration) -> bytes | None:
    """Return the calendar file, or None where the person is not expected or no time is known."""
    status = STATUS.get(RegistrationState(registration.state))
    facts = facts_of(registration, registration.event_session_key)
    if status is None or not facts["starts_at"] or facts["is_called_off"]:
        return None
    place = ", ".join(part for part in (facts["venue_name"], facts["venue_address"]) if part)
    entry = CalendarEntry(
        uid=f"{registration.uuid}@kommed",
        summary=f"{facts['event_title']} ({facts['session_name']})",
        starts_at=facts["starts_at"],
        ends_at=facts["ends_at"] or facts["starts_at"],
        zone=facts["zone"],
        location=place or facts["session_name"],
        url=facts["event_url"],
        status=status,
        # The same sum as in mails (``notifications.registrations.calendar_facts``).
        sequence=registration.calendar_sequence + facts["event_sequence"],
    )
    return calendar_file([entry])
