"""Files that wait for their form: how much room they may take, and how it is swept."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from events.models import EventQuestion, Registration
from forms.actions.submit import store_submission
from forms.actions.uploads import discard_unclaimed
from forms.builder import AnswerForm
from forms.jobs.uploads import sweep_uploads
from forms.models import Submission, Upload
from tests.factories import FormVersionFactory, MadeEvent, make_form, publish
from tests.integration.events.visitor import Page, send
from tests.unit.forms.files import PDF, TEXT, picture

from .uploading import STUCK, files_below, form_of, reference_in, sent, take_files

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
NOT_RECEIVED = {"cv": ["The file could not be received just now. Please try again in a while."]}


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """The folder of a site that takes files."""
    return take_files(settings, tmp_path / "uploads")


def post(content: bytes = PDF, sender: str = "", **fields: Any) -> AnswerForm:
    """Return the form as somebody sent it with a file, in English."""
    file = sent(content)
    file.sender = sender
    with translation.override("en"):
        form = form_of(files={"cv": file}, **({"navn": "Åse"} | fields))
        _ = form.errors
    return form


def store(form: AnswerForm) -> Submission:
    return store_submission(
        form_version=FormVersionFactory(), answers=form.answers(), at=timezone.now()
    )


# Room


def test_a_form_has_room_for_so_many_bytes_that_wait(settings: Any, folder: Path) -> None:
    settings.KOMMED_UPLOAD_WAITING_BYTES = 2 * len(PDF)

    first, second, third = post(), post(), post()

    assert [first.errors, second.errors, third.errors] == [{}, {}, NOT_RECEIVED]
    assert files_below(folder) == [PDF, PDF]
    assert post(form_key="another").errors == {}
    assert store(first).uploads.count() == 1
    assert (post().errors, post().errors) == ({}, NOT_RECEIVED)


def test_a_form_has_room_for_so_many_files_that_wait(settings: Any) -> None:
    settings.KOMMED_UPLOAD_WAITING_FILES = 2

    assert [post().errors for _ in range(3)] == [{}, {}, NOT_RECEIVED]


def test_a_network_has_a_fifth_of_the_room(settings: Any) -> None:
    settings.KOMMED_UPLOAD_WAITING_FILES, settings.KOMMED_UPLOAD_MAX_FILES = 10, 1

    assert [post(sender="a").errors for _ in range(3)] == [{}, {}, NOT_RECEIVED]
    assert post(sender="b").errors == {}
    assert post(sender="a", form_key="another").errors == {}


def test_a_network_has_a_fifth_of_the_bytes_too(settings: Any) -> None:
    settings.KOMMED_UPLOAD_WAITING_BYTES = 10 * len(PDF)
    settings.KOMMED_UPLOAD_MAX_BYTES, settings.KOMMED_UPLOAD_MAX_FILES = len(PDF), 1

    assert [post(sender="a").errors for _ in range(3)] == [{}, {}, NOT_RECEIVED]
    assert post(sender="b").errors == {}


def test_without_room_nobody_looks_into_a_file(settings: Any) -> None:
    settings.KOMMED_UPLOAD_WAITING_FILES = 0

    assert post(picture()[:40]).errors == NOT_RECEIVED


def test_what_is_kept_already_needs_no_room(settings: Any) -> None:
    reference = reference_in(post(navn=""))
    settings.KOMMED_UPLOAD_WAITING_FILES = 0

    assert form_of(navn="Åse", cv__kept=reference).is_valid()


def test_the_pages_know_senders_while_their_files_wait(made: MadeEvent) -> None:
    page = made.reload()
    page.questions = [EventQuestion(label="CV", field_type="file", required=True)]
    made.page = publish(page)

    answer = send(made, email="nej", cv=sent())
    upload = Upload.objects.get()
    assert upload.form_key == str(made.key)
    assert len(upload.sender) == 64
    send(made, email="nej", cv=sent(TEXT))
    assert Upload.objects.filter(sender=upload.sender).count() == 2

    assert send(made, cv__kept=Page(answer).value_of("cv__kept")).status_code == 303
    assert Registration.objects.get().submission.uploads.get().sender == ""


def test_a_form_page_knows_them_too(site: Any) -> None:
    form = make_form(
        questions=[
            {"label": "Navn", "field_type": "singleline", "required": True},
            {"label": "CV", "field_type": "file", "required": True},
        ]
    )

    Client().post(form.url, {"cv": sent()}, headers={"Sec-Fetch-Site": "same-origin"})

    upload = Upload.objects.get()
    assert (upload.form_key, len(upload.sender)) == (str(form.key), 64)


# Let go


def test_a_file_that_was_let_go_is_claimed_by_nobody(folder: Path) -> None:
    form = post()
    Upload.objects.all().let_go()

    assert store(form).uploads.get().name == "cv.pdf"  # a copy, since the other is on its way out
    assert Upload.objects.unclaimed().count() == 1


# Swept


def keep(content: bytes, number: int) -> None:
    for _ in range(number):
        Upload.objects.keep(
            question_key="cv", name="a.txt", content_type="text/plain", content=content
        )


def sweep() -> int:
    return sweep_uploads(now=lambda: timezone.now() + 2 * DAY)


def test_all_that_is_due_is_swept(folder: Path) -> None:
    keep(TEXT, 120)

    assert (sweep(), files_below(folder)) == (120, [])


def test_what_cannot_be_removed_does_not_keep_the_rest(settings: Any, folder: Path) -> None:
    take_files(settings, folder, "tests.integration.forms.uploading.HalfStuckStorage")
    keep(STUCK, 60)
    keep(TEXT, 2)

    assert (sweep(), files_below(folder)) == (2, [STUCK] * 60)


def test_a_sweep_stops_when_its_time_is_over_and_the_next_goes_on() -> None:
    keep(TEXT, 5)
    ticks = iter([True, True, False])
    due = {"before": timezone.now() + DAY, "most": 10}

    assert discard_unclaimed(**due, may_go_on=lambda: next(ticks)) == 2
    assert discard_unclaimed(**due, may_go_on=lambda: True) == 3
