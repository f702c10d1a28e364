"""Where the provider that mail leaves through tells us what became of it.

Only its own view answers, and none at all where anybody could speak in its name.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from typing import Any

from anymail.checks import get_configured_email_backends
from anymail.exceptions import AnymailAPIError, AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent
from anymail.utils import get_anymail_setting
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from .provider_events import take_event
from .providers import PROVIDERS, SHARED_SECRET, backend_of

SIGNED_FOR_SECONDS = 86_400
"""How long a signature counts that does not cover what was told. Mailgun tries for 8 hours."""
CLOCKS_APART_SECONDS = 600
ASK_AGAIN_SECONDS = 60
UNREADABLE: tuple[type[Exception], ...] = (
    AnymailAPIError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)

logger = logging.getLogger(__name__)


class EventNotTaken(Exception):
    """What was told could not be written down now; the provider has to tell it again."""


def configured_providers() -> list[str]:
    """Return the providers that the site's mail leaves through; none for files and SMTP."""
    backends = get_configured_email_backends()
    return [name for name in PROVIDERS if backend_of(name) in backends]


def is_open(name: str) -> bool:
    """Return whether anybody could tell us something in the name of the provider."""
    names = (*PROVIDERS[name].signatures, SHARED_SECRET)
    return PROVIDERS[name].is_open({key: _setting(key) for key in names})


def _setting(name: str) -> Any:
    value = get_anymail_setting(name, default=None)
    # An empty secret among others would let in whoever sends none.
    return all(value) and value if isinstance(value, (list, tuple, set)) else value


def hear(event: AnymailTrackingEvent, *, esp_name: str) -> None:
    """Take in what anymail has read of a provider's call; ``esp_name`` is anymail's name for it.

    Raises ``EventNotTaken`` when that was not possible. A site may have mounted anymail's own
    paths: nobody but the site's own provider is listened to there either.
    """
    name = esp_name.lower().replace(" ", "_")
    if name not in configured_providers() or is_open(name):
        return
    try:
        take_event(provider=name, event=event)
    except Exception as error:
        raise EventNotTaken from error


def event_urls() -> list[URLPattern]:
    """Return the paths at which the site's provider tells of mails: one, or none."""
    return [
        path(f"{name}/", receiver_for(name), name=name)
        for name in configured_providers()
        if PROVIDERS[name].tracking
    ]


def receiver_for(name: str) -> Callable[..., HttpResponse]:
    """Return the view for the provider called ``name``.

    It answers 403 while it is open to anybody, 400 to what is not signed or cannot be read, 503
    when the provider has to tell it again, and keeps to itself what was sent: no log has it.
    """
    tracking = import_string(f"anymail.webhooks.{name}.{PROVIDERS[name].tracking}")
    if name == "mailgun":
        tracking = type("FreshMailgunView", (FreshMixin, tracking), {})
    view = tracking.as_view()

    @csrf_exempt
    @never_cache
    def receive(request: HttpRequest) -> HttpResponse:
        if is_open(name):
            logger.error("%s could be impersonated: what is told in its name is refused.", name)
            return HttpResponse(status=403)
        try:
            answer: HttpResponse = view(request)
        except EventNotTaken as error:
            logger.warning("%s has to tell again (%s).", name, type(error.__cause__).__name__)
            return HttpResponse(status=503, headers={"Retry-After": str(ASK_AGAIN_SECONDS)})
        except SuspiciousOperation:
            logger.warning("Somebody who is not %s told us of mails.", name)
            return HttpResponse(status=400)
        except UNREADABLE as error:
            logger.warning("%s told something unreadable (%s).", name, type(error).__name__)
            return HttpResponse(status=400)
        except Exception as error:  # noqa: BLE001 (nothing of what was sent may reach the log)
            text = "What %s told was not taken (%s)."
            logger.error(text, name, type(error).__name__)  # noqa: TRY400 (no traceback, as above)
            return HttpResponse(status=500)
        return answer

    return receive


class FreshMixin:
    """Mailgun signs a time and a token, and not what it tells: an old one proves nothing."""

    def validate_request(self, request: HttpRequest) -> None:
        """Refuse a signature that is too old. Anymail calls this besides its own."""
        try:
            if request.content_type == "application/json":
                signed_at = float(json.loads(request.body)["signature"]["timestamp"])
            else:
                signed_at = float(request.POST["timestamp"])
        except (LookupError, TypeError, ValueError) as error:
            raise AnymailWebhookValidationFailure("no time") from error
        age = time.time() - signed_at
        if not -CLOCKS_APART_SECONDS <= age <= SIGNED_FOR_SECONDS:
            raise AnymailWebhookValidationFailure("too old")
