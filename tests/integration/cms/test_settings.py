"""Settings from the environment: a wrong variable is one line that names it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import anymail.backends
import pytest
from environs import Env

from cms.settings.mail import mail_settings
from forms.mail.providers import PROVIDERS

ROOT = Path(__file__).resolve().parent.parent.parent.parent
SECRET = "0123456789" * 5
PUBLIC = {
    "SECRET_KEY": SECRET,
    "ALLOWED_HOSTS": "kom.example.dk",
    "BASE_URL": "https://kom.example.dk",
}
PRINT_SETTINGS = """
import json, sys
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}, default=str))
"""


def start(
    folder: Path, *arguments: str, module: str = "dev", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run Python with nothing in its environment but ``variables``."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=inherited
        | {
            "DJANGO_SETTINGS_MODULE": f"cms.settings.{module}",
            "KOMMED_DATA_DIR": str(folder),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def read_settings(folder: Path, *names: str, **variables: str) -> dict[str, Any]:
    """Return the settings called ``names`` as a process with ``variables`` has them."""
    done = start(folder, "-c", PRINT_SETTINGS, *names, **variables)
    assert (done.returncode, done.stderr) == (0, "")
    return dict(json.loads(done.stdout))


def complaint(folder: Path, **variables: str) -> str:
    """Return the line with which a command ends that cannot read its settings."""
    done = start(folder, "manage.py", "check", **variables)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("kommed: ")
    assert done.stderr.count("\n") == 1
    assert done.stderr.endswith("\n")
    return done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOCK_WAIT", "abc"),
        ("LOCK_WAIT", "0"),
        ("LOCK_WAIT", "-1"),
        ("LOCK_WAIT", "nan"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "postgres://u:geheimnis@h:port/d"),
        ("CACHE_URL", "nonsense"),
        ("LOG_LEVEL", "loud"),
        ("DEBUG", "perhaps"),
        ("EMAIL_PROVIDER", "foo"),
        ("TRUSTED_PROXIES", "10.0.0.1,proxy.example.dk"),
        ("POSTS_PER_NETWORK", "many"),
        ("POSTS_PER_FORM", "many"),
        ("MAIL_RETENTION_DAYS", "-1"),
    ],
)
def test_a_wrong_variable_is_one_line_that_names_it(tmp_path: Path, name: str, value: str) -> None:
    line = complaint(tmp_path, **{name: value})

    assert name in line
    assert "geheimnis" not in line


@pytest.mark.parametrize(
    ("provider", "missing"),
    [("smtp", "EMAIL_HOST"), ("postmark", "POSTMARK_SERVER_TOKEN"), ("mailgun", "MAILGUN_API_KEY")],
)
def test_a_way_to_send_mail_says_what_it_lacks(tmp_path: Path, provider: str, missing: str) -> None:
    line = complaint(tmp_path, EMAIL_PROVIDER=provider)

    assert line.startswith("kommed: ")
    assert missing in line
    assert line.count("\n") == 1


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_public_site_says_what_it_lacks(tmp_path: Path, name: str) -> None:
    given = {key: value for key, value in PUBLIC.items() if key != name}

    assert name in complaint(tmp_path, module="production", **given)


@pytest.mark.parametrize("key", ["short", SECRET[:-1], "kommed-demo-" + SECRET])
def test_a_public_site_wants_a_key_that_nobody_can_guess(tmp_path: Path, key: str) -> None:
    line = complaint(tmp_path, module="production", **(PUBLIC | {"SECRET_KEY": key}))

    assert line == "kommed: SECRET_KEY must be at least 50 characters that nobody can guess\n"


def test_a_public_site_is_served_over_https_alone(tmp_path: Path) -> None:
    expected = {
        "DEBUG": False,
        "KOMMED_DEMO_ALLOWED": False,
        "ALLOWED_HOSTS": ["kom.example.dk"],
        "BASE_URL": "https://kom.example.dk",
        "WAGTAILADMIN_BASE_URL": "https://kom.example.dk",
        "CSRF_TRUSTED_ORIGINS": ["https://kom.example.dk"],
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 365 * 24 * 3600,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "SECURE_HSTS_PRELOAD": True,
        "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
    }

    assert read_settings(tmp_path, *expected, module="production", **PUBLIC) == expected


def test_a_public_site_passes_the_deploy_checks(tmp_path: Path) -> None:
    done = start(
        tmp_path,
        *("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        module="production",
        **PUBLIC,
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_this_machine_needs_no_variable_and_keeps_its_own_key(tmp_path: Path) -> None:
    names = ("SECRET_KEY", "DEBUG", "KOMMED_DEMO_ALLOWED")

    first, second = read_settings(tmp_path, *names), read_settings(tmp_path, *names)

    assert first == second
    assert first == {
        "SECRET_KEY": (tmp_path / "secret_key").read_text(),
        "DEBUG": False,
        "KOMMED_DEMO_ALLOWED": True,
    }
    assert len(first["SECRET_KEY"]) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_host_beyond_this_machine_ends_the_demo(tmp_path: Path) -> None:
    variables = {"ALLOWED_HOSTS": "localhost,kom.example.dk"}

    assert read_settings(tmp_path, "KOMMED_DEMO_ALLOWED", **variables) == {
        "KOMMED_DEMO_ALLOWED": False
    }


def test_trusted_proxies_are_addresses_networks_or_a_socket(tmp_path: Path) -> None:
    given = read_settings(
        tmp_path, "KOMMED_TRUSTED_PROXIES", TRUSTED_PROXIES="10.0.0.1,2001:db8::/32,unix"
    )

    assert given == {"KOMMED_TRUSTED_PROXIES": ["10.0.0.1", "2001:db8::/32", "unix"]}
    assert read_settings(tmp_path, "KOMMED_TRUSTED_PROXIES") == {"KOMMED_TRUSTED_PROXIES": []}


def test_sqlite_takes_the_lock_when_a_transaction_begins(tmp_path: Path) -> None:
    settings = read_settings(tmp_path, "DATABASES", LOCK_WAIT="7.5")

    database = settings["DATABASES"]["default"]
    assert database["OPTIONS"] == {
        "transaction_mode": "IMMEDIATE",
        "timeout": 7.5,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }


# Mail


def say(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    """Set environment variables."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


