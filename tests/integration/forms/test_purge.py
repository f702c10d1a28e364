"""Deleting, and removing what has been kept long enough: nothing of it is anywhere any more."""

from __future__ import annotations

import datetime as dt
import logging
from io import StringIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from wagtail.models import ModelLogEntry

from forms.actions.delete import delete_submissions
from forms.actions.purge import Purged, purge_submissions
from forms.jobs.purge import purge_personal_data, register_eraser, unregister_eraser
from forms.models import FormAccess, Message, Submission, TakenPlace, Upload
from tests.factories import MadeEvent, MadeForm, UserFactory, make_form, make_registration

from .sending import at, days_ago, kept

pytestmark = pytest.mark.django_db

QUESTIONS: tuple[dict[str, Any], ...] = (
    {"label": "E-mail", "field_type": "email", "keep_days": 30},
    {"label": "Besked", "field_type": "multiline", "keep_days": 30},
    {"label": "Kost", "field_type": "singleline", "privacy_class": "special", "keep_days": 10},
    {"label": "Adresse", "field_type": "address", "keep_days": 20},
    {
        "label": "Tur",
        "field_type": "checkboxes",
        "has_other": True,
        "keep_days": 20,
        "choices": [{"key": "skov", "label": "Skov", "places": 5}],
    },
)
CANARIES = {
    "e_mail": "canary-mail@example.dk",
    "besked": "canary-besked",
    "kost": "canary-kost",
    "adresse__street": "canary-vej 1",
    "adresse__postal_code": "canary-9000",
    "adresse__city": "canary-by",
    "tur": ["skov", "other"],
    "tur__other": "canary-andet",
}
WORDS = [value for value in CANARIES.values() if isinstance(value, str)]


@pytest.fixture
def form(site: Any) -> MadeForm:
    """A form that sends its mails, and asks for things that are kept for different times."""
    form = make_form(copy_to_sender=True, questions=QUESTIONS)
    FormAccess.objects.create(user=UserFactory(), form_key=form.key, notify="at_once")
    return form


def with_file(submission: Submission) -> Submission:
    """Give it a file, as an answer to the message."""
    upload = Upload(submission=submission, question_key="besked", name="canary-navn.txt", size=6)
    upload.content_type = "text/plain"
    upload.file.save("x", ContentFile(b"canary-indhold"))
    return submission


