"""The link to one's own page, sent again: the same words for known and unknown addresses."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse

from events.views.own_page_link import FORM_KEY
from forms.models import Message
from tests.factories import MadeEvent, make_registration, opened_a_while_ago

from .ledger import rows_of
from .test_own_page import post, read
from .visitor import Page

pytestmark = pytest.mark.django_db


def ask(**fields: Any) -> HttpResponse:
    return post("/r/", **{**opened_a_while_ago(FORM_KEY), **fields})


def test_known_and_unknown_addresses_are_answered_alike(made: MadeEvent) -> None:
    mine = make_registration(made)
    known, unknown = ask(email=mine.email), ask(email="fremmed@example.dk")
    assert known.status_code == unknown.status_code == 303
    assert known["Location"] == unknown["Location"]
    by_the_second = {"Expires", "Last-Modified"}
    said = [
        {name: value for name, value in answer.headers.items() if name not in by_the_second}
        for answer in (known, unknown)
    ]
    assert said[0] == said[1]
    assert read(known["Location"]).status_code == 200
    assert Message.objects.filter(kind="link").count() == 1
    assert ask(email=mine.email)["Location"] == known["Location"]
    assert Message.objects.filter(kind="link").count() == 1


def test_what_looks_like_a_machine_sends_nothing_at_once(made: MadeEvent) -> None:
    mine = make_registration(made)
    response = ask(email=mine.email, form_website="https://spam.example")
    assert response.status_code == 200
    assert Message.objects.filter(kind="link").count() == 0


def test_no_address(made: MadeEvent) -> None:
    before = rows_of(Message)
    assert ask(email="").status_code == 422
    assert rows_of(Message) == before


def test_in_both_languages(site: Any) -> None:
    assert Page(read("/r/?language=en")).all("html", lang="en")
    assert Page(read("/r/?language=xx")).all("html", lang="da")
    assert Page(read("/r/")).all("html", lang="da")
