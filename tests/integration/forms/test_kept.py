"""What is kept: form versions that say what was asked, and mails in their transaction."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from forms.actions.submit import keep_form_version
from forms.enums import QuestionType
from forms.exceptions import UnknownMessageKind
from forms.mail.backends import EmlFileBackend
from forms.mail.dispatch import dispatch_due
from forms.mail.queue import queue_message
from forms.models import FormVersion, Message, QuestionSpec
from tests.factories import MadeEvent, make_registration

pytestmark = pytest.mark.django_db

SPECS = [
    QuestionSpec(key="navn", label="Navn", field_type=QuestionType.SINGLELINE, max_length=80),
    QuestionSpec(
        key="kost",
        label="Følsom kost?",
        field_type=QuestionType.RADIO,
        required=False,
        help_text="Kun hvis du vil.",
        choices=(("Nej", "Nej"), ("Ja", "Ja")),
    ),
]


# Form versions


def test_the_same_questions_are_one_form_version() -> None:
    key = uuid.uuid4()

    first = keep_form_version(form_key=key, language="da", specs=SPECS)
    second = keep_form_version(form_key=key, language="da", specs=list(SPECS))

    assert first == second
    assert FormVersion.objects.count() == 1


def test_other_questions_another_order_language_or_form_are_another_version() -> None:
    key = uuid.uuid4()

    kept = [
        keep_form_version(form_key=form_key, language=language, specs=specs)
        for form_key, language, specs in (
            (key, "da", SPECS),
            (key, "da", SPECS[:1]),
            (key, "da", SPECS[::-1]),
            (key, "en", SPECS),
            (uuid.uuid4(), "da", SPECS),
        )
    ]

    assert len({version.pk for version in kept}) == 5
    assert [version.language for version in kept] == ["da", "da", "da", "en", "da"]


def test_a_form_version_asks_what_was_asked() -> None:
    version = keep_form_version(form_key=uuid.uuid4(), language="da", specs=SPECS)

    assert FormVersion.objects.get(pk=version.pk).specs == tuple(SPECS)


# The outbox


def put_in_outbox(**fields: Any) -> Message | None:
    arguments = {
        "kind": "test_mail",
        "to": "ida@example.dk",
        "language": "da",
        "context": {"said": "Åbne værksteder"},
        "scope_key": uuid.uuid4(),
        "at": timezone.now(),
    }
    return queue_message(**(arguments | fields))


def test_a_mail_with_the_same_mark_is_queued_once() -> None:
    first, again = put_in_outbox(dedupe_key="a"), put_in_outbox(dedupe_key="a")
    other = put_in_outbox(dedupe_key="b")

    assert again is None
    assert list(Message.objects.order_by("pk")) == [first, other]


def test_mails_without_a_mark_are_all_queued() -> None:
    assert put_in_outbox() != put_in_outbox()
    assert Message.objects.count() == 2


def test_a_mail_of_a_kind_that_nobody_knows_is_not_queued() -> None:
    with pytest.raises(UnknownMessageKind):
        put_in_outbox(kind="of_an_app_that_is_gone")

    assert not Message.objects.exists()


def test_what_is_rolled_back_leaves_no_mail(made: MadeEvent) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        make_registration(made)
        raise RuntimeError

    assert not Message.objects.exists()


def test_an_address_of_several_lines_is_given_up_and_the_next_is_sent(mailoutbox: Any) -> None:
    bad = put_in_outbox(to="ida@example.dk\nBcc: alle@example.dk")
    put_in_outbox(to="bo@example.dk")

    done = dispatch_due()

    assert bad is not None
    bad.refresh_from_db()
    assert (done.failed, done.sent, bad.state) == (1, 1, "failed")
    assert [mail.to for mail in mailoutbox] == [["bo@example.dk"]]


# Files


class Unwritable(EmailMessage):
    """A mail that cannot be put into words."""

    def message(self, **arguments: Any) -> Any:
        raise ValueError("Der er ikke noget her.")


def test_a_file_appears_whole_or_not_at_all(settings: Any, tmp_path: Path) -> None:
    settings.KOMMED_MAIL_DIR = tmp_path / "mail"

    with pytest.raises(ValueError, match="ikke noget"):
        EmlFileBackend().send_messages([Unwritable()])

    assert list((tmp_path / "mail").iterdir()) == []