def whole_database() -> str:
    """Return every value of every table as one text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


def words_found() -> list[str]:
    """Return which of the words that visitors wrote are anywhere in the database."""
    text = whole_database()
    return sorted(word for word in [*WORDS, "canary"] if word in text)


# The purge


def test_after_the_last_day_nothing_is_anywhere(
    form: MadeForm, django_capture_on_commit_callbacks: Any, caplog: Any
) -> None:
    submission = with_file(kept(form, CANARIES, now=days_ago(31)))
    file = Upload.objects.get().file
    assert words_found() == sorted([*WORDS, "canary"])

    with caplog.at_level(logging.INFO), django_capture_on_commit_callbacks(execute=True):
        done = purge_submissions()

    assert (done.answers, done.submissions) == (8, 1)
    assert words_found() == []
    assert not file.storage.exists(file.name)
    assert [m.objects.count() for m in (Submission, TakenPlace, Upload)] == [0, 0, 0]
    assert {(m.state, m.to, str(m.context)) for m in Message.objects.all()} == {
        ("aborted", "", "{}")
    }
    assert ModelLogEntry.objects.get(action="kommed_forms.form.purge").data == {
        "form": str(form.key),
        "answers": 8,
        "submissions": 1,
    }
    assert str(submission.uuid) not in caplog.text
    assert "Purged 8 answers" in caplog.text


def test_each_answer_goes_when_its_own_time_is_over(form: MadeForm) -> None:
    moment = timezone.now()
    submission = kept(form, CANARIES, now=at(moment))
    keys = []

    for days in (9.999, 10, 20, 29.999, 30):
        purge_submissions(now=at(moment + dt.timedelta(days=days)))
        row = Submission.objects.filter(pk=submission.pk).first()
        keys.append(sorted(row.answers) if row else None)

    everything, after_ten = sorted(CANARIES), sorted(CANARIES.keys() - {"kost"})
    assert keys == [everything, after_ten, ["besked", "e_mail"], ["besked", "e_mail"], None]


def test_a_part_that_goes_takes_its_places_its_mark_and_the_mails_with_it(form: MadeForm) -> None:
    moment = timezone.now()
    submission = kept(form, CANARIES, now=at(moment))
    assert (submission.fingerprint != "", TakenPlace.objects.count()) == (True, 2)

    purge_submissions(now=at(moment + dt.timedelta(days=21)))

    submission.refresh_from_db()
    assert (submission.fingerprint, submission.purged_at) == ("", moment + dt.timedelta(days=21))
    assert TakenPlace.objects.count() == 0
    copy = Message.objects.get(kind="copy_to_sender")
    # The address is still among the answers, so it is still known to whom we wrote.
    assert (copy.context, copy.to) == ({}, "canary-mail@example.dk")
    assert words_found() == sorted(["canary", "canary-besked", "canary-mail@example.dk"])


def test_it_finds_nothing_when_it_is_run_again(form: MadeForm) -> None:
    kept(form, CANARIES, now=days_ago(21))

    first, second = purge_submissions(), purge_submissions()

    assert (first.answers, first.submissions) == (6, 0)
    assert (second.answers, second.submissions) == (0, 0)
    assert ModelLogEntry.objects.filter(action="kommed_forms.form.purge").count() == 1


def test_a_dry_run_only_counts(form: MadeForm) -> None:
    kept(form, CANARIES, now=days_ago(31))
    before = whole_database()
    out = StringIO()

    call_command("purge_personal_data", "--dry-run", stdout=out)

    assert out.getvalue() == "forms: 8 answers and 1 submissions would be removed\n"
    assert whole_database() == before


def test_the_command_purges(form: MadeForm) -> None:
    kept(form, CANARIES, now=days_ago(31))
    fresh = kept(form, CANARIES)
    out = StringIO()

    call_command("purge_personal_data", stdout=out)

    assert out.getvalue() == "forms: 8 answers and 1 submissions removed\n"
    assert list(Submission.objects.all()) == [fresh]


def test_what_came_with_a_registration_is_not_touched(made: MadeEvent) -> None:
    submission = make_registration(made).submission

    done = purge_submissions(now=at(timezone.now() + dt.timedelta(days=4000)))

    assert (done.answers, done.submissions) == (0, 0)
    assert Submission.objects.get().answers == submission.answers


def test_other_apps_have_their_own_erasers() -> None:
    def eraser(*, now: Any, dry_run: bool) -> Purged:
        return Purged(answers=3, submissions=2)

    register_eraser("example", eraser)
    try:
        done = purge_personal_data()
    finally:
        unregister_eraser("example")

    assert {name: (purged.answers, purged.submissions) for name, purged in done.items()} == {
        "forms": (0, 0),
        "example": (3, 2),
    }


# Deleting


def test_deleting_is_real_and_logged_with_the_number(
    form: MadeForm, django_capture_on_commit_callbacks: Any
) -> None:
    user = UserFactory()
    with_file(kept(form, CANARIES))
    file = Upload.objects.get().file
    other = kept(make_form(), {"navn": "Bo"})

    with django_capture_on_commit_callbacks(execute=True):
        number = delete_submissions(
            record=form.record, submissions=Submission.objects.all(), by=user
        )

    assert number == 1
    assert words_found() == []
    assert not file.storage.exists(file.name)
    assert list(Submission.objects.all()) == [other]
    entry = ModelLogEntry.objects.get(action="kommed_forms.form.delete_submissions")
    assert (entry.user, entry.data) == (user, {"form": str(form.key), "count": 1})


def test_places_of_what_was_deleted_are_free_again(form: MadeForm) -> None:
    kept(form, CANARIES)

    delete_submissions(record=form.record, submissions=Submission.objects.all(), by=UserFactory())

    assert TakenPlace.objects.count() == 0


def test_deleting_nothing_writes_nothing(form: MadeForm) -> None:
    number = delete_submissions(
        record=form.record, submissions=Submission.objects.all(), by=UserFactory()
    )

    assert number == 0
    assert not ModelLogEntry.objects.filter(action__endswith="delete_submissions").exists()
