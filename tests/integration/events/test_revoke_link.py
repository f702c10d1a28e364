"""Revoking the link to somebody's own page: the old one is dead, the person has a new one."""

from __future__ import annotations

import datetime as dt

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from events.actions.revoke_link import LOG_REVOKE_LINK, revoke_link
from events.enums import RegistrationState
from events.exceptions import AlreadySo
from events.models import Registration
from events.queries.own_page import own_page_token
from forms.mail.render import render_message
from forms.models import Message
from tests.conftest import People, log_in
from tests.factories import MadeEvent, make_registration

from .ledger import whole_ledger
from .visitor import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(people: People) -> Client:
    """Staff who may decide everywhere."""
    return log_in(people.staff)


def at(name: str, registration: Registration) -> str:
    return reverse(f"kommed_events_desk:{name}", args=[registration.event.key, registration.uuid])


def revoke(client: Client, registration: Registration) -> HttpResponse:
    """Press the button on the page of ``registration`` as it is now."""
    page = Page(client.get(at("detail", registration)))  # type: ignore[arg-type]
    assert page.all("form", action=at("revoke_link", registration))
    return press(client, registration, generation_of(registration))


def press(client: Client, registration: Registration, seen: int) -> HttpResponse:
    return client.post(at("revoke_link", registration), {"seen": seen})  # type: ignore[return-value]


def generation_of(registration: Registration) -> int:
    return Registration.objects.get(pk=registration.pk).link_generation


def opened(token: str) -> int:
    return Client().get(f"/r/{token}/").status_code


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("da", "Links i tidligere mails virker ikke længere."),
        ("en", "Links in earlier mails do not work any more."),
    ],
)
def test_the_old_link_is_dead_and_a_new_one_is_mailed(
    client: Client, made: MadeEvent, people: People, language: str, words: str
) -> None:
    registration = make_registration(made, language=language)
    old = own_page_token(registration)
    (earlier,) = Message.objects.filter(subject_key=registration.uuid)
    assert opened(old) == 200

    assert revoke(client, registration).status_code == 302

    new = own_page_token(Registration.objects.get(pk=registration.pk))
    assert (opened(old), opened(new)) == (404, 200)
    mail = Message.objects.get(subject_key=registration.uuid, kind="link")
    rendered = render_message(mail)
    assert (mail.to, mail.language) == (registration.email, language)
    for text in (rendered.text, rendered.html):
        assert words in " ".join(text.split())
        assert (new in text, old in text) == (True, False)
    assert new in render_message(Message.objects.get(pk=earlier.pk)).text  # it may still be queued
    entry = ModelLogEntry.objects.get(action=LOG_REVOKE_LINK)
    assert (entry.user, entry.data) == (people.staff, {})
    history = Page(client.get(at("detail", registration))).text  # type: ignore[arg-type]
    assert "Link tilbagekaldt, og et nyt sendt" in history


def test_pressed_twice_it_is_revoked_once(client: Client, made: MadeEvent) -> None:
    registration = make_registration(made)
    revoke(client, registration)
    before = whole_ledger()

    response = press(client, registration, 1)

    assert response.status_code == 422
    assert "Linket er blevet udskiftet i mellemtiden." in response.content.decode()
    with pytest.raises(AlreadySo):  # both had read it before either had the lock
        revoke_link(registration=registration, by=None)
    assert whole_ledger() == before
    assert generation_of(registration) == 2


def test_a_page_that_is_over_can_be_read_and_so_its_link_revoked(
    client: Client, made: MadeEvent
) -> None:
    registration = make_registration(made)
    Registration.objects.update(state=RegistrationState.CANCELLED)
    token = own_page_token(registration)

    assert revoke(client, registration).status_code == 302

    assert opened(token) == 404


def test_a_link_that_is_too_old_anyway_is_not_revoked(client: Client, made: MadeEvent) -> None:
    registration = make_registration(made)
    Registration.objects.update(link_expires_at=timezone.now() - dt.timedelta(minutes=1))
    before = whole_ledger()

    assert at("revoke_link", registration) not in str(
        client.get(at("detail", registration)).content
    )
    assert press(client, registration, 1).status_code == 422

    assert whole_ledger() == before


def test_who_may_only_read_is_not_offered_it(people: People, made: MadeEvent) -> None:
    registration = make_registration(made)

    page = log_in(people.reader).get(at("detail", registration)).content.decode()

    assert registration.reference in page
    assert at("revoke_link", registration) not in page
