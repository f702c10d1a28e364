"""The ``purge_personal_data`` command."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ...jobs.purge import purge_personal_data


class Command(BaseCommand):
    """Remove answers that have been kept as long as their question says."""

    help = "Remove answers that have been kept as long as their question says."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take ``--dry-run``."""
        parser.add_argument(
            "--dry-run", action="store_true", help="Only say what would be removed."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Purge, and say what was done in numbers."""
        dry_run = bool(options["dry_run"])
        verb = "would be removed" if dry_run else "removed"
        for name, purged in purge_personal_data(dry_run=dry_run).items():
            self.stdout.write(
                f"{name}: {purged.answers} answers and {purged.submissions} submissions {verb}"
            )
