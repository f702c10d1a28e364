"""A real Chromium, and the demo site as the README's command starts it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.databases import DATABASE

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "kommed-demo"
STARTING_TIME = 240
MAIL_TIME = 120
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
# Playwright keeps an event loop in this thread, which Django would take for an asynchronous view.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
PATIENCE = 60_000  # milliseconds; the machines are noisy


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if Path(item.path).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


def chromium_path() -> str | None:
    """Return where this machine's Chromium is, or None."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    path = chromium_path()
    if path is None:
        reason = "no Chromium on this machine: browser tests cannot run (apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
        )
        yield chromium
        chromium.close()


@dataclass(frozen=True)
class Demo:
    """The running demo."""

    base: str
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, code: str) -> str:
        """Run ``code`` beside the demo, with its settings and its database; return what it says."""
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=STARTING_TIME,
        )
        return done.stdout.strip()

    def url(self, path: str) -> str:
        """Return the address of ``path``."""
        return f"{self.base}{path}"

    def mails_to(self, address: str, *, at_least: int = 1) -> list[EmailMessage]:
        """Return the mails that ``address`` got, oldest first; wait until there are enough."""
        until = time.monotonic() + MAIL_TIME
        while True:
            found = []
            for path in sorted((self.folder / "mail").glob("*.eml")):
                mail = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(
                    path.read_bytes()
                )
                if mail["To"] == address:
                    found.append(mail)
            if len(found) >= at_least or time.monotonic() > until:
                return found
            time.sleep(0.5)


@contextmanager
def database_of_its_own() -> Iterator[dict[str, str]]:
    """Yield what the environment must say so that the demo has a database of this worker's kind."""
    if DATABASE.kind == "sqlite":
        yield {}
        return
    server = os.environ["DATABASE_URL"]
    name = f"demo_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as administrator:
        administrator.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
    try:
        yield {"DATABASE_URL": server.rpartition("/")[0] + f"/{name}"}
    finally:
        with psycopg.connect(server, autocommit=True) as administrator:
            administrator.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[arg-type]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_answered(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Wait until the demo answers; fail with what it said if it ends instead."""
    until = time.monotonic() + STARTING_TIME
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=10):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
    pytest.fail(f"The demo did not answer:\n{log.read_text()}")


ROOM_FOR_ALL = """
from django.db.models import F
from events.models import SeatPool
SeatPool.objects.filter(capacity__isnull=False).update(capacity=F("capacity") + 1000)
"""
"""The demo has seats for one try; here every test registers somebody at the same event."""


@pytest.fixture(scope="session")
def demo(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Run ``manage.py demo`` from nothing, once for all tests that drive a browser."""
    folder = tmp_path_factory.mktemp("demo")
    log = folder / "demo.log"
    port = free_port()
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    }
    with database_of_its_own() as settings, log.open("wb") as output:
        environment = {
            **inherited,
            **settings,
            "KOMMED_DATA_DIR": str(folder),
            "PYTHONUNBUFFERED": "1",
            "POSTS_PER_NETWORK": "1000",  # all tests send from this one machine
        }
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            base = f"http://127.0.0.1:{port}"
            wait_until_answered(process, f"{base}/healthz", log)
            running = Demo(base=base, folder=folder, environment=environment)
            running.run(ROOM_FOR_ALL)
            yield running
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(timeout=60)
        text = log.read_text()
        assert code == 0, text
        assert text.rstrip().endswith("Stopped."), text
        assert "Traceback" not in text, text


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone of 360 pixels without JavaScript."""
    context = browser.new_context(viewport=PHONE, locale="da-DK", java_script_enabled=False)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def desktop(browser: Browser) -> Iterator[BrowserContext]:
    """A desktop browser as most people have it."""
    context = browser.new_context(viewport=DESKTOP, locale="da-DK")
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()
