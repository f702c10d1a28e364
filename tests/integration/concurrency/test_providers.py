"""Real exchanges: a mail leaves for a server or a provider, which tells what became of it.

The site and its worker are processes of their own, set up by environment variables alone.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from events.models import Registration, Todo
from forms.mail.status import is_stopped
from forms.models import DeliveryEvent, Message
from tests.conftest import log_in
from tests.factories import MadeEvent, UserFactory, make_registration
from tests.servers.copies import DatabaseCopy
from tests.servers.mailings import wait_until
from tests.servers.processes import script, serve
from tests.servers.providers import Mailgun, Postmark, Provider, running
from tests.servers.sinks import smtp_sink

pytestmark = pytest.mark.concurrency

NOBODY = "findes-ikke@example.dk"
BADGE = "km-mail-trouble"


@pytest.fixture
def registration(event: MadeEvent) -> Registration:
    """Somebody whose address does not exist, and who waits for a mail."""
    return make_registration(event, email=NOBODY)


def admin() -> Client:
    """Return the client of somebody who may see everything."""
    return log_in(UserFactory.create(is_superuser=True))


def about(registration: Registration) -> Message:
    """Return the mail about ``registration`` as the database has it."""
    return Message.objects.get(subject_key=registration.uuid)


def send(database: DatabaseCopy, folder: Path, registration: Registration, **env: str) -> Message:
    """Run the worker until nothing waits to be sent, and return the mail about ``registration``."""
    waiting = Message.objects.filter(state__in=["queued", "sending"])
    with script("tests.servers.worker", database, folder, LOCK_WAIT="30", **env):
        wait_until(lambda: not waiting.exists() and not is_stopped())
    return about(registration)


def badges(desk: Client, registration: Registration) -> list[bool]:
    """Return whether the list, and the registration's page, say that a mail did not arrive."""
    key = registration.event.key
    urls = [
        reverse("kommed_events_desk:registrations", args=[key]),
        reverse("kommed_events_desk:detail", args=[key, registration.uuid]),
    ]
    return [BADGE in desk.get(url).content.decode() for url in urls]


def test_a_mail_server_takes_what_is_sent_and_what_it_refuses_shows_on_the_registration(
    database: DatabaseCopy, event: MadeEvent, registration: Registration, tmp_path: Path
) -> None:
    reached, desk = make_registration(event), admin()
    with smtp_sink(tmp_path, refuse=[NOBODY]) as sink:
        message = send(database, tmp_path, registration, **sink.environment())
    assert (message.state, message.delivery) == ("failed", "bounced")
    assert sink.accepted() == {f"<{about(reached).uuid}@example.dk>": 1}
    assert badges(desk, registration) == [True, True]
    assert badges(desk, reached) == [True, False]
    assert Todo.objects.get().subject_key == registration.uuid


BOUNCES = [
    (Postmark, "Delivery", "Bounce", {}),
    (Mailgun, "delivered", "failed", {"severity": "permanent", "reason": "bounce"}),
]


@pytest.mark.parametrize("case", BOUNCES)
def test_a_provider_takes_a_mail_and_tells_that_it_came_back(
    database: DatabaseCopy,
    registration: Registration,
    tmp_path: Path,
    case: tuple[type[Provider], str, str, dict[str, str]],
) -> None:
    kind, arrived, bounced, more = case
    desk = admin()
    with running(kind()) as provider:
        env = provider.environment()
        message = send(database, tmp_path, registration, **env)
        (mail,) = provider.taken
        assert message.state == "sent"
        assert message.provider_id == mail.get("MessageID", mail.get("id"))
        assert NOBODY in {mail.get("To"), mail.get("to")}
        assert badges(desk, registration) == [False, False]

        before = Registration.objects.values().get(pk=registration.pk)
        with serve(database, tmp_path, workers=1, **env) as server:
            # The control: what is told without the secret, or not signed, is refused.
            assert provider.post(server.port, {"RecordType": "Bounce"}) == 400
            assert provider.tell(server.port, mail, arrived) == 200
            assert about(registration).delivery == "delivered"
            assert badges(desk, registration) == [False, False]
            assert provider.tell(server.port, mail, bounced, **more) == 200

    assert about(registration).delivery == "bounced"
    assert DeliveryEvent.objects.filter(message=message).count() == 2
    assert badges(desk, registration) == [True, True]
    todo = Todo.objects.get()
    assert (todo.kind, todo.subject_key) == ("address_bounced", registration.uuid)
    assert Registration.objects.values().get(pk=registration.pk) == before
    assert NOBODY not in (tmp_path / "server.log").read_text()


def test_a_refused_token_stops_the_outbox_and_uses_up_nothing(
    database: DatabaseCopy, registration: Registration, tmp_path: Path
) -> None:
    with running(Postmark()) as provider:
        env = provider.environment() | {"POSTMARK_SERVER_TOKEN": "wrong"}
        with script("tests.servers.worker", database, tmp_path, LOCK_WAIT="30", **env):
            wait_until(lambda: is_stopped() and about(registration).state == "queued")
        assert provider.taken == []
        assert about(registration).attempts == 0
        message = send(database, tmp_path, registration, **provider.environment())
    assert message.state == "sent"
    assert not is_stopped()


def test_what_is_sent_through_a_provider_asks_for_no_tracking(
    database: DatabaseCopy, registration: Registration, tmp_path: Path
) -> None:
    with running(Postmark()) as provider:
        message = send(database, tmp_path, registration, **provider.environment())
    (mail,) = provider.taken
    assert mail["TrackOpens"] is False
    assert mail["TrackLinks"] == "None"
    assert mail["Metadata"] == {"outbox_id": str(message.uuid)}
    headers = {header["Name"]: header["Value"] for header in mail["Headers"]}
    assert headers["Auto-Submitted"] == "auto-generated"
    assert {"HtmlBody", "TextBody", "Subject"} <= set(mail)
