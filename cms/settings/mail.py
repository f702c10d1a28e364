"""How mail leaves: a folder, an SMTP server, or a provider that anymail knows."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from environs import Env

from forms.mail.providers import PROVIDERS, SHARED_SECRET, Provider, backend_of

from .env import fail, read

FILE_BACKEND = "forms.mail.backends.EmlFileBackend"
TIMEOUT_SECONDS = 20  # Django's default is to wait for ever
SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
SMTP_PORT, SMTPS_PORT = 587, 465


def mail_settings(env: Env, *, django_version: tuple[Any, ...]) -> dict[str, Any]:
    """Return Django's mail settings for ``EMAIL_PROVIDER``.

    Django 6.1 replaced ``EMAIL_BACKEND`` and its companions by ``MAILERS`` and refuses both.
    """
    provider = read(lambda: env.str("EMAIL_PROVIDER", "file"))
    settings: dict[str, Any] = {}
    options: dict[str, Any] = {}
    if provider == "file":
        backend = FILE_BACKEND
    elif provider == "smtp":
        backend = SMTP_BACKEND
        options = _smtp_options(env)
    elif provider in PROVIDERS:
        backend = backend_of(provider)
        settings["ANYMAIL"] = _anymail_settings(env, provider)
    else:
        known = ", ".join(["file", "smtp", *PROVIDERS])
        fail(f'EMAIL_PROVIDER "{provider}" is not one of: {known}')
    if django_version >= (6, 1):
        mailer: dict[str, Any] = {"BACKEND": backend}
        if options:
            mailer["OPTIONS"] = options | {"timeout": TIMEOUT_SECONDS}
        return settings | {"MAILERS": {"default": mailer}}
    settings |= {"EMAIL_BACKEND": backend, "EMAIL_TIMEOUT": TIMEOUT_SECONDS}
    names = {"username": "EMAIL_HOST_USER", "password": "EMAIL_HOST_PASSWORD"}
    for option, value in options.items():
        settings[names.get(option, f"EMAIL_{option.upper()}")] = value
    return settings


def _smtp_options(env: Env) -> dict[str, Any]:
    use_ssl = read(lambda: env.bool("EMAIL_USE_SSL", False))
    use_tls = read(lambda: env.bool("EMAIL_USE_TLS", not use_ssl))
    if use_ssl and use_tls:
        fail("EMAIL_USE_SSL and EMAIL_USE_TLS are both on: a server speaks one or the other")
    return {
        "host": read(lambda: env.str("EMAIL_HOST")),
        "port": read(lambda: env.int("EMAIL_PORT", SMTPS_PORT if use_ssl else SMTP_PORT)),
        "username": read(lambda: env.str("EMAIL_HOST_USER", "")),
        "password": read(lambda: env.str("EMAIL_HOST_PASSWORD", "")),
        "use_tls": use_tls,
        "use_ssl": use_ssl,
    }


def _anymail_settings(env: Env, name: str) -> dict[str, Any]:
    """Return anymail's settings for the provider called ``name``; end if something is missing."""
    provider = PROVIDERS[name]
    found = {key: read(lambda key=key: env.str(key, "")) for key in _variables(provider)}  # type: ignore[misc]
    missing = [key for key in provider.needs if not found[key]]
    if missing:
        fail(f"EMAIL_PROVIDER={name} also needs: {', '.join(missing)}")
    settings: dict[str, Any] = {key: value for key, value in found.items() if value}
    secrets: list[str] = read(lambda: env.list("ANYMAIL_WEBHOOK_SECRET", []))
    if any(":" not in secret.strip(":") for secret in secrets):
        fail("ANYMAIL_WEBHOOK_SECRET is not of the form name:password (several with commas)")
    if secrets:
        settings[SHARED_SECRET] = secrets
    if provider.is_open(settings):
        fail(
            f"EMAIL_PROVIDER={name}: anybody could tell the site that mails came back. "
            f"Set {provider.what_would_close_it}"
        )
    _check_packages(name, provider, settings)
    if name == "amazon_ses":
        # Its library knows nothing of the timeout below; trying again is the outbox's business.
        seconds = {"connect_timeout": TIMEOUT_SECONDS, "read_timeout": TIMEOUT_SECONDS}
        config = seconds | {"retries": {"total_max_attempts": 1}}
        settings["AMAZON_SES_CLIENT_PARAMS"] = {"config": config}
    return settings | {
        "REQUESTS_TIMEOUT": TIMEOUT_SECONDS,
        # What a provider has no place for, such as a header, is left out rather than the mail.
        "IGNORE_UNSUPPORTED_FEATURES": True,
    }


def _variables(provider: Provider) -> list[str]:
    return list(dict.fromkeys(provider.needs + provider.may + provider.signatures))


def _check_packages(name: str, provider: Provider, settings: dict[str, Any]) -> None:
    needed = [provider.package]
    if any(settings.get(key) for key in provider.signatures):
        needed.append(provider.signature_package)
    for package in filter(None, needed):
        if find_spec(package) is None:
            extra = name.replace("_", "-")
            fail(f"EMAIL_PROVIDER={name} needs {package}: install django-anymail[{extra}]")
