"""The ``load_demo`` command."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.demo.load import is_loaded, load_demo


class Command(BaseCommand):
    """Load the demo's content into this site."""

    help = "Load the demo event, its registrations and its log-ins, without serving them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take ``--force``."""
        parser.add_argument(
            "--force",
            action="store_true",
            help="Load it beside what is there, and serve the demo at the site's root.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse where it would do harm, else load and say what."""
        if getattr(settings, "KOMMED_DEMO_ALLOWED", False) is not True:
            raise CommandError("The demo has log-ins that everybody knows: not on a real server.")
        if is_loaded() and not options["force"]:
            raise CommandError(
                "There are pages or events here already. Use --force to add to them."
            )
        loaded = load_demo()
        self.stdout.write(
            f"Loaded the demo: {loaded.pages} pages and {loaded.registrations} registrations."
        )
