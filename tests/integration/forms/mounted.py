"""A site whose mail leaves through a provider, and what that provider tells it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from types import ModuleType
from typing import Any

import django
from django.test import Client
from django.urls import include, path

from cms import urls as site_urls
from forms.mail.providers import backend_of
from forms.mail.webhooks import event_urls

SECRET = "udbyder:en-lang-kode"
MAILGUN_KEY = "key-of-mailgun"


def send_through(settings: Any, provider: str, **anymail: Any) -> None:
    """Let the site's mail leave through ``provider``, and mount where it tells us of mails."""
    backend = backend_of(provider)
    if django.VERSION >= (6, 1):
        settings.MAILERS = {"default": {"BACKEND": backend}}
    else:
        settings.EMAIL_BACKEND = backend
    settings.ANYMAIL = {"IGNORE_UNSUPPORTED_FEATURES": True, **anymail}
    mount(settings)


def mount(settings: Any) -> None:
    """Mount what the settings ask for, as ``forms.mail_urls`` does when the site starts."""
    urls: Any = ModuleType("urls")
    events = (event_urls(), "kommed_mail_events")
    urls.urlpatterns = [path("mail/events/", include(events)), *site_urls.urlpatterns]
    settings.ROOT_URLCONF = urls


def basic_auth(secret: str) -> dict[str, str]:
    """Return the header by which somebody proves to know ``secret``."""
    return {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(secret.encode()).decode()}


def tell(provider: str, body: Any, *, secret: str | None = SECRET, **headers: str) -> int:
    """Post ``body`` as JSON to the path of ``provider``, and return the status of the answer."""
    client = Client(raise_request_exception=False)
    return client.post(
        f"/mail/events/{provider}/",
        json.dumps(body),
        content_type="application/json",
        **(basic_auth(secret) if secret is not None else {}),
        **headers,
    ).status_code


def postmark_told(record_type: str, message: Any, **fields: Any) -> dict[str, Any]:
    """Return what Postmark posts about ``message``."""
    recipient = "Recipient" if record_type == "Delivery" else "Email"
    return {
        "RecordType": record_type,
        "MessageID": message.provider_id,
        recipient: message.to,
        "Metadata": {"outbox_id": str(message.uuid)},
        **fields,
    }


def bounced(message: Any, **fields: Any) -> dict[str, Any]:
    """Return what Postmark posts when a mailbox does not exist."""
    return postmark_told(
        "Bounce",
        message,
        **{
            "ID": 4323372036854775807,
            "Type": "HardBounce",
            "TypeCode": 1,
            "Details": f"smtp;550 5.1.1 The account {message.to} does not exist",
            "BouncedAt": "2026-01-01T10:05:00Z",
            **fields,
        },
    )


def mailgun_told(
    event: str, message: Any, *, token: str = "t0", at: float | None = None, **fields: Any
) -> dict[str, Any]:
    """Return what Mailgun posts about ``message``, signed."""
    stamp = str(int(time.time() if at is None else at))
    signed = hmac.new(MAILGUN_KEY.encode(), f"{stamp}{token}".encode(), hashlib.sha256)
    data = {
        "event": event,
        "timestamp": float(stamp),
        "recipient": message.to,
        "message": {"headers": {"message-id": message.provider_id.strip("<>")}},
        "user-variables": {"outbox_id": str(message.uuid)},
        **fields,
    }
    signature = {"token": token, "timestamp": stamp, "signature": signed.hexdigest()}
    return {"signature": signature, "event-data": data}
