"""The ``check_registrations`` command: whether everything that must hold of the ledger does."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from events.jobs.invariants import CHECKED, find_breaches
from events.models import EventRecord, Registration


class Command(BaseCommand):
    """Read the whole ledger and say, one line each, what should not be as it is."""

    help = (
        "Check events, seats, waiting lists and registrations. Prints one line for each thing that "
        "does not hold, without personal data, and exits with 1 then. Changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the breaches, or that there are none."""
        number = 0
        for breach in find_breaches():
            number += 1
            self.stdout.write(str(breach))
        events, registrations = EventRecord.objects.count(), Registration.objects.count()
        what = f"{registrations} registrations at {events} events"
        if number:
            raise CommandError(f"{number} things do not hold, of {what}.", returncode=1)
        self.stdout.write(
            f"Checked {what}: {', '.join(CHECKED)} hold. "
            "I4, I5, I6 and I9 are about what happens when, and are shown by tests."
        )
