"""What mails need is looked up for many at once, and what fails for one keeps no other back."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import Registration
from forms.enums import MessageState
from forms.mail import dispatch
from forms.mail.dispatch import dispatch_due
from forms.mail.kinds import get_kind, register_kind
from forms.models import Message, MessageTemplate
from tests.factories import MadeEvent, make_registration

pytestmark = pytest.mark.django_db

LOOKUPS = 2
"""The registrations and the editors' words, however many mails there are."""


def asked_of(table: str, captured: CaptureQueriesContext) -> int:
    texts = [query["sql"] for query in captured.captured_queries]
    return sum(
        f"/* SELECT {table} */" in text or (text.startswith("SELECT") and f'FROM "{table}"' in text)
        for text in texts
    )


def queue(made: MadeEvent, number: int) -> None:
    for count in range(number):
        make_registration(made, email=f"person{count}@example.dk")


@pytest.mark.parametrize("size", [1, 3])
def test_mails_are_looked_up_together(made: MadeEvent, size: int, mailoutbox: Any) -> None:
    queue(made, size)
    tables = (Registration._meta.db_table, MessageTemplate._meta.db_table)

    with CaptureQueriesContext(connection) as captured:
        assert dispatch_due().sent == size

    assert sum(asked_of(table, captured) for table in tables) == LOOKUPS
    assert len(mailoutbox) == size


def test_where_looking_up_fails_each_looks_for_itself(
    made: MadeEvent, monkeypatch: pytest.MonkeyPatch, mailoutbox: Any
) -> None:
    def fails(messages: Any) -> None:
        raise RuntimeError("a bug of theirs")

    queue(made, 3)
    kind = get_kind("confirmed")
    register_kind(dataclasses.replace(kind, look_up=fails))
    try:
        with CaptureQueriesContext(connection) as captured:
            assert dispatch_due().sent == 3
    finally:
        register_kind(kind)

    assert asked_of(Registration._meta.db_table, captured) == 3
    assert all("/r/" in mail.body for mail in mailoutbox)


@pytest.mark.parametrize(("fresh_seconds", "times"), [(60.0, 1), (0.0, 3)])
def test_what_was_looked_up_too_long_ago_is_looked_up_again(
    made: MadeEvent, monkeypatch: pytest.MonkeyPatch, fresh_seconds: float, times: int
) -> None:
    monkeypatch.setattr(dispatch, "FRESH_SECONDS", fresh_seconds)
    queue(made, 3)

    with CaptureQueriesContext(connection) as captured:
        dispatch_due(limit=3)

    # With no patience at all a mail that lay ready is also written anew.
    assert min(asked_of(Registration._meta.db_table, captured), 3) == times


def test_the_words_of_one_kind_and_language_are_not_those_of_another(
    made: MadeEvent, mailoutbox: Any
) -> None:
    make_registration(made, email="dansk@example.dk")
    english = make_registration(made, email="english@example.dk")
    Message.objects.filter(subject_key=english.uuid).update(language="en")
    MessageTemplate.objects.create(kind="confirmed", language="da", subject="Eget", text="Kun her")

    assert dispatch_due().sent == 2

    subjects = {mail.to[0]: mail.subject for mail in mailoutbox}
    assert subjects["dansk@example.dk"] == "Eget"
    assert subjects["english@example.dk"].startswith("You have a seat")
    noted = Counter(
        None if words is None else words["subject"]
        for words in Message.objects.filter(state=MessageState.SENT).values_list("words", flat=True)
    )
    assert noted == {"Eget": 1, None: 1}
