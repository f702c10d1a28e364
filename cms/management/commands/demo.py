"""The ``demo`` command: everything from nothing to a site one can click in."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.servers import basehttp
from wagtail.models import Site

from cms.demo.load import is_loaded, load_demo, move_dates_on
from cms.demo.people import PASSWORD, USERS
from cms.demo.schema import SCHEMA_FILE, schema_fingerprint
from cms.models import OrganisationSettings

LOOPBACK = ("127.0.0.1", "localhost", "::1")
DATABASE_FILES = ("kommed.sqlite3", "kommed.sqlite3-wal", "kommed.sqlite3-shm")
FOLDERS = ("media", "mail")


class Command(BaseCommand):
    """Make the demo site if it is not there yet, serve it, and run its worker."""

    help = "Create the demo site, serve it on this machine and run its worker."
    _is_stopping = False
    requires_system_checks: list[str] = []  # the demo is to be quick; CI runs the checks

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where to listen, and ``--reset``."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--reset", action="store_true", help="Begin with an empty data folder.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, print where to look, and serve until stopped."""
        host, port = options["host"], options["port"]
        self._check_may_run(host)
        self._check_port_is_free(host, port)
        if options["reset"]:
            self._reset()
        self._check_schema()
        base_url = f"http://{host}:{port}"
        settings.BASE_URL = settings.WAGTAILADMIN_BASE_URL = base_url
        self._prepare(host, port)
        self._print_welcome(base_url)
        self._serve(host, port, base_url)

    # Preparing

    @staticmethod
    def _check_may_run(host: str) -> None:
        if host not in LOOPBACK or not settings.KOMMED_DEMO_ALLOWED:
            raise CommandError(
                "The demo has log-ins that everybody knows, so it serves this machine alone."
            )

    @staticmethod
    def _check_port_is_free(host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CommandError(f"Port {port} is taken. Choose another with --port.") from error

    @staticmethod
    def _reset() -> None:
        data = Path(settings.DATA_DIR)
        for name in (*DATABASE_FILES, SCHEMA_FILE):
            (data / name).unlink(missing_ok=True)
        for name in FOLDERS:
            shutil.rmtree(data / name, ignore_errors=True)

    @staticmethod
    def _check_schema() -> None:
        """Refuse data of another version: until 1.0 migrations are rewritten in place."""
        data = Path(settings.DATA_DIR)
        data.mkdir(parents=True, exist_ok=True)
        stamp = data / SCHEMA_FILE
        has_database = (data / DATABASE_FILES[0]).exists()
        if has_database and (not stamp.exists() or stamp.read_text() != schema_fingerprint()):
            raise CommandError(
                f"The data in {data} was made by another version. Begin anew: use --reset."
            )
        stamp.write_text(schema_fingerprint())

    def _prepare(self, host: str, port: int) -> None:
        self.stdout.write("Preparing the database …")
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        if not is_loaded():
            self.stdout.write("Loading the demo event …")
            load_demo()
        else:
            move_dates_on()
        Site.objects.filter(is_default_site=True).update(hostname=host, port=port)
        Site.clear_site_root_paths_cache()
        self._move_statement(f"http://{host}:{port}")

    @staticmethod
    def _move_statement(base_url: str) -> None:
        """Let /was lead to this demo's own page, also when the demo has moved to another port."""
        for settings_row in OrganisationSettings.objects.all():
            url = urlsplit(settings_row.accessibility_statement_url)
            if url.hostname in LOOPBACK:
                settings_row.accessibility_statement_url = base_url + url.path
                settings_row.save(update_fields=["accessibility_statement_url"])

    def _print_welcome(self, base_url: str) -> None:
        names = ", ".join(user.username for user in USERS)
        self.stdout.write(
            "\n".join(
                [
                    "",
                    f"  The invitation    {base_url}/abne-vaerksteder/",
                    f"  The site          {base_url}/   (English: {base_url}/en/)",
                    f"  The admin         {base_url}/admin/",
                    f"  Log in as         {names}",
                    f"  Password          {PASSWORD}",
                    f"  Mails             {settings.KOMMED_MAIL_DIR}",
                    "",
                    "  Stop with Ctrl+C.",
                    "",
                ]
            )
        )
        self.stdout.flush()

    # Serving

    def _serve(self, host: str, port: int, base_url: str) -> None:
        # SIGINT too: a shell that starts us in the background has it ignored.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        worker = self._start_worker(base_url)
        try:
            handler = basehttp.get_internal_wsgi_application()
            basehttp.run(host, port, handler, ipv6=":" in host, threading=True)
        except KeyboardInterrupt:
            pass
        finally:
            self._end_worker(worker)
            self.stdout.write("Stopped.")

    def _stop(self, *_: Any) -> None:
        # Once: whoever started us may pass on a signal that we have had already.
        if not self._is_stopping:
            self._is_stopping = True
            raise KeyboardInterrupt

    @staticmethod
    def _start_worker(base_url: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, sys.argv[0], "worker", "--skip-checks"]
        command.append(f"--parent={os.getpid()}")
        return subprocess.Popen(  # noqa: S603 (our own command)
            command, env={**os.environ, "BASE_URL": base_url}, stdin=subprocess.DEVNULL
        )

    @staticmethod
    def _end_worker(worker: subprocess.Popen[bytes]) -> None:
        worker.terminate()
        try:
            worker.wait(timeout=20)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
