"""What providers tell of mails: replayed, out of order, forged, unreadable, too early."""

from __future__ import annotations

import datetime as dt
import logging
import random
import time
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.core.checks import run_checks
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from events.enums import RegistrationState
from events.models import Registration, Todo
from forms.enums import MessageState
from forms.jobs.delivery_events import KEPT, forget_delivery_events
from forms.mail.providers import PROVIDERS
from forms.mail.webhooks import SIGNED_FOR_SECONDS, event_urls
from forms.models import DeliveryEvent, Message
from tests.factories import MadeEvent, MessageFactory, make_registration

from .mounted import (
    MAILGUN_KEY,
    SECRET,
    bounced,
    mailgun_told,
    mount,
    postmark_told,
    send_through,
    tell,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(made: MadeEvent) -> Message:
    """A confirmation that has left."""
    registration = make_registration(made)
    found = Message.objects.get(subject_key=registration.uuid)
    found.state, found.sent_at = MessageState.SENT, timezone.now()
    found.provider_id = "0a129aee-e1cd-480d-b08d-4f48548ff48d"
    found.save()
    return found


@pytest.fixture
def postmark(settings: Any) -> None:
    """Mail leaves through Postmark, which proves who it is by the shared secret."""
    send_through(settings, "postmark", POSTMARK_SERVER_TOKEN="x", WEBHOOK_SECRET=[SECRET])


@pytest.fixture
def mailgun(settings: Any, message: Message) -> None:
    """Mail leaves through Mailgun, which signs."""
    send_through(settings, "mailgun", MAILGUN_API_KEY="x", MAILGUN_WEBHOOK_SIGNING_KEY=MAILGUN_KEY)
    message.provider_id = "<20261125.1@mg.example.dk>"
    message.save()


def delivery_of(message: Message) -> str:
    """Return what the database says became of ``message``."""
    return str(Message.objects.get(pk=message.pk).delivery)


def nothing_happened(message: Message) -> bool:
    """Whether neither the message nor anything for staff has changed."""
    return delivery_of(message) == "" and not Todo.objects.exists()


# Replayed, out of order (T12)


@pytest.mark.usefixtures("postmark")
def test_told_a_hundred_times_and_out_of_order_it_has_one_effect(message: Message) -> None:
    delivered = postmark_told("Delivery", message, DeliveredAt="2026-01-01T10:05:00Z")
    delayed = bounced(message, Type="Transient", ID=1, BouncedAt="2026-01-01T10:01:00Z")
    calls = [delivered] * 50 + [delayed] * 50
    random.Random(12).shuffle(calls)
    assert {tell("postmark", call) for call in [delivered, *calls]} == {200}
    assert delivery_of(message) == "delivered"
    assert Message.objects.get(pk=message.pk).delivery_at == dt.datetime(
        2026, 1, 1, 10, 5, tzinfo=dt.UTC
    )
    assert DeliveryEvent.objects.count() == 2
    assert not Todo.objects.exists()


@pytest.mark.usefixtures("postmark")
def test_a_bounce_told_a_hundred_times_is_one_to_do(message: Message) -> None:
    assert {tell("postmark", bounced(message)) for _number in range(100)} == {200}
    assert delivery_of(message) == "bounced"
    assert DeliveryEvent.objects.count() == 1
    assert Todo.objects.count() == 1
    # The control: once staff are done, a replay does not call them again; news does.
    Todo.objects.update(done_at=timezone.now())
    tell("postmark", bounced(message))
    assert not Todo.objects.filter(done_at=None).exists()
    later = postmark_told("SpamComplaint", message, ID=2, BouncedAt="2026-01-02T10:00:00Z")
    tell("postmark", later | {"Type": "SpamComplaint"})
    assert delivery_of(message) == "complained"
    assert Todo.objects.filter(done_at=None).count() == 1


def test_the_control_of_replays_has_more_than_one_effect(
    postmark: None, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the inbox and the order, a replayed delay undoes a delivery."""

    def believe(*, provider: str, event: Any) -> None:
        Message.objects.filter(provider_id=event.message_id).update(
            delivery=event.event_type, delivery_at=event.timestamp
        )

    monkeypatch.setattr("forms.mail.webhooks.take_event", believe)
    delayed = bounced(message, Type="Transient", BouncedAt="2026-01-01T10:01:00Z")
    tell("postmark", postmark_told("Delivery", message, DeliveredAt="2026-01-01T10:05:00Z"))
    tell("postmark", delayed)
    assert delivery_of(message) == "deferred"


@pytest.mark.usefixtures("postmark")
def test_a_soft_bounce_says_nothing_against_the_address(message: Message) -> None:
    assert tell("postmark", bounced(message, Type="SoftBounce")) == 200
    assert delivery_of(message) == "deferred"
    assert not Todo.objects.exists()


@pytest.mark.usefixtures("postmark")
def test_a_registration_stays_as_it_is(message: Message) -> None:
    before = Registration.objects.values().get()
    tell("postmark", bounced(message))
    assert Registration.objects.values().get() == before
    assert before["state"] == RegistrationState.CONFIRMED


# Forged calls: T13.


@pytest.mark.usefixtures("postmark")
@pytest.mark.parametrize("secret", [None, "", "udbyder:forkert", "udbyder:", ":", "None"])
def test_who_does_not_know_the_secret_is_not_believed(message: Message, secret: str | None) -> None:
    assert tell("postmark", bounced(message), secret=secret) == 400
    assert nothing_happened(message)
    assert not DeliveryEvent.objects.exists()
    # The control: the same with the secret is.
    assert tell("postmark", bounced(message)) == 200
    assert delivery_of(message) == "bounced"


@pytest.mark.usefixtures("postmark")
@pytest.mark.parametrize("provider", sorted(set(PROVIDERS) - {"postmark"}))
def test_the_paths_of_other_providers_are_not_there(message: Message, provider: str) -> None:
    assert tell(provider, bounced(message)) == 404
    assert nothing_happened(message)


@pytest.mark.parametrize("field", ["MessageID", "Email", "Metadata"])
@pytest.mark.usefixtures("postmark")
def test_what_fits_no_mail_is_kept_without_one(message: Message, field: str) -> None:
    other = MessageFactory.create()
    wrong = {
        "MessageID": "another",
        "Email": "en-anden@example.dk",
        "Metadata": {"outbox_id": str(other.uuid)},
    }
    assert tell("postmark", bounced(message) | {field: wrong[field]}) == 200
    assert nothing_happened(message)
    assert DeliveryEvent.objects.get().message is None
    # The control.
    assert tell("postmark", bounced(message, ID=2)) == 200
    assert delivery_of(message) == "bounced"


@pytest.mark.parametrize("metadata", [{}, None, {"outbox_id": None}])
@pytest.mark.usefixtures("postmark")
def test_without_an_identifier_the_rest_has_to_fit(message: Message, metadata: Any) -> None:
    told = bounced(message) | {"Metadata": metadata}
    if metadata is None:
        del told["Metadata"]
    assert tell("postmark", told) == 200
    assert delivery_of(message) == "bounced"


def age_of(seconds: float) -> float:
    """Return the time that was ``seconds`` ago."""
    return time.time() - seconds


@pytest.mark.usefixtures("mailgun")
def test_what_mailgun_signs_counts(message: Message) -> None:
    told = mailgun_told("failed", message, severity="permanent", reason="bounce")
    assert tell("mailgun", told, secret=None) == 200
    assert delivery_of(message) == "bounced"
    assert Todo.objects.count() == 1


@pytest.mark.usefixtures("mailgun")
@pytest.mark.parametrize("age", [30 * 86_400, SIGNED_FOR_SECONDS + 60, -3600, float("1e30")])
def test_an_old_signature_of_mailgun_proves_nothing(message: Message, age: float) -> None:
    told = mailgun_told("failed", message, severity="permanent", at=age_of(age))
    assert tell("mailgun", told, secret=None) == 400
    assert nothing_happened(message)


@pytest.mark.usefixtures("mailgun")
def test_a_signature_of_mailgun_counts_once_whatever_is_written_below_it(
    message: Message, made: MadeEvent
) -> None:
    other = make_registration(made)
    victim = Message.objects.get(subject_key=other.uuid)
    victim.provider_id = "<20261125.2@mg.example.dk>"
    victim.save()
    real = mailgun_told("delivered", message, token="once")
    assert tell("mailgun", real, secret=None) == 200
    altered = mailgun_told("failed", victim, token="once", severity="permanent")
    altered["signature"] = real["signature"]
    assert tell("mailgun", altered, secret=None) == 200
    assert delivery_of(victim) == ""
    altered["event-data"] = mailgun_told("complained", message)["event-data"]
    tell("mailgun", altered, secret=None)
    assert delivery_of(message) == "delivered"
    assert not Todo.objects.exists()
    # The control: with a signature of its own it is believed.
    assert tell("mailgun", mailgun_told("failed", victim, token="new"), secret=None) == 200
    assert delivery_of(victim) == "bounced"


def flip(signature: str) -> str:
    """Return ``signature`` with another last digit."""
    return signature[:-1] + ("0" if signature[-1] != "0" else "1")


@pytest.mark.usefixtures("mailgun")
@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: told["signature"].update(signature=flip(told["signature"]["signature"])),
        lambda told: told["signature"].update(token="another"),
        lambda told: told["signature"].update(timestamp=str(int(time.time()) - 5)),
        lambda told: told["signature"].update(timestamp="nan"),
        lambda told: told["signature"].update(timestamp=None),
        lambda told: told.pop("signature"),
    ],
)
def test_a_spoilt_signature_of_mailgun_is_refused(
    message: Message, spoil: Callable[[dict[str, Any]], Any]
) -> None:
    told = mailgun_told("failed", message, severity="permanent")
    spoil(told)
    assert tell("mailgun", told, secret=None) == 400
    assert nothing_happened(message)


OPEN: list[Any] = [
    ("postmark", {}),
    ("postmark", {"WEBHOOK_SECRET": ""}),
    ("postmark", {"WEBHOOK_SECRET": []}),
    ("postmark", {"WEBHOOK_SECRET": [SECRET, ""]}),
    ("brevo", {}),
    ("mailjet", {}),
    ("resend", {}),
    ("sendgrid", {}),
    ("sparkpost", {}),
    ("mailtrap", {}),
    # What would not let anybody in, but takes no shared secret for a signature either.
    ("mailersend", {"WEBHOOK_SECRET": SECRET}),
    ("mandrill", {"WEBHOOK_SECRET": SECRET}),
]


@pytest.mark.parametrize(("provider", "anymail"), OPEN)
@pytest.mark.parametrize("is_deploy", [False, True])
def test_a_site_that_believes_anybody_does_not_pass_its_check(
    settings: Any, provider: str, anymail: dict[str, Any], is_deploy: bool
) -> None:
    send_through(settings, provider, **anymail)
    found = run_checks(include_deployment_checks=is_deploy)
    errors = [each for each in found if each.id == "kommed_forms.E005"]
    assert len(errors) == 1 and errors[0].is_serious()
    # The control.
    known = PROVIDERS[provider]
    name = known.signatures[0] if known.signatures else "WEBHOOK_SECRET"
    settings.ANYMAIL = {**settings.ANYMAIL, name: SECRET}
    assert not [each for each in run_checks() if each.id == "kommed_forms.E005"]


@pytest.mark.parametrize("secret", [None, "", SECRET])
def test_an_open_site_refuses_at_the_door_too(
    settings: Any, message: Message, secret: str | None
) -> None:
    send_through(settings, "postmark", POSTMARK_SERVER_TOKEN="x")
    assert tell("postmark", bounced(message), secret=secret) == 403
    assert nothing_happened(message)


def test_anymails_own_paths_let_nobody_in_either(
    settings: Any, message: Message, postmark: None
) -> None:
    """A site may have mounted them all; then another provider's is open to anybody."""
    settings.ROOT_URLCONF = "anymail.urls"
    told = {"event": "hard_bounce", "email": message.to, "message-id": message.provider_id}
    settings.ANYMAIL = {"BREVO_API_KEY": "x", "WEBHOOK_SECRET": [SECRET]}
    client = Client()
    from .mounted import basic_auth

    answer = client.post(
        "/brevo/tracking/", told, content_type="application/json", **basic_auth(SECRET)
    )
    assert answer.status_code == 200
    assert nothing_happened(message)
    assert not DeliveryEvent.objects.exists()


@pytest.mark.parametrize(
    "backend",
    ["forms.mail.backends.EmlFileBackend", "django.core.mail.backends.smtp.EmailBackend"],
)
def test_files_and_smtp_have_no_path(settings: Any, backend: str) -> None:
    send_through(settings, "scaleway")
    assert event_urls() == []
    if hasattr(settings, "MAILERS"):
        settings.MAILERS = {"default": {"BACKEND": backend}}
    else:
        settings.EMAIL_BACKEND = backend
    mount(settings)
    assert event_urls() == []
    assert Client().post("/mail/events/postmark/").status_code == 404


# What goes wrong


@pytest.mark.usefixtures("postmark")
@pytest.mark.parametrize(
    "body", [[], {}, None, "x", 5, {"RecordType": 7}, {"RecordType": "Inbound"}, [1, 2]]
)
def test_what_cannot_be_read_is_answered_and_has_no_effect(message: Message, body: Any) -> None:
    assert tell("postmark", body) in {200, 400, 500}
    assert nothing_happened(message)


@pytest.mark.usefixtures("postmark")
def test_a_database_that_is_away_makes_the_provider_tell_again(message: Message) -> None:
    away = mock.patch(
        "events.actions.bounced.Todo.objects.create", side_effect=OperationalError("gone")
    )
    with away:
        assert tell("postmark", bounced(message)) == 503
    assert nothing_happened(message)
    assert not DeliveryEvent.objects.exists()
    assert tell("postmark", bounced(message)) == 200
    assert delivery_of(message) == "bounced"
    assert Todo.objects.count() == 1


@pytest.mark.usefixtures("postmark")
def test_who_tells_before_we_have_noted_that_it_left_has_to_tell_again(message: Message) -> None:
    Message.objects.update(state=MessageState.SENDING, sent_at=None, provider_id="")
    assert tell("postmark", bounced(message)) == 503
    assert not DeliveryEvent.objects.exists()
    Message.objects.update(
        state=MessageState.SENT, sent_at=timezone.now(), provider_id=message.provider_id
    )
    assert tell("postmark", bounced(message)) == 200
    assert delivery_of(message) == "bounced"


@pytest.mark.usefixtures("postmark")
def test_what_is_kept_and_logged_holds_nothing_personal(
    message: Message, caplog: pytest.LogCaptureFixture
) -> None:
    canary = "kanariefugl@example.dk"
    Message.objects.update(to=canary)
    message.to = canary
    caplog.set_level(logging.DEBUG)
    strange = {"ID": f"{canary}-1", "Description": canary, "Tag": canary}
    for told in (bounced(message, **strange), bounced(message), {"RecordType": canary}, [canary]):
        tell("postmark", told)
        tell("postmark", told, secret="x:y")
    rows = str(list(DeliveryEvent.objects.values()))
    assert DeliveryEvent.objects.count() > 1
    assert canary not in rows
    assert canary not in caplog.text


@pytest.mark.usefixtures("postmark")
def test_a_provider_may_look_whether_somebody_is_there() -> None:
    assert Client().head("/mail/events/postmark/").status_code == 200
    assert Client().get("/mail/events/postmark/").status_code == 405


@pytest.mark.usefixtures("postmark")
def test_what_was_told_long_ago_is_forgotten_and_told_again_has_no_effect(message: Message) -> None:
    tell("postmark", bounced(message))
    assert forget_delivery_events() == 0
    much_later = timezone.now() + KEPT + dt.timedelta(days=1)
    assert forget_delivery_events(now=lambda: much_later) == 1
    Todo.objects.all().delete()
    tell("postmark", bounced(message))
    assert delivery_of(message) == "bounced"
    assert not Todo.objects.exists()
