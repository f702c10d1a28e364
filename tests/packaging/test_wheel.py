"""The wheel, built and put into a fresh `wagtail start` project: migrated, visited, posted to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.packaging

SETTINGS = """
from .dev import *

INSTALLED_APPS = ["events", "forms", *INSTALLED_APPS]
MIDDLEWARE = [
    "forms.protection.CsrfByPathMiddleware" if name.endswith("CsrfViewMiddleware") else name
    for name in MIDDLEWARE
]
KOMMED_COOKIE_PATHS = ["/admin/", "/django-admin/"]
DATABASES["default"]["OPTIONS"] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 3,
    "init_command": "PRAGMA journal_mode=WAL;",
}
ALLOWED_HOSTS = ["testserver"]
"""

URLS = """
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("", include("events.urls")),
    path("", include(wagtail_urls)),
]
"""

VISIT = """
import datetime as dt
import events, forms
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from home.models import HomePage
from events.models import EventAudience, EventPage, EventSession, Registration

call_command("check", databases=["default"], fail_level="WARNING")
starts_at = timezone.now() + dt.timedelta(days=30)
page = EventPage(title="Open day", slug="open-day", starts_at=starts_at,
                 ends_at=starts_at + dt.timedelta(hours=2), lead="Come along")
page.event_sessions = [EventSession(name="Here", capacity=5), EventSession(name="There")]
page.audiences = [EventAudience(name="Neighbour", criterion="you live next door")]
HomePage.objects.get().add_child(instance=page)
page.save_revision().publish()
client = Client(enforce_csrf_checks=True)
shown = client.get("/open-day/")
assert shown.status_code == 200, shown.status_code
assert b"Open day" in shown.content and b"you live next door" in shown.content
assert not shown.cookies, shown.cookies
key = str(page.event_sessions.all()[0].translation_key)
audience = str(page.audiences.all()[0].translation_key)
sent = client.post("/open-day/", {"event_session": key, "audience": audience, "name": "Ann",
                                  "email": "ann@example.dk"})
assert sent.status_code == 303, sent.content
assert client.get(sent["Location"]).status_code == 200
assert Registration.objects.get().state == "confirmed"
print("from", events.__file__, forms.__file__)
"""


def run(*command: str, cwd: Path, **extra: str) -> str:
    """Run a command and return what it says; fail with that if it fails."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "UV_CACHE_DIR")
    environment = {name: os.environ[name] for name in kept if name in os.environ} | extra
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def uv() -> str:
    """Return the uv that runs these tests."""
    found = os.environ.get("UV") or shutil.which("uv")
    assert found is not None
    return found


def test_the_wheel_works_in_a_fresh_wagtail_site(tmp_path: Path) -> None:
    run(uv(), "build", "--wheel", "--offline", "-o", str(tmp_path), cwd=ROOT)
    (wheel,) = tmp_path.glob("kommed-*.whl")
    packages = tmp_path / "packages"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(packages)
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"events", "forms"}
    for needed in (
        "events/templates/kommed_events/event_page.html",
        "events/static/kommed_events/event.css",
        "events/locale/da/LC_MESSAGES/django.mo",
        "events/migrations/0001_initial.py",
        "events/py.typed",
        "forms/templates/kommed_forms/_fields.html",
        "forms/locale/en/LC_MESSAGES/django.mo",
    ):
        assert needed in names
    site = tmp_path / "site"
    site.mkdir()
    start = "from wagtail.bin.wagtail import main; main()"
    run(sys.executable, "-c", start, "start", "fresh", str(site), cwd=tmp_path)
    (site / "fresh" / "settings" / "kommed.py").write_text(SETTINGS)
    (site / "fresh" / "urls.py").write_text(URLS)
    told = {
        "PYTHONPATH": f"{packages}{os.pathsep}{site}",
        "DJANGO_SETTINGS_MODULE": "fresh.settings.kommed",
    }

    run(sys.executable, "manage.py", "migrate", "-v0", cwd=site, **told)
    missing = run(
        sys.executable, "manage.py", "makemigrations", "--check", "--dry-run", "kommed_events",
        "kommed_forms", cwd=site, **told,
    )  # fmt: skip
    said = run(sys.executable, "-c", f"import django; django.setup()\n{VISIT}", cwd=site, **told)

    assert "No changes detected" in missing
    assert said.strip().splitlines()[-1].count(str(packages)) == 2
