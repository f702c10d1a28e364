"""How mail leaves: a folder, an SMTP server, or a provider that anymail knows."""

from __future__ import annotations

from typing import Any

from environs import Env

from .env import fail, read

FILE_BACKEND = "forms.mail.backends.EmlFileBackend"
TIMEOUT_SECONDS = 20  # Django's default is to wait for ever
SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
PROVIDERS: dict[str, tuple[str, dict[str, str]]] = {
    "amazon_ses": ("anymail.backends.amazon_ses.EmailBackend", {}),
    "brevo": ("anymail.backends.brevo.EmailBackend", {"BREVO_API_KEY": "BREVO_API_KEY"}),
    "mailgun": (
        "anymail.backends.mailgun.EmailBackend",
        {"MAILGUN_API_KEY": "MAILGUN_API_KEY", "MAILGUN_SENDER_DOMAIN": "MAILGUN_SENDER_DOMAIN"},
    ),
    "postmark": (
        "anymail.backends.postmark.EmailBackend",
        {"POSTMARK_SERVER_TOKEN": "POSTMARK_SERVER_TOKEN"},
    ),
    "resend": ("anymail.backends.resend.EmailBackend", {"RESEND_API_KEY": "RESEND_API_KEY"}),
}


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
        options = {
            "host": read(lambda: env.str("EMAIL_HOST")),
            "port": read(lambda: env.int("EMAIL_PORT", 587)),
            "username": read(lambda: env.str("EMAIL_HOST_USER", "")),
            "password": read(lambda: env.str("EMAIL_HOST_PASSWORD", "")),
            "use_tls": read(lambda: env.bool("EMAIL_USE_TLS", True)),
        }
    elif provider in PROVIDERS:
        backend, variables = PROVIDERS[provider]
        settings["ANYMAIL"] = {
            name: read(lambda variable=variable: env.str(variable))  # type: ignore[misc]
            for name, variable in variables.items()
        }
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