SMTP = {
    "EMAIL_PROVIDER": "smtp",
    "EMAIL_HOST": "smtp.example.dk",
    "EMAIL_HOST_USER": "kommed",
    "EMAIL_HOST_PASSWORD": "hemmeligt",
}


def test_an_smtp_server_is_named_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    say(monkeypatch, **SMTP)

    assert mail_settings(Env(), django_version=(5, 2)) == {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_TIMEOUT": 20,
        "EMAIL_HOST": "smtp.example.dk",
        "EMAIL_PORT": 587,
        "EMAIL_HOST_USER": "kommed",
        "EMAIL_HOST_PASSWORD": "hemmeligt",
        "EMAIL_USE_TLS": True,
        "EMAIL_USE_SSL": False,
    }
    assert mail_settings(Env(), django_version=(6, 1)) == {
        "MAILERS": {
            "default": {
                "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "OPTIONS": {
                    "host": "smtp.example.dk",
                    "port": 587,
                    "username": "kommed",
                    "password": "hemmeligt",
                    "use_tls": True,
                    "use_ssl": False,
                    "timeout": 20,
                },
            }
        }
    }


def test_smtp_may_speak_tls_from_the_first_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    say(monkeypatch, **SMTP, EMAIL_USE_SSL="true")
    settings = mail_settings(Env(), django_version=(5, 2))
    assert settings["EMAIL_USE_SSL"] is True
    assert settings["EMAIL_USE_TLS"] is False
    assert settings["EMAIL_PORT"] == 465
    say(monkeypatch, EMAIL_USE_TLS="true")
    with pytest.raises(SystemExit, match="EMAIL_USE_SSL and EMAIL_USE_TLS"):
        mail_settings(Env(), django_version=(5, 2))


def test_without_a_provider_mails_are_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMAIL_PROVIDER", raising=False)
    backend = "forms.mail.backends.EmlFileBackend"

    assert mail_settings(Env(), django_version=(5, 2)) == {
        "EMAIL_BACKEND": backend,
        "EMAIL_TIMEOUT": 20,
    }
    assert mail_settings(Env(), django_version=(6, 1)) == {
        "MAILERS": {"default": {"BACKEND": backend}}
    }


