"""The plugins as others install them: from the wheel, into a site that ``wagtail start`` made."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.databases import DATABASE

pytestmark = pytest.mark.packaging

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent
# What docs/how-to/install.md tells people to write, and a language to try the catalogues with.
SETTINGS = """
from mysite.settings.dev import *

INSTALLED_APPS = ["events", "forms", *INSTALLED_APPS]
MIDDLEWARE = [
    "forms.protection.CsrfByPathMiddleware"
    if name == "django.middleware.csrf.CsrfViewMiddleware"
    else name
    for name in MIDDLEWARE
]
KOMMED_COOKIE_PATHS = ["/admin/"]
ROOT_URLCONF = "kommed_urls"
ALLOWED_HOSTS = ["*"]
LANGUAGE_CODE = "da"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
"""
URLS = """
from django.urls import include, path
from mysite.urls import urlpatterns as theirs

urlpatterns = [
    path("r/", include("events.personal_urls")),
    path("", include("events.urls")),
    *theirs,
]
"""
SQLITE = """
DATABASES["default"]["OPTIONS"] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 3,
    "init_command": "PRAGMA journal_mode=WAL;",
}
"""


def run(*command: str | Path, folder: Path, **environment: str) -> str:
    """Run a command and return what it said; fail with all of it if it failed."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from what is in the repository."""
    uv = os.environ.get("UV") or shutil.which("uv")
    assert uv is not None
    folder = tmp_path_factory.mktemp("wheel")
    run(uv, "build", "--wheel", "--offline", "--out-dir", folder, folder=ROOT)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_plugins_whole_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    tracked = {
        path.relative_to(ROOT).as_posix()
        for package in ("events", "forms")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }

    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {
        "events",
        "forms",
    }
    assert tracked - names == set()
    for package in ("events", "forms"):
        assert f"{package}/py.typed" in names
        assert f"{package}/locale/da/LC_MESSAGES/django.mo" in names


@pytest.fixture
def database() -> Iterator[str]:
    """The lines of settings for a database of this worker's kind."""
    if DATABASE.kind == "sqlite":
        yield SQLITE
        return
    server, name = os.environ["DATABASE_URL"], f"fresh_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as administrator:
        administrator.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
        info = administrator.info
        yield (
            'DATABASES["default"] = {"ENGINE": "django.db.backends.postgresql", '
            f'"NAME": "{name}", "USER": "{info.user}", '
            f'"HOST": "{info.host}", "PORT": {info.port}}}\n'
        )
        administrator.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[arg-type]


@pytest.fixture
def saw(wheel: Path, database: str, tmp_path: Path) -> dict[str, Any]:
    """What happened in a fresh site with the wheel in it."""
    run(BIN / "wagtail", "start", "mysite", folder=tmp_path)
    site, installed = tmp_path / "mysite", tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    (site / "kommed_settings.py").write_text(SETTINGS + database)
    (site / "kommed_urls.py").write_text(URLS)
    # The site and the wheel come before the repository, which the environment has on its path.
    environment = {
        "PYTHONPATH": f"{installed}{os.pathsep}{site}",
        "DJANGO_SETTINGS_MODULE": "kommed_settings",
    }
    manage = (sys.executable, "manage.py")
    run(*manage, "migrate", "-v0", folder=site, **environment)
    run(*manage, "check", "--database", "default", folder=site, **environment)
    run(*manage, "makemigrations", "--check", "--dry-run", folder=site, **environment)
    script = Path(__file__).with_name("fresh_site.py").read_text()
    said = run(sys.executable, "-c", script, folder=site, **environment)
    found: dict[str, Any] = json.loads(said) | {"installed": str(installed)}
    return found


def test_an_invitation_works_in_a_fresh_site(saw: dict[str, Any]) -> None:
    installed = saw.pop("installed")
    assert all(path.startswith(installed) for path in saw.pop("packages"))
    assert [to for to, _subject in saw["mails"]] == [["ida@example.dk"]]
    assert all(subject for _to, subject in saw.pop("mails"))
    assert saw == {
        "read": 200,
        "has_form": True,
        "styled": True,
        "sent": 303,
        "receipt": 200,
        "refused": 403,
        "cookies": [],
        "registrations": [["Ida", "confirmed"]],
        "desk": 200,
        "editor": 200,
        "sent_mails": 1,
        "danish": True,
    }