@pytest.fixture
def everything_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the packages that some providers need be found."""
    monkeypatch.setattr("cms.settings.mail.find_spec", lambda name: name)


def all_variables(provider: str) -> dict[str, str]:
    """Return every variable that ``provider`` knows, with a value."""
    known = PROVIDERS[provider]
    names = {*known.needs, *known.may, *known.signatures}
    return {name: f"value of {name}" for name in names}


@pytest.mark.usefixtures("everything_is_installed")
@pytest.mark.parametrize("version", [(5, 2), (6, 1)])
@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_each_provider_gets_what_it_asks_for(
    monkeypatch: pytest.MonkeyPatch, provider: str, version: tuple[int, int]
) -> None:
    variables = all_variables(provider)
    say(monkeypatch, **variables, EMAIL_PROVIDER=provider, ANYMAIL_WEBHOOK_SECRET="a:b,c:d")

    settings = mail_settings(Env(), django_version=version)

    backend = f"anymail.backends.{provider}.EmailBackend"
    anymail = settings.pop("ANYMAIL")
    if version == (6, 1):
        assert settings == {"MAILERS": {"default": {"BACKEND": backend}}}
    else:
        assert settings == {"EMAIL_BACKEND": backend, "EMAIL_TIMEOUT": 20}
    assert {name: anymail.get(name) for name in variables} == variables
    assert anymail["WEBHOOK_SECRET"] == ["a:b", "c:d"]
    assert anymail["REQUESTS_TIMEOUT"] == 20


def test_we_know_every_provider_that_anymail_knows() -> None:
    folder = Path(anymail.backends.__file__).parent
    left_out = {"__init__", "base", "base_requests", "console", "test", "sendinblue"}
    assert {path.stem for path in folder.glob("*.py")} - left_out == set(PROVIDERS)


@pytest.mark.usefixtures("everything_is_installed")
@pytest.mark.parametrize("provider", sorted(name for name in PROVIDERS if PROVIDERS[name].needs))
def test_what_a_provider_needs_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, provider: str
) -> None:
    needs = PROVIDERS[provider].needs
    say(monkeypatch, EMAIL_PROVIDER=provider, ANYMAIL_WEBHOOK_SECRET="a:b")
    with pytest.raises(SystemExit) as ended:
        mail_settings(Env(), django_version=(5, 2))
    line = str(ended.value)
    assert "\n" not in line
    assert all(name in line for name in needs)


@pytest.mark.usefixtures("everything_is_installed")
@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_the_site_does_not_start_where_anybody_could_report_mails(
    monkeypatch: pytest.MonkeyPatch, provider: str
) -> None:
    known = PROVIDERS[provider]
    variables = all_variables(provider)
    for name in set(known.signatures) - set(known.needs):
        del variables[name]
    say(monkeypatch, **variables, EMAIL_PROVIDER=provider)
    if known.tracking and not set(known.signatures) & set(known.needs):
        with pytest.raises(SystemExit, match=known.what_would_close_it):
            mail_settings(Env(), django_version=(5, 2))
    else:
        assert "ANYMAIL" in mail_settings(Env(), django_version=(5, 2))
    for name in known.signatures[:1] or ["ANYMAIL_WEBHOOK_SECRET"]:
        monkeypatch.setenv(name, "a:b")
    assert "ANYMAIL" in mail_settings(Env(), django_version=(5, 2))


@pytest.mark.parametrize("secret", ["hemmeligt", "navn:", ":kode", "a:b,c"])
def test_a_secret_that_is_no_name_and_password_is_refused(
    monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    say(monkeypatch, EMAIL_PROVIDER="brevo", BREVO_API_KEY="x", ANYMAIL_WEBHOOK_SECRET=secret)
    with pytest.raises(SystemExit, match="ANYMAIL_WEBHOOK_SECRET"):
        mail_settings(Env(), django_version=(5, 2))


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cms.settings.mail.find_spec", lambda name: None)
    say(monkeypatch, EMAIL_PROVIDER="amazon_ses", ANYMAIL_WEBHOOK_SECRET="a:b")
    with pytest.raises(SystemExit, match="boto3"):
        mail_settings(Env(), django_version=(5, 2))
    say(monkeypatch, EMAIL_PROVIDER="resend", RESEND_API_KEY="x", RESEND_SIGNING_SECRET="whsec_x")
    with pytest.raises(SystemExit, match="svix"):
        mail_settings(Env(), django_version=(5, 2))


def test_an_unknown_provider_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    say(monkeypatch, EMAIL_PROVIDER="pigeon")
    with pytest.raises(SystemExit, match="pigeon"):
        mail_settings(Env(), django_version=(5, 2))
